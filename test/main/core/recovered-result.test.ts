/**
 * Goal: what a customer reads of an operation that was cut off is what became of it, from whichever side it was cut. Method: whole visits in virtual time; the core
 * dies, or the disk takes one commit too few, at the moment under test.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const RESULTS: readonly ScreenId[] = ['result-success', 'result-pending', 'result-refused', 'result-partial'];

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

/** The core dies as soon as this is durable after the press, and another one starts. */
async function killedAfter(kind: EntryKind): Promise<void> {
  world.journal.onCommitted((entries) => {
    if (entries.some((one) => one.kind === kind)) world.die();
  });
  await world.press('next').catch(() => {});
  await world.clock.runUntil(() => world.isDead, 300_000);
  expect(world.isDead).toBe(true);
  world.restart();
}

/** The disk takes such an entry, and not the next so many commits. */
function failAfter(isLastTaken: (one: JournalEntry) => boolean, times = 1): void {
  let timesLeft = times;
  world.journal.onCommitted((entries) => void (world.isDiskFull ||= timesLeft > 0 && entries.some(isLastTaken)));
  world.journal.onTrouble(() => {
    timesLeft -= 1;
    world.isDiskFull = timesLeft > 0;
  });
}

const completions = () => world.journal.messages({ limit: 100 }).filter(({ operation }) => operation === 'cash.withdraw.complete');

const withdraw = async () => {
  await world.toWithdrawalConfirm(1_000_000);
  await world.press('next');
};

