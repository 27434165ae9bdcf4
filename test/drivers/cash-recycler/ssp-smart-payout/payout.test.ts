/** Goal: what the driver says of a payout is where the notes are. Method: each fault at each moment of a payout, on the simulator in virtual time; then the notes are counted. */
import { describe, expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { RECYCLER_FAULTS } from '../../../../simulators/parts/validator-faults.ts';
import { smartPayoutParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;
const LOADED = [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }];

async function loaded(options: Parameters<typeof smartPayoutParts>[0] = {}): Promise<RecyclerBench> {
  const bench = recyclerBench(smartPayoutParts({ stored: LOADED, ...options }));
  await bench.ready([FIVE, TWO]);
  return bench;
}

describe('a note that was accepted', () => {
  async function accept(bench: RecyclerBench): Promise<void> {
    expect((await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }))).kind).toBe('completed');
    const since = bench.events.length;
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    const event = await bench.untilEvent('noteEscrowed', { since });
    if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(5_000);
  }

  it('is payable once the unit counts it, and the very note goes out again', async () => {
    const bench = recyclerBench(smartPayoutParts());
    await bench.ready([FIVE]);
    let changedCount = 0;
    bench.recycler.onUnitsChanged(() => void changedCount++);
    const unitNumber = await bench.unitOf(FIVE);
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 1 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_EMPTY' });
    await accept(bench);
    expect(changedCount).toBeGreaterThan(0);
    const inventory = await bench.settled(bench.recycler.inventory());
    expect(inventory.kind === 'completed' && inventory.value.units.find((unit) => unit.unitNumber === unitNumber)).toEqual({ unitNumber, denominationMinor: FIVE, currency: 'KZT', role: 'cashInCashOut', noteCount: 1 });
    const { serial } = bench.notes()[0]!;
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 1 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 1, pickedCount: 1, rejectedCount: 0, inTransportCount: 0, stoppedBy: null } });
    expect(bench.notes()).toMatchObject([{ serial, place: 'customer' }]);
    bench.recycler.confirmPayout();
    await bench.clock.advance(2_000);
    await accept(bench);
    expect(bench.storedCount(FIVE)).toBe(1);
  });

  it('goes to the cash box by its role, and is not payable there', async () => {
    const bench = recyclerBench(smartPayoutParts());
    await bench.ready([]);
    await accept(bench);
    expect(bench.sumIn('box')).toBe(FIVE);
    expect(bench.storedCount(FIVE)).toBe(0);
  });
});

describe('notes that come in soon after a payout', () => {
  it('are not moved by what the simulator\'s bezel waited for: the note was taken', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(TWO), noteCount: 1 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
    bench.recycler.confirmPayout();
    await bench.clock.advance(8_000);
    await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }));
    const insert = async () => {
      const since = bench.events.length;
      bench.hand({ do: 'insertNote', denominationMinor: FIVE });
      const event = await bench.untilEvent('noteEscrowed', { since });
      return event.kind === 'noteEscrowed' ? event.note.noteId : '';
    };
    const first = await insert();
    await bench.clock.advance(6_000);
    expect(await bench.settled(bench.recycler.stack(first))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(1_000);
    await insert();
    await bench.clock.advance(8_000);
    expect(bench.sumIn('escrow')).toBe(FIVE);
  });
});

