/** Goal: what the driver says of a payout is where the notes are, and where it cannot know it gives bounds. Method: each fault at each moment, on the simulator in virtual time; then the notes are counted. */
import { describe, expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import type { DeviceOutcome } from '../../../../main/foundation/outcome.ts';
import type { BillToBillSimulatorOptions } from '../../../../simulators/cash-recycler/ccnet-bill-to-bill/simulator.ts';
import { billToBillParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;
const TEN = 1_000_000;
const LOADED = [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }];

async function loaded(options: BillToBillSimulatorOptions = {}): Promise<RecyclerBench> {
  const bench = recyclerBench(billToBillParts({ stored: LOADED, ...options }));
  await bench.ready([FIVE, TWO]);
  return bench;
}
const world = (bench: RecyclerBench) => bench.simulator.world() as unknown as { readonly cassettes: readonly { readonly billType: number | null; readonly noteCount: number }[]; readonly untoldEventHex: string | null };

async function accept(bench: RecyclerBench, denominationMinor = FIVE): Promise<void> {
  expect((await bench.settled(bench.recycler.enable({ denominationsMinor: [denominationMinor], currency: 'KZT' }))).kind).toBe('completed');
  const since = bench.events.length;
  bench.hand({ do: 'insertNote', denominationMinor });
  const event = await bench.untilEvent('noteEscrowed', { since });
  if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
  await bench.clock.advance(3_000);
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

describe('cassettes', () => {
  it.each(['billType', 'typeAndDestination'] as const)('a kept kind gets an empty cassette, its notes lie there and go out again; 81 tells %s', async (stackedByte) => {
    const bench = recyclerBench(billToBillParts({ stackedByte }));
    await bench.ready([FIVE]);
    expect(world(bench).cassettes).toEqual([{ billType: 6, noteCount: 0 }, { billType: null, noteCount: 0 }, { billType: null, noteCount: 0 }]);
    await accept(bench);
    await accept(bench, TEN);
    expect(bench.events.filter((event) => event.kind === 'noteStacked').map((event) => event.kind === 'noteStacked' && event.denominationMinor)).toEqual([FIVE, TEN]);
    expect(world(bench).cassettes[0]).toEqual({ billType: 6, noteCount: 1 });
    expect(bench.sumIn('box')).toBe(TEN);
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 1 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 1, pickedCount: 1 } });
    expect(bench.outCount()).toBe(1);
  });

  it('a full one sends its kind to the drop cassette, and says so by its count', async () => {
    const bench = recyclerBench(billToBillParts({ stored: [{ denominationMinor: FIVE, noteCount: 2 }], cassetteCapacity: 2 }));
    await bench.ready([FIVE]);
    await accept(bench);
    expect(bench.sumIn('box')).toBe(FIVE);
    const inventory = await bench.settled(bench.recycler.inventory());
    expect(inventory.kind === 'completed' && inventory.value.units.find((unit) => unit.denominationMinor === FIVE)?.noteCount).toBe(2);
  });

  it('is given up only when it is empty, and a fourth kind finds none', async () => {
    const bench = recyclerBench(billToBillParts({ stored: [...LOADED, { denominationMinor: TEN, noteCount: 1 }] }));
    await bench.ready([FIVE, TWO, TEN]);
    const setRole = (denominationMinor: number, role: 'cashIn' | 'cashInCashOut') => bench.settled(bench.recycler.setRole({ denominationMinor, role }));
    expect(await setRole(100_000, 'cashInCashOut')).toMatchObject({ kind: 'failed', detail: 'no empty cassette without a type' });
    expect(await setRole(TEN, 'cashIn')).toMatchObject({ kind: 'failed', detail: 'its cassette must be emptied first' });
    expect((await bench.settled(bench.recycler.floatTo([...LOADED]))).kind).toBe('completed');
    expect((await setRole(TEN, 'cashIn')).kind).toBe('completed');
    expect((await setRole(100_000, 'cashInCashOut')).kind).toBe('completed');
    expect((await setRole(700_000, 'cashInCashOut')).kind).toBe('failed');
    expect(world(bench).cassettes.map((cassette) => cassette.billType)).toEqual([6, 5, 4]);
  });

  it('a note that comes while one is to be set is stacked, and not given back for having waited', async () => {
    const bench = recyclerBench(billToBillParts());
    await bench.ready([]);
    expect((await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }))).kind).toBe('completed');
    const since = bench.events.length;
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    const setting = bench.recycler.setRole({ denominationMinor: FIVE, role: 'cashInCashOut' });
    const event = await bench.untilEvent('noteEscrowed', { since });
    const startedMs = bench.clock.monotonicMs();
    if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    expect(bench.clock.monotonicMs() - startedMs, 'before the thirty polls of a cassette that is set').toBeLessThan(2_500);
    expect((await bench.settled(setting)).kind).toBe('failed');
    expect(bench.sumIn('box')).toBe(FIVE);
  });

  it.each([['notUnderstood'], ['illegal'], ['lostReply'], ['silence']])('setting a type meets %s: the table says what became of it', async (fault) => {
    const bench = recyclerBench(billToBillParts());
    await bench.ready([]);
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    const outcome = await bench.settled(bench.recycler.setRole({ denominationMinor: FIVE, role: 'cashInCashOut' }));
    expect(world(bench).cassettes[0]!.billType).toBe(outcome.kind === 'completed' ? 6 : null);
  });
});

