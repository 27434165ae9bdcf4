/** Goal: what a person does with the units of a recycler moves notes and counts together, and is journaled with who did it. Method: whole terminals in virtual time; notes, counts and books are compared. */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import { isNoteExchangeOpen } from '../../../main/core/cash/note-exchange.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { actOnRecycler } from '../../../main/core/service/recycler-acts.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import type { WorldRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import type { NoteAct, NoteActResult, RecyclerAct, RecyclerActResult, StaffLevel } from '../../../state-machines/service/service.types.ts';
import { checkBooks } from '../../../simulators/world/checkers/books.ts';
import { checkCash } from '../../../simulators/world/checkers/cash.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { CoreDied, DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;
const TWO = 200_000;
const WHAT = 'cassettes, recycler units and cash box';
const STORED = [{ denominationMinor: FIVE, noteCount: 12 }, { denominationMinor: TWO, noteCount: 4 }];

async function world(protocol: WorldRecyclerProtocol, stored = STORED): Promise<DeskWorld> {
  const made = new DeskWorld({ limits: IMPATIENT, recycler: { protocol, denominationsMinor: [FIVE, TWO], isAlone: true, stored } });
  await made.until('attract');
  await made.when(() => made.journal.fact('recycler.seeded') !== undefined, 'its units are counted');
  return made;
}
const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const countIn = (desk: DeskWorld, place: string) => (desk.surroundings.acceptor.world() as unknown as { notes: { place: string }[] }).notes.filter((note) => note.place === place).length;
const acted = (desk: DeskWorld) => desk.dataOf('service.acted').filter(({ action }) => (action.startsWith('recycler.') || action.startsWith('notes.')) && action !== 'recycler.firstLoad').map(({ login, action, target }) => `${login} ${action} ${target}`);
const reasons = (desk: DeskWorld) => operationTiles(desk.parts).map(({ operation, reason }) => `${operation} ${reason}`);
/** One behind a service is shown as out of use while its units are open; nothing else is wrong with it. */
const isWell = (desk: DeskWorld) => {
  const { state = 'offline', faults = [] } = desk.parts.devices.acceptor?.status() ?? {};
  return ['ready', 'busy'].includes(state) || (state === 'faulty' && faults.every((fault) => fault === 'CIM_EXCHANGE'));
};

/** What the world has that the journal does not, and the other way round. */
function findings(desk: DeskWorld): unknown[] {
  const money = readJournalMoney(desk.journal);
  const unevenUnits = dayTotals(desk.journal)!.units.filter(({ movedMinor, countedMinor }) => movedMinor !== countedMinor);
  return [...checkCash(desk.surroundings, money, desk.journal.cashUnits()), ...checkBooks(desk.journal, money), ...desk.journal.compareBooks(), ...unevenUnits];
}

/** An act waits for a device, whose time is the world's. @throws CoreDied */
async function ended<Result>(desk: DeskWorld, name: string, acting: Promise<Result>): Promise<Result> {
  let result: { readonly value: Result } | null = null;
  let problem: unknown = null;
  acting.then((value) => (result = { value }), (error: unknown) => (problem = error));
  await desk.when(() => result !== null || problem !== null, `${name} ends`, 900_000);
  if (problem !== null) throw problem as Error;
  return result!.value;
}
const act = (desk: DeskWorld, name: RecyclerAct, { keepCount = 0, level = 'cashOfficer' as StaffLevel } = {}): Promise<RecyclerActResult> => ended(desk, name, actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level }, act: name, keepCount }));
const actAtNotes = (desk: DeskWorld, name: NoteAct): Promise<NoteActResult> => ended(desk, name, actOnNotes(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: name, cassetteNumber: 0, noteCount: 0 }));

async function deposit(desk: DeskWorld, denominationMinor: number): Promise<void> {
  await desk.toCashIn();
  await desk.insertCounted(denominationMinor);
  await desk.press('next');
  await desk.until('result-success');
  // A full box: nothing is left to offer.
  await desk.until(['attract', 'out-of-service'], 300_000);
}

