/**
 * Goal: what hands do to cassettes and cash box is in the counts once, whoever did it stands beside it, and no note is taken or paid meanwhile. Method: the whole terminal
 * in virtual time, hands at the simulated devices, the world's own checkers.
 */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { loadedCassettes } from '../../../main/core/cash/note-exchange.ts';
import { payableUnits } from '../../../main/core/cash/payable-units.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { checkBooks } from '../../../simulators/world/checkers/books.ts';
import { checkCash } from '../../../simulators/world/checkers/cash.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import type { NoteAct, NoteActResult, StaffLevel } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const TEN = 1_000_000;
const FIVE = 500_000;
const TWO = 200_000;

async function world(): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  return desk;
}

/** The act may wait for a device, whose time is the world's. */
async function act(desk: DeskWorld, name: NoteAct, { noteCount = 0, cassetteNumber = 1, level = 'technician' as StaffLevel } = {}, parts = desk.parts): Promise<NoteActResult> {
  let result: NoteActResult | null = null;
  void actOnNotes(parts, { staff: { login: 't-014', name: 'T.', level }, act: name, cassetteNumber, noteCount }).then((done) => (result = done));
  await desk.when(() => result !== null, `${name} has an answer`);
  return result!;
}

const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const acted = (desk: DeskWorld) => desk.dataOf('service.acted').filter(({ action }) => action.startsWith('notes.')).map(({ login, action, target }) => `${login} ${action} ${target}`);
const reasons = (desk: DeskWorld) => operationTiles(desk.parts).map(({ operation, reason }) => `${operation} ${reason}`);

function findings(desk: DeskWorld): unknown[] {
  const money = readJournalMoney(desk.journal);
  const unevenUnits = dayTotals(desk.journal)!.units.filter(({ movedMinor, countedMinor }) => movedMinor !== countedMinor);
  return [...checkCash(desk.surroundings, money, desk.journal.cashUnits()), ...checkBooks(desk.journal, money), ...desk.journal.compareBooks(), ...unevenUnits];
}

async function deposit(desk: DeskWorld, notesMinor: readonly number[]): Promise<void> {
  await desk.toCashIn();
  for (const denominationMinor of notesMinor) await desk.insertCounted(denominationMinor);
  await desk.press('next');
  await desk.until('result-success');
  await desk.until('attract', 300_000);
}

async function withdraw(desk: DeskWorld, amountMinor: number): Promise<void> {
  await desk.toWithdrawalConfirm(amountMinor);
  await desk.press('next');
  await desk.until('take-cash', 300_000);
  desk.hands('dispenser', { do: 'takeNotes' });
  await desk.until('attract', 400_000);
}

describe('a note of which the device says no word after a restart', () => {
  it('is given up with its operation: hands may be at the notes, in the same life of the core', async () => {
    const desk = await world();
    await desk.toCashIn();
    desk.fault('acceptor', { fault: 'jamInStacker', at: 'afterGate' });
    desk.insert(FIVE);
    await desk.when(() => desk.dataOf('device.faulted').length > 0, 'the note is stuck');
    desk.restart();
    await desk.when(() => desk.isJournalOpen && desk.journal.openOperationIds().length === 0, 'the operation is closed', 300_000);
    expect(desk.dataOf('outcome.stack')).toMatchObject([{ result: 'unknown', evidence: 'no word from the device after the restart' }]);
    expect(desk.parts.acceptorDesk.hasOpenOrders()).toBe(false);
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
  });
});

