/**
 * Goal: cash units that hands opened stay open over a restart at any step, nothing is taken into them or paid out, whoever turns the key reads why, and a person ends it.
 * Method: the whole terminal in virtual time; the core dies after each step of an exchange of coins and of notes, the technician goes away, and another one comes.
 */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import { isCoinExchangeOpen } from '../../../main/core/cash/coin-exchange.ts';
import { isNoteExchangeOpen } from '../../../main/core/cash/note-exchange.ts';
import { payableUnits } from '../../../main/core/cash/payable-units.ts';
import { actOnCoins } from '../../../main/core/service/coin-acts.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { WORLD_RECYCLERS } from '../../../simulators/terminal/sample-config.ts';
import type { CoinAct, NoteAct } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const STAFF = { login: 't-014', name: 'T.', level: 'technician' } as const;
const HOPPER_CASSETTE = 201;

async function world(): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true, coins: { denominationMinor: HUNDRED, coinCount: 50 } });
  await desk.boot();
  await coinsAreUp(desk);
  return desk;
}

const coinsAreUp = (desk: DeskWorld) => desk.when(() => desk.parts.devices.coinAcceptor?.status().state === 'ready' && desk.parts.devices.coinDispensers[0]?.status().state === 'ready' && desk.parts.gateway.isLinkUp, 'coin devices and line are up', 300_000);
const turnKey = (desk: DeskWorld, on: boolean) => expect(desk.switches.control({ do: 'turnKey', on })).toMatchObject({ ok: true });
const counts = (desk: DeskWorld) => desk.journal.cashUnits().filter((row) => row.noteCount > 0);

async function restart(desk: DeskWorld): Promise<void> {
  desk.die();
  await desk.clock.advance(1_000);
  desk.restart();
  await desk.until(['attract', 'out-of-service'], 300_000);
  await coinsAreUp(desk);
}

/** Passwords are hashed on threads that know no virtual time. */
const whenReal = (desk: DeskWorld, isSo: () => boolean) =>
  expect.poll(async () => {
    await desk.clock.advance(10);
    return isSo();
  }, { interval: 10 }).toBe(true);

/** Of the sample bank: the first password must be changed. */
async function logIn(desk: DeskWorld): Promise<void> {
  await desk.press('serviceLogin', { login: STAFF.login, password: 'Qolma-2026' });
  await whenReal(desk, () => desk.model.screen === 'service-password');
  await desk.press('servicePassword', { current: 'Qolma-2026', next: 'Terminal-0427', repeat: 'Terminal-0427' });
  await whenReal(desk, () => desk.model.screen === 'service-status');
}

