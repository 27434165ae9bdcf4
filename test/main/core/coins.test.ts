/**
 * Goal: coins are money like notes. A coin that fell is credited once, to whom it belongs or to nobody; a coin that left the hopper is debited once; books, bank and
 * metal agree, also when the core dies or the power goes in the middle. Method: the whole terminal in virtual time, with the world's own checkers.
 */
import { describe, expect, it } from 'vitest';
import { SAMPLE_TERMINAL_ID } from '../../../simulators/bank-host/sample-bank.ts';
import type { Coin } from '../../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { checkBooks } from '../../../simulators/world/checkers/books.ts';
import { checkCash } from '../../../simulators/world/checkers/cash.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { checkMoney } from '../../../simulators/world/checkers/money.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import type { HopperWorld } from '../../support/hopper-bench.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const THOUSAND = 100_000;
/** One note of 2 000 and four coins. */
const WITH_COINS = 240_000;

async function world(coinCount = 50): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount } });
  await desk.boot();
  await desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready' && desk.parts.devices.coinDispensers[0]?.status().state === 'ready', 'the coin devices are up');
  return desk;
}
const coinDevices = (desk: DeskWorld) => desk.surroundings.coins!;
const act = (desk: DeskWorld, device: 'acceptor' | 'hopper', command: { readonly do: string; readonly [key: string]: unknown }) => {
  const done = coinDevices(desk)[device].control(command);
  if (!done.ok) throw new Error(done.error.detail);
};
const throwIn = (desk: DeskWorld, denominationMinor = HUNDRED) => act(desk, 'acceptor', { do: 'insertCoin', denominationMinor });
const boxed = (desk: DeskWorld) => (coinDevices(desk).acceptor.world() as unknown as { coins: Coin[] }).coins.filter((coin) => coin.place === 'box').length;
const hopper = (desk: DeskWorld) => coinDevices(desk).hopper.world() as unknown as HopperWorld;
const unit = (desk: DeskWorld, unitId: string) => desk.journal.cashUnits().filter((row) => row.unitId === unitId).reduce((sum, row) => sum + row.noteCount, 0);
const inside = (desk: DeskWorld) => desk.data('cash-in').insertedMinor;

/** A note is inside, a coin is on its way when the customer agrees to the figures. */
async function agreeWhileOneFalls(desk: DeskWorld): Promise<void> {
  await desk.toCashIn(SAMPLE.phone);
  await desk.insertCounted(THOUSAND);
  throwIn(desk);
  await desk.clock.advance(120);
  await desk.press('next');
}

/** What the simulated world's checkers find, once the queue is empty. */
async function findings(desk: DeskWorld): Promise<unknown[]> {
  await desk.settleQueue(1_800_000);
  const money = readJournalMoney(desk.journal);
  const unexplained = dayTotals(desk.journal)!.differences.filter((difference) => difference.kind === 'unexplained');
  return [...checkCash(desk.surroundings, money, desk.journal.cashUnits()), ...checkBooks(desk.journal, money), ...checkMoney(desk.journal, desk.bank, money, SAMPLE_TERMINAL_ID), ...desk.journal.compareBooks(), ...unexplained];
}

