/** Goal: what the driver says of a payout is where the notes are. Method: each fault at each moment of a payout, on the simulated service in virtual time; then the notes are counted. */
import { describe, expect, it } from 'vitest';
import { isRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { FAULTS } from '../../../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import { xfsRecyclerParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;
const LOADED = [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }];
const KEY = Buffer.from('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F', 'hex');

async function loaded(options: Parameters<typeof xfsRecyclerParts>[0] = {}): Promise<RecyclerBench> {
  const bench = recyclerBench(xfsRecyclerParts({ stored: LOADED, ...options }));
  await bench.ready([FIVE, TWO]);
  return bench;
}

async function pay(bench: RecyclerBench, noteCount: number, limitMs = 600_000) {
  return bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount }), limitMs);
}

/** Opens the mouth and has one note in escrow. */
async function escrow(bench: RecyclerBench, denominationMinor: number): Promise<string> {
  expect((await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE, TWO], currency: 'KZT' }))).kind).toBe('completed');
  const since = bench.events.length;
  bench.hand({ do: 'insertNote', denominationMinor });
  const event = await bench.untilEvent('noteEscrowed', { since });
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  return event.note.noteId;
}

const inBins = (bench: RecyclerBench) => (bench.simulator.world() as unknown as { readonly units: readonly { readonly name: string; readonly noteCount: number }[] }).units.filter(({ name }) => name === 'unitR' || name === 'unitT').reduce((sum, { noteCount }) => sum + noteCount, 0);

describe('a note that was accepted', () => {
  it('is told as payable when the service counts it, and the very note goes out again', async () => {
    const bench = recyclerBench(xfsRecyclerParts());
    await bench.ready([FIVE]);
    let changedCount = 0;
    bench.recycler.onUnitsChanged(() => void changedCount++);
    expect(await pay(bench, 1)).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_EMPTY' });
    expect(await bench.settled(bench.recycler.stack(await escrow(bench, FIVE)))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(1_000);
    expect(changedCount).toBeGreaterThan(0);
    const { serial } = bench.notes()[0]!;
    expect(bench.notes()).toMatchObject([{ serial, place: 'store' }]);
    expect(await pay(bench, 1)).toMatchObject({ kind: 'completed', value: { presentedCount: 1, pickedCount: 1, rejectedCount: 0, inTransportCount: 0, stoppedBy: null } });
    expect(bench.notes()).toMatchObject([{ serial, place: 'customer' }]);
  });

  it.each(['beforeStack', 'afterStack'])('power goes %s: told once, as what became of it', async (at) => {
    const bench = await loaded();
    const noteId = await escrow(bench, FIVE);
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    expect((await bench.settled(bench.recycler.stack(noteId))).kind).toBe('uncertain');
    expect(await bench.until('ready')).toBe(true);
    await bench.clock.advance(10_000);
    const told = bench.events.filter((event) => event.kind === 'noteStacked' || event.kind === 'noteReturned').map(({ kind }) => kind);
    expect(told).toEqual([at === 'afterStack' ? 'noteStacked' : 'noteReturned']);
    expect(bench.storedCount(FIVE)).toBe(at === 'afterStack' ? 7 : 6);
  });

  it('that jams on its way into the unit is told as neither, and nothing more is taken', async () => {
    const bench = await loaded();
    const noteId = await escrow(bench, FIVE);
    bench.hand({ do: 'fault', fault: 'jam', at: 'store' });
    expect((await bench.settled(bench.recycler.stack(noteId))).kind).toBe('uncertain');
    expect(await bench.until('faulty')).toBe(true);
    expect(bench.recycler.status().faults).toEqual(expect.arrayContaining(['CIM_JAMMED', 'CDM_JAMMED']));
    expect(bench.events.filter((event) => event.kind === 'noteStacked' || event.kind === 'noteReturned')).toEqual([]);
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: bench.recycler.unitNumberOf(FIVE)!, noteCount: 1 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_ITEMS_LEFT' });
  });

  it('goes to the cash box when its unit is full, and is not payable there', async () => {
    const bench = await loaded({ capacity: 6 });
    expect(await bench.settled(bench.recycler.stack(await escrow(bench, FIVE)))).toEqual({ kind: 'completed', value: 'stacked' });
    expect([bench.storedCount(FIVE), bench.sumIn('box')]).toEqual([6, FIVE]);
  });

  it.each(['completionLost', 'silence', 'hardwareError'])('%s of its CashIn or of the words around it: nothing is credited, nothing stays inside, the mouth opens again', async (fault) => {
    const bench = await loaded();
    await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }));
    bench.hand({ do: 'fault', fault });
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    await bench.clock.advance(40_000);
    const escrowed = bench.events.find((event) => event.kind === 'noteEscrowed');
    if (escrowed?.kind === 'noteEscrowed') await bench.settled(bench.recycler.return(escrowed.note.noteId));
    await bench.settled(bench.recycler.disable());
    // The customer takes it.
    await bench.clock.advance(2_000);
    expect(await bench.until('ready')).toBe(true);
    expect(bench.notes().filter((note) => note.place === 'escrow' || note.place === 'box')).toEqual([]);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
    await escrow(bench, FIVE);
  });
});