describe('payout', () => {
  it('by amount: asks first, then the device chooses the notes', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.canPayOut(9 * 100_000))).toEqual({ kind: 'completed', value: true });
    expect(await bench.settled(bench.recycler.canPayOut(3 * 100_000))).toEqual({ kind: 'completed', value: false });
    expect(bench.outCount()).toBe(0);
    expect(await bench.settled(bench.recycler.payOutAmount(9 * 100_000))).toEqual({ kind: 'completed', value: { presented: [{ denominationMinor: TWO, noteCount: 2 }, { denominationMinor: FIVE, noteCount: 1 }], toBox: [], isShort: false } });
    expect(bench.outCount()).toBe(3);
    expect(await bench.settled(bench.recycler.payOutAmount(3 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_NOT_DISPENSABLE' });
  });

  it('halted: what was out is out, the rest stays', async () => {
    const bench = await loaded();
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 6 });
    await bench.clock.advance(3_000);
    bench.recycler.halt();
    const outcome = await bench.settled(paying);
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount() } });
    expect(bench.outCount()).toBeGreaterThan(0);
    expect(bench.outCount() + bench.storedCount(FIVE)).toBe(6);
    expect(bench.storedCount(FIVE)).toBeGreaterThan(0);
  });

  it('a note that nobody takes goes to the cash box and is not paid', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }));
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 0, pickedCount: 1, rejectedCount: 1, stoppedBy: 'CDM_ITEMS_LEFT' } });
    expect(bench.sumIn('box')).toBe(FIVE);
    expect(bench.outCount()).toBe(0);
  });

  it.each(['silence', 'lostReply', 'badCheck'])('the order or its answer meets %s: it is paid once', async (fault) => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 2 });
    bench.hand({ do: 'fault', fault, at: 'reply', times: 4 });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
    expect(bench.outCount()).toBe(2);
  });

  it.each(['silence', 'lostReply', 'badCheck', 'truncated'])('the order itself, sealed as it is, or its answer meets %s: it is paid once', async (fault) => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 2 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
    expect(bench.outCount()).toBe(2);
    expect((bench.simulator.world() as { readonly faults: readonly unknown[] }).faults, 'it struck').toEqual([]);
  });

  it.each(['silence', 'lostReply'])('the poll that accepts a note is an order: %s, and the note is credited once', async (fault) => {
    const bench = await loaded();
    await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    const event = await bench.untilEvent('noteEscrowed');
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(10_000);
    expect(bench.events.filter(({ kind }) => kind === 'noteStacked')).toHaveLength(1);
    expect(bench.storedCount(FIVE)).toBe(7);
    expect((bench.simulator.world() as { readonly faults: readonly unknown[] }).faults, 'it struck').toEqual([]);
  });

  const cuts = (['powerCut', 'cableOut', 'failure', 'jam'] as const).flatMap((fault) => RECYCLER_FAULTS[fault].at.filter((at) => ['picked', 'atExit', 'paidOut'].includes(at)).flatMap((at) => [1_000, 6_000].map((takesAfterMs) => [fault, at, takesAfterMs] as const)));
  it.each(cuts)('%s at %s (a hand after %s ms): the registers say what went out', async (fault, at, takesPaidAfterMs) => {
    const bench = await loaded({ takesPaidAfterMs });
    const unit = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, at });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 3 }), 600_000);
    expect(outcome.kind).toBe('completed');
    await bench.clock.advance(30_000);
    if (outcome.kind === 'completed') expect(outcome.value.presentedCount).toBe(bench.outCount());
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
    bench.tryHand({ do: 'clearPath' });
    bench.recycler.reset();
    expect(await bench.until('ready', 120_000)).toBe(true);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });

  it('a note pushed out at power-up is counted by the unit itself, wherever DC has it', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'picked' });
    bench.hand({ do: 'fault', fault: 'pushedOut', at: 'powerUp' });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 1, pickedCount: 1 } });
    expect(bench.outCount()).toBe(1);
  });

  it('without counters the same is a range', async () => {
    const bench = await loaded({ withoutCommands: [0x58] });
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'picked' });
    bench.hand({ do: 'fault', fault: 'pushedOut', at: 'powerUp' });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 1 } });
  });
});

