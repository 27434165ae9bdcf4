/**
 * Goal: what a device counts for itself is compared with the journal, a difference is journaled once and shown until it is gone, no count of ours moves, and no device is asked
 * while anything is under way. Method: whole terminals in virtual time on a recycler behind a service; acceptor and dispenser on their drivers over the wire, with a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import type { CashStorage } from '../../../drivers/interfaces/cash-storage.ts';
import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import { operationTiles } from '../../../main/core/availability.ts';
import { cassetteUnit } from '../../../main/core/cash/cash-unit-ids.ts';
import { UnitComparison } from '../../../main/core/cash/unit-comparison.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import type { WorldRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import type { NoteAct, NoteActResult } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FIVE = 500_000;
const TWO = 200_000;
const STORED = [{ denominationMinor: FIVE, noteCount: 12 }, { denominationMinor: TWO, noteCount: 4 }];
const BOX = 'acceptor.box';
/** Of the simulated service, which has one for each kind. */
const UNIT_OF_TWO = 'unit4';
/** A comparison is made a second after something happened. */
const COMPARED_MS = 30_000;

async function world(protocol: WorldRecyclerProtocol = 'xfs4iot-cash-recycler', hasOperatorKey = false): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, hasOperatorKey, recycler: { protocol, denominationsMinor: [FIVE, TWO], isAlone: true, stored: STORED } });
  await desk.until('attract');
  await desk.when(() => desk.journal.fact('recycler.seeded') !== undefined, 'its units are counted');
  await desk.clock.advance(COMPARED_MS);
  return desk;
}

const told = (desk: DeskWorld) => desk.dataOf('counts.compared').map(({ unitId, deviceCount, journalCount }) => `${unitId} ${deviceCount} ${journalCount}`);
const counts = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));

async function deposit(desk: DeskWorld, denominationMinor: number): Promise<void> {
  await desk.toCashIn();
  await desk.insertCounted(denominationMinor);
  await desk.press('next');
  await desk.until('result-success');
  await desk.until('attract', 300_000);
}

async function act(desk: DeskWorld, name: NoteAct): Promise<NoteActResult> {
  let result: NoteActResult | null = null;
  void actOnNotes(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: name, cassetteNumber: 0, noteCount: 0 }).then((value) => (result = value));
  await desk.when(() => result !== null, `${name} ends`, 900_000);
  return result!;
}

async function restart(desk: DeskWorld): Promise<void> {
  desk.die();
  await desk.clock.advance(1_000);
  desk.restart();
  await desk.when(() => desk.isJournalOpen && desk.screens.at(-1) !== 'maintenance', 'the core is up', 300_000);
  await desk.clock.advance(COMPARED_MS * 2);
}