describe('roles', () => {
  it('are the locks of the units, and are set again when the service was away', async () => {
    const bench = await loaded();
    const locks = () => (bench.simulator.world() as unknown as { readonly units: readonly { readonly denominationMinor: number | null; readonly isLockedIn: boolean }[] }).units.filter((unit) => unit.denominationMinor === FIVE || unit.denominationMinor === TWO).map((unit) => unit.isLockedIn);
    expect(locks()).toEqual([false, false]);
    expect((await bench.settled(bench.recycler.setRole({ denominationMinor: FIVE, role: 'cashIn' }))).kind).toBe('completed');
    expect(locks()).toEqual([false, true]);
    expect(await bench.settled(bench.recycler.stack(await escrow(bench, FIVE)))).toEqual({ kind: 'completed', value: 'stacked' });
    expect([bench.storedCount(FIVE), bench.sumIn('box')]).toEqual([6, FIVE]);
    // What lies in the unit stays payable.
    expect(await pay(bench, 1)).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
  });

  it('a kind without a unit that pays out cannot be kept', async () => {
    const bench = recyclerBench(xfsRecyclerParts({ recyclingMinor: [FIVE] }));
    await bench.ready([FIVE]);
    expect(await bench.settled(bench.recycler.setRole({ denominationMinor: TWO, role: 'cashInCashOut' }))).toMatchObject({ kind: 'failed', completionCode: 'commandErrorCode' });
    expect(await bench.settled(bench.recycler.setRole({ denominationMinor: TWO, role: 'cashIn' }))).toMatchObject({ kind: 'completed' });
    expect(await bench.settled(bench.recycler.setRole({ denominationMinor: 700, role: 'cashIn' }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });
});

describe('payout', () => {
  it('by amount: one bunch of several kinds', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.canPayOut(9 * 100_000))).toEqual({ kind: 'completed', value: true });
    expect(await bench.settled(bench.recycler.canPayOut(3 * 100_000))).toEqual({ kind: 'completed', value: false });
    expect(await bench.settled(bench.recycler.payOutAmount(9 * 100_000))).toEqual({ kind: 'completed', value: { presented: [{ denominationMinor: TWO, noteCount: 2 }, { denominationMinor: FIVE, noteCount: 1 }], toBox: [], isShort: false } });
    expect(bench.outCount()).toBe(3);
    expect(await bench.settled(bench.recycler.payOutAmount(3 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_NOT_DISPENSABLE' });
    expect(await bench.settled(bench.recycler.payOutAmount(90 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_EMPTY' });
  });

  it('by amount, that nobody takes: all of it is inside', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    expect(await bench.settled(bench.recycler.payOutAmount(7 * 100_000))).toEqual({ kind: 'completed', value: { presented: [], toBox: [{ denominationMinor: TWO, noteCount: 1 }, { denominationMinor: FIVE, noteCount: 1 }], isShort: true } });
    expect([bench.outCount(), inBins(bench)]).toEqual([0, 2]);
  });

  it('with a token for each Dispense where the service asks for one, and none without the key', async () => {
    const bench = await loaded({ tokenKey: KEY });
    for (let times = 0; times < 2; times++) expect(await pay(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
    const parts = xfsRecyclerParts({ stored: LOADED, tokenKey: KEY });
    const keyless = recyclerBench({ ...parts, createAcceptor: xfsRecyclerParts().createAcceptor });
    await keyless.ready([FIVE]);
    expect(await pay(keyless, 1)).toMatchObject({ kind: 'failed', detail: 'no token for the dispense' });
    const wrong = recyclerBench({ ...parts, createAcceptor: xfsRecyclerParts({ tokenKey: KEY.subarray(1) }).createAcceptor });
    await wrong.ready([FIVE]);
    expect(await pay(wrong, 1)).toMatchObject({ kind: 'failed', detail: expect.stringContaining('invalidTokenHMAC') });
    expect([keyless.outCount(), wrong.outCount(), wrong.storedCount(FIVE)]).toEqual([0, 0, 6]);
  });

  it('is not begun while the units are open, and the device is out of use', async () => {
    const bench = await loaded();
    expect((await bench.settled(bench.recycler.storage!.startExchange())).kind).toBe('completed');
    expect(await bench.until('faulty')).toBe(true);
    expect(bench.recycler.status().faults).toEqual(['CIM_EXCHANGE']);
    expect(await pay(bench, 1)).toMatchObject({ kind: 'failed', detail: 'commandErrorCode exchangeActive' });
    expect((await bench.settled(bench.recycler.storage!.endExchange())).kind).toBe('completed');
    expect(await bench.until('ready')).toBe(true);
    expect(await pay(bench, 1)).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
  });

  it('an exchange is not opened over notes in reach', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 1 });
    await bench.clock.advance(4_000);
    expect(await bench.settled(bench.recycler.storage!.startExchange())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    bench.hand({ do: 'takePaidNote' });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'completed', value: { presentedCount: 1 } });
  });

  it('halted: what was gathered is rejected, nothing is paid', async () => {
    const bench = await loaded();
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 6 });
    await bench.clock.advance(1_500);
    bench.recycler.halt();
    expect(await bench.settled(paying)).toMatchObject({ kind: 'completed', value: { presentedCount: 0, rejectedCount: inBins(bench) } });
    expect(inBins(bench)).toBeGreaterThan(0);
    expect(bench.storedCount(FIVE) + inBins(bench)).toBe(6);
  });

  it('less than the unit said: what there is goes out, and why is told', async () => {
    const bench = await loaded();
    // Unfit ones beyond what one order may reject.
    bench.hand({ do: 'fault', fault: 'noteRejected', at: 'pick', times: 5 });
    expect(await pay(bench, 3)).toMatchObject({ kind: 'completed', value: { presentedCount: 1, rejectedCount: 5, stoppedBy: 'CDM_CASSETTE_EMPTY' } });
    expect([bench.outCount(), inBins(bench), bench.storedCount(FIVE)]).toEqual([1, 5, 0]);
  });

  it('that nobody takes is drawn in after half a minute, and is not paid', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    expect(await pay(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: 0, rejectedCount: 2, pickedCount: 2, stoppedBy: 'CDM_ITEMS_LEFT' } });
    expect([bench.outCount(), inBins(bench)]).toEqual([0, 2]);
    expect(bench.recycler.status()).toMatchObject({ state: 'ready', faults: [] });
  });

  it.each([[{ countsRetracted: false }, null, 0], [{}, 'takenPartly', 1]] as const)('drawn in without a count %j %s: in doubt, and no more than was presented', async (options, fault, outCount) => {
    const bench = await loaded({ takesPaidAfterMs: null, ...options });
    if (fault !== null) bench.hand({ do: 'fault', fault });
    expect(await pay(bench, 3)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'drawnInUncounted', noteCountMin: 0, noteCountMax: 3 } });
    expect(bench.outCount()).toBe(outCount);
    expect(bench.recycler.status().faults).toEqual(['CDM_DISPENSE_UNCERTAIN']);
  });

  it('is taken in the very moment in which it is drawn in', async () => {
    const bench = await loaded({ takesPaidAfterMs: 30_700 });
    expect(await pay(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount() } });
  });

  const moments = ['pick', 'gathered', 'present', 'afterPresent', 'retract', 'afterRetract', 'reject'] as const;
  const cuts = moments.flatMap((at) => ([500, 6_000, null] as const).map((takesPaidAfterMs) => [at, takesPaidAfterMs] as const));
  it.each(cuts)('power goes at %s (a hand after %s ms): the counters say what went out', async (at, takesPaidAfterMs) => {
    expect(FAULTS.powerCut.at).toContain(at);
    const bench = await loaded({ takesPaidAfterMs });
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    if (at === 'reject') bench.hand({ do: 'fault', fault: 'shutterJam' });
    const outcome = await pay(bench, 3);
    expect(outcome.kind).toBe('completed');
    await bench.clock.advance(60_000);
    if (outcome.kind === 'completed') expect(outcome.value).toMatchObject({ presentedCount: bench.outCount(), rejectedCount: inBins(bench), inTransportCount: 0 });
    expect(bench.outCount() + inBins(bench) + bench.storedCount(FIVE)).toBe(6);
    expect(await bench.until('ready')).toBe(true);
    expect(await pay(bench, 1)).toMatchObject(takesPaidAfterMs === null ? { kind: 'completed', value: { presentedCount: 0 } } : { kind: 'completed', value: { presentedCount: 1 } });
  });

  const words = (['silence', 'hardwareError', 'completionLost', 'connectionLost', 'garbage'] as const).flatMap((fault) => [1, 2].map((times) => [fault, times] as const));
  it.each(words)('%s, %s times: it is paid once or not, as the driver says', async (fault, times) => {
    const bench = await loaded();
    const cassetteNumber = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, times });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber, noteCount: 2 }), 900_000);
    if (outcome.kind === 'completed') expect(outcome.value.presentedCount).toBe(bench.outCount());
    else if (outcome.kind === 'failed') expect(bench.outCount()).toBe(0);
    else expect([bench.outCount() >= outcome.lastKnown.noteCountMin!, bench.outCount() <= outcome.lastKnown.noteCountMax!]).toEqual([true, true]);
    expect(bench.outCount() + inBins(bench) + bench.storedCount(FIVE)).toBe(6);
  });

  it('a jam while it is picked: nothing is presented, what was gathered is rejected, the rest is in the path until staff come', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'jam', at: 'pick', index: 2 });
    expect(await pay(bench, 4)).toMatchObject({ kind: 'completed', value: { presentedCount: 0, rejectedCount: 2, inTransportCount: 1, pickedCount: 3, stoppedBy: 'CDM_PICK_FAILURE' } });
    expect(await bench.until('faulty')).toBe(true);
    bench.hand({ do: 'clearPath' });
    bench.recycler.reset();
    expect(await bench.until('ready')).toBe(true);
    expect((await bench.settled(bench.recycler.inventory()))).toMatchObject({ kind: 'completed', value: { units: expect.arrayContaining([expect.objectContaining({ denominationMinor: FIVE, noteCount: 3 })]) } });
  });

  it('a service that does not come back: in doubt between nothing and all, and latched', async () => {
    const bench = await loaded();
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 });
    await bench.clock.advance(1_000);
    bench.hand({ do: 'unplug' });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notHeardOfAgain', noteCountMin: 0, noteCountMax: 3 } });
    bench.hand({ do: 'plug' });
    expect(await bench.until('faulty')).toBe(true);
    expect(bench.recycler.status().faults).toEqual(expect.arrayContaining(['CDM_DISPENSE_UNCERTAIN', 'CDM_ITEMS_LEFT']));
    // A person draws in what lies in the stacker.
    bench.recycler.reset();
    expect(await bench.until('ready')).toBe(true);
    expect(bench.outCount() + inBins(bench) + bench.storedCount(FIVE)).toBe(6);
    expect(bench.recycler.status().faults).toEqual([]);
  });

  it.each([[null, 0], [2_000, 3]] as const)('the connection goes while notes lie in reach (a hand after %s ms) and comes back: drawn in, or seen to be gone', async (takesPaidAfterMs, outCount) => {
    const bench = await loaded({ takesPaidAfterMs });
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 });
    await bench.clock.advance(3_000);
    bench.hand({ do: 'unplug' });
    await bench.clock.advance(10_000);
    bench.hand({ do: 'plug' });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'completed', value: { presentedCount: outCount, rejectedCount: 3 - outCount } });
    expect([bench.outCount(), inBins(bench)]).toEqual([outCount, 3 - outCount]);
  });

  it('the connection goes while notes lie in reach and does not come back: whoever waits is told in the end', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 });
    await bench.clock.advance(4_000);
    bench.hand({ do: 'unplug' });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notHeardOfAgain', noteCountMin: 0, noteCountMax: 3 } });
  });

  it('that cannot be drawn in stays in doubt, and is for a person to clear', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const paying = bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 });
    await bench.clock.advance(4_000);
    bench.hand({ do: 'fault', fault: 'hardwareError' });
    expect(await bench.settled(paying)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 2 } });
    await bench.clock.advance(6_000);
    expect(bench.recycler.status()).toMatchObject({ state: 'faulty', faults: expect.arrayContaining(['CDM_ITEMS_LEFT', 'CDM_DISPENSE_UNCERTAIN']) });
    bench.recycler.reset();
    expect(await bench.until('ready')).toBe(true);
    expect([bench.outCount(), inBins(bench)]).toEqual([0, 2]);
  });

  it.each([['takingOnly', 6_000, 2], ['takingOnly', null, 0], ['nothing', 6_000, 2]] as const)('an exit that tells %s (a hand after %s ms)', async (exitTells, takesPaidAfterMs, outCount) => {
    const bench = await loaded({ exitTells, takesPaidAfterMs });
    const startedMs = bench.clock.monotonicMs();
    expect(await pay(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: outCount, rejectedCount: 2 - outCount } });
    const tookMs = bench.clock.monotonicMs() - startedMs;
    // Waited for as long as it is told of, and no longer.
    expect(exitTells === 'nothing' ? tookMs < 6_000 : takesPaidAfterMs === null ? tookMs > 30_000 : tookMs > 6_000 && tookMs < 30_000).toBe(true);
    await bench.clock.advance(10_000);
    expect(bench.outCount()).toBe(outCount);
  });

  it('more than one bunch: what does not fit stays inside and is not paid', async () => {
    const bench = await loaded({ bunchNotesMax: 2 });
    expect(await pay(bench, 5)).toMatchObject({ kind: 'completed', value: { presentedCount: 2, rejectedCount: 3, stoppedBy: 'CDM_PICK_FAILURE' } });
    expect([bench.outCount(), inBins(bench)]).toEqual([2, 3]);
  });

  it('a device without a stacker hands out at once; a jam in it leaves in doubt what it did not count', async () => {
    const bench = await loaded({ hasStacker: false });
    expect(await pay(bench, 2)).toMatchObject({ kind: 'completed', value: { presentedCount: 2, stoppedBy: null } });
    bench.hand({ do: 'fault', fault: 'jam', at: 'pick', index: 1 });
    expect(await pay(bench, 3)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'mechanismFailed', noteCountMin: 1, noteCountMax: 3 } });
    expect(bench.outCount()).toBe(3);
  });

  it('counters that were set anew meanwhile prove nothing', async () => {
    const bench = await loaded();
    const mark = bench.recycler.payoutMark()!;
    bench.hand({ do: 'loadUnit', denominationMinor: FIVE, noteCount: 4 });
    await bench.clock.advance(1_000);
    expect(await bench.settled(bench.recycler.resolvePayout({ unitNumber: await bench.unitOf(FIVE), noteCount: 2, mark }))).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'countersSetAnew', noteCountMin: 0, noteCountMax: 2 } });
  });
});

