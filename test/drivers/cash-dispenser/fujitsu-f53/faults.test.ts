import { describe, expect, it } from 'vitest';
import type { DispenserBench } from '../../../support/dispenser-bench.ts';
import { createF53Bench } from '../../../support/f53-bench.ts';

async function readyBench(options: Parameters<typeof createF53Bench>[0] = {}): Promise<DispenserBench> {
  const bench = createF53Bench(options);
  bench.dispenser.start();
  await bench.untilState('ready');
  return bench;
}

const FIVE = [{ cassetteNumber: 1, noteCount: 3 }, { cassetteNumber: 2, noteCount: 2 }];
const stack = (bench: DispenserBench) => bench.settle(bench.dispenser.presenter!.stack(FIVE));
/** The fault strikes the count, not the status before it. */
async function stackUnder(bench: DispenserBench, fault: { readonly fault: string; readonly at: string; readonly times?: number; readonly index?: number }) {
  const running = bench.dispenser.presenter!.stack(FIVE);
  await bench.untilState('busy');
  bench.hand({ do: 'fault', ...fault });
  return bench.settle(running);
}
const present = (bench: DispenserBench) => bench.settle(bench.dispenser.presenter!.present());
const retract = (bench: DispenserBench) => bench.settle(bench.dispenser.presenter!.retract());

describe('a count that stops short', () => {
  it.each([
    // A cassette ends its own count: the one after it was not asked. A jam is nobody's own.
    ['pickError', 'CDM_PICK_FAILURE', null, 'ready'], ['empty', 'CDM_CASSETTE_EMPTY', null, 'ready'], ['jam', 'CDM_JAMMED', 'CDM_JAMMED', 'faulty'],
  ] as const)('%s: its counts are good, %s, of the other cassette %s, then %s', async (fault, code, otherCode, state) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault, at: 'note', index: 1 });
    const outcome = await stack(bench);
    expect(outcome).toMatchObject({ kind: 'completed', value: [{ stackedCount: 1, stoppedBy: code }, { stackedCount: 0, stoppedBy: otherCode }] });
    expect(bench.world().pool).toHaveLength(1);
    expect(bench.dispenser.status().state).toBe(state);
  });

  it('a cassette that is not there is remembered, the other goes on', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'removeCassette', cassetteNumber: 1 });
    expect(await stack(bench)).toMatchObject({ kind: 'completed', value: [{ stackedCount: 0, stoppedBy: 'CDM_CASSETTE_MISSING' }, { stackedCount: 0 }] });
    expect(await bench.settle(bench.dispenser.readSensors())).toMatchObject({ value: { cassettes: [{ isPresent: false }, { isPresent: true }] } });
    expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 2, noteCount: 4 }))).toMatchObject({ value: { stackedCount: 4 } });
  });

  it('one note more than asked for is counted, and in the bounds of the doubt where the counts do not hold', async () => {
    const told = await readyBench();
    told.hand({ do: 'fault', fault: 'overCount', at: 'count' });
    expect(await stack(told)).toMatchObject({ kind: 'completed', value: [{ stackedCount: 3 }, { requestedCount: 2, stackedCount: 3 }] });
    expect(told.dispenser.status().faults).toEqual(['CDM_COUNT_MISMATCH']);
    const untold = await readyBench();
    untold.hand({ do: 'fault', fault: 'overCount', at: 'mismatch' });
    expect(await stack(untold)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'counted, then 88 00', noteCountMin: 0, noteCountMax: 6 } });
  });

  it('rejects leave the cassette and are counted', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'reject', at: 'note', times: 2 });
    expect(await stack(bench)).toMatchObject({ value: [{ stackedCount: 3, rejectedCount: 2, pickedCount: 5, stoppedBy: null }, { stackedCount: 2 }] });
    expect(bench.world().rejectTray.noteCount).toBe(2);
  });
});

describe('a result that does not come', () => {
  it.each([['replyLost', 'reply'], ['powerCut', 'reply'], ['powerCut', 'note'], ['lineLoss', 'note']] as const)('%s at %s is uncertain, and is not repeated', async (fault, at) => {
    const bench = await readyBench();
    expect(await stackUnder(bench, { fault, at, ...(at === 'note' ? { index: 2 } : {}) })).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
    expect(bench.world().dispenseCommandCount).toBe(1);
    for (const command of ['powerOn', 'plug']) bench.hand({ do: command });
    await bench.clock.advance(60_000);
    expect(bench.dispenser.status().faults).toContain('CDM_DISPENSE_UNCERTAIN');
  });

  it('doubts a note too many that was counted with the lost result', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'overCount', at: 'count' });
    const outcome = await stackUnder(bench, { fault: 'replyLost', at: 'reply' });
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
    expect(bench.world().pool).toHaveLength(6);
  });

  it.each([['silence', 'uncertain'], ['nak', 'failed']] as const)('%s again and again: what may have been taken is %s', async (fault, kind) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault, at: 'count', times: 10 });
    const outcome = await stack(bench);
    expect(outcome.kind).toBe(kind);
    expect(bench.world().pool).toHaveLength(0);
  });

  it('a lost acknowledgement, a damaged or late result and both asking at once are no matter', async () => {
    for (const [fault, at] of [['ackLost', 'command'], ['nak', 'command'], ['badCrc', 'reply'], ['slow', 'reply'], ['contention', 'enq'], ['noise', 'reply']] as const) {
      const bench = await readyBench();
      expect(await stackUnder(bench, { fault, at, times: fault === 'slow' ? 1 : 2 }), fault).toMatchObject({ kind: 'completed', value: [{ stackedCount: 3 }, { stackedCount: 2 }] });
      expect(bench.world().dispenseCommandCount).toBe(1);
    }
  });
});

