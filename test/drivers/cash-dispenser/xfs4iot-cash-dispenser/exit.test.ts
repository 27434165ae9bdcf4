import { describe, expect, it } from 'vitest';
import { createXfsDispenserBench } from '../../../support/xfs-dispenser-bench.ts';

/** A bunch of three notes in the stacker; `again` is a driver of a terminal that was started anew. */
async function bunchBench() {
  const bench = await createXfsDispenserBench();
  await bench.settle(bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 3 }]));
  let takenCount = 0;
  bench.device.presenter!.onItemsTaken(() => takenCount++);
  return {
    ...bench, presenter: bench.device.presenter!, taken: () => takenCount, world: () => bench.simulator.world() as Readonly<Record<string, unknown>>,
    /** The hand is there before the service has answered. */
    takeAtOnce: () => bench.simulator.onEvent(({ event }) => {
      if (event === 'presented') bench.hand({ do: 'takeNotes' });
    }),
  };
}

describe('the exit of a dispenser behind a service', () => {
  it('keeps the dispenser busy while notes lie in it, and no longer', async () => {
    const bench = await bunchBench();
    await bench.settle(bench.presenter.present());
    expect(bench.device.status().state).toBe('busy');
    await bench.clock.advance(20_000);
    expect(bench.device.status().state).toBe('busy');
    bench.hand({ do: 'takeNotes' });
    await bench.clock.advance(1_000);
    expect([bench.taken(), bench.device.status().state]).toEqual([1, 'ready']);
  });

  it('is known to a terminal that was started anew: what lies there is drawn in, not taken for taken', async () => {
    const bench = await bunchBench();
    await bench.settle(bench.presenter.present());
    await bench.settle(bench.device.stop());
    const again = bench.again();
    again.start();
    await bench.until(() => again.status().state === 'busy', 'the second driver');
    expect(await bench.settle(again.presenter!.retract())).toEqual({ kind: 'completed', value: { noteCount: 3 } });
    expect(bench.world()).toMatchObject({ exit: [], rejectTray: { noteCount: 3 }, takenCount: 0 });
    expect(again.status().state).toBe('ready');
  });

  it('of which the notes are gone before the answer: they were presented and taken', async () => {
    const bench = await bunchBench();
    bench.takeAtOnce();
    expect(await bench.settle(bench.presenter.present())).toEqual({ kind: 'completed', value: undefined });
    await bench.clock.advance(1_000);
    expect([bench.taken(), bench.device.status().state]).toEqual([1, 'ready']);
    expect(await bench.settle(bench.presenter.retract())).toEqual({ kind: 'completed', value: { noteCount: 0 } });
  });

  it.each(['completionLost', 'connectionLost'])('of which the notes are gone before %s: never is it said that nothing was presented', async (fault) => {
    const bench = await bunchBench();
    bench.takeAtOnce();
    bench.hand({ do: 'fault', fault });
    expect(await bench.settle(bench.presenter.present())).toMatchObject({ kind: 'uncertain' });
    expect(bench.world()).toMatchObject({ takenCount: 3 });
  });

  it('that takes a part of the bunch only: the whole is in doubt, and taking the part is not taking it', async () => {
    const bench = await bunchBench();
    bench.hand({ do: 'fault', fault: 'bunchSplit', at: 'present' });
    expect(await bench.settle(bench.presenter.present())).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'furtherBunches' } });
    expect(bench.device.status().faults).toContain('CDM_DISPENSE_UNCERTAIN');
    bench.hand({ do: 'takeNotes' });
    await bench.clock.advance(1_000);
    expect(bench.taken()).toBe(0);
    expect(bench.world()).toMatchObject({ takenCount: 2, pool: [{}] });
    expect(await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 1 }]))).toMatchObject({ kind: 'failed' });
  });

  it('of which it is known at the dispense that it does not take the bunch: nothing is handed out, all goes back', async () => {
    const bench = await createXfsDispenserBench();
    bench.hand({ do: 'fault', fault: 'bunchSplit', at: 'afterStack' });
    const presenter = bench.device.presenter!;
    expect(await bench.settle(presenter.stack([{ cassetteNumber: 1, noteCount: 4 }]))).toMatchObject({ kind: 'completed' });
    expect(await bench.settle(presenter.present())).toMatchObject({ kind: 'failed' });
    expect(await bench.settle(presenter.retract())).toMatchObject({ kind: 'completed' });
    expect(bench.simulator.world()).toMatchObject({ exit: [], takenCount: 0, rejectTray: { noteCount: 4 } });
    expect(await bench.settle(presenter.stack([{ cassetteNumber: 1, noteCount: 2 }]))).toMatchObject({ kind: 'completed' });
    expect(await bench.settle(presenter.present())).toMatchObject({ kind: 'completed' });
  });
});