describe('after a restart', () => {
  it('a pay-out that was completed before the core died is given out, not interrupted', async () => {
    await withdraw();
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await killedAfter('withdrawal.completed');
    await world.until(RESULTS);
    expect(world.data('result-success')).toMatchObject({ outcome: 'dispensed', amountMinor: 1_000_000, feeMinor: 20_000, receiptNumber: '0427-000001' });
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'completed', refusal: null, movedMinor: 1_000_000 }]);
    expect(world.dataOf('outcome.take')).toHaveLength(1);
  });

  it.each(['outcome.present', 'outcome.take'] as const)('a pay-out that is summed up after the core died, after %s, says once that nobody saw it taken', async (last) => {
    await world.toWithdrawalConfirm(1_000_000);
    await killedAfter(last);
    await world.until(RESULTS);
    expect(world.data('result-success')).toMatchObject({ outcome: 'dispensed', amountMinor: 1_000_000 });
    expect(world.dataOf('outcome.take')).toEqual([{ result: 'notObservable', presentedMinor: 1_000_000 }]);
  });

  it.each(['outcome.dispense', 'withdrawal.completed'] as const)('a pay-out of which no note had left when the core died, after %s, is a refusal', async (last) => {
    await world.toWithdrawalConfirm(1_000_000);
    for (const opcode of [0x45, 0x55]) world.fault('dispenser', { fault: 'pickError', at: 'note', index: 0, opcode });
    await killedAfter(last);
    await world.until(RESULTS);
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-24', keptMinor: 0, mayBeHeld: true });
    expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'none' }]);
    expect(world.dataOf('outcome.take')).toEqual([]);
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'refused', refusal: 'RF-24', movedMinor: 0 }]);
  });

  it('a pay-out that stopped short before the core died is partial', async () => {
    await world.toWithdrawalConfirm(2_500_000);
    world.fault('dispenser', { fault: 'pickError', at: 'note', index: 3, opcode: 0x45 });
    world.fault('dispenser', { fault: 'pickError', at: 'note', index: 0, opcode: 0x55 });
    await killedAfter('withdrawal.completed');
    await world.until(RESULTS);
    expect(world.data('result-partial')).toMatchObject({ amountMinor: 1_500_000, wantedMinor: 2_500_000 });
    expect(world.dataOf('operation.closed')).toMatchObject([{ outcome: 'partial', refusal: null, movedMinor: 1_500_000 }]);
  });

  it.each([[[200_000], 'notCredited', 0], [[200_000, 100_000], 'interrupted', 300_000]] as const)('a payment of 3 000 with %j inside when the core died is %s', async (notes, why, creditMinor) => {
    await world.toPayment('p-meal', { contract: '123456' });
    for (const denominationMinor of notes) await world.insertCounted(denominationMinor);
    world.arm('lostRequest', 'pay.provider');
    world.restart();
    await world.until(RESULTS);
    expect(world.data('result-pending')).toMatchObject({ operation: 'op-05', why });
    const record = world.parts.receipts.current(world.data('result-pending').receiptNumber!);
    expect(record).toMatchObject({ operation: 'op-05', amountMinor: notes.reduce((sum, note) => sum + note, 0), creditMinor });
  });

  it('a deposit that the bank had executed before the core died is credited', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await killedAfter('receipt.statusChanged');
    await world.until(RESULTS);
    expect(world.data('result-success')).toMatchObject({ outcome: 'credited', amountMinor: 980_000 });
  });

  it.each(['receipt.statusChanged', 'operation.closed'] as const)('a deposit that the bank had refused before the core died, after %s, is refused, and the sum is a claim', async (last) => {
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-12' });
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await killedAfter(last);
    await world.until(RESULTS);
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-12', keptMinor: 1_000_000 });
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'depositRefused', reference: world.data('result-refused').reference }]);
  });

  it('a withdrawal that the bank had declined before the core died is refused for the bank’s reason', async () => {
    await world.toWithdrawalConfirm(1_000_000);
    world.arm('refusal', 'cash.withdraw', { refusal: 'RF-02' });
    await killedAfter('authorisation.declined');
    await world.until(RESULTS);
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-02', keptMinor: 0, mayBeHeld: false });
    expect(completions()).toEqual([]);
    // The code on the screen is this operation's, and nobody else's later.
    const [closed] = world.dataOf('operation.closed');
    expect(closed).toMatchObject({ outcome: 'refused', refusal: 'RF-02', reference: expect.any(String) as unknown });
    expect(world.journal.peekReference()).not.toBe(closed?.reference);
  });

  it.each([['before', []], ['after', [{ failure: 'RESTARTED' }]]] as const)('a withdrawal without an answer, the core dying %s the disk has its reversal, is reversed once', async (when, restarted) => {
    await world.toWithdrawalConfirm(1_000_000);
    world.arm('silence', 'cash.withdraw');
    if (when === 'before') await killedAfter('authorisation.timedOut');
    else {
      await world.press('next');
      await world.clock.advance(300);
      world.restart();
    }
    await world.until(RESULTS);
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-34', keptMinor: 0, mayBeHeld: true });
    expect(completions()).toMatchObject([{ operationId: world.journal.entries({ kinds: ['operation.closed'], limit: 1 })[0]!.operationId }]);
    expect(world.dataOf('authorisation.timedOut')).toHaveLength(1);
    expect(world.dataOf('authorisation.timedOut').filter(({ failure }) => failure === 'RESTARTED')).toMatchObject(restarted);
  });

  it.each(['ru', 'en'] as const)('what has no receipt is read in the language in which it was agreed to, %s', async (language) => {
    await world.toWithdrawalConfirm(1_000_000);
    await world.press('language', { language });
    world.arm('silence', 'cash.withdraw');
    await killedAfter('authorisation.timedOut');
    await world.until(RESULTS);
    expect([world.model.screen, world.model.language]).toEqual(['result-refused', language]);
    await world.until('attract');
    expect(world.model.language).toBe('kk');
  });

  it('a refusal that came before anything was agreed to is read in the language in which the visit began', async () => {
    await world.press('language', { language: 'en' });
    world.journal.onCommitted((entries) => {
      if (entries.some(({ kind }) => kind === 'operation.closed')) world.die();
    });
    await world.chooseOperation('op-10');
    await world.identify(SAMPLE.blockedPhone).catch(() => {});
    await world.clock.runUntil(() => world.isDead, 300_000);
    world.restart();
    await world.until(RESULTS);
    expect([world.data('result-refused').refusal, world.model.language]).toEqual(['RF-20', 'en']);
  });

  it.each([[10, ['result-pending']], [20, []]] as const)('%i minutes later, whoever stands there then reads %j', async (minutes, shown) => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.die();
    await world.clock.advance(minutes * 60_000);
    const seenBefore = world.screens.length;
    world.restart();
    await world.until('attract', 300_000);
    expect(world.screens.slice(seenBefore).filter((screen) => RESULTS.includes(screen)).slice(0, 1)).toEqual(shown);
    expect(world.dataOf('deposit.accepted')).toHaveLength(1);
  });

  it('a visit with more cancelled operations than anybody counts is ended, too', async () => {
    await world.press('touch');
    for (let index = 0; index < 12; index += 1) {
      await world.until('menu');
      await world.press('chooseOperation', { operation: 'op-01' });
      await world.until('identify-phone');
      await world.press('cancel');
    }
    await world.until('menu');
    world.restart();
    await world.until('attract');
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'cutOff' }]);
  });
});