describe('hands at the notes', () => {
  it('load a cassette, empty it, take box and reject bin away; each is counted once', async () => {
    const desk = await world();
    await deposit(desk, [FIVE, FIVE, TWO]);
    desk.fault('dispenser', { fault: 'reject', at: 'note', index: 0 });
    await withdraw(desk, FIVE);
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 2, [`acceptor.box ${TWO}`]: 1, [`dispenser.1 ${FIVE}`]: 398, [`dispenser.2 ${TWO}`]: 500, [`dispenser.reject ${FIVE}`]: 1 });
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('dispenser', { do: 'loadCassette', cassetteNumber: 1, noteCount: 100 });
    expect(await act(desk, 'load', { noteCount: 100 })).toBe('loaded');
    expect(units(desk)[`dispenser.1 ${FIVE}`]).toBe(498);
    expect(findings(desk)).toEqual([]);
    desk.hands('dispenser', { do: 'emptyCassette', cassetteNumber: 2 });
    expect(await act(desk, 'empty', { cassetteNumber: 2 })).toBe('emptied');
    expect(await act(desk, 'empty', { cassetteNumber: 2 })).toBe('nothing');
    expect(findings(desk)).toEqual([]);
    desk.hands('acceptor', { do: 'removeBox' });
    desk.hands('acceptor', { do: 'insertBox' });
    desk.hands('dispenser', { do: 'emptyTray' });
    expect(await act(desk, 'collect')).toBe('collected');
    expect(await act(desk, 'collect')).toBe('nothing');
    expect(units(desk)).toEqual({ [`dispenser.1 ${FIVE}`]: 498 });
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    expect(findings(desk)).toEqual([]);
    expect(acted(desk)).toEqual(['t-014 notes.startExchange cassettes and cash box', 't-014 notes.load dispenser.1:100', 't-014 notes.empty dispenser.2:500', 't-014 notes.collect acceptor.box:3 dispenser.reject:1', 't-014 notes.endExchange cassettes and cash box']);
    await desk.stop();
  });

  it('what stuck in the path of the dispenser leaves with its reject bin', async () => {
    const desk = await world();
    desk.fault('dispenser', { fault: 'jam', at: 'exit', index: 1 });
    await desk.toWithdrawalConfirm(3 * FIVE);
    await desk.press('next');
    await desk.when(() => Object.keys(units(desk)).some((unit) => unit.startsWith('dispenser.transport')), 'notes are left in the path', 300_000);
    await desk.until(['attract', 'out-of-service'], 400_000);
    await act(desk, 'startExchange');
    desk.hands('dispenser', { do: 'emptyTray' });
    expect(await act(desk, 'collect')).toBe('collected');
    expect(Object.keys(units(desk)).filter((unit) => !/^dispenser\.[12] /.test(unit))).toEqual([]);
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('what is in doubt about notes stays for a person to settle', async () => {
    const desk = await world();
    desk.fault('dispenser', { fault: 'powerCut', at: 'note', index: 1 });
    await desk.toWithdrawalConfirm(3 * FIVE);
    await desk.press('next');
    await desk.when(() => desk.journal.suspense({ state: 'open' }).length > 0, 'something is in doubt', 300_000);
    desk.hands('dispenser', { do: 'powerOn' });
    await desk.until('attract', 400_000);
    const before = desk.journal.suspense();
    await act(desk, 'startExchange');
    await act(desk, 'empty');
    await act(desk, 'collect');
    await act(desk, 'endExchange');
    expect(desk.journal.suspense()).toEqual(before);
    expect(before.map(({ state }) => state)).toContain('open');
    await desk.stop();
  });

  it('are told first: without a durable word that somebody is at the notes nothing is counted', async () => {
    const desk = await world();
    for (const name of ['load', 'empty', 'collect', 'endExchange'] as const) expect(await act(desk, name, { noteCount: 10 })).toBe('failed');
    expect(acted(desk)).toEqual([]);
    expect(units(desk)).toEqual({ [`dispenser.1 ${FIVE}`]: 400, [`dispenser.2 ${TWO}`]: 500 });
    await desk.stop();
  });

  it('no note is taken or paid until they are done, also over a restart', async () => {
    const desk = await world();
    await act(desk, 'startExchange');
    desk.die();
    await desk.clock.advance(1_000);
    desk.restart();
    await desk.until('out-of-service', 300_000);
    await desk.when(() => desk.parts.devices.dispenser?.status().state === 'ready' && desk.parts.gateway.isLinkUp, 'devices and link are up');
    expect(reasons(desk)).toEqual(['op-01 cashInFailed', 'op-05 cashInFailed', 'op-10 cashOutFailed']);
    expect(payableUnits(desk.parts)).toEqual([]);
    expect(await desk.parts.acceptorDesk.enable([FIVE])).toMatchObject({ kind: 'failed' });
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    await desk.boot();
    await deposit(desk, [FIVE]);
    await withdraw(desk, FIVE);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('more than the cassette holds, another cassette, a viewer and a customer under way are refused', async () => {
    const desk = await world();
    expect(await act(desk, 'startExchange', { level: 'viewer' })).toBe('failed');
    await desk.toCashIn();
    expect(await act(desk, 'startExchange')).toBe('underWay');
    expect(acted(desk)).toEqual([]);
    await desk.press('cancel');
    await desk.until('attract', 300_000);
    await act(desk, 'startExchange');
    expect(await act(desk, 'load', { noteCount: 601 })).toBe('failed');
    expect(await act(desk, 'load', { noteCount: 0 })).toBe('failed');
    expect(await act(desk, 'load', { noteCount: 10, cassetteNumber: 3 })).toBe('failed');
    expect(await act(desk, 'load', { noteCount: 600 })).toBe('loaded');
    expect(units(desk)[`dispenser.1 ${FIVE}`]).toBe(1_000);
    await desk.stop();
  });

  it('a dispenser that was out of cash pays again', async () => {
    const desk = await world();
    await act(desk, 'startExchange');
    for (const cassetteNumber of [1, 2]) {
      desk.hands('dispenser', { do: 'emptyCassette', cassetteNumber });
      await act(desk, 'empty', { cassetteNumber });
    }
    await act(desk, 'endExchange');
    expect(reasons(desk)).toContain('op-10 cashOutEmpty');
    await act(desk, 'startExchange');
    desk.hands('dispenser', { do: 'loadCassette', cassetteNumber: 2, noteCount: 60 });
    await act(desk, 'load', { noteCount: 60, cassetteNumber: 2 });
    await act(desk, 'endExchange');
    await desk.boot();
    await withdraw(desk, 3 * TWO);
    expect(units(desk)).toEqual({ [`dispenser.2 ${TWO}`]: 57 });
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });
});

describe('a cassette that the configuration does not name any more', () => {
  it('is shown as long as notes are counted in it, takes and pays none, and can be emptied', async () => {
    const desk = await world();
    const { dispenser } = desk.parts.config.devices;
    const parts = { ...desk.parts, config: { ...desk.parts.config, devices: { ...desk.parts.config.devices, dispenser: { ...dispenser!, cassettes: dispenser!.cassettes.slice(0, 1) } } } };
    const go = (name: NoteAct, noteCount = 0) => actOnNotes(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, cassetteNumber: 2, noteCount });
    expect(loadedCassettes(parts)).toMatchObject([{ cassetteNumber: 1 }, { cassetteNumber: 2, denominationMinor: TWO, capacityNotes: 500 }]);
    expect(payableUnits(parts)).toMatchObject([{ cassetteNumber: 1 }]);
    expect(await go('startExchange')).toBe('exchangeOpen');
    expect(await go('load', 1)).toBe('failed');
    expect(await go('empty')).toBe('emptied');
    expect(units(desk)).toEqual({ [`dispenser.1 ${FIVE}`]: 400 });
    expect(loadedCassettes(parts)).toMatchObject([{ cassetteNumber: 1 }]);
    await desk.stop();
  });
});

describe('a cassette that the configuration gives another denomination', () => {
  it('pays nothing and counts none of the new notes until the old ones are out', async () => {
    const desk = await world();
    const { devices } = desk.parts.config;
    const cassettes = devices.dispenser!.cassettes.map((cassette) => (cassette.cassetteNumber === 1 ? { ...cassette, denominationMinor: TEN } : cassette));
    const parts = { ...desk.parts, config: { ...desk.parts.config, devices: { ...devices, dispenser: { ...devices.dispenser!, cassettes } } } };
    const go = (name: NoteAct, noteCount = 0) => act(desk, name, { noteCount }, parts);
    const payable = () => payableUnits(parts).find(({ cassetteNumber }) => cassetteNumber === 1);
    expect(payable()).toMatchObject({ denominationMinor: TEN, noteCount: 0 });
    await go('startExchange');
    expect(await go('load', 100)).toBe('otherInside');
    expect(units(desk)[`dispenser.1 ${TEN}`]).toBeUndefined();
    // As an earlier release let it be counted.
    desk.journal.commit({ cashUnits: [{ unitId: 'dispenser.1', denominationMinor: TEN, noteCountDelta: 7 }] });
    await go('endExchange');
    expect(payable()).toMatchObject({ noteCount: 0 });
    await go('startExchange');
    expect(await go('empty')).toBe('emptied');
    expect(await go('load', 100)).toBe('loaded');
    await go('endExchange');
    expect(payable()).toMatchObject({ denominationMinor: TEN, noteCount: 100 });
    await desk.stop();
  });
});

describe('units of a recycler that the configuration has no more', () => {
  it('are emptied each by itself: who takes the cash box away has not taken them', async () => {
    const desk = await world();
    await deposit(desk, [FIVE]);
    desk.journal.commit({ cashUnits: [{ unitId: 'recycler.1', denominationMinor: FIVE, noteCountDelta: 30 }, { unitId: 'recycler.2', denominationMinor: TWO, noteCountDelta: 8 }] });
    expect(loadedCassettes(desk.parts)).toMatchObject([{ cassetteNumber: 1 }, { cassetteNumber: 2 }, { cassetteNumber: 101, denominationMinor: FIVE, capacityNotes: 30 }, { cassetteNumber: 102, denominationMinor: TWO, capacityNotes: 8 }]);
    await act(desk, 'startExchange');
    expect(await act(desk, 'collect')).toBe('collected');
    expect(units(desk)).toEqual({ [`dispenser.1 ${FIVE}`]: 400, [`dispenser.2 ${TWO}`]: 500, [`recycler.1 ${FIVE}`]: 30, [`recycler.2 ${TWO}`]: 8 });
    expect(await act(desk, 'load', { cassetteNumber: 101, noteCount: 1 })).toBe('failed');
    expect(await act(desk, 'empty', { cassetteNumber: 101 })).toBe('emptied');
    expect(units(desk)).toEqual({ [`dispenser.1 ${FIVE}`]: 400, [`dispenser.2 ${TWO}`]: 500, [`recycler.2 ${TWO}`]: 8 });
    await desk.stop();
  });
});