describe('a recycler whose service counts for itself', () => {
  it('and counts as the journal does leaves no entry, also after notes came in', async () => {
    const desk = await world();
    for (const kind of [FIVE, TWO, 1_000_000]) await deposit(desk, kind);
    await desk.clock.advance(COMPARED_MS);
    expect(counts(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 13, [`recycler.2 ${TWO}`]: 5, [`${BOX} 1000000`]: 1 });
    expect(['recycler.1', 'recycler.2', BOX].map((unitId) => desk.parts.unitComparison.of(unitId)?.deviceCount)).toEqual([13, 5, 1]);
    expect([told(desk), desk.parts.unitComparison.differences]).toEqual([[], []]);
    await desk.stop();
  });

  it('that lost count of its box is told of once, over operations and restarts, until the box was taken out and it was told so; the terminal goes on', async () => {
    const desk = await world();
    await deposit(desk, 1_000_000);
    desk.hands('acceptor', { do: 'miscount', unit: 'unitB', denominationMinor: 1_000_000, by: 2 });
    await desk.clock.advance(COMPARED_MS);
    expect(desk.dataOf('counts.compared')).toEqual([{ unitId: BOX, denominationMinor: null, deviceCount: 3, journalCount: 1 }]);
    await deposit(desk, 1_000_000);
    await desk.clock.advance(COMPARED_MS);
    await restart(desk);
    expect(told(desk)).toEqual([`${BOX} 3 1`]);
    expect(desk.parts.unitComparison.of(BOX)).toMatchObject({ deviceCount: 4, journalCount: 2 });
    // A claim: neither a count nor an item in doubt of ours.
    expect([counts(desk), desk.journal.suspense()]).toEqual([{ [`recycler.1 ${FIVE}`]: 12, [`recycler.2 ${TWO}`]: 4, [`${BOX} 1000000`]: 2 }, []]);
    expect(operationTiles(desk.parts).map(({ operation, available }) => `${operation} ${available}`)).toEqual(['op-01 true', 'op-05 true', 'op-10 true']);
    // Another difference is another entry.
    desk.hands('acceptor', { do: 'miscount', unit: 'unitB', denominationMinor: 1_000_000, by: -3 });
    await desk.clock.advance(COMPARED_MS);
    expect(told(desk)).toEqual([`${BOX} 3 1`, `${BOX} 1 2`]);
    expect(dayTotals(desk.journal)!.units.find(({ unitId }) => unitId === BOX)?.compared).toMatchObject({ deviceCount: 1, journalCount: 2, differenceCount: -1, differenceMinor: null });
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('acceptor', { do: 'removeBox' });
    desk.hands('acceptor', { do: 'insertBox' });
    expect(await act(desk, 'collect')).toBe('collected');
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    await desk.clock.advance(COMPARED_MS);
    expect(told(desk)).toEqual([`${BOX} 3 1`, `${BOX} 1 2`, `${BOX} 0 0`]);
    expect([desk.parts.unitComparison.differences, desk.journal.compareBooks()]).toEqual([[], []]);
    expect(dayTotals(desk.journal)!.units.find(({ unitId }) => unitId === BOX)?.compared).toMatchObject({ differenceCount: 0 });
    await desk.stop();
  });

  it('and is not sure of a count is not believed, whatever it says, until it is sure again', async () => {
    const desk = await world();
    desk.hands('acceptor', { do: 'doubtCount', unit: 'unitT', isAccurate: false });
    desk.hands('acceptor', { do: 'miscount', unit: 'unitB', denominationMinor: FIVE, by: 5 });
    await desk.clock.advance(COMPARED_MS);
    expect([told(desk), desk.parts.unitComparison.of(BOX)]).toEqual([[], null]);
    desk.hands('acceptor', { do: 'doubtCount', unit: 'unitT', isAccurate: true });
    await desk.clock.advance(COMPARED_MS);
    expect(told(desk)).toEqual([`${BOX} 5 0`]);
    await desk.stop();
  });

  it('is not asked while a customer is served, and is after', async () => {
    const desk = await world();
    const asked = countReads(desk.parts.devices.acceptor!.storage!);
    await desk.toCashIn();
    await desk.insertCounted(1_000_000);
    const before = asked();
    desk.hands('acceptor', { do: 'miscount', unit: 'unitB', denominationMinor: FIVE, by: 5 });
    await desk.clock.advance(COMPARED_MS);
    expect([desk.model.screen, asked() - before, told(desk)]).toEqual(['cash-in', 0, []]);
    await desk.press('next');
    await desk.until('attract', 300_000);
    await desk.clock.advance(COMPARED_MS);
    expect([asked() > before, told(desk)]).toEqual([true, [`${BOX} 6 1`]]);
    await desk.stop();
  });

  it('is not asked while hands are at its units', async () => {
    const desk = await world();
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
    const asked = countReads(desk.parts.devices.acceptor!.storage!);
    desk.hands('acceptor', { do: 'miscount', unit: 'unitB', denominationMinor: FIVE, by: 5 });
    await desk.clock.advance(COMPARED_MS);
    expect([asked(), told(desk)]).toEqual([0, []]);
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    await desk.clock.advance(COMPARED_MS);
    expect(told(desk)).toEqual([`${BOX} 5 0`]);
    await desk.stop();
  });

  it.each([['before', 0], ['after', 1]] as const)('has one entry of it where the core died %s it was written, and whoever turns the key reads it', async (when, writtenCount) => {
    const desk = await world('xfs4iot-cash-recycler', true);
    desk.hands('acceptor', { do: 'miscount', unit: UNIT_OF_TWO, denominationMinor: TWO, by: 3 });
    desk.dieAtCommit(1, when);
    await desk.clock.runUntil(() => desk.isDead, 5_000);
    expect([desk.isDead, told(desk).length]).toEqual([true, writtenCount]);
    await restart(desk);
    // Nothing was accepted that could have come into the unit: the surplus is nobody's, and is not paid out.
    expect([told(desk), counts(desk)[`recycler.2 ${TWO}`]]).toEqual([['recycler.2 7 4'], 4]);
    expect(desk.switches.control({ do: 'turnKey', on: true })).toMatchObject({ ok: true });
    await desk.until('service-login');
    expect(desk.data('service-login').troubles).toMatchObject([{ code: 'TRM_COUNTS_DIFFER', detail: 'recycler.2: 7 by the device, 4 by the journal (+3)' }]);
    await desk.stop();
  });
});