describe('coins in', () => {
  it('count beside notes, are told to the bank, and stand in their own box', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    expect(desk.data('cash-in').acceptedMinor).toContain(HUNDRED);
    throwIn(desk);
    await desk.when(() => inside(desk) === HUNDRED, 'the coin is counted');
    await desk.insertCounted(THOUSAND);
    throwIn(desk, 5_000);
    await desk.when(() => inside(desk) === HUNDRED + THOUSAND + 5_000, 'the second coin is counted');
    await desk.press('next');
    await desk.until('result-success');
    expect(desk.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 115_000, notes: [{ denominationMinor: THOUSAND, noteCount: 1 }, { denominationMinor: HUNDRED, noteCount: 1 }, { denominationMinor: 5_000, noteCount: 1 }] }]);
    expect([unit(desk, 'coinAcceptor.box'), boxed(desk)]).toEqual([2, 2]);
    expect(await findings(desk)).toEqual([]);
    expect(dayTotals(desk.journal)!.units).toContainEqual({ unitId: 'coinAcceptor.box', countedMinor: 15_000, movedMinor: 15_000, compared: null });
    await desk.stop();
  });

  it('stand among what is taken from the first screen on, and one that is given back is told', async () => {
    const desk = await world();
    await desk.when(() => desk.data('attract').acceptedMinor.includes(HUNDRED), 'the first screen shows coins');
    await desk.toCashIn(SAMPLE.phone);
    act(desk, 'acceptor', { do: 'insertCoin', denominationMinor: HUNDRED, kind: 'slug' });
    await desk.when(() => desk.model.toast?.textKey === 'toast.coinRejected', 'the coin in the tray is told');
    expect(inside(desk)).toBe(0);
    await desk.press('cancel');
    await desk.until('attract', 300_000);
    act(desk, 'acceptor', { do: 'unplug' });
    await desk.when(() => !desk.data('attract').acceptedMinor.includes(HUNDRED), 'a coin acceptor that is gone takes none', 60_000);
    await desk.stop();
  });

  it('one that falls while the mouth is being shut to go is not lost: the customer is asked', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    throwIn(desk);
    await desk.clock.advance(120);
    await desk.press('cancel');
    await desk.until('cash-in-leave');
    await desk.press('leaveFinish').catch(() => desk.press('leaveWithoutCredit'));
    await desk.when(() => desk.dataOf('operation.closed').length > 0, 'closed');
    expect(boxed(desk)).toBe(1);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('one that falls behind the consent to the figures changes them: the customer is shown the new ones, and agrees to those (R-5.5)', async () => {
    const desk = await world();
    await agreeWhileOneFalls(desk);
    await desk.when(() => desk.dataOf('coin.accepted').length === 1, 'it has fallen');
    await desk.when(() => desk.model.screen === 'result-success' || (desk.model.screen === 'cash-in' && desk.data('cash-in').canFinish), 'it is shown');
    expect(desk.dataOf('deposit.accepted')).toEqual([]);
    expect(inside(desk)).toBe(THOUSAND + HUNDRED);
    await desk.press('next');
    await desk.until('result-success');
    expect(desk.dataOf('consent.given')).toMatchObject([{ stage: 'terms' }, { stage: 'figures', totalMinor: THOUSAND + HUNDRED }]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('one that falls behind the consent of somebody who then goes away is used as agreed with the rest', async () => {
    const desk = await world();
    await agreeWhileOneFalls(desk);
    await desk.when(() => desk.dataOf('session.ended').length === 1, 'the session ends', 900_000);
    expect(desk.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: THOUSAND + HUNDRED, by: 'walkAway' }]);
    expect(desk.dataOf('consent.given').map(({ stage }) => stage)).toEqual(['terms']);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('one that falls behind the consent, and that the disk takes at its second telling only, is his as well', async () => {
    let refusedCount = 0;
    const desk = await world();
    desk.refusal = (entries) => (entries.some(({ kind }) => kind === 'coin.accepted') && ++refusedCount === 1 ? { code: 'JNL_UNWRITABLE', detail: 'once (test)' } : null);
    await agreeWhileOneFalls(desk);
    await desk.when(() => desk.dataOf('coin.accepted').length === 1, 'it is told again');
    await desk.when(() => desk.model.screen === 'cash-in' && desk.data('cash-in').canFinish, 'the new figures are shown');
    expect([inside(desk), desk.dataOf('deposit.accepted'), desk.dataOf('suspense.opened')]).toEqual([THOUSAND + HUNDRED, [], []]);
    await desk.press('next');
    await desk.until('result-success');
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('outside an operation the gate is shut', async () => {
    const desk = await world();
    throwIn(desk);
    await desk.clock.advance(3_000);
    expect([boxed(desk), desk.dataOf('coin.accepted')]).toEqual([0, []]);
    await desk.toCashIn(SAMPLE.phone);
    await desk.press('cancel');
    await desk.until(['menu', 'attract', 'farewell', 'result-refused']);
    throwIn(desk);
    await desk.clock.advance(3_000);
    expect(boxed(desk)).toBe(0);
    await desk.stop();
  });

  it('the gate is shut before coins under way could be more than what fits', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    const room = () => desk.data('cash-in').remainingMinor ?? 0;
    while (room() >= 2_000_000) await desk.insertCounted(2_000_000);
    await desk.clock.advance(1_000);
    const isShut = room() < 20 * 20_000;
    throwIn(desk);
    await desk.clock.advance(2_000);
    expect(boxed(desk)).toBe(isShut ? 0 : 1);
    expect(isShut).toBe(true);
    await desk.stop();
  });

  it.each([1, 2, 3].flatMap((commitsLeft) => (['before', 'after'] as const).map((when) => [when, commitsLeft] as const)))('the core dies %s commit %s of three coins: each is credited once', async (when, commitsLeft) => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    desk.dieAtCommit(commitsLeft - 1, when);
    for (let coin = 0; coin < 3; coin++) {
      throwIn(desk);
      await desk.clock.advance(150);
    }
    await desk.clock.runUntil(() => desk.isDead, 20_000);
    expect(desk.isDead).toBe(true);
    await desk.clock.advance(3_000);
    desk.restart();
    await desk.until('attract', 300_000);
    // What fell in the gate that nobody shut, too.
    expect(boxed(desk)).toBe(3);
    expect(desk.dataOf('coin.accepted').map((coin) => coin.denominationMinor)).toEqual([HUNDRED, HUNDRED, HUNDRED]);
    expect(unit(desk, 'coinAcceptor.box')).toBe(3);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('a coin of whose credit the core died is its customer\'s also where the acceptor is the last to come up', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    desk.dieAtCommit(0, 'before');
    throwIn(desk);
    await desk.clock.runUntil(() => desk.isDead, 20_000);
    act(desk, 'acceptor', { do: 'unplug' });
    desk.restart();
    await desk.clock.advance(9_000);
    act(desk, 'acceptor', { do: 'plug' });
    await desk.until('attract', 300_000);
    expect(desk.journal.entries({ kinds: ['coin.accepted'], limit: 9 })).toMatchObject([{ operationId: expect.any(String) as string, data: { denominationMinor: HUNDRED } }]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('the power of all goes while a coin falls: what the device forgot is a suspense item, and no guess', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    throwIn(desk);
    await desk.clock.advance(160);
    desk.die();
    act(desk, 'acceptor', { do: 'powerOff' });
    await desk.clock.advance(5_000);
    act(desk, 'acceptor', { do: 'powerOn' });
    desk.restart();
    await desk.until('attract', 300_000);
    expect(boxed(desk)).toBe(1);
    expect(desk.dataOf('coin.accepted')).toEqual([]);
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'unassigned', amountMinor: 0 }]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('with the gate shut a power cut is nobody\'s doubt', async () => {
    const desk = await world();
    await desk.toCashIn(SAMPLE.phone);
    throwIn(desk);
    await desk.when(() => inside(desk) === HUNDRED, 'the coin is counted');
    await desk.insertCounted(THOUSAND);
    await desk.press('next');
    await desk.until('result-success');
    desk.die();
    act(desk, 'acceptor', { do: 'powerOff' });
    act(desk, 'acceptor', { do: 'powerOn' });
    desk.restart();
    await desk.until('attract', 300_000);
    await desk.clock.advance(20_000);
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });
});

describe('coins out', () => {
  async function withdraw(desk: DeskWorld, amountMinor: number): Promise<void> {
    await desk.toWithdrawalConfirm(amountMinor);
    await desk.press('next');
  }

  it('are the last part of what notes do not make', async () => {
    const desk = await world();
    await withdraw(desk, 230_000);
    await desk.until('take-cash', 300_000);
    await desk.until('result-success', 300_000);
    expect(desk.dataOf('outcome.dispense').map((data) => [data.cassetteNumber, data.presentedCount])).toEqual([[2, 1], [201, 3]]);
    expect([unit(desk, 'coinDispenser.1'), hopper(desk).hopperCount, hopper(desk).trayCount]).toEqual([47, 47, 3]);
    expect(await findings(desk)).toEqual([]);
    expect(desk.money().host.cashOutMinor).toBe(230_000);
    await desk.stop();
  });

  it('that run out are a partial pay-out, exactly counted', async () => {
    const desk = await world(5);
    act(desk, 'hopper', { do: 'fault', fault: 'noCoin', index: 1 });
    await withdraw(desk, 230_000);
    await desk.until(['take-cash'], 300_000);
    await desk.until(['result-partial', 'result-pending', 'result-success'], 300_000);
    expect(desk.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'partial', presentedMinor: 210_000 }]);
    expect(await findings(desk)).toEqual([]);
    // An empty hopper does not close the notes.
    await desk.until('attract', 300_000);
    await desk.when(() => desk.model.screen === 'attract' && desk.data('attract').operations.every((tile) => tile.available), 'all is offered');
    await desk.stop();
  });

  it('a hopper that is not there takes its coins with it and nothing else', async () => {
    const desk = await world();
    act(desk, 'hopper', { do: 'unplug' });
    await desk.clock.advance(40_000);
    await desk.toAmount();
    await desk.press('chooseAmount', { amountMinor: 230_000 });
    await desk.clock.advance(2_000);
    expect(desk.model.screen).toBe('cash-out-amount');
    await desk.press('chooseAmount', { amountMinor: 200_000 });
    await desk.until('confirm');
    await desk.stop();
  });

  it.each([3, 4, 5].flatMap((commitsLeft) => (['before', 'after'] as const).map((when) => [when, commitsLeft] as const)))('the core dies %s commit %s of a pay-out of coins: its registers say what came of it', async (when, commitsLeft) => {
    const desk = await world();
    await withdraw(desk, WITH_COINS);
    await desk.when(() => desk.dataOf('authorisation.received').length > 0, 'authorised');
    desk.dieAtCommit(commitsLeft - 1, when);
    await desk.clock.runUntil(() => desk.isDead, 120_000);
    expect(desk.isDead).toBe(true);
    await desk.clock.advance(15_000);
    desk.restart();
    await desk.clock.advance(120_000);
    const ofCoins = desk.dataOf('outcome.dispense').filter((data) => data.cassetteNumber === 201);
    const told = ofCoins.reduce((sum, data) => sum + data.presentedCount, 0);
    expect(ofCoins.filter((data) => data.outcome === 'uncertain')).toEqual([]);
    expect(told).toBe(hopper(desk).trayCount);
    expect(unit(desk, 'coinDispenser.1')).toBe(hopper(desk).hopperCount);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('one coin too many is in doubt for the terminal, and nobody is debited for it', async () => {
    const desk = await world();
    act(desk, 'hopper', { do: 'fault', fault: 'overPay', at: 'end' });
    await withdraw(desk, 230_000);
    await desk.until('attract', 400_000);
    expect(hopper(desk).trayCount).toBe(4);
    expect(desk.dataOf('withdrawal.completed')).toMatchObject([{ presentedMinor: 230_000, uncertainMinor: HUNDRED }]);
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -HUNDRED }]);
    expect(await findings(desk)).toEqual([]);
    expect(desk.money().host.cashOutMinor).toBe(230_000);
    await desk.stop();
  });

  it('the power of the hopper goes while a coin is in its exit: that coin is in doubt, and nothing is paid twice', async () => {
    const desk = await world();
    act(desk, 'hopper', { do: 'fault', fault: 'writeCut', index: 2 });
    await withdraw(desk, WITH_COINS);
    await desk.until(['result-pending', 'result-partial', 'take-cash'], 400_000);
    await desk.clock.advance(30_000);
    expect(desk.dataOf('outcome.dispense')).toMatchObject([{ cassetteNumber: 2, outcome: 'completed' }, { cassetteNumber: 201, outcome: 'uncertain', presentedCount: 2, uncertainCount: 1 }]);
    expect(hopper(desk).trayCount).toBe(3);
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -HUNDRED }]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });
});

