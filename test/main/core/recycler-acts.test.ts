/** Goal: what a person does with the units of a recycler moves notes and counts together, and is journaled with who did it. Method: whole terminals in virtual time; notes, counts and books are compared. */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import { actOnRecycler } from '../../../main/core/service/recycler-acts.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import type { SampleRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import type { RecyclerAct, StaffLevel } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;
const TWO = 200_000;
const STORED = [{ denominationMinor: FIVE, noteCount: 12 }, { denominationMinor: TWO, noteCount: 4 }];

async function world(protocol: SampleRecyclerProtocol): Promise<DeskWorld> {
  const made = new DeskWorld({ limits: IMPATIENT, recycler: { protocol, denominationsMinor: [FIVE, TWO], isAlone: true, stored: STORED } });
  await made.until('attract');
  await made.when(() => made.journal.fact('recycler.seeded') !== undefined, 'its units are counted');
  return made;
}
const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const countIn = (desk: DeskWorld, place: string) => (desk.surroundings.acceptor.world() as unknown as { notes: { place: string }[] }).notes.filter((note) => note.place === place).length;
const acted = (desk: DeskWorld) => desk.dataOf('service.acted').filter(({ action }) => action.startsWith('recycler.') && action !== 'recycler.firstLoad').map(({ login, action }) => `${login} ${action}`);

async function act(desk: DeskWorld, name: RecyclerAct, { keepCount = 0, level = 'cashOfficer' as StaffLevel } = {}) {
  const acting = actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level }, act: name, keepCount });
  let result: Awaited<typeof acting> | undefined;
  void acting.then((value) => (result = value));
  await desk.when(() => result !== undefined, `${name} ends`, 900_000);
  return result;
}

describe.each(['ssp-smart-payout', 'ccnet-bill-to-bill'] as const)('the units of a %s', (protocol) => {
  it('are floated: so many of each stay, the rest lies in the box, counted in one transaction', async () => {
    const desk = await world(protocol);
    expect(await act(desk, 'float', { keepCount: 5 })).toBe('moved');
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 5, [`recycler.2 ${TWO}`]: 4, [`acceptor.box ${FIVE}`]: 7 });
    expect([countIn(desk, 'store'), countIn(desk, 'box')]).toEqual([9, 7]);
    expect(desk.dataOf('notes.moved')).toEqual([{ moves: [{ fromUnitId: 'recycler.1', toUnitId: 'acceptor.box', denominationMinor: FIVE, noteCount: 7 }], evidence: 'brought to the cash box by t-014' }]);
    expect(acted(desk)).toEqual(['t-014 recycler.float']);
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
    expect(await act(desk, 'startExchange')).toBe('exchangeOpen');
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: FIVE, noteCount: 10 });
    await desk.clock.advance(30_000);
    expect(operationTiles(desk.parts).find(({ operation }) => operation === 'op-01')).toMatchObject({ available: false, reason: 'cashInFailed' });
    // Without the exchange they would be taken for those in the box.
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4 });
    expect(await act(desk, 'float', { keepCount: 1 })).toBe('failed');
    expect(await act(desk, 'endExchange')).toBe('exchangeEnded');
    expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 12, [`acceptor.box ${TWO}`]: 4, [`recycler.1 ${FIVE}`]: 10 });
    expect(acted(desk)).toEqual(['t-014 recycler.empty', 't-014 recycler.startExchange', 't-014 recycler.endExchange']);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it('an exchange that a restart cut off is counted by the next start, before a customer comes', async () => {
    const desk = await world(protocol);
    await act(desk, 'startExchange');
    desk.hands('acceptor', { do: 'loadUnit', denominationMinor: TWO, noteCount: 3 });
    desk.die();
    desk.restart();
    await desk.until('attract');
    await desk.when(() => units(desk)[`recycler.2 ${TWO}`] === 7, 'the units are counted', 120_000);
    expect(desk.parts.recyclerDesk?.isExchanging).toBe(false);
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 12, [`recycler.2 ${TWO}`]: 7 });
    await desk.stop();
  });

  it('are not a viewer’s to touch', async () => {
    const desk = await world(protocol);
    for (const name of ['float', 'empty', 'startExchange'] as const) expect(await act(desk, name, { level: 'viewer' })).toBe('failed');
    expect(countIn(desk, 'store')).toBe(16);
    expect(acted(desk)).toEqual([]);
    await desk.stop();
  });

  it('lose power while they are emptied: no note is lost or made up in the counts', async () => {
    const desk = await world(protocol);
    desk.fault('acceptor', { fault: 'powerCut', at: 'boxed' });
    const result = await act(desk, 'empty');
    expect(['moved', 'uncertain']).toContain(result);
    desk.hands('acceptor', { do: 'clearFaults' });
    desk.parts.recyclerDesk!.recycler.reset();
    await desk.clock.advance(120_000);
    const counts = units(desk);
    const of = (unitId: string) => Object.entries(counts).filter(([key]) => key.startsWith(unitId)).reduce((sum, [, count]) => sum + count, 0);
    expect(of('recycler')).toBe(countIn(desk, 'store'));
    expect(of('acceptor.box')).toBeLessThanOrEqual(countIn(desk, 'box'));
    expect(of('recycler') + of('acceptor.box') + of('dispenser.transport')).toBe(16);
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