describe.each(['ssp-smart-payout', 'ccnet-bill-to-bill', 'id003-recycler'] as const)('a %s', (protocol) => {
  it('that holds more than was ever accepted into it is told of once, pays none of it out, and is right after an exchange', async () => {
    const desk = await world(protocol);
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: FIVE, noteCount: 3 });
    await deposit(desk, TWO);
    await desk.clock.advance(COMPARED_MS);
    await restart(desk);
    expect(desk.dataOf('counts.compared')).toEqual([{ unitId: 'recycler.1', denominationMinor: FIVE, deviceCount: 15, journalCount: 12 }]);
    expect(counts(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 12, [`recycler.2 ${TWO}`]: 5 });
    expect(dayTotals(desk.journal)!.units.find(({ unitId }) => unitId === 'recycler.1')?.compared).toMatchObject({ differenceCount: 3, differenceMinor: 3 * FIVE });
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    await desk.clock.advance(COMPARED_MS);
    expect(told(desk)).toEqual(['recycler.1 15 12', 'recycler.1 15 15']);
    await desk.stop();
  });
});

/** How often the device was asked for its counts from here on. */
function countReads(storage: CashStorage): () => number {
  let reads = 0;
  const read = storage.readUnits.bind(storage);
  Object.assign(storage, { readUnits: () => ((reads += 1), read()) });
  return () => reads;
}

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: FIVE, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: TWO, noteCount: 12 }];

async function dispenserBench() {
  const xfs = createXfsBench((common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }), (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES, countsRetracted: false }));
  xfs.device.start();
  await xfs.untilState('ready');
  const journal = memoryJournal();
  journal.commit({ cashUnits: CASSETTES.map(({ cassetteNumber, denominationMinor, noteCount }) => ({ unitId: cassetteUnit(cassetteNumber), denominationMinor, noteCountDelta: noteCount })) });
  const state = { isQuiet: true };
  const parts = { config: sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, cassettes: CASSETTES }), journal, devices: { acceptor: null, dispenser: xfs.device }, clock: xfs.clock, log: silentLog, recyclerDesk: null };
  const compare = (with_ = parts) => {
    const comparison = new UnitComparison({ parts: with_ as unknown as ConstructorParameters<typeof UnitComparison>[0]['parts'], isQuiet: () => state.isQuiet });
    comparison.start();
    return comparison;
  };
  const entries = () => journal.entries({ kinds: ['counts.compared'], limit: 100 }).map(({ data }) => Object.values(data).join(' '));
  /** The same device, that answers so. */
  const answering = (readUnits: CashStorage['readUnits']) => {
    const { device } = xfs;
    const storage = { readUnits, onEvent: device.storage!.onEvent.bind(device.storage) };
    return { ...parts, devices: { acceptor: null, dispenser: { deviceId: device.deviceId, status: () => device.status(), onStatus: device.onStatus.bind(device), storage } as unknown as typeof device } };
  };
  return { ...xfs, journal, state, parts, compare, answering, entries };
}