describe('after a restart of the core', () => {
  it.each([['while it pays', 1_500], ['after all was paid', 20_000]])('%s, the payout is resolved by event and registers, once', async (_, afterMs) => {
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
    await bench.clock.runUntil(() => next.status().state === 'ready' || next.status().state === 'busy', 60_000);
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3, pickedCount: 3 } });
    expect(bench.outCount()).toBe(3);
    next.confirmPayout();
    await bench.clock.advance(3_000);
    expect((bench.simulator.world() as { waitingEventsHex: string[] }).waitingEventsHex).toEqual([]);
    // Asked again with registers of now: nothing moved since.
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark: next.payoutMark()! }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
  });

  it.each([['of the same kind', FIVE], ['of another kind', TWO]])('the kept end of the payout before says nothing of the next one, %s, which was never sent', async (_, nextMinor) => {
    const bench = await loaded();
    expect((await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }))).kind).toBe('completed');
    const [unitNumber, mark] = [await bench.unitOf(nextMinor), bench.recycler.payoutMark()!];
    await bench.settled(bench.recycler.stop());
    const next = bench.successor();
    if (!isRecycler(next)) throw new Error('a recycler');
    next.start();
    await bench.clock.runUntil(() => next.status().state === 'ready', 60_000);
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 2, mark }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0, pickedCount: 0 } });
  });

  it('a mark that is none resolves nothing', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.resolvePayout({ unitNumber: 1, noteCount: 3, mark: '{' }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
  });
});

describe('to the cash box', () => {
  it('float keeps what it is told', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 2 }, { denominationMinor: TWO, noteCount: 6 }]))).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: FIVE, noteCount: 4 }] } });
    expect(bench.storedCount(FIVE)).toBe(2);
    expect(bench.sumIn('box')).toBe(4 * FIVE);
  });

  it.each([[[]], [[0x52]]])('empty brings all, without the commands %j as well', async (withoutCommands) => {
    const bench = await loaded({ withoutCommands });
    expect(await bench.settled(bench.recycler.empty())).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: 6 }, { denominationMinor: FIVE, noteCount: 6 }] } });
    expect(bench.sumIn('store')).toBe(0);
    expect(bench.outCount()).toBe(0);
  });

  it('a power cut in the middle: what is in the box is said, never more', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'boxed' });
    const outcome = await bench.settled(bench.recycler.empty());
    if (outcome.kind === 'completed') expect(outcome.value.movedToBox.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0)).toBe(bench.sumIn('box'));
    else expect(outcome.kind).toBe('uncertain');
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });
});

describe('an order that was not heard, and a line that comes back when nobody waits for it any more', () => {
  it.each(['dispense', 'payOutAmount', 'empty'] as const)('%s: the unit does it neither then nor later', async (kind) => {
    const bench = await loaded();
    const cassetteNumber = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault: 'silence', at: 'orderReply', times: 1_000 });
    const { recycler } = bench;
    const outcome = kind === 'dispense' ? recycler.dispenser.dispense({ cassetteNumber, noteCount: 2 }) : kind === 'empty' ? recycler.empty() : recycler.payOutAmount(2 * FIVE);
    await bench.clock.advance(1_000);
    bench.hand({ do: 'unplug' });
    expect(await bench.settled<{ readonly kind: string }>(outcome, 2_000_000)).toMatchObject({ kind: 'uncertain' });
    bench.hand({ do: 'clearFaults' });
    bench.hand({ do: 'plug' });
    await bench.clock.advance(120_000);
    expect([bench.outCount(), bench.storedCount(FIVE), bench.sumIn('box')]).toEqual([0, 6, 0]);
  });
});

it('an order whose answer was lost, and a unit that lost its power by it: that it has no keys is no refusal', async () => {
  const bench = await loaded({ takesPaidAfterMs: 500 });
  const cassetteNumber = await bench.unitOf(FIVE);
  bench.hand({ do: 'fault', fault: 'lostReply', at: 'orderReply', times: 4 });
  bench.hand({ do: 'fault', fault: 'powerCut', at: 'atExit' });
  const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber, noteCount: 2 }), 600_000);
  expect(bench.outCount()).toBe(1);
  expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
});