/** Whatever was cut off before; a box that is full of notes is taken out. */
async function collectAll(desk: DeskWorld): Promise<void> {
  expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
  if (countIn(desk, 'box') > 0) {
    desk.hands('acceptor', { do: 'removeBox' });
    desk.hands('acceptor', { do: 'insertBox' });
  }
  expect(['collected', 'nothing']).toContain(await actAtNotes(desk, 'collect'));
  await desk.when(() => isWell(desk), 'it is well again');
  expect(await actAtNotes(desk, 'endExchange')).toBe('exchangeEnded');
}

/** @returns false when the core died in it, as `dieAtCommit` has it */
async function isDoneBeforeDeath(desk: DeskWorld, doing: () => Promise<unknown>): Promise<boolean> {
  try {
    await doing();
    desk.dieAtCommit(Number.MAX_SAFE_INTEGER, 'before');
    return true;
  } catch (error) {
    if (!(error instanceof CoreDied) && !desk.isDead) throw error;
    return false;
  }
}

async function reboot(desk: DeskWorld): Promise<void> {
  await desk.clock.advance(1_000);
  desk.restart();
  await desk.when(() => desk.isJournalOpen && desk.screens.at(-1) !== 'maintenance' && isWell(desk), 'the core is up', 300_000);
  await desk.clock.advance(60_000);
}

/** The device goes on; another start of the core finds it at that. */
async function dieWhileBringing(desk: DeskWorld): Promise<void> {
  void actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'empty', keepCount: 0 }).catch(() => undefined);
  await desk.when(() => countIn(desk, 'box') > 0, 'the first note lies in the box');
  desk.restart();
  await desk.when(() => desk.isJournalOpen && desk.screens.at(-1) !== 'maintenance', 'the core is up', 300_000);
}

describe.each(['ssp-smart-payout', 'ccnet-bill-to-bill', 'xfs4iot-cash-recycler'] as const)('the units of a %s', (protocol) => {
  it('are floated: so many of each stay, the rest lies in the box, counted in one transaction', async () => {
    const desk = await world(protocol);
    expect(await act(desk, 'float', { keepCount: 5 })).toBe('moved');
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 5, [`recycler.2 ${TWO}`]: 4, [`acceptor.box ${FIVE}`]: 7 });
    expect([countIn(desk, 'store'), countIn(desk, 'box')]).toEqual([9, 7]);
    expect(desk.dataOf('notes.moved')).toEqual([{ moves: [{ fromUnitId: 'recycler.1', toUnitId: 'acceptor.box', denominationMinor: FIVE, noteCount: 7 }], evidence: 'brought to the cash box by t-014' }]);
    expect(acted(desk)).toEqual(['t-014 recycler.float acceptor keeps 5 of each']);
    expect(await act(desk, 'float', { keepCount: 5 })).toBe('nothing');
    await desk.clock.advance(30_000);
    expect(desk.dataOf('notes.moved')).toHaveLength(1);
    expect(dayTotals(desk.journal)!.units.filter(({ movedMinor, countedMinor }) => movedMinor !== countedMinor)).toEqual([]);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it('are emptied, and filled by hand in an exchange: counted at its end, whoever ends it', async () => {
    const desk = await world(protocol);
    expect(await act(desk, 'empty')).toBe('moved');
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4 });
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: FIVE, noteCount: 10 });
    await desk.clock.advance(30_000);
    expect(operationTiles(desk.parts).find(({ operation }) => operation === 'op-01')).toMatchObject({ available: false, reason: 'cashInFailed' });
    // Without the exchange they would be taken for those in the box.
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4 });
    expect(await act(desk, 'float', { keepCount: 1 })).toBe('failed');
    expect(await actAtNotes(desk, 'endExchange')).toBe('exchangeEnded');
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4, [`recycler.1 ${FIVE}`]: 10 });
    expect(acted(desk)).toEqual(['t-014 recycler.empty acceptor keeps 0 of each', `t-014 notes.startExchange ${WHAT}`, `t-014 notes.endExchange ${WHAT}`, 't-014 recycler.counted recycler.1:10 recycler.2:0']);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it('are nobody’s while they are on their way to the box: whoever left service mode meanwhile, nothing is taken or paid, and no second order disturbs the first', async () => {
    const desk = await world(protocol);
    const acting = actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'empty', keepCount: 0 });
    await desk.clock.advance(500);
    expect(reasons(desk)).toEqual(['op-01 cashInFailed', 'op-05 cashInFailed', expect.stringMatching(/^op-10 cashOut/)]);
    expect(await act(desk, 'float', { keepCount: 1 })).toBe('failed');
    expect(await ended(desk, 'empty', acting)).toBe('moved');
    await desk.clock.advance(60_000);
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4 });
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    expect(reasons(desk).slice(0, 2)).toEqual(['op-01 null', 'op-05 null']);
    await desk.stop();
  });

  it('are not a viewer’s to touch', async () => {
    const desk = await world(protocol);
    for (const name of ['float', 'empty'] as const) expect(await act(desk, name, { level: 'viewer' })).toBe('failed');
    expect(countIn(desk, 'store')).toBe(16);
    expect(acted(desk)).toEqual([]);
    await desk.stop();
  });

  it('lose power while they are emptied: no note is lost or made up in the counts', async () => {
    const desk = await world(protocol);
    desk.fault('acceptor', { fault: 'powerCut', at: protocol === 'xfs4iot-cash-recycler' ? 'deplete' : 'boxed' });
    const result = await act(desk, 'empty');
    // failed: its line is not up again for the next unit; what it moved is told with its inventory.
    expect(['moved', 'uncertain', 'failed']).toContain(result);
    desk.hands('acceptor', { do: 'clearFaults' });
    desk.parts.recyclerDesk!.recycler.reset();
    await desk.clock.advance(120_000);
    const counts = units(desk);
    const of = (unitId: string) => Object.entries(counts).filter(([key]) => key.startsWith(unitId)).reduce((sum, [, count]) => sum + count, 0);
    expect(of('recycler')).toBe(countIn(desk, 'store'));
    expect(of('acceptor.box')).toBeLessThanOrEqual(countIn(desk, 'box'));
    expect(of('recycler') + of('acceptor.box') + of('acceptor.transport')).toBe(16);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });
});

