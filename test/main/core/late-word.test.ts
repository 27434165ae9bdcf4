/** Goal: a result that waits for the bank's word says it when it comes, as the receipt beside it does. Method: a bank that is silent first, and then decides while the customer reads. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endKnownNow } from '../../../main/core/recovery/recovered-result.ts';
import { depositEnd } from '../../../state-machines/deposit/deposit.types.ts';
import { DEPOSIT } from '../receipt/sample-records.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: { ...IMPATIENT, patienceMs: { ...IMPATIENT.patienceMs!, result: 300_000 }, deliveryWaitMs: 2_000 } });
  await world.boot();
});
afterEach(() => world.stop());

const toPending = async () => {
  await world.toCashIn();
  await world.insertCounted(1_000_000);
  world.arm('lostRequest', 'cash.deposit');
  await world.press('next');
  await world.until('result-pending');
  expect(world.data('result-pending')).toMatchObject({ why: 'noAnswer', amountMinor: 980_000 });
};

it('executed: the money is in the account', async () => {
  await toPending();
  await world.until('result-success', 250_000);
  expect(world.data('result-success')).toMatchObject({ outcome: 'credited', amountMinor: 980_000, feeMinor: 20_000 });
});

it('refused: the money stayed inside and can be claimed, and nothing says that it completes by itself', async () => {
  await toPending();
  world.arm('refusal', 'cash.deposit', { refusal: 'RF-12' });
  const { reference, receiptNumber } = world.data('result-pending');
  await world.until('result-refused', 250_000);
  expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-12', keptMinor: 1_000_000, feeMinor: null, reference, receiptNumber });
});

it('after a restart, too', async () => {
  await toPending();
  world.arm('refusal', 'cash.deposit', { refusal: 'RF-12' });
  world.restart();
  await world.until('result-refused', 60_000);
  expect(world.screens.slice(-2)).toEqual(['result-pending', 'result-refused']);
  expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-12', keptMinor: 1_000_000, receipt: null });
  // The minute for which it is shown has not begun anew.
  await world.clock.advance(world.model.timeLimit!.remainingMs);
  expect(world.model.screen).not.toBe('result-refused');
});

it('refused with a note in doubt beside it: both are said, for the doubt has no other screen', () => {
  const end = { kind: 'pending', why: 'noAnswer', result: { amountMinor: 980_000, feeMinor: 20_000, receiptNumber: '0427-000001', reference: 'Q7K-482' }, also: 'noteUncertain' } as const;
  const record = { ...DEPOSIT, status: 'refused', refusal: 'RF-12', amountMinor: 1_000_000, suspenseMinor: 500_000 } as const;
  expect(endKnownNow(end, record)).toMatchObject({ kind: 'refused', keptMinor: 1_000_000, also: 'noteUncertain' });
  expect(endKnownNow(end, { ...record, suspenseMinor: 0 })).not.toHaveProperty('also');
  const accepted = { messageId: 'M', receiptNumber: '0427-000001', reference: 'Q7K-482', insertedMinor: 1_000_000, feeMinor: 20_000, creditMinor: 980_000, changeMinor: 0 };
  expect([true, false].map((isDoubted) => depositEnd(accepted, { kind: 'refused', refusal: 'RF-12' }, isDoubted))).toMatchObject([{ kind: 'refused', also: 'noteUncertain' }, { kind: 'refused' }]);
});