describe('payout', () => {
  it('by amount: the driver chooses the notes, one order pays them', async () => {
    const bench = await loaded();
    const { recycler } = bench;
    expect(await bench.settled(recycler.canPayOut(9 * 100_000))).toEqual({ kind: 'completed', value: true });
    expect(await bench.settled(recycler.canPayOut(3 * 100_000))).toEqual({ kind: 'completed', value: false });
    expect(await bench.settled(recycler.payOutAmount(9 * 100_000))).toEqual({ kind: 'completed', value: { presented: [{ denominationMinor: TWO, noteCount: 2 }, { denominationMinor: FIVE, noteCount: 1 }], toBox: [], isShort: false } });
    expect(bench.outCount()).toBe(3);
    expect(await bench.settled(recycler.payOutAmount(3 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_NOT_DISPENSABLE' });
    expect(await bench.settled(recycler.payOutAmount(100 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_EMPTY' });
    expect(bench.outCount()).toBe(3);
  });

  it.each(['none', 'pairs', 'other'] as const)('25 followed by %s', async (dispensedData) => {
    const bench = await loaded({ dispensedData });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3, stoppedBy: null } });
    expect(bench.outCount()).toBe(3);
  });

  it.each(['silence', 'lostReply', 'badCheck', 'notUnderstood', 'illegal', 'slow', 'truncated'])('the order or its answer meets %s: paid once, or not at all', async (fault) => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 2 }));
    expect(outcome.kind).not.toBe('uncertain');
    expectTrue(bench, outcome);
    expect([0, 2]).toContain(bench.outCount());
  });

  const cuts = (['powerCut', 'cableOut', 'failure', 'jam'] as const).flatMap((fault) => (fault === 'jam' ? ['picked'] : ['picked', 'atExit', 'paidOut']).flatMap((at) => [1_000, 6_000].flatMap((takesAfterMs) => [false, true].map((isPushedOut) => [fault, at, takesAfterMs, isPushedOut] as const))));
  it.each(cuts)('%s at %s (a hand after %s ms, pushed out: %s): within what is told, and never a credit', async (fault, at, takesPaidAfterMs, isPushedOut) => {
    const bench = await loaded({ takesPaidAfterMs, tellsStackedAfterReset: true });
    const unit = await bench.unitOf(FIVE);
    if (isPushedOut) bench.hand({ do: 'fault', fault: 'pushedOut', at: 'powerUp' });
    bench.hand({ do: 'fault', fault, at });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 3 }), 600_000);
    await bench.clock.advance(30_000);
    if (fault === 'powerCut' || fault === 'cableOut') expectTrue(bench, outcome);
    if (fault === 'cableOut') expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 3 } });
    if (fault === 'powerCut') expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0 } });
    if (outcome.kind === 'uncertain') expect(bench.recycler.status()).toMatchObject({ state: 'faulty' });
    bench.tryHand({ do: 'clearPath' });
    bench.recycler.reset();
    expect(await bench.until('ready', 120_000)).toBe(true);
    expectTrue(bench, outcome);
    expect(bench.recycler.status().faults).toEqual([]);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
    await accept(bench);
  });

  it('asks for more than there is: nothing moves', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 7 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_EMPTY' });
    expect(bench.outCount()).toBe(0);
  });

  it('its event stays in the unit until the outcome is durable, and no longer than ten seconds', async () => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 1 }));
    await bench.clock.advance(3_000);
    expect(world(bench).untoldEventHex).toBe('25');
    bench.recycler.confirmPayout();
    await bench.clock.advance(1_000);
    expect(world(bench).untoldEventHex).toBeNull();
    await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 1 }));
    await bench.clock.advance(15_000);
    expect(world(bench).untoldEventHex).toBeNull();
  });
});