describe('the units of an id003-recycler', () => {
  it('are emptied as whole boxes; a float is refused and moves nothing', async () => {
    const desk = await world('id003-recycler');
    expect(await act(desk, 'float', { keepCount: 5 })).toBe('failed');
    expect(countIn(desk, 'store')).toBe(16);
    expect(await act(desk, 'empty')).toBe('moved');
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4 });
    await desk.stop();
  });
});

describe.each(['ssp-smart-payout', 'ccnet-bill-to-bill', 'id003-recycler', 'xfs4iot-cash-recycler'] as const)('the cash box of a %s', (protocol) => {
  it('is taken away with what the units were emptied into it; each note is counted once', async () => {
    const desk = await world(protocol);
    for (const denominationMinor of [FIVE, TWO]) await deposit(desk, denominationMinor);
    expect(await act(desk, 'empty')).toBe('moved');
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 13, [`acceptor.box ${TWO}`]: 5 });
    expect(await actAtNotes(desk, 'collect')).toBe('failed');
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('acceptor', { do: 'removeBox' });
    await desk.clock.advance(5_000);
    desk.hands('acceptor', { do: 'insertBox' });
    expect(await actAtNotes(desk, 'collect')).toBe('collected');
    expect(await actAtNotes(desk, 'collect')).toBe('nothing');
    expect([units(desk), countIn(desk, 'collected'), countIn(desk, 'box')]).toEqual([{}, 18, 0]);
    await desk.when(() => isWell(desk), 'it is well again', 120_000);
    expect(await actAtNotes(desk, 'endExchange')).toBe('exchangeEnded');
    expect(desk.dataOf('notes.moved').at(-1)).toEqual({ moves: [{ fromUnitId: 'acceptor.box', toUnitId: 'outside', denominationMinor: TWO, noteCount: 5 }, { fromUnitId: 'acceptor.box', toUnitId: 'outside', denominationMinor: FIVE, noteCount: 13 }], evidence: 'taken out of the terminal by t-014' });
    expect(findings(desk)).toEqual([]);
    await desk.clock.advance(30_000);
    expect(reasons(desk)).toContain('op-01 null');
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('leaves notes that a unit took just before in the unit: counted there before the box is opened', async () => {
    const desk = await world(protocol);
    await deposit(desk, FIVE);
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    const [storedCount, boxedCount] = [countIn(desk, 'store'), countIn(desk, 'box')];
    expect(storedCount + boxedCount).toBe(17);
    desk.hands('acceptor', { do: 'removeBox' });
    expect(await actAtNotes(desk, 'collect')).toBe(boxedCount === 0 ? 'nothing' : 'collected');
    desk.hands('acceptor', { do: 'insertBox' });
    await desk.when(() => isWell(desk), 'it is well again', 120_000);
    expect(await actAtNotes(desk, 'endExchange')).toBe('exchangeEnded');
    expect(Object.entries(units(desk)).filter(([unit]) => unit.startsWith('recycler.')).reduce((sum, [, count]) => sum + count, 0)).toBe(storedCount);
    expect(units(desk)[`acceptor.box ${FIVE}`]).toBeUndefined();
    expect(desk.journal.suspense()).toEqual([]);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('was full when a unit took its last note: counted there before the box is opened, and not taken away with it', async () => {
    const desk = await world(protocol);
    desk.hands('acceptor', { do: 'fault', fault: 'full', at: protocol === 'xfs4iot-cash-recycler' ? 'stored' : 'stacked' });
    await deposit(desk, FIVE);
    await desk.when(() => desk.parts.devices.acceptor?.status().faults.includes('CIM_BOX_FULL') === true, 'its box is full');
    const [storedCount, boxedCount] = [countIn(desk, 'store'), countIn(desk, 'box')];
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    expect(Object.entries(units(desk)).filter(([unit]) => unit.startsWith('recycler.')).reduce((sum, [, count]) => sum + count, 0)).toBe(storedCount);
    desk.hands('acceptor', { do: 'removeBox' });
    desk.hands('acceptor', { do: 'insertBox' });
    expect(await actAtNotes(desk, 'collect')).toBe(boxedCount === 0 ? 'nothing' : 'collected');
    expect(await actAtNotes(desk, 'endExchange')).toBe('exchangeEnded');
    expect([desk.journal.suspense(), findings(desk)]).toEqual([[], []]);
    await desk.stop();
  });

  // What is durable is the same for all; this one comes up anew when its box is put back.
  it.each(protocol === 'ccnet-bill-to-bill' ? (['before', 'after'] as const) : [])('is taken, and the core dies %s each durable step of it: what was durable holds, and a person ends it', async (when) => {
    for (let commitsLeft = 1, isThrough = false; !isThrough; commitsLeft += 1) {
      const desk = await world(protocol);
      await act(desk, 'empty');
      desk.dieAtCommit(commitsLeft, when);
      isThrough = await isDoneBeforeDeath(desk, () => collectAll(desk));
      if (!isThrough) {
        await reboot(desk);
        if (isNoteExchangeOpen(desk.journal)) expect(reasons(desk)).toContain('op-01 cashInFailed');
        await collectAll(desk);
      }
      expect([units(desk), countIn(desk, 'collected')]).toEqual([{}, 16]);
      expect([...findings(desk), ...desk.journal.suspense()]).toEqual([]);
      await desk.stop();
      expect(commitsLeft).toBeLessThan(20);
    }
  });

  it.each(['before', 'after'] as const)('is filled from the units, and the core dies %s each durable step of it: what nobody saw arrive is in suspense, and is taken away with the box', async (when) => {
    for (let commitsLeft = 1, isThrough = false; !isThrough; commitsLeft += 1) {
      const desk = await world(protocol);
      desk.dieAtCommit(commitsLeft, when);
      isThrough = await isDoneBeforeDeath(desk, () => act(desk, 'empty'));
      if (!isThrough) await reboot(desk);
      const counts = units(desk);
      const sumOf = (unitId: string) => Object.entries(counts).filter(([unit]) => unit.startsWith(unitId)).reduce((sum, [unit, count]) => sum + count * Number(unit.split(' ')[1]), 0);
      expect(sumOf('recycler.') + sumOf('acceptor.')).toBe(12 * FIVE + 4 * TWO);
      // Of each note that the counts have on its way a suspense item tells, and of no other.
      expect(desk.journal.suspense().reduce((sum, { amountMinor }) => sum - amountMinor, 0)).toBe(sumOf('acceptor.transport'));
      expect(desk.journal.suspense().every(({ reason }) => reason === 'inTransport')).toBe(true);
      expect(findings(desk)).toEqual([]);
      if (countIn(desk, 'store') > 0) expect(await act(desk, 'empty')).toBe('moved');
      await collectAll(desk);
      expect([units(desk), countIn(desk, 'collected')]).toEqual([{}, 16]);
      expect(findings(desk)).toEqual([]);
      await desk.stop();
      expect(commitsLeft).toBeLessThan(20);
    }
  });
});

describe('a recycler that cannot say what lies in it', () => {
  it('is opened all the same; what may have been accepted into a unit or loaded by hand is a suspense item', async () => {
    const desk = await world('ssp-smart-payout');
    await act(desk, 'float', { keepCount: 10 });
    expect(units(desk)).toMatchObject({ [`acceptor.box ${FIVE}`]: 2, [`recycler.1 ${FIVE}`]: 10 });
    desk.hands('acceptor', { do: 'unplug' });
    await desk.when(() => desk.parts.devices.acceptor?.status().state === 'offline', 'it is gone');
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: FIVE, noteCount: 3 });
    expect(await actAtNotes(desk, 'endExchange')).toBe('unitsUncounted');
    expect(reasons(desk)).toContain('op-01 cashInFailed');
    desk.hands('acceptor', { do: 'plug' });
    await desk.when(() => desk.parts.recyclerDesk?.isExchanging === false, 'its units are counted', 300_000);
    expect(units(desk)).toMatchObject({ [`acceptor.box ${FIVE}`]: 2, [`recycler.1 ${FIVE}`]: 13 });
    expect(desk.journal.suspense()).toMatchObject([{ reason: 'unassigned', amountMinor: 2 * FIVE, operationId: null, state: 'open' }]);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it('is not opened while it goes on bringing notes that an earlier start of the core told it to bring; then nothing is in doubt', async () => {
    const desk = await world('ssp-smart-payout');
    await dieWhileBringing(desk);
    expect(await actAtNotes(desk, 'startExchange')).toBe('stillBringing');
    expect(isNoteExchangeOpen(desk.journal)).toBe(false);
    await desk.when(() => countIn(desk, 'box') === 16 && isWell(desk), 'all lie in the box', 300_000);
    await collectAll(desk);
    const counts = units(desk);
    expect([counts, countIn(desk, 'collected')]).toEqual([{}, 16]);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('is not counted while it goes on bringing them, but once when it is done', async () => {
    // More than it brings before nobody waits for the first states of the devices any more.
    const desk = await world('ssp-smart-payout', [{ denominationMinor: FIVE, noteCount: 80 }]);
    await dieWhileBringing(desk);
    while (countIn(desk, 'store') > 0) {
      const left = countIn(desk, 'store');
      desk.parts.recyclerDesk?.recogniseSoon();
      expect(desk.dataOf('notes.moved')).toEqual([]);
      await desk.when(() => countIn(desk, 'store') < left, 'another note lies in the box', 300_000);
    }
    await desk.when(() => desk.dataOf('notes.moved').length > 0, 'its units are counted', 300_000);
    await desk.clock.advance(60_000);
    expect(desk.dataOf('notes.moved')).toHaveLength(1);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('is opened when it went away while notes were brought: all of its units is in doubt, on the way to the box and taken away with it, until it counts them', async () => {
    const desk = await world('ssp-smart-payout');
    await dieWhileBringing(desk);
    desk.hands('acceptor', { do: 'unplug' });
    await desk.when(() => desk.parts.devices.acceptor?.status().state === 'offline', 'it is gone');
    expect(await actAtNotes(desk, 'startExchange')).toBe('exchangeOpen');
    expect(units(desk)).toEqual({ [`acceptor.transport ${FIVE}`]: 12, [`acceptor.transport ${TWO}`]: 4 });
    expect(desk.journal.suspense()).toMatchObject([{ reason: 'inTransport', amountMinor: -12 * FIVE }, { reason: 'inTransport', amountMinor: -4 * TWO }]);
    const storedCount = countIn(desk, 'store');
    expect(storedCount).toBeGreaterThan(0);
    expect(await actAtNotes(desk, 'endExchange')).toBe('unitsUncounted');
    desk.hands('acceptor', { do: 'plug' });
    await desk.when(() => desk.parts.recyclerDesk?.isExchanging === false, 'its units are counted', 300_000);
    const counts = units(desk);
    const payableCount = (counts[`recycler.1 ${FIVE}`] ?? 0) + (counts[`recycler.2 ${TWO}`] ?? 0);
    expect(payableCount).toBe(countIn(desk, 'store'));
    // What was found again is in doubt too: loaded, or counted on the way as many too many.
    const doubtMinor = desk.journal.suspense().filter(({ reason }) => reason === 'unassigned').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    expect(doubtMinor).toBe((counts[`recycler.1 ${FIVE}`] ?? 0) * FIVE + (counts[`recycler.2 ${TWO}`] ?? 0) * TWO);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });
});

describe('a recycler that the configuration leaves out while somebody takes the cash box away', () => {
  it('is counted when it is there again: a note that the box counted and that lies in a unit is in doubt, not loaded', async () => {
    const desk = await world('ssp-smart-payout');
    // As a core that died before the units were compared left it: accepted, counted in the box, and the device has it in its unit.
    desk.journal.commit({ cashUnits: [{ unitId: 'acceptor.box', denominationMinor: FIVE, noteCountDelta: 1 }] });
    const { recycler: _, ...devices } = desk.parts.config.devices;
    const absent = { ...desk.parts, config: { ...desk.parts.config, devices }, recyclerDesk: null };
    const go = (name: NoteAct) => ended(desk, name, actOnNotes(absent, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: name, cassetteNumber: 0, noteCount: 0 }));
    expect([await go('startExchange'), await go('collect')]).toEqual(['exchangeOpen', 'collected']);
    expect(desk.journal.fact('recycler.uncounted')).toBe(`${FIVE}:1`);
    expect(await go('startExchange')).toBe('exchangeOpen');
    expect(desk.journal.fact('recycler.uncounted')).toBe(`${FIVE}:1`);
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: FIVE, noteCount: 1 });
    expect(await go('endExchange')).toBe('exchangeEnded');
    expect(await ended(desk, 'count', desk.parts.recyclerDesk!.count())).toBe(true);
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 13, [`recycler.2 ${TWO}`]: 4 });
    expect(desk.journal.suspense()).toMatchObject([{ reason: 'unassigned', amountMinor: FIVE, evidence: expect.stringContaining('could not be counted before it was opened') as string }]);
    expect([desk.journal.fact('recycler.exchange'), desk.journal.fact('recycler.uncounted')]).toEqual(['', '']);
    await desk.stop();
  });

  it('while it brought notes to the box: how far they came is known when it is there again, and it is not counted as opened', async () => {
    const desk = await world('ssp-smart-payout');
    desk.journal.commit({ facts: { 'recycler.bringing': 't-014' } });
    const { recycler: _, ...devices } = desk.parts.config.devices;
    expect(await ended(desk, 'startExchange', actOnNotes({ ...desk.parts, config: { ...desk.parts.config, devices }, recyclerDesk: null }, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'startExchange', cassetteNumber: 0, noteCount: 0 }))).toBe('exchangeOpen');
    expect([desk.journal.fact('recycler.bringing'), desk.journal.fact('recycler.exchange')]).toEqual(['t-014', undefined]);
    await desk.stop();
  });
});
