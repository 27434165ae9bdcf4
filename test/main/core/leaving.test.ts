import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import { keepUncredited } from '../../support/kept-deposit.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';
import { waysToScreens } from '../../support/ways-to-screens.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const WAYS = waysToScreens(() => world);
const SCREENS = Object.keys(WAYS) as ScreenId[];

describe('a customer who goes away before any money', () => {
  it.each(SCREENS)('%s: is warned, then the session ends and nothing moved', async (screen) => {
    await WAYS[screen]!();
    await world.until('timeout-warning', 90_000);
    expect(world.model.beneath?.screen).toBe(screen);
    await world.when(() => world.dataOf('session.ended').length === 1, 'the session ends');
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'walkAway' }]);
    expect(world.dataOf('operation.closed').map((data) => data.outcome)).toEqual(screen === 'menu' ? [] : ['abandoned']);
    expect(world.journal.openOperationIds()).toEqual([]);
    expect(world.dataOf('receipt.issued')).toEqual([]);
    await world.until('attract');
  });

  it('a touch on the warning brings back the same screen with what was on it', async () => {
    await WAYS['provider']!();
    const before = world.model.data;
    await world.until('timeout-warning', 90_000);
    await world.press('stillHere');
    expect(world.model.screen).toBe('provider');
    expect(world.model.data).toEqual(before);
  });
});

describe('a customer who cancels before any money', () => {
  it.each(SCREENS.filter((screen) => screen !== 'menu' && screen !== 'terms'))('%s: comes back to the menu, and the operation is closed as cancelled', async (screen) => {
    await WAYS[screen]!();
    await world.press('cancel');
    await world.until('menu');
    expect(world.dataOf('operation.closed')).toEqual([{ outcome: 'cancelled', refusal: null, movedMinor: 0, reference: null }]);
    await world.press('cancel');
    await world.until('attract');
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'exit' }]);
  });
});

describe('a customer who goes away or cancels with money inside', () => {
  const ended = async () => {
    await world.when(() => world.dataOf('session.ended').length === 1, 'the session ends', 600_000);
    await world.settleQueue();
    expectMoneyHolds(world);
  };

  /** Why it was kept, as the bank is told. */
  const causes = () => world.journal.messages({ limit: 500 }).filter(({ operation }) => operation === 'cash.deposit.complete').map(({ bytes }) => /<Incdnt>(\w+)</.exec(Buffer.from(bytes).toString())?.[1]);

  it('what is stacked is credited on the terms he agreed to, without a consent that he did not give (ux.md)', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await ended();
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 1_000_000, by: 'walkAway' }]);
    expect(world.dataOf('consent.given').map((data) => data.stage)).toEqual(['terms']);
  });

  it('below the minimum it is kept as a claim and told by message', async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(100_000);
    await world.until('timeout-warning', 120_000);
    // It is not said that the operation completes.
    expect(world.data('timeout-warning')).toEqual({ moneyInsideMinor: 100_000, isEnough: false });
    await ended();
    expect(world.dataOf('deposit.cancelled')).toMatchObject([{ retainedMinor: 100_000 }]);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'retained', amountMinor: 100_000 }]);
    expect(causes()).toEqual(['CUTO']);
    expect(world.bank.telephones.messages(SAMPLE.strangerPhone).at(-1)?.kind).toBe('receipt');
  });

  it('of a payment that he would not have made it is a claim, and the bank is told that it was his word', async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(500_000);
    await world.press('cancel');
    await world.until('cash-in-leave');
    await world.press('leaveWithoutCredit');
    await ended();
    expect([world.dataOf('deposit.accepted'), causes()]).toEqual([[], ['CUCL']]);
  });

  it('at the choice of the change it goes to the phone, and no choice is recorded (Q-15)', async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('change-choice');
    await world.until('timeout-warning', 120_000);
    expect(world.data('timeout-warning')).toEqual({ moneyInsideMinor: 500_000, isEnough: true });
    await ended();
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ changeMinor: 200_000 }]);
    expect(world.dataOf('consent.given').map((data) => data.stage)).toEqual(['terms', 'figures']);
  });

  it('cancel asks: finish with what is inside (Q-24)', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('cancel');
    await world.until('cash-in-leave');
    expect(world.data('cash-in-leave')).toMatchObject({ insideMinor: 1_000_000, creditMinor: 980_000, canFinish: true });
    await world.press('leaveFinish');
    await world.until('result-success');
    await ended();
  });

  it('cancel asks: do not credit, and the sum is a claim with its reference (Q-24)', async () => {
    await keepUncredited(world, 1_000_000);
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'notCredited', amountMinor: 1_000_000 });
    const { reference } = world.data('result-pending');
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'retained', reference }]);
    await ended();
    expect([world.dataOf('deposit.accepted'), causes()]).toEqual([[], ['CUCL']]);
  });

  it('back from the question goes on with the notes that are inside', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('cancel');
    await world.until('cash-in-leave');
    await world.press('back');
    await world.insertCounted(500_000);
    expect(world.data('cash-in').insertedMinor).toBe(1_500_000);
  });

  it('a note beyond the limit goes back and the screen says so', async () => {
    await world.toPayment('p-citycard', { card: '123456789012' });
    await world.insertCounted(1_000_000);
    world.insert(2_000_000);
    await world.when(() => world.dataOf('outcome.return').length === 1, 'the note goes back');
    expect(world.model.toast?.textKey).toBe('toast.noteReturned');
    expect(world.dataOf('intent.return')).toMatchObject([{ why: 'overLimit' }]);
    expect(world.data('cash-in')).toMatchObject({ insertedMinor: 1_000_000, lastReturned: 'overLimit', stoppedBy: null });
    await world.insertCounted(1_000_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('outcome.return').length === 2, 'the next one, too');
    expect(world.data('cash-in')).toMatchObject({ insertedMinor: 2_000_000, lastReturned: 'notTaken', stoppedBy: 'limit' });
  });

  it('a fixed sum that is complete is said to be complete, not to be a limit', async () => {
    await world.toPayment('p-meal', { contract: '123456' });
    await world.insertCounted(500_000);
    expect(world.data('cash-in')).toMatchObject({ remainingMinor: 0, noteState: 'stopped', stoppedBy: null, canFinish: true, changeMinor: 200_000 });
  });

  it('a note is said to be returned when it is back, not when it is told to go: it may still end in the box [ccnet §15.8]', async () => {
    await world.toPayment('p-citycard', { card: '123456789012' });
    await world.insertCounted(2_000_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.return').length === 1, 'the note is to go back');
    expect([world.dataOf('outcome.return'), world.model.toast]).toEqual([[], null]);
    await world.when(() => world.model.toast !== null, 'it is said');
    expect(world.dataOf('outcome.return')).toMatchObject([{ result: 'returned' }]);
  });

  it('what was said to one customer is not said to a window that opens for the next', async () => {
    await world.toPayment('p-citycard', { card: '123456789012' });
    await world.insertCounted(2_000_000);
    world.insert(1_000_000);
    await world.when(() => world.model.toast !== null, 'the note came back');
    await ended();
    await world.until('attract');
    expect(world.desk.freshModel().toast).toBeNull();
  });

  it('at fifteen minutes no new step begins, and what is inside is used as agreed (R-8.12, Q-04)', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    while (world.model.screen === 'cash-in' && world.clock.monotonicMs() < 20 * 60_000) {
      await world.clock.advance(30_000);
      if (world.model.screen === 'cash-in') await world.press('activity');
    }
    await ended();
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'sessionCap' }]);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ by: 'walkAway' }]);
  });

  it('at fifteen minutes a result stays as long as any: what it says and its reference may stand nowhere else', async () => {
    await world.chooseOperation('op-01');
    await world.identify();
    await world.enterCode();
    await world.until('cash-in-intro');
    const capMs = world.clock.monotonicMs() + 15 * 60_000;
    await world.press('next');
    await world.insertCounted(1_000_000);
    while (world.clock.monotonicMs() < capMs - 3_000) {
      await world.clock.advance(Math.min(30_000, capMs - 3_000 - world.clock.monotonicMs()));
      await world.press('activity');
    }
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-12' });
    await world.press('next');
    await world.until('result-refused');
    await world.press('chooseReceipt', { receipt: 'electronic' });
    const { remainingMs } = world.model.timeLimit!;
    expect(world.clock.monotonicMs() + remainingMs).toBeGreaterThan(capMs);
    await world.clock.advance(remainingMs - 10);
    expect(world.model).toMatchObject({ screen: 'result-refused', data: { canContinue: false } });
    await ended();
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'sessionCap' }]);
  });
});

