/** Goal: what the driver says of a payout is where the notes are, and where it cannot know it gives bounds. Method: each fault at each moment, on the simulator in virtual time; then the notes are counted. */
import { describe, expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import type { DeviceOutcome } from '../../../../main/foundation/outcome.ts';
import type { Id003RecyclerSimulatorOptions } from '../../../../simulators/cash-recycler/id003-recycler/simulator.ts';
import { id003RecyclerParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;
const LOADED = [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }];

async function loaded(options: Id003RecyclerSimulatorOptions = {}): Promise<RecyclerBench> {
  const bench = recyclerBench(id003RecyclerParts({ stored: LOADED, ...options }));
  await bench.ready([FIVE, TWO]);
  return bench;
}

function expectTrue(bench: RecyclerBench, outcome: DeviceOutcome<{ readonly presentedCount: number }>): void {
  const out = bench.outCount();
  if (outcome.kind === 'failed') expect(out).toBe(0);
  if (outcome.kind === 'completed') expect(out).toBe(outcome.value.presentedCount);
  if (outcome.kind === 'uncertain') {
    expect(out).toBeGreaterThanOrEqual(outcome.lastKnown.noteCountMin!);
    expect(out).toBeLessThanOrEqual(outcome.lastKnown.noteCountMax!);
  }
}

describe('payout', () => {
  it('by amount, one box after the other', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.canPayOut(9 * 100_000))).toEqual({ kind: 'completed', value: true });
    expect(await bench.settled(bench.recycler.payOutAmount(9 * 100_000), 900_000)).toMatchObject({ kind: 'completed', value: { isShort: false } });
    expect(bench.outCount()).toBe(3);
    expect(await bench.settled(bench.recycler.payOutAmount(3 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_NOT_DISPENSABLE' });
  });

  it('a note that nobody takes goes to the cash box and is not paid', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }));
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 0, pickedCount: 1, stoppedBy: 'CDM_ITEMS_LEFT' } });
    expect(bench.sumIn('box')).toBe(FIVE);
    expect(bench.outCount()).toBe(0);
  });

  it.each(['silence', 'lostReply', 'badCheck', 'invalidCommand', 'slow', 'truncated'])('the order or its answer meets %s: paid once, or not at all', async (fault) => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 2 }));
    expect(outcome.kind).not.toBe('uncertain');
    expectTrue(bench, outcome);
  });

  it('an acknowledgement of PAY VALID that is lost counts no note twice', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'acknowledgementLost', at: 'payValid', times: 3 });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3 } });
    expect(bench.outCount()).toBe(3);
  });

  const cuts = (['powerCut', 'cableOut', 'failure', 'jam'] as const).flatMap((fault) => (fault === 'jam' ? ['picked'] : ['picked', 'atExit', 'paidOut']).flatMap((at) => [1_000, 6_000].flatMap((takesAfterMs) => [false, true].map((isPushedOut) => [fault, at, takesAfterMs, isPushedOut] as const))));
  it.each(cuts)('%s at %s (a hand after %s ms, pushed out: %s): within what is told, and never a credit', async (fault, at, takesPaidAfterMs, isPushedOut) => {
    const bench = await loaded({ takesPaidAfterMs });
    const unit = await bench.unitOf(FIVE);
    if (isPushedOut) bench.hand({ do: 'fault', fault: 'pushedOut', at: 'powerUp' });
    bench.hand({ do: 'fault', fault, at });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 3 }), 600_000);
    await bench.clock.advance(30_000);
    bench.tryHand({ do: 'clearPath' });
    bench.recycler.reset();
    await bench.clock.advance(1_000);
    expect(await bench.until('ready', 120_000)).toBe(true);
    expectTrue(bench, outcome);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });
});

