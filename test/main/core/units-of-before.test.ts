/**
 * Goal: what is counted in a unit stands on the page of service mode, in its total, and can be taken away counted, whatever the configuration of this start names; no exchange is
 * opened that nobody can end. Method: a terminal on virtual time, its parts under a configuration that lacks the device.
 */
import { expect, it } from 'vitest';
import { presentService } from '../../../main/core/presenter/present-service.ts';
import type { ServiceSnapshot } from '../../../main/core/presenter/snapshot-chain.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { actOnCoins } from '../../../main/core/service/coin-acts.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import type { CoinAct, NoteAct, NoteActResult } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const FIVE = 500_000;
const STAFF = { login: 't-014', name: 'T.', level: 'technician' } as const;

function cashPage(parts: CoreParts): ScreenData<'service-cash'> {
  const snapshot = { context: { staff: STAFF, recyclerResult: null, coinResult: null, noteResult: null, inactivityMs: 1 }, matches: (state: unknown) => JSON.stringify(state) === JSON.stringify({ active: { pages: 'cash' } }) } as unknown as ServiceSnapshot;
  const { screen } = presentService(snapshot, { parts, operationTiles: () => [], troubles: [], nowUtcMs: 0, monotonicMs: 0, screenSinceMs: 0, softwareVersion: 'test' });
  return screen.data as ScreenData<'service-cash'>;
}

const booksMinor = (desk: DeskWorld) => desk.journal.cashUnits().reduce((sum, { denominationMinor, noteCount }) => sum + denominationMinor * noteCount, 0);
const without = (desk: DeskWorld, ...names: readonly (keyof CoreParts['config']['devices'])[]): CoreParts => {
  const devices = Object.fromEntries(Object.entries(desk.parts.config.devices).filter(([name]) => !names.some((one) => one === name)));
  return { ...desk.parts, config: { ...desk.parts.config, devices: { coinDispensers: [], ...devices } as unknown as CoreParts['config']['devices'] } };
};

it('coins out of a hopper go with a box that no acceptor fills: shown, and taken away', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  const parts = without(desk, 'coinAcceptor');
  const go = (act: CoinAct) => actOnCoins(parts, { staff: STAFF, act, hopperNumber: 1, coinCount: 0 });
  expect(cashPage(parts).coins).toMatchObject({ hasBox: false });
  expect([go('startExchange'), go('empty')]).toEqual(['exchangeOpen', 'emptied']);
  expect(cashPage(parts)).toMatchObject({ totalMinor: booksMinor(desk), coins: { hasBox: true }, units: expect.arrayContaining([expect.objectContaining({ unitId: 'coinAcceptor.box', totalMinor: 50 * HUNDRED })]) as unknown });
  expect([go('collect'), go('endExchange')]).toEqual(['collected', 'exchangeEnded']);
  expect(cashPage(parts)).toMatchObject({ totalMinor: booksMinor(desk), coins: { hasBox: false } });
  await desk.stop();
});

it('an exchange of coins is ended by who opened it also when its last unit was emptied', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  const parts = without(desk, 'coinAcceptor', 'coinDispensers');
  const go = (act: CoinAct) => actOnCoins(parts, { staff: STAFF, act, hopperNumber: 1, coinCount: 0 });
  expect([go('startExchange'), go('empty'), go('collect')]).toEqual(['exchangeOpen', 'emptied', 'collected']);
  expect(cashPage(parts).coins).toMatchObject({ isExchanging: true });
  expect(go('endExchange')).toBe('exchangeEnded');
  expect(cashPage(parts).coins).toBeNull();
  await desk.stop();
});

it('notes of an acceptor, of a dispenser\'s bin and of a recycler that the configuration does not name any more', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  const left = ['acceptor.box', 'acceptor.transport', 'recycler.2', 'dispenser.reject', 'dispenser.transport'];
  desk.journal.commit({ cashUnits: left.map((unitId) => ({ unitId, denominationMinor: FIVE, noteCountDelta: 3 })) });
  const parts = without(desk, 'acceptor', 'dispenser');
  const go = async (act: NoteAct, cassetteNumber = 0): Promise<NoteActResult> => {
    let result: NoteActResult | null = null;
    void actOnNotes(parts, { staff: STAFF, act, cassetteNumber, noteCount: 0 }).then((done) => (result = done));
    await desk.when(() => result !== null, `${act} has an answer`);
    return result!;
  };
  expect(cashPage(parts)).toMatchObject({ totalMinor: booksMinor(desk), cassettes: {} });
  expect([await go('startExchange'), await go('collect')]).toEqual(['exchangeOpen', 'collected']);
  // Nobody takes a recycler's units away with the box.
  const held = () => desk.journal.cashUnits().filter(({ unitId, noteCount }) => noteCount > 0 && left.includes(unitId));
  expect(held()).toMatchObject([{ unitId: 'recycler.2', noteCount: 3 }]);
  const { totalMinor, cassettes, units } = cashPage(parts);
  expect([totalMinor, cassettes?.cassettes.at(-1)]).toMatchObject([booksMinor(desk), { cassetteNumber: 102, unit: { role: 'recycle', number: 2 }, noteCount: 3, capacity: 3 }]);
  expect(units.filter(({ unitId }) => unitId === 'recycler.2')).toMatchObject([{ role: 'recycle', cassetteNumber: 2 }]);
  expect(await go('empty', 102)).toBe('emptied');
  expect(held()).toEqual([]);
  expect(cashPage(parts).totalMinor).toBe(booksMinor(desk));
  expect(await go('endExchange')).toBe('exchangeEnded');
  expect(desk.journal.compareBooks()).toEqual([]);
  await desk.stop();
});

it('notes that may have left do not make up for money that is kept: two open items are not nothing', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  const item = (reason: 'retained' | 'dispenseUncertain', amountMinor: number) => ({ suspenseId: `item of ${amountMinor}`, operationId: null, reason, amountMinor, evidence: 'test', reference: null });
  expect(cashPage(desk.parts).suspense).toEqual({ count: 0, insideMinor: 0, outsideMinor: 0 });
  expect(desk.journal.commit({ suspense: [item('retained', FIVE), item('dispenseUncertain', -FIVE)] }).ok).toBe(true);
  expect(cashPage(desk.parts).suspense).toEqual({ count: 2, insideMinor: FIVE, outsideMinor: -FIVE });
  await desk.stop();
});

it('notes of another denomination than the cassette has now: the card of acts says what lies in it', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  const { devices } = desk.parts.config;
  const [first, ...others] = devices.dispenser!.cassettes;
  const parts = { ...desk.parts, config: { ...desk.parts.config, devices: { ...devices, dispenser: { ...devices.dispenser!, cassettes: [{ ...first!, denominationMinor: 2 * FIVE }, ...others] } } } };
  const card = () => cashPage(parts).cassettes?.cassettes[0];
  expect(card()).toMatchObject({ cassetteNumber: 1, denominationMinor: FIVE, noteCount: 400 });
  desk.journal.commit({ cashUnits: [{ unitId: 'dispenser.1', denominationMinor: FIVE, noteCountDelta: -400 }] });
  expect(card()).toMatchObject({ denominationMinor: 2 * FIVE, noteCount: 0 });
  await desk.stop();
});