describe('a unit that restarted by itself (E1)', () => {
  it('refuses the count, nothing moved, and is initialised anew without a person', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'restart', at: 'status' });
    expect(await stack(bench)).toMatchObject({ kind: 'failed' });
    await bench.untilState('ready', 10_000);
    expect(await stack(bench)).toMatchObject({ kind: 'completed', value: [{ stackedCount: 3 }, { stackedCount: 2 }] });
  });

  it('refuses the present, and the bunch goes into the box as it was counted', async () => {
    const bench = await readyBench();
    await stack(bench);
    bench.hand({ do: 'fault', fault: 'restart', at: 'status' });
    expect(await present(bench)).toMatchObject({ kind: 'failed' });
    expect(await retract(bench)).toEqual({ kind: 'completed', value: { noteCount: 5 } });
    expect(bench.world().rejectTray.noteCount).toBe(5);
  });
});

describe('present and retract', () => {
  it('a shutter that does not open: failed, still in the pool; the retract puts all of it into the box, counted', async () => {
    const bench = await readyBench();
    await stack(bench);
    bench.hand({ do: 'fault', fault: 'shutterStuck' });
    expect(await present(bench)).toMatchObject({ kind: 'failed' });
    expect(bench.outCount()).toBe(0);
    expect(await retract(bench)).toEqual({ kind: 'completed', value: { noteCount: 5 } });
    expect(bench.world().rejectTray.noteCount).toBe(5);
  });

  it('a power cut while the bunch comes out is uncertain', async () => {
    const bench = await readyBench();
    await stack(bench);
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'present' });
    expect((await present(bench)).kind).toBe('uncertain');
    expect(bench.outCount()).toBe(3);
  });

  it('what is partly taken comes back uncounted; nothing to draw back means all taken', async () => {
    const bench = await readyBench();
    await stack(bench);
    await present(bench);
    bench.hand({ do: 'takeNotes', noteCount: 2 });
    expect(await retract(bench)).toEqual({ kind: 'completed', value: { noteCount: null } });
    expect(bench.world()).toMatchObject({ exit: [], takenCount: 2, rejectTray: { noteCount: 3 } });
    await stack(bench);
    await present(bench);
    bench.hand({ do: 'takeNotes' });
    expect(await retract(bench)).toEqual({ kind: 'completed', value: { noteCount: 0 } });
  });

  it('a unit that delivers with the count needs no present', async () => {
    const bench = await readyBench({ delivery: 'withCount' });
    await stack(bench);
    expect(bench.outCount()).toBe(5);
    expect((await present(bench)).kind).toBe('completed');
    bench.hand({ do: 'takeNotes' });
    await bench.untilState('ready');
  });
});

describe('at power-up', () => {
  it('notes in the pool are found and left there until a person orders it', async () => {
    const bench = await readyBench();
    await stack(bench);
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    bench.hand({ do: 'powerOn' });
    await bench.untilState('faulty');
    expect(bench.dispenser.status().faults).toContain('CDM_ITEMS_LEFT');
    await bench.clock.advance(60_000);
    expect(bench.world().pool).toHaveLength(5);
    expect(await stack(bench)).toMatchObject({ kind: 'failed', errorCode: 'CDM_ITEMS_LEFT' });
    bench.dispenser.reset();
    await bench.untilState('ready');
    expect(bench.world()).toMatchObject({ pool: [], rejectTray: { noteCount: 5 } });
  });

  it('notes in the exit block even the reset', async () => {
    const bench = await readyBench();
    await stack(bench);
    await present(bench);
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    bench.hand({ do: 'powerOn' });
    await bench.untilState('faulty');
    bench.dispenser.reset();
    await bench.clock.advance(30_000);
    expect(bench.dispenser.status()).toMatchObject({ state: 'faulty' });
    expect(bench.world().exit).toHaveLength(5);
    bench.hand({ do: 'takeNotes' });
    bench.dispenser.reset();
    await bench.untilState('ready');
  });
});