describe('an exchange that the core died in', () => {
  const COIN_STEPS: readonly CoinAct[] = ['startExchange', 'load', 'empty', 'collect'];
  it.each(COIN_STEPS.map((last, index) => [last, COIN_STEPS.slice(0, index + 1)] as const))('of coins, after %s: open, with the counts of it, until a person ends it; notes go on', async (_, steps) => {
    const desk = await world();
    for (const act of steps) expect(actOnCoins(desk.parts, { staff: STAFF, act, hopperNumber: 1, coinCount: act === 'load' ? 20 : 0 })).not.toBe('failed');
    const before = counts(desk);
    await restart(desk);
    await desk.boot();
    expect([isCoinExchangeOpen(desk.journal), counts(desk)]).toEqual([true, before]);
    expect(payableUnits(desk.parts).map(({ cassetteNumber }) => cassetteNumber)).not.toContain(HOPPER_CASSETTE);
    await desk.toCashIn(SAMPLE.phone);
    expect(desk.data('cash-in').acceptedMinor).not.toContain(HUNDRED);
    expect(actOnCoins(desk.parts, { staff: STAFF, act: 'startExchange', hopperNumber: 0, coinCount: 0 })).toBe('underWay');
    await desk.press('cancel');
    await desk.until('attract', 300_000);
    turnKey(desk, true);
    await desk.until('service-login');
    expect(desk.data('service-login').troubles).toMatchObject([{ code: 'TRM_COINS_OPEN', detail: expect.stringContaining('t-014') as string }]);
    await logIn(desk);
    await desk.press('serviceShow', { page: 'cash' });
    await desk.until('service-cash');
    expect(desk.data('service-cash').coins).toMatchObject({ isExchanging: true });
    await desk.press('serviceCoins', { act: 'endExchange', hopperNumber: 0, coinCount: 0 });
    await desk.when(() => desk.model.screen === 'service-cash' && desk.data('service-cash').coins?.result === 'exchangeEnded', 'it is ended');
    turnKey(desk, false);
    await desk.boot();
    expect([isCoinExchangeOpen(desk.journal), counts(desk)]).toEqual([false, before]);
    await desk.toCashIn(SAMPLE.phone);
    expect(desk.data('cash-in').acceptedMinor).toContain(HUNDRED);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  const NOTE_STEPS: readonly NoteAct[] = ['startExchange', 'load', 'empty', 'collect'];
  it.each(NOTE_STEPS.map((last, index) => [last, NOTE_STEPS.slice(0, index + 1)] as const))('of notes, after %s: open, with the counts of it, until a person ends it', async (_, steps) => {
    const desk = await world();
    for (const act of steps) {
      let isDone = false;
      void actOnNotes(desk.parts, { staff: STAFF, act, cassetteNumber: 1, noteCount: act === 'load' ? 20 : 0 }).then((result) => (isDone = result !== 'failed'));
      await desk.when(() => isDone, act);
    }
    const before = counts(desk);
    await restart(desk);
    expect([isNoteExchangeOpen(desk.journal), counts(desk), payableUnits(desk.parts)]).toEqual([true, before, []]);
    expect(operationTiles(desk.parts).map(({ reason }) => reason)).toEqual(['cashInFailed', 'cashInFailed', 'cashOutFailed']);
    turnKey(desk, true);
    await desk.until('service-login');
    expect(desk.data('service-login').troubles).toMatchObject([{ code: 'TRM_NOTES_OPEN', detail: expect.stringContaining('t-014') as string }]);
    await logIn(desk);
    expect(desk.data('service-status').troubles).toMatchObject([{ code: 'TRM_NOTES_OPEN' }]);
    await desk.press('serviceShow', { page: 'cash' });
    await desk.until('service-cash');
    expect(desk.data('service-cash').cassettes).toMatchObject({ isExchanging: true });
    await desk.press('serviceNotes', { act: 'endExchange', cassetteNumber: 0, noteCount: 0 });
    await desk.when(() => desk.model.screen === 'service-cash' && desk.data('service-cash').cassettes?.result === 'exchangeEnded', 'it is ended');
    turnKey(desk, false);
    await desk.until('attract', 300_000);
    expect([isNoteExchangeOpen(desk.journal), counts(desk)]).toEqual([false, before]);
    expect(operationTiles(desk.parts).find(({ operation }) => operation === 'op-01')).toMatchObject({ available: true });
    await desk.stop();
  });

  it('is not ended by somebody who turns the key and is not let in', async () => {
    const desk = await world();
    actOnCoins(desk.parts, { staff: STAFF, act: 'startExchange', hopperNumber: 0, coinCount: 0 });
    await restart(desk);
    turnKey(desk, true);
    await desk.until('service-login');
    await desk.press('serviceLogin', { login: 't-014', password: 'wrong' });
    await whenReal(desk, () => desk.model.screen === 'service-login' && desk.data('service-login').problem !== null);
    turnKey(desk, false);
    await desk.until('attract', 300_000);
    expect(isCoinExchangeOpen(desk.journal)).toBe(true);
    await desk.stop();
  });
});

describe.each(WORLD_RECYCLERS)('an exchange over the units of a %s', (protocol) => {
  it('does not begin when whoever asked for it left while they were counted: nobody would end it', async () => {
    const desk = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true, recycler: { protocol, denominationsMinor: [500_000], isAlone: true, stored: [{ denominationMinor: 500_000, noteCount: 4 }] } });
    await desk.boot();
    turnKey(desk, true);
    await desk.until('service-login');
    await logIn(desk);
    await desk.press('serviceShow', { page: 'cash' });
    await desk.until('service-cash');
    await desk.press('serviceNotes', { act: 'startExchange', cassetteNumber: 0, noteCount: 0 });
    turnKey(desk, false);
    await desk.until('attract', 300_000);
    await desk.clock.advance(60_000);
    expect([desk.model.screen, isNoteExchangeOpen(desk.journal)]).toEqual(['attract', false]);
    await desk.stop();
  });
});

describe('an act that the disk does not take', () => {
  it('is told to whoever acted as perhaps not written, not as not done', async () => {
    const desk = await world();
    turnKey(desk, true);
    await desk.until('service-login');
    await logIn(desk);
    await desk.press('serviceShow', { page: 'cash' });
    for (const [kind, unit, card] of [['serviceNotes', { cassetteNumber: 1, noteCount: 10 }, 'cassettes'], ['serviceCoins', { hopperNumber: 1, coinCount: 10 }, 'coins']] as const) {
      const act = (name: NoteAct & CoinAct) => desk.press(kind, { ...unit, act: name } as never);
      const result = () => desk.model.screen === 'service-cash' && desk.data('service-cash')[card]?.isBusy === false ? desk.data('service-cash')[card]?.result : null;
      await act('startExchange');
      await desk.when(() => result() === 'exchangeOpen', 'open');
      desk.journalFault = { code: 'JNL_DISK_FULL', detail: 'test' };
      const before = counts(desk);
      await act('load');
      await desk.when(() => result() === 'notWritten', 'perhaps not written');
      desk.journalFault = null;
      expect(counts(desk)).toEqual(before);
      await act('load');
      await desk.when(() => result() === 'loaded', 'loaded');
    }
    turnKey(desk, false);
    await desk.until('attract', 300_000);
    await desk.stop();
  });
});