describe('after a restart of the core', () => {
  it.each([['while it pays', 1_500], ['after all was paid, before it was confirmed', 9_000]])('%s, the payout is resolved by its event and the counts, once', async (_, afterMs) => {
    const bench = await loaded();
    const unitNumber = await bench.unitOf(FIVE);
    const mark = bench.recycler.payoutMark()!;
    void bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 3 });
    await bench.clock.advance(afterMs);
    const stopping = bench.recycler.stop();
    await bench.clock.advance(2_000);
    await stopping;
    const next = bench.successor();
    if (!isRecycler(next)) throw new Error('a recycler');
    next.start();
    await bench.clock.runUntil(() => next.status().state === 'ready', 60_000);
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3, pickedCount: 3 } });
    expect(bench.outCount()).toBe(3);
    next.confirmPayout();
    // Asked again with counts of now: nothing moved since.
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark: next.payoutMark()! }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
  });

  it.each([[false], [true]])('after the unit lost its power as well, what left the cassettes is in doubt and no note of it a customer’s (81 after a reset: %s)', async (tellsStackedAfterReset) => {
    const bench = await loaded({ tellsStackedAfterReset });
    const unitNumber = await bench.unitOf(FIVE);
    const mark = bench.recycler.payoutMark()!;
    void bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 3 });
    await bench.clock.runUntil(() => bench.notes().some((note) => note.place === 'transport'), 10_000);
    bench.hand({ do: 'powerOff' });
    const stopping = bench.recycler.stop();
    await bench.clock.advance(5_000);
    await stopping;
    bench.hand({ do: 'powerOn' });
    const next = bench.successor();
    if (!isRecycler(next)) throw new Error('a recycler');
    const credited: string[] = [];
    next.onEvent((event) => {
      if (event.kind === 'noteStacked') credited.push(JSON.stringify(event));
    });
    next.expectCutPayout();
    next.start();
    await bench.clock.runUntil(() => next.status().state === 'ready', 60_000);
    const outcome = await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark }));
    expect(credited).toEqual([]);
    expect(outcome.kind).toBe('uncertain');
    expectTrue(bench, outcome as DeviceOutcome<{ presentedCount: number }>);
  });

  it('no counts of before are told after a note came in, until they are read again', async () => {
    const bench = await loaded();
    await bench.settled(bench.recycler.inventory());
    expect(bench.recycler.payoutMark()).not.toBeNull();
    await accept(bench);
    expect(bench.recycler.payoutMark()).toBeNull();
    expect(await bench.settled(bench.recycler.resolvePayout({ unitNumber: 1, noteCount: 3, mark: '' }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
  });
});

describe('to the cash box', () => {
  it('float keeps what it is told', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 2 }, { denominationMinor: TWO, noteCount: 6 }]))).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: FIVE, noteCount: 4 }] } });
    expect(bench.storedCount(FIVE)).toBe(2);
    expect(bench.sumIn('box')).toBe(4 * FIVE);
  });

  it('a power cut in the second cassette: of the first is told what lies in the box, of the second nothing', async () => {
    const bench = await loaded();
    const emptying = bench.recycler.empty();
    await bench.clock.runUntil(() => bench.storedCount(FIVE) === 0 && bench.storedCount(TWO) === 4, 60_000);
    bench.hand({ do: 'powerOff' });
    await bench.clock.advance(2_000);
    bench.hand({ do: 'powerOn' });
    expect((await bench.settled(emptying)).kind).toBe('uncertain');
    bench.recycler.reset();
    await bench.clock.advance(1_000);
    await bench.until('ready');
    // Whoever only looks takes nothing of it away.
    await bench.settled(bench.recycler.dispenser.readSensors());
    const inventory = await bench.settled(bench.recycler.inventory());
    expect(inventory.kind === 'completed' && inventory.value.movedToBox).toEqual([{ denominationMinor: FIVE, noteCount: 6 }]);
    bench.recycler.moved.booked([{ denominationMinor: FIVE, noteCount: 6 }]);
    expect(await bench.settled(bench.recycler.inventory())).toMatchObject({ kind: 'completed', value: { movedToBox: [] } });
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });

  it('halted: the cassette under way is brought to its end, no further one begins', async () => {
    const bench = await loaded();
    const emptying = bench.recycler.empty();
    await bench.clock.advance(3_000);
    bench.recycler.halt();
    expect(await bench.settled(emptying)).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: FIVE, noteCount: 6 }] } });
    expect(bench.storedCount(TWO)).toBe(6);
  });
});
