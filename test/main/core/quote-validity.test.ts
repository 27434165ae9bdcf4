/**
 * Goal: a bank whose quotes hold for less than a session refuses nothing that a customer agreed to, and no cash that is inside: what has lapsed is asked for anew and shown before he agrees, and cash is told with the agreement that he
 * gave in time. Method: whole visits with a bank whose quotes hold for a minute, and a customer who takes longer.
 */
import { expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { oneTimeCodeActors } from '../../../main/core/operations/session-actors.ts';
import { SAMPLE_TERMINAL_ID } from '../../../simulators/bank-host/sample-bank.ts';
import { bookedByOperation } from '../../../simulators/world/checkers/booked.ts';
import type { OneTimeCodeContext } from '../../../state-machines/one-time-code/one-time-code.types.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const MINUTE_MS = 60_000;
const TEN_THOUSAND = 1_000_000;

async function worldOfShortQuotes(validMs = MINUTE_MS): Promise<DeskWorld> {
  // Patient with who thinks for two minutes.
  const world = new DeskWorld({ limits: { patienceMs: { ordinary: 5 * MINUTE_MS, cashIn: 5 * MINUTE_MS, result: MINUTE_MS, warning: MINUTE_MS } } });
  await world.boot();
  world.arm('shortQuotes', undefined, { delayMs: validMs });
  return world;
}

const quoteCount = (world: DeskWorld) => world.dataOf('quote.received').length;
const isRenewed = (world: DeskWorld) => JSON.stringify(world.model.data).includes('terms.renewed');

it.each([
  ['op-01', (world: DeskWorld) => world.toIntro(), 'cash-in-intro', 'cash-in'],
  ['op-05', async (world: DeskWorld) => {
    await world.toFields('p-meal');
    await world.press('submitFields', { fields: { contract: '123456' } });
    await world.until('confirm');
  }, 'confirm', 'cash-in'],
  ['op-10', (world: DeskWorld) => world.toWithdrawalConfirm(TEN_THOUSAND), 'confirm', 'take-cash'],
] as const)('%s: terms that lapsed before they were agreed to are asked for anew, and shown', async (_, go, screen, next) => {
  const world = await worldOfShortQuotes();
  await go(world);
  expect([quoteCount(world), isRenewed(world)]).toEqual([1, false]);
  await world.clock.advance(MINUTE_MS);
  await world.press('next');
  await world.when(() => quoteCount(world) === 2 && world.model.screen === screen, 'they are shown again');
  expect([isRenewed(world), world.dataOf('consent.given')]).toEqual([true, []]);
  await world.clock.advance(MINUTE_MS / 2);
  await world.press('next');
  await world.until(next);
  expect(quoteCount(world)).toBe(2);
  await world.stop();
});

it('a deposit whose notes take longer than the quote holds is credited: it names the consent that was given in time', async () => {
  const world = await worldOfShortQuotes();
  await world.toCashIn();
  await world.insertCounted(TEN_THOUSAND);
  await world.clock.advance(2 * MINUTE_MS);
  await world.insertCounted(TEN_THOUSAND);
  await world.press('next');
  await world.until('result-success');
  expect([...bookedByOperation(world.bank, SAMPLE_TERMINAL_ID).values()].map(({ inMinor }) => inMinor)).toEqual([2 * TEN_THOUSAND]);
  await world.settleQueue();
  expectMoneyHolds(world);
  await world.stop();
});

it('a quote that nobody could agree to in time is no offer, before any cash', async () => {
  const world = await worldOfShortQuotes(5_000);
  await world.chooseOperation('op-01');
  await world.identify();
  await world.enterCode();
  await world.until('result-refused');
  expect([world.model.data, quoteCount(world), world.dataOf('consent.given')]).toMatchObject([{ refusal: 'RF-24', keptMinor: 0 }, 1, []]);
  await world.stop();
});

it('the life of a session is what the bank gave it by its own clock, whatever ours says', async () => {
  const world = await worldOfShortQuotes();
  const body = { authToken: 'a', scope: ['op-01'], expiresAtUtcMs: 1_060_000, triesLeft: 3, blockedUntilUtcMs: null };
  const gateway = { ask: () => Promise.resolve({ kind: 'answered', messageId: 'm', answer: { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 1_000_000, businessDay: '2026-04-27', body } }) } as unknown as HostGateway;
  const { verifyCode } = oneTimeCodeActors(() => ({ ...world.parts, gateway }), () => null, () => null);
  const reply = await toPromise(createActor(verifyCode, { input: { code: '123456', context: { issued: { otpRef: 'r' } } as unknown as OneTimeCodeContext } }).start());
  expect(reply).toMatchObject({ kind: 'ok', value: { authentication: { expiresInMs: MINUTE_MS } } });
  await world.stop();
});

it.each([3_600_000, -3_600_000])('a clock that is set by %s ms while a customer says who he is takes no time from his code', async (byMs) => {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.chooseOperation('op-01');
  await world.until('identify-phone');
  world.wallOffsetMs = byMs;
  await world.identify();
  await world.when(() => world.model.screen === 'otp', 'the code is asked for');
  expect([world.data('otp').state, world.data('otp').problem]).toEqual(['awaitingEntry', null]);
  expect(world.data('otp').expiresInMs).toBeGreaterThan(14 * MINUTE_MS);
  expect(world.data('otp').expiresInMs).toBeLessThanOrEqual(15 * MINUTE_MS);
  await world.stop();
});