describe('after a restart of the core', () => {
  const moments = [['while it picks', 700, 1_000], ['while it presents', 2_000, 1_000], ['while they lie in reach', 4_000, 9_000], ['while they lie in reach, never taken', 4_000, null], ['after all was taken', 20_000, 1_000]] as const;
  it.each(moments)('%s, the payout is resolved by the counters, once', async (_, afterMs, takesPaidAfterMs) => {
    const bench = await loaded({ takesPaidAfterMs });
    const unitNumber = await bench.unitOf(FIVE);
    const mark = bench.recycler.payoutMark()!;
    void bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 3 });
    await bench.clock.advance(afterMs);
    const stopping = bench.recycler.stop();
    await bench.clock.advance(2_000);
    await stopping;
    const next = bench.successor();
    if (!isRecycler(next)) throw new Error('a recycler');
    next.expectCutPayout();
    next.start();
    await bench.clock.runUntil(() => next.status().state === 'ready' || next.status().state === 'busy', 60_000);
    const outcome = await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark }));
    await bench.clock.advance(60_000);
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount(), rejectedCount: inBins(bench), inTransportCount: 0 } });
    expect(bench.outCount() + inBins(bench) + bench.storedCount(FIVE)).toBe(6);
    // Asked again with registers of now: nothing moved since.
    expect(await bench.settled(next.resolvePayout({ unitNumber, noteCount: 3, mark: next.payoutMark()! }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0, pickedCount: 0 } });
  });

  it('a mark that is none resolves nothing', async () => {
    const bench = await loaded();
    for (const mark of ['', '{', '{"units":[]}', '[1]']) expect(await bench.settled(bench.recycler.resolvePayout({ unitNumber: 1, noteCount: 3, mark }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
  });
});

describe('to the cash box', () => {
  it('float keeps what it is told', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 2 }, { denominationMinor: TWO, noteCount: 6 }]))).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: FIVE, noteCount: 4 }] } });
    expect([bench.storedCount(FIVE), bench.sumIn('box')]).toEqual([2, 4 * FIVE]);
  });

  it('a service without Deplete moves nothing', async () => {
    const bench = await loaded({ without: ['CashAcceptor.Deplete'] });
    expect(await bench.settled(bench.recycler.empty())).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    expect(bench.storedCount(FIVE)).toBe(6);
  });

  it.each(['powerCut', 'connectionLost', 'completionLost'])('%s in the middle: what is in the box is said, never more', async (fault) => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault, ...(fault === 'powerCut' ? { at: 'deplete', index: 2 } : {}) });
    // The line is not up again when the next unit would have its turn: what is there is told with the inventory.
    expect(await bench.settled(bench.recycler.empty(), 2_000_000)).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
    expect(bench.sumIn('box')).toBeGreaterThan(0);
    expect(await bench.until('ready')).toBe(true);
    const inventory = await bench.settled(bench.recycler.inventory());
    expect(inventory).toMatchObject({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: bench.sumIn('box') / TWO }] } });
    expect(await bench.settled(bench.recycler.empty())).toMatchObject({ kind: 'completed' });
    expect([bench.sumIn('store'), bench.sumIn('box')]).toEqual([0, 6 * FIVE + 6 * TWO]);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });

  it('halted: what is there is told with the outcome, the rest stays', async () => {
    const bench = await loaded();
    const emptying = bench.recycler.empty();
    await bench.clock.advance(1_000);
    bench.recycler.halt();
    const outcome = await bench.settled(emptying);
    expect(outcome).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: bench.sumIn('box') / TWO }] } });
    expect(bench.sumIn('box')).toBeLessThan(6 * TWO);
  });
});