describe('an operation that the disk interrupts, and that is settled at once', () => {
  it('a pay-out in the customer’s hand is given out: nothing was accepted that the bank would check', async () => {
    await withdraw();
    await world.until('take-cash');
    failAfter(({ kind }) => kind === 'outcome.take');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.press('next');
    await world.until(RESULTS);
    expect(world.data('result-success')).toMatchObject({ outcome: 'dispensed', amountMinor: 1_000_000, feeMinor: 20_000, receiptNumber: '0427-000001' });
  });

  it('a deposit is recorded and on its way, with its receipt and reference', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.arm('lostRequest', 'cash.deposit');
    failAfter(() => false);
    world.isDiskFull = true;
    await world.press('next');
    await world.until(RESULTS);
    expect(world.data('result-pending')).toMatchObject({ why: 'interrupted', amountMinor: 980_000, feeMinor: 20_000, receiptNumber: '0427-000001' });
    expect(world.data('result-pending').reference).not.toBeNull();
  });

  it.each([['the next moment', 0], ['when nobody waits for it any more', 120_000]] as const)('what the customer would not have credited is not credited, the disk taking it %s', async (_, afterMs) => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('cancel');
    await world.until('cash-in-leave');
    if (afterMs === 0) failAfter(() => false);
    world.isDiskFull = true;
    await world.press('leaveWithoutCredit');
    await world.until(RESULTS);
    if (afterMs === 0) expect(world.data('result-pending')).toMatchObject({ why: 'notCredited', amountMinor: 1_000_000, receiptNumber: '0427-000001' });
    await world.clock.advance(afterMs);
    world.isDiskFull = false;
    await world.when(() => world.journal.openOperationIds().length === 0, 'it is settled', 300_000);
    expect(world.dataOf('deposit.accepted')).toEqual([]);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'retained', amountMinor: 1_000_000 }]);
  });

  it('an authorisation that never came to notes is refused, and nothing is debited', async () => {
    await world.toWithdrawalConfirm(1_000_000);
    failAfter(({ kind, data }) => kind === 'message.staged' && (data as { operation: string }).operation === 'cash.withdraw', 3);
    await world.press('next');
    await world.until([...RESULTS, 'take-cash']);
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-34', keptMinor: 0, amountMinor: 0, mayBeHeld: true });
    expect(world.dataOf('intent.dispense')).toEqual([]);
  });
});

it('a deposit that the disk does not take: what is inside is said, no reference is made up, and the terminal gives it when it can', async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  world.isDiskFull = true;
  await world.press('next');
  await world.until('result-pending', 300_000);
  expect(world.data('result-pending')).toMatchObject({ why: 'interrupted', also: null, amountMinor: 1_000_000, reference: null, receiptNumber: null });
  world.isDiskFull = false;
  await world.when(() => world.dataOf('deposit.accepted').length === 1, 'it is accepted when the disk takes it', 600_000);
  await world.settleQueue();
  expect(world.dataOf('receipt.given')).toHaveLength(1);
});
