/**
 * Goal: the electronic receipt says that money is coming; when the bank will not take it after all, whoever has that receipt hears it, also when he has left, over a restart, once. Method: a bank that is silent and
 * then refuses, and the telephone of the customer.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: { ...IMPATIENT, deliveryWaitMs: 2_000 } });
  await world.boot();
});
afterEach(() => world.stop());

const receiptsOf = (phone: string) => world.bank.telephones.messages(phone).filter(({ kind }) => kind === 'receipt').map(({ text }) => text);
const deposit = async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  await world.press('next');
};
const quiet = () => world.when(() => world.model.screen === 'attract' && world.journal.messageCount({ states: ['staged', 'ready', 'sending', 'awaiting', 'unknown'], lanes: ['mustDeliver', 'bestEffort'] }) === 0, 'all is told', 400_000);

describe('a deposit that the bank refuses', () => {
  it.each([['while the customer waits', false, false], ['when he has gone', true, false], ['after a restart', true, true]] as const)('%s is told to his telephone with sum, receipt number and reference', async (_, isLate, isRestarted) => {
    if (isLate) world.arm('lostRequest', 'cash.deposit', { times: 3 });
    else world.arm('refusal', 'cash.deposit', { refusal: 'RF-12' });
    await deposit();
    await world.until(isLate ? 'result-pending' : 'result-refused');
    const { receiptNumber, reference } = world.data(isLate ? 'result-pending' : 'result-refused');
    if (isLate) {
      await world.until('attract', 300_000);
      world.arm('refusal', 'cash.deposit', { refusal: 'RF-12', times: 20 });
      if (isRestarted) world.restart();
    }
    await quiet();
    const told = receiptsOf(SAMPLE.onePhone);
    // Nobody is told that it comes who can be told that it does not.
    expect(told).toHaveLength(isLate ? 2 : 1);
    if (isLate) expect(told[0]).toContain('Түседі 9 800 ₸');
    expect(told.at(-1)).toContain('Бас тартылды. Ішінде қалды 10 000 ₸');
    for (const text of told) expect([text.includes(receiptNumber!), text.includes(reference!)]).toEqual([true, true]);
    expect(world.journal.fact(`receipt.destination.${world.journal.receipt(receiptNumber!)!.receipt.operationId}`)).toBe('');
    expectMoneyHolds(world);
  });

  it('behind an outage is told as it is, once: what waited unsent and is not true any more is not sent after it', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.arm('linkDown');
    await world.when(() => !world.parts.gateway.isLinkUp, 'the line is gone', 300_000);
    await world.until(['attract', 'result-pending'], 300_000);
    await world.until('attract', 300_000);
    expect(world.dataOf('deposit.accepted')).toHaveLength(1);
    expect(receiptsOf(SAMPLE.onePhone)).toEqual([]);
    world.arm('refusal', 'cash.deposit', { refusal: 'RF-12', times: 20 });
    world.arm('linkUp');
    await quiet();
    expect(receiptsOf(SAMPLE.onePhone)).toEqual([expect.stringContaining('Бас тартылды. Ішінде қалды 10 000 ₸')]);
    expect(world.dataOf('receipt.given')).toHaveLength(1);
    expectMoneyHolds(world);
  });

  it('that it executes is told once, and where the receipt went is forgotten', async () => {
    await deposit();
    await world.until('result-success');
    const { receiptNumber } = world.data('result-success');
    await quiet();
    expect(receiptsOf(SAMPLE.onePhone)).toHaveLength(1);
    expect(world.journal.fact(`receipt.destination.${world.journal.receipt(receiptNumber!)!.receipt.operationId}`)).toBe('');
  });
});