describe('a dispenser whose service counts for itself', () => {
  it('is compared cassette by cassette, whose bins nobody counts is not; it is asked when it is back, and only then', async () => {
    const bench = await dispenserBench();
    const comparison = bench.compare();
    await bench.clock.advance(COMPARED_MS);
    expect([bench.entries(), comparison.of('dispenser.1')?.deviceCount, comparison.of('dispenser.2')?.deviceCount, comparison.of('dispenser.reject')]).toEqual([[], 100, 12, null]);
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    bench.hand({ do: 'miscount', cassetteNumber: 2, by: -4 });
    await bench.clock.advance(COMPARED_MS);
    expect(bench.entries()).toEqual([]);
    bench.hand({ do: 'plug' });
    await bench.untilState('ready');
    await bench.clock.advance(COMPARED_MS);
    expect(bench.entries()).toEqual([`dispenser.2 ${TWO} 8 12`]);
    comparison.stop();
  });

  it('that does not answer is asked a few times more, and again when it says something', async () => {
    const bench = await dispenserBench();
    const reads: number[] = [];
    const comparison = bench.compare(bench.answering(() => {
      reads.push(bench.clock.monotonicMs());
      return Promise.resolve({ kind: 'failed', completionCode: 'deviceNotReady' });
    }));
    await bench.clock.advance(600_000);
    expect(reads).toHaveLength(6);
    bench.hand({ do: 'miscount', cassetteNumber: 2, by: -4 });
    await bench.clock.advance(600_000);
    expect([reads.length, bench.entries()]).toEqual([12, []]);
    comparison.stop();
    bench.hand({ do: 'miscount', cassetteNumber: 2, by: -1 });
    await bench.clock.advance(600_000);
    expect(reads).toHaveLength(12);
  });

  it('is not compared where something began while it answered: later, when all is quiet', async () => {
    const bench = await dispenserBench();
    bench.hand({ do: 'miscount', cassetteNumber: 1, by: 1 });
    const first = bench.compare(bench.answering(async () => {
      const read = await bench.device.storage!.readUnits();
      bench.state.isQuiet = false;
      return read;
    }));
    await bench.clock.advance(600_000);
    expect(bench.entries()).toEqual([]);
    first.stop();
    bench.state.isQuiet = true;
    const second = bench.compare();
    await bench.clock.advance(COMPARED_MS);
    expect(bench.entries()).toEqual([`dispenser.1 ${FIVE} 101 100`]);
    second.stop();
  });

  it('is compared anew where the journal\'s count moved while it answered', async () => {
    const bench = await dispenserBench();
    let reads = 0;
    const comparison = bench.compare(bench.answering(() => {
      reads += 1;
      if (reads === 1) {
        bench.journal.commit({ cashUnits: [{ unitId: 'dispenser.1', denominationMinor: FIVE, noteCountDelta: -1 }] });
        bench.hand({ do: 'miscount', cassetteNumber: 1, by: -1 });
      }
      return bench.device.storage!.readUnits();
    }));
    await bench.clock.advance(600_000);
    expect([reads > 1, bench.entries(), comparison.of('dispenser.1')]).toEqual([true, [], { unitId: 'dispenser.1', denominationMinor: FIVE, deviceCount: 99, journalCount: 99 }]);
    comparison.stop();
  });

  it('is told of by the next start before it is asked, each unit by its own difference', async () => {
    const bench = await dispenserBench();
    for (const [cassetteNumber, by] of [[1, 3], [2, -2]] as const) bench.hand({ do: 'miscount', cassetteNumber, by });
    const before = bench.compare();
    await bench.clock.advance(COMPARED_MS);
    before.stop();
    const after = bench.compare();
    expect(['dispenser.1', 'dispenser.2', 'dispenser.reject'].map((unitId) => after.of(unitId)?.deviceCount)).toEqual([103, 10, undefined]);
    after.stop();
  });

  it('that is no longer part of the terminal leaves no difference behind', async () => {
    const bench = await dispenserBench();
    bench.hand({ do: 'miscount', cassetteNumber: 2, by: 2 });
    const before = bench.compare();
    await bench.clock.advance(COMPARED_MS);
    before.stop();
    const after = bench.compare({ ...bench.parts, devices: { acceptor: null, dispenser: null as never } });
    expect(after.differences).toHaveLength(1);
    await bench.clock.advance(COMPARED_MS);
    expect(after.differences).toEqual([]);
    expect(bench.journal.entries({ kinds: ['counts.compared'], limit: 9 }).map(({ data }) => data)).toEqual([{ unitId: 'dispenser.2', denominationMinor: TWO, deviceCount: 14, journalCount: 12 }, { unitId: 'dispenser.2', denominationMinor: TWO, deviceCount: null, journalCount: 12 }]);
    after.stop();
  });

  it('is asked again where the disk did not take the difference', async () => {
    const bench = await dispenserBench();
    bench.hand({ do: 'miscount', cassetteNumber: 2, by: 2 });
    let isFull = true;
    const journal = Object.assign(Object.create(bench.journal) as typeof bench.journal, { commit: (batch: Parameters<typeof bench.journal.commit>[0]) => (isFull ? ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const) : bench.journal.commit(batch)) });
    const comparison = bench.compare({ ...bench.parts, journal });
    await bench.clock.advance(15_000);
    expect([bench.entries(), comparison.differences]).toEqual([[], []]);
    isFull = false;
    await bench.clock.advance(COMPARED_MS);
    expect([bench.entries(), comparison.differences.length]).toEqual([[`dispenser.2 ${TWO} 14 12`], 1]);
    comparison.stop();
  });
});

describe('the cash box of an acceptor whose service counts for itself', () => {
  it('is compared as a whole', async () => {
    const xfs = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [TWO, FIVE] }));
    xfs.device.start();
    await xfs.untilState('ready');
    const journal = memoryJournal();
    journal.commit({ cashUnits: [{ unitId: BOX, denominationMinor: FIVE, noteCountDelta: 3 }, { unitId: BOX, denominationMinor: TWO, noteCountDelta: 1 }] });
    const parts = { config: sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, cassettes: CASSETTES }), journal, devices: { acceptor: xfs.device, dispenser: null }, clock: xfs.clock, log: silentLog, recyclerDesk: null };
    const comparison = new UnitComparison({ parts: parts as unknown as ConstructorParameters<typeof UnitComparison>[0]['parts'], isQuiet: () => true });
    comparison.start();
    await xfs.clock.advance(COMPARED_MS);
    expect(comparison.differences).toEqual([{ unitId: BOX, denominationMinor: null, deviceCount: 0, journalCount: 4 }]);
    xfs.hand({ do: 'miscount', unit: 'unitB', denominationMinor: TWO, by: 4 });
    await xfs.clock.advance(COMPARED_MS);
    expect([comparison.differences, comparison.of(BOX)]).toEqual([[], { unitId: BOX, denominationMinor: null, deviceCount: 4, journalCount: 4 }]);
    comparison.stop();
  });
});
