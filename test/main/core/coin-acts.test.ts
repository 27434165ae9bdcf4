/**
 * Goal: what hands do to hoppers and coin box is in the counts once, whoever did it stands beside it, and no coin is taken or paid meanwhile. Method: the whole terminal
 * in virtual time, hands at the simulated devices, the world's own checkers.
 */
import { describe, expect, it } from 'vitest';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { loadedHoppers } from '../../../main/core/cash/hoppers.ts';
import { payableUnits } from '../../../main/core/cash/payable-units.ts';
import { actOnCoins } from '../../../main/core/service/coin-acts.ts';
import { checkBooks } from '../../../simulators/world/checkers/books.ts';
import { checkCash } from '../../../simulators/world/checkers/cash.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import type { CoinAct, StaffLevel } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const FIFTY = 5_000;

async function world(coinCount = 50): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount } });
  await desk.boot();
  await desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready' && desk.parts.devices.coinDispensers[0]?.status().state === 'ready', 'the coin devices are up');
  return desk;
}

const act = (desk: DeskWorld, name: CoinAct, { coinCount = 0, hopperNumber = 1, level = 'technician' as StaffLevel } = {}) => actOnCoins(desk.parts, { staff: { login: 't-014', name: 'T.', level }, act: name, hopperNumber, coinCount });
const hands = (desk: DeskWorld, device: 'acceptor' | 'hopper', command: { readonly do: string; readonly [key: string]: unknown }) => {
  const done = desk.surroundings.coins![device].control(command);
  if (!done.ok) throw new Error(done.error.detail);
};
const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.unitId.startsWith('coin') && row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const acted = (desk: DeskWorld) => desk.dataOf('service.acted').filter(({ action }) => action.startsWith('coins.') && action !== 'coins.firstLoad').map(({ login, action, target }) => `${login} ${action} ${target}`);

function findings(desk: DeskWorld): unknown[] {
  const money = readJournalMoney(desk.journal);
  const unevenUnits = dayTotals(desk.journal)!.units.filter(({ movedMinor, countedMinor }) => movedMinor !== countedMinor);
  return [...checkCash(desk.surroundings, money, desk.journal.cashUnits()), ...checkBooks(desk.journal, money), ...desk.journal.compareBooks(), ...unevenUnits];
}

async function deposit(desk: DeskWorld, coinsMinor: readonly number[]): Promise<void> {
  await desk.toCashIn(SAMPLE.phone);
  for (const denominationMinor of coinsMinor) {
    const before = desk.data('cash-in').insertedMinor;
    hands(desk, 'acceptor', { do: 'insertCoin', denominationMinor });
    await desk.when(() => desk.data('cash-in').insertedMinor === before + denominationMinor, 'the coin is counted');
  }
  await desk.insertCounted(100_000);
  await desk.press('next');
  await desk.until('result-success');
  await desk.until('attract', 300_000);
}