describe('coins out of two hoppers', () => {
  const TWENTY = 2_000;
  /** One note of 2 000, three coins of 100, four of 20. */
  const AMOUNT = 238_000;
  const second = (desk: DeskWorld) => coinDevices(desk).hoppers[1]!.world() as unknown as HopperWorld;

  async function twoHoppers(): Promise<DeskWorld> {
    const desk = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: HUNDRED, coinCount: 50, more: [{ denominationMinor: TWENTY, coinCount: 40 }] } });
    await desk.boot();
    await desk.when(() => desk.parts.devices.coinDispensers.every((one) => one.status().state === 'ready'), 'both hoppers are up');
    return desk;
  }

  it('one mix goes over both, each is counted by itself', async () => {
    const desk = await twoHoppers();
    expect(desk.parts.devices.coinDispensers.map(({ deviceId }) => deviceId)).toEqual(['coin-dispenser', 'coin-dispenser-2']);
    await desk.toWithdrawalConfirm(AMOUNT);
    await desk.press('next');
    await desk.until('result-success', 400_000);
    expect(desk.dataOf('outcome.dispense').map((data) => [data.cassetteNumber, data.presentedCount])).toEqual([[2, 1], [201, 3], [202, 4]]);
    expect([unit(desk, 'coinDispenser.1'), unit(desk, 'coinDispenser.2'), hopper(desk).trayCount, second(desk).trayCount]).toEqual([47, 36, 3, 4]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('one that is not there takes its own coins out of the mix, and the other goes on', async () => {
    const desk = await twoHoppers();
    coinDevices(desk).hoppers[1]!.control({ do: 'unplug' });
    await desk.clock.advance(40_000);
    await desk.toAmount();
    await desk.press('chooseAmount', { amountMinor: AMOUNT });
    await desk.clock.advance(2_000);
    expect(desk.model.screen).toBe('cash-out-amount');
    await desk.press('chooseAmount', { amountMinor: 230_000 });
    await desk.until('confirm');
    await desk.stop();
  });

  it('what runs empty in one is made up of the other where it can be', async () => {
    const desk = await twoHoppers();
    act(desk, 'hopper', { do: 'fault', fault: 'noCoin', index: 1 });
    await desk.toWithdrawalConfirm(230_000);
    await desk.press('next');
    await desk.until('result-success', 400_000);
    expect(desk.dataOf('outcome.dispense').map((data) => [data.cassetteNumber, data.presentedCount])).toEqual([[2, 1], [201, 1], [202, 5], [202, 5]]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });

  it.each([4, 5, 6, 7].flatMap((commitsLeft) => (['before', 'after'] as const).map((when) => [when, commitsLeft] as const)))('the core dies %s commit %s of it: each hopper is asked by its own registers', async (when, commitsLeft) => {
    const desk = await twoHoppers();
    await desk.toWithdrawalConfirm(AMOUNT);
    await desk.press('next');
    await desk.when(() => desk.dataOf('authorisation.received').length > 0, 'authorised');
    desk.dieAtCommit(commitsLeft - 1, when);
    await desk.clock.runUntil(() => desk.isDead, 120_000);
    expect(desk.isDead).toBe(true);
    await desk.clock.advance(15_000);
    desk.restart();
    await desk.clock.advance(120_000);
    const told = (cassetteNumber: number) => desk.dataOf('outcome.dispense').filter((data) => data.cassetteNumber === cassetteNumber).reduce((sum, data) => sum + data.presentedCount, 0);
    expect(desk.dataOf('outcome.dispense').filter((data) => data.cassetteNumber > 200 && data.outcome === 'uncertain')).toEqual([]);
    expect([told(201), told(202)]).toEqual([hopper(desk).trayCount, second(desk).trayCount]);
    expect(await findings(desk)).toEqual([]);
    await desk.stop();
  });
});