describe('fingers', () => {
  it('a stale, a forbidden and a malformed intent are dropped and counted, and start nothing', async () => {
    await world.press('touch');
    await world.until('menu');
    const { revision } = world.model;
    expect(world.desk.intent({ kind: 'chooseOperation', revision: revision - 1, operation: 'op-01' })).toBe('stale');
    expect(world.desk.intent({ kind: 'submitCode', revision, code: '123456' })).toBe('notAllowed');
    expect(world.desk.intent({ kind: 'chooseOperation', revision, operation: 'op-99' })).toBe('malformed');
    expect(world.desk.intent('noise')).toBe('malformed');
    expect(world.desk.droppedCounts).toMatchObject({ stale: 1, notAllowed: 1, malformed: 2 });
    expect(world.dataOf('operation.chosen')).toEqual([]);
  });

  it('a result that only grows older is the one that was touched', async () => {
    await world.chooseOperation('op-01');
    await world.identify(SAMPLE.blockedPhone);
    await world.until('result-refused');
    const { revision } = world.model;
    await world.clock.advance(1_000);
    world.desk.refresh();
    expect(world.model.revision).toBe(revision);
    expect(world.desk.intent({ kind: 'next', revision })).toBeNull();
  });

  it('a touch in the very moment in which a note arrives is one on a screen that is over, and no consent to it', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    const agreed = world.parts.consents.last();
    const dropped: unknown[] = [];
    world.parts.devices.acceptor!.onEvent(({ kind }) => {
      if (kind === 'noteEntering') dropped.push(world.desk.intent({ kind: 'next', revision: world.model.revision }));
    });
    world.insert(500_000);
    await world.when(() => dropped.length > 0, 'it was touched');
    expect(dropped).toEqual(['stale']);
    expect(world.parts.consents.last()).toBe(agreed);
  });

  it('a double tap accepts a deposit once', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    const { revision } = world.model;
    expect(world.desk.intent({ kind: 'next', revision })).toBeNull();
    expect(world.desk.intent({ kind: 'next', revision })).not.toBeNull();
    await world.until('result-success');
    expect(world.dataOf('deposit.accepted')).toHaveLength(1);
  });

  it.each(SCREENS)('%s: another language or display changes only the words', async (screen) => {
    await WAYS[screen]!();
    const before = world.model;
    await world.press('language', { language: 'en' });
    await world.press('display', { option: 'largeText', on: true });
    expect(world.model).toMatchObject({ screen, language: 'en', display: { largeText: true } });
    if (screen !== 'provider' && screen !== 'otp') expect(world.model.data).toEqual(before.data);
    expect(world.model.intents).toEqual(before.intents);
  });
});
