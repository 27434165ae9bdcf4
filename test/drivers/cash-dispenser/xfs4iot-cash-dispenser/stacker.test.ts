/** Goal: what an order without a result left in the stacker is handed to nobody, before a person has seen to it. Method: the driver on its simulator in virtual time. */
import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../../../main/foundation/outcome.ts';
import { createXfsDispenserBench } from '../../../support/xfs-dispenser-bench.ts';

const UP_MS = 20_000;

async function stackerBench() {
  const bench = await createXfsDispenserBench();
  const stack = (cassetteNumber: number, noteCount: number, device = bench.device) => bench.settle(device.presenter!.stack([{ cassetteNumber, noteCount }]));
  return { ...bench, stack };
}

describe('the stacker of a dispenser behind a service', () => {
  it.each([['completionLost', 'CashDispenser.Dispense'], ['connectionLost', 'CashDispenser.Dispense'], ['powerCut', 'afterStack'], ['powerCut', 'pick']])('that holds what %s at %s left in doubt pays nobody until a person had it cleared', async (fault, at) => {
    const bench = await stackerBench();
    bench.hand({ do: 'fault', fault, at, ...(at === 'pick' ? { index: 1 } : {}) });
    expect(await bench.stack(1, 3)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
    await bench.clock.advance(UP_MS);
    expect(bench.device.status()).toMatchObject({ state: 'faulty', faults: ['CDM_DISPENSE_UNCERTAIN', 'CDM_ITEMS_LEFT'] });
    expect(await bench.stack(2, 2)).toMatchObject({ kind: 'failed', errorCode: 'CDM_DISPENSE_UNCERTAIN' });
    expect(await bench.settle(bench.device.presenter!.present())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect(await bench.settle(bench.device.readSensors())).toMatchObject({ kind: 'completed', value: { isExitBlocked: false, isTransportBlocked: true } });
    bench.device.reset();
    await bench.untilState('ready');
    expect(bench.simulator.world()).toMatchObject({ pool: [], exit: [], rejectTray: { noteCount: at === 'pick' ? 1 : 3 }, handedOut: [] });
    await bench.stack(2, 2);
    expect((await bench.settle(bench.device.presenter!.present())).kind).toBe('completed');
    expect(bench.simulator.world()).toMatchObject({ handedOut: [[{ denominationMinor: 200_000, noteCount: 2 }]] });
  });

  it('is looked at by a terminal that was started anew', async () => {
    const bench = await stackerBench();
    await bench.stack(1, 3);
    await bench.settle(bench.device.stop());
    const again = bench.again();
    again.start();
    await bench.until(() => again.status().state === 'faulty', 'the second driver');
    expect(again.status().faults).toEqual(['CDM_ITEMS_LEFT']);
    expect(await bench.stack(2, 2, again)).toMatchObject({ kind: 'failed', errorCode: 'CDM_ITEMS_LEFT' });
    again.reset();
    await bench.until(() => again.status().state === 'ready', 'cleared');
    expect(bench.simulator.world()).toMatchObject({ pool: [], rejectTray: { noteCount: 3 } });
  });

  it.each([[1, 'countsDisagree', 32], [2, 'notesOfAnotherCassette', 2]])('into which an order of before still gathers, ours is of cassette %i: what was not asked for is in doubt, and presented to nobody', async (cassetteNumber, stage, noteCountMax) => {
    const bench = await stackerBench();
    void bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 30 }]);
    await bench.until(() => bench.wire.some(({ text }) => text.includes('StartDispenseEvent')), 'it begins');
    await bench.settle(bench.device.stop());
    const again = bench.again();
    again.start();
    await bench.until(() => again.status().state === 'ready', 'the second driver');
    expect(bench.simulator.world()).toMatchObject({ pool: [] });
    expect(await bench.stack(cassetteNumber, 2, again)).toMatchObject({ kind: 'uncertain', lastKnown: { stage, noteCountMax } });
    expect(bench.simulator.world()).toMatchObject({ pool: { length: 32 } });
    expect((await bench.settle(again.presenter!.present())).kind).toBe('failed');
  });

  it('keeps a bunch that was counted over a lost line: it is presented, or goes to the reject unit', async () => {
    for (const [verb, place] of [['present', 'exit'], ['retract', 'pool']] as const) {
      const bench = await stackerBench();
      await bench.stack(1, 3);
      bench.hand({ do: 'unplug' });
      await bench.untilState('offline');
      bench.hand({ do: 'plug' });
      await bench.untilState('ready');
      expect((await bench.settle<DeviceOutcome<unknown>>(bench.device.presenter![verb]())).kind).toBe('completed');
      expect(bench.simulator.world()).toMatchObject({ [place]: { length: verb === 'present' ? 3 : 0 }, rejectTray: { noteCount: verb === 'present' ? 0 : 3 } });
    }
  });

  it('counts no note for the customer that was rejected before the mechanism failed', async () => {
    const bench = await stackerBench();
    bench.hand({ do: 'fault', fault: 'noteRejected', at: 'pick', index: 0 });
    bench.hand({ do: 'fault', fault: 'jam', at: 'pick', index: 2 });
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 3 }))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'hardwareError', noteCountMin: 0, noteCountMax: 3 } });
  });

  it.each([['it is full', false], ['it stands open', true]])('says nothing of a cassette that is exchanged while it pays, and %s: what it gathered before is in doubt', async (_, isOpen) => {
    const bench = await stackerBench();
    const stacked = bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 5 }]);
    await bench.until(() => (bench.simulator.world() as unknown as { readonly pool: readonly unknown[] }).pool.length === 3, 'three notes');
    if (isOpen) bench.hand({ do: 'removeCassette', cassetteNumber: 1 });
    bench.hand({ do: 'countAnew', cassetteNumber: 1 });
    expect(await bench.settle(stacked)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'countersSetAnew', noteCountMin: 0, noteCountMax: 5 } });
    expect((await bench.settle(bench.device.presenter!.present())).kind).toBe('failed');
  });

  it('keeps a bunch whose present failed and moved nothing: by its counters it is still inside, and goes back', async () => {
    const bench = await stackerBench();
    await bench.stack(1, 3);
    bench.hand({ do: 'fault', fault: 'hardwareError', at: 'CashDispenser.Present' });
    expect(await bench.settle(bench.device.presenter!.present())).toMatchObject({ kind: 'failed', completionCode: 'hardwareError' });
    expect((await bench.settle(bench.device.presenter!.retract())).kind).toBe('completed');
    expect(bench.simulator.world()).toMatchObject({ pool: [], exit: [], rejectTray: { noteCount: 3 }, handedOut: [] });
    expect(bench.device.status()).toMatchObject({ state: 'ready', faults: [] });
  });

  it('that sticks in the transport is cleared by a person: a present that jams hands out nothing', async () => {
    const bench = await stackerBench();
    await bench.stack(1, 3);
    bench.hand({ do: 'fault', fault: 'jam', at: 'present' });
    expect(await bench.settle(bench.device.presenter!.present())).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'hardwareError' } });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['CDM_JAMMED']);
    expect(await bench.stack(2, 2)).toMatchObject({ kind: 'failed', errorCode: 'CDM_JAMMED' });
    bench.device.reset();
    await bench.untilState('ready');
    expect(bench.simulator.world()).toMatchObject({ path: [], rejectTray: { noteCount: 3 }, handedOut: [] });
  });
});