describe('after a restart of the core', () => {
  /** Three notes of 5 000 ₸ are ordered, the core dies when `when` says so, and the next one, told of an open payout, is ready. */
  async function restarted(bench: RecyclerBench, { when, meanwhile = () => {} }: { readonly when: () => boolean; readonly meanwhile?: () => void }) {
    const unitNumber = await bench.unitOf(FIVE);
    const mark = bench.recycler.payoutMark()!;
    void bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 3 });
    expect(await bench.clock.runUntil(when, 120_000)).toBe(true);
    const stopping = bench.recycler.stop();
    meanwhile();
    await bench.clock.advance(2_000);
    await stopping;
    const next = bench.successor();
    if (!isRecycler(next)) throw new Error('a recycler');
    const credited: string[] = [];
    next.onEvent((event) => {
      if (event.kind === 'noteStacked') credited.push(JSON.stringify(event));
    });
    next.expectCutPayout();
    next.start();
    expect(await bench.clock.runUntil(() => next.status().state === 'ready', 120_000)).toBe(true);
    expect(credited).toEqual([]);
    return { next, unitNumber, mark, outcome: await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark })) };
  }
  const isAt = (bench: RecyclerBench, place: string) => () => bench.notes().some((note) => note.place === place);

  it.each([
    ['with the first note on its way', 1, (bench: RecyclerBench) => isAt(bench, 'transport')],
    ['with a note at the bezel', 1, (bench: RecyclerBench) => isAt(bench, 'bezel')],
    ['with one taken and not acknowledged', 1, (bench: RecyclerBench) => () => bench.outCount() === 1],
    ['with all taken', 3, (bench: RecyclerBench) => () => bench.storedCount(FIVE) === 3 && bench.outCount() === 3 && !isAt(bench, 'bezel')()],
  ] as const)('%s, no further one comes out, and the payout is resolved as %i by its counts and the mark that stands', async (_, presentedCount, when) => {
    const bench = await loaded();
    const { next, unitNumber, outcome } = await restarted(bench, { when: when(bench) });
    await bench.clock.advance(60_000);
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount, pickedCount: presentedCount } });
    expect(bench.outCount()).toBe(presentedCount);
    // Asked again with counts of now: nothing moved since.
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark: next.payoutMark()! }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
  });

  it('a start that knows of no payout lets none go on', async () => {
    const bench = await loaded();
    void bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 });
    expect(await bench.clock.runUntil(() => bench.outCount() === 1, 120_000)).toBe(true);
    await bench.settled(bench.recycler.stop());
    await bench.clock.advance(3_600_000);
    const next = bench.successor();
    next.start();
    expect(await bench.clock.runUntil(() => next.status().state === 'ready', 120_000)).toBe(true);
    await bench.clock.advance(60_000);
    expect([bench.outCount(), bench.storedCount(FIVE)]).toEqual([1, 5]);
  });

  it('a note that came back before it is in doubt: the mark went before the acknowledgement', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const { outcome } = await restarted(bench, { when: () => bench.recycler.status().state === 'ready' && bench.sumIn('box') === FIVE });
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 1 } });
    expectTrue(bench, outcome);
  });

  it('a note that comes back after it is in doubt as well', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const { outcome } = await restarted(bench, { when: isAt(bench, 'bezel') });
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 1 } });
    expectTrue(bench, outcome);
  });

  it.each([['while no core ran', false], ['and the dead core saw it come up', true]])('a power cut of the unit leaves it in doubt: %s', async (_, isSeen) => {
    const bench = await loaded({ takesPaidAfterMs: 6_000 });
    let isUp = false;
    const blink = () => {
      bench.hand({ do: 'powerOff' });
      bench.hand({ do: 'powerOn' });
    };
    const isAtBezel = isAt(bench, 'bezel');
    const when = () => {
      if (!isSeen || isUp) return isUp ? bench.recycler.status().state === 'ready' || bench.recycler.status().state === 'faulty' : isAtBezel();
      if (isAtBezel()) {
        blink();
        isUp = true;
      }
      return false;
    };
    const { outcome } = await restarted(bench, { when, meanwhile: isSeen ? () => {} : blink });
    expect(outcome.kind).toBe('uncertain');
    expectTrue(bench, outcome);
  });

  it('a jam is in doubt, also once a person has cleared it', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'jam', at: 'picked' });
    const isJammed = () => bench.notes().some((note) => note.place === 'transport') && bench.recycler.status().faults.length > 0;
    const { outcome } = await restarted(bench, { when: isJammed, meanwhile: () => bench.tryHand({ do: 'clearPath' }) });
    expect(outcome.kind).toBe('uncertain');
    expectTrue(bench, outcome);
  });

  it('without the counts of before nothing is said', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.resolvePayout({ unitNumber: 1, noteCount: 3, mark: '{' }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
  });
});

describe('to the cash box', () => {
  it('brings whole boxes, and refuses to keep a part of one', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 2 }]))).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 6 }]))).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: 6 }] } });
    expect([bench.storedCount(FIVE), bench.storedCount(TWO), bench.sumIn('box')]).toEqual([6, 0, 6 * TWO]);
  });

  it('takes a kept kind into its box and gives the box up when it is empty', async () => {
    const bench = recyclerBench(id003RecyclerParts());
    await bench.ready([FIVE, TWO]);
    const setRole = (denominationMinor: number, role: 'cashIn' | 'cashInCashOut') => bench.settled(bench.recycler.setRole({ denominationMinor, role }));
    expect(await setRole(1_000_000, 'cashInCashOut')).toMatchObject({ kind: 'failed', detail: 'no empty box' });
    expect((await setRole(TWO, 'cashIn')).kind).toBe('completed');
    expect((await setRole(1_000_000, 'cashInCashOut')).kind).toBe('completed');
  });
});