describe('hands at the coins', () => {
  it('load a hopper, empty it into the box and take the box away; each is counted once', async () => {
    const desk = await world();
    await deposit(desk, [HUNDRED, FIFTY, FIFTY]);
    expect(act(desk, 'startExchange')).toBe('exchangeOpen');
    hands(desk, 'hopper', { do: 'loadCoins', coinCount: 100 });
    expect(act(desk, 'load', { coinCount: 100 })).toBe('loaded');
    expect(units(desk)).toEqual({ [`coinDispenser.1 ${HUNDRED}`]: 150, [`coinAcceptor.box ${HUNDRED}`]: 1, [`coinAcceptor.box ${FIFTY}`]: 2 });
    expect(findings(desk)).toEqual([]);
    hands(desk, 'hopper', { do: 'emptyHopper' });
    expect(act(desk, 'empty')).toBe('emptied');
    expect(units(desk)).toEqual({ [`coinAcceptor.box ${HUNDRED}`]: 151, [`coinAcceptor.box ${FIFTY}`]: 2 });
    expect(act(desk, 'empty')).toBe('nothing');
    expect(findings(desk)).toEqual([]);
    hands(desk, 'acceptor', { do: 'collectBox' });
    expect(act(desk, 'collect')).toBe('collected');
    expect(act(desk, 'collect')).toBe('nothing');
    expect(units(desk)).toEqual({});
    expect(act(desk, 'endExchange')).toBe('exchangeEnded');
    expect(findings(desk)).toEqual([]);
    expect(acted(desk)).toEqual(['t-014 coins.startExchange hoppers and coin box', 't-014 coins.load coinDispenser.1:100', 't-014 coins.empty coinDispenser.1:150', `t-014 coins.collect ${FIFTY}:2 ${HUNDRED}:151`, 't-014 coins.endExchange hoppers and coin box']);
    await desk.stop();
  });

  it('are told first: without a durable word that somebody is at the coins nothing is counted', async () => {
    const desk = await world();
    for (const name of ['load', 'empty', 'collect', 'endExchange'] as const) expect(act(desk, name, { coinCount: 10 })).toBe('failed');
    expect(units(desk)).toEqual({ [`coinDispenser.1 ${HUNDRED}`]: 50 });
    await desk.stop();
  });

  it('no coin is taken or paid until they are done, also over a restart', async () => {
    const desk = await world();
    act(desk, 'startExchange');
    desk.die();
    await desk.clock.advance(1_000);
    desk.restart();
    await desk.until('attract', 300_000);
    expect(payableUnits(desk.parts).map(({ cassetteNumber }) => cassetteNumber)).not.toContain(201);
    await desk.toCashIn(SAMPLE.phone);
    expect(desk.data('cash-in').acceptedMinor).not.toContain(HUNDRED);
    hands(desk, 'acceptor', { do: 'insertCoin', denominationMinor: HUNDRED });
    await desk.clock.advance(3_000);
    expect(desk.dataOf('coin.accepted')).toEqual([]);
    await desk.press('cancel');
    await desk.until('attract', 300_000);
    expect(act(desk, 'endExchange')).toBe('exchangeEnded');
    expect(payableUnits(desk.parts).map(({ cassetteNumber }) => cassetteNumber)).toContain(201);
    await desk.clock.advance(0); // what became available is shown, and touched as shown
    await deposit(desk, [HUNDRED]);
    expect(units(desk)).toMatchObject({ [`coinAcceptor.box ${HUNDRED}`]: 1 });
    await desk.stop();
  });

  it('more than the hopper holds, another hopper and a viewer are refused', async () => {
    const desk = await world();
    expect(act(desk, 'startExchange', { level: 'viewer' })).toBe('failed');
    expect(acted(desk)).toEqual([]);
    act(desk, 'startExchange');
    expect(act(desk, 'load', { coinCount: 951 })).toBe('failed');
    expect(act(desk, 'load', { coinCount: 0 })).toBe('failed');
    expect(act(desk, 'load', { coinCount: 10, hopperNumber: 2 })).toBe('failed');
    expect([act(desk, 'load', { coinCount: 1 }), act(desk, 'load', { coinCount: 949 })]).toEqual(['loaded', 'loaded']);
    expect(units(desk)).toEqual({ [`coinDispenser.1 ${HUNDRED}`]: 1_000 });
    await desk.stop();
  });

  it('an empty hopper that was filled pays again', async () => {
    const desk = await world(2);
    await desk.toWithdrawalConfirm(220_000);
    hands(desk, 'hopper', { do: 'emptyHopper' });
    await desk.press('next');
    await desk.until('attract', 400_000);
    act(desk, 'startExchange');
    hands(desk, 'hopper', { do: 'loadCoins', coinCount: 60 });
    act(desk, 'empty');
    act(desk, 'load', { coinCount: 60 });
    act(desk, 'endExchange');
    await desk.when(() => desk.parts.devices.coinDispensers[0]?.status().state === 'ready', 'the hopper is well');
    await desk.clock.advance(30_000);
    await desk.toWithdrawalConfirm(210_000);
    await desk.press('next');
    await desk.until('result-success', 300_000);
    expect(units(desk)[`coinDispenser.1 ${HUNDRED}`]).toBe(59);
    await desk.stop();
  });
});

describe('a hopper that the configuration gives another coin than it was loaded with', () => {
  it('pays nothing and counts none of the new coins until the old ones are out, whichever coins they are', async () => {
    const desk = await world();
    const { devices } = desk.parts.config;
    const parts = { ...desk.parts, config: { ...desk.parts.config, devices: { ...devices, coinDispensers: devices.coinDispensers.map((hopper) => ({ ...hopper, denominationMinor: FIFTY })) } } };
    const go = (name: CoinAct, coinCount = 0) => actOnCoins(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, hopperNumber: 1, coinCount });
    const payable = () => payableUnits(parts).find(({ denominationMinor }) => denominationMinor === FIFTY)?.noteCount;
    expect([go('startExchange'), go('load', 10)]).toEqual(['exchangeOpen', 'otherInside']);
    // As an earlier release let it be counted.
    desk.journal.commit({ cashUnits: [{ unitId: 'coinDispenser.1', denominationMinor: FIFTY, noteCountDelta: 7 }] });
    expect([go('endExchange'), payable()]).toEqual(['exchangeEnded', 0]);
    expect([go('startExchange'), go('empty')]).toEqual(['exchangeOpen', 'emptied']);
    expect(units(desk)).toEqual({ [`coinAcceptor.box ${HUNDRED}`]: 50, [`coinAcceptor.box ${FIFTY}`]: 7 });
    expect([go('load', 20), go('endExchange'), payable()]).toEqual(['loaded', 'exchangeEnded', 20]);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });
});

describe('a hopper that the configuration does not name any more', () => {
  it('is shown as long as coins lie in it, and can be emptied', async () => {
    const desk = await world();
    const parts = { ...desk.parts, config: { ...desk.parts.config, devices: { ...desk.parts.config.devices, coinDispensers: [] } } };
    expect(loadedHoppers(parts)).toMatchObject([{ hopperNumber: 1, denominationMinor: HUNDRED, capacityCoins: 50 }]);
    const go = (name: CoinAct, coinCount = 0) => actOnCoins(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, hopperNumber: 1, coinCount });
    expect([go('startExchange'), go('load', 1), go('empty'), go('empty'), go('collect')]).toEqual(['exchangeOpen', 'failed', 'emptied', 'failed', 'collected']);
    expect(units(desk)).toEqual({});
    expect(loadedHoppers(parts)).toEqual([]);
    await desk.stop();
  });
});
