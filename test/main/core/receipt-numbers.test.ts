/**
 * Goal: the receipt says under what the bank has booked it as soon as that is known: the bank's reference, its document, the provider's code of the payment; its status and its figures stay.
 * Method: whole visits on virtual time, and answers with odd numbers.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bookedUnder } from '../../../main/core/host/booked-under.ts';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const shown = () => world.data('result-success').receipt!.lines.flatMap((line) => (line.kind === 'pair' ? [[line.label, line.value]] : []));
const written = () => receiptRecordSchema.parse(JSON.parse(world.journal.receipt(world.dataOf('receipt.issued')[0]!.receiptNumber)!.receipt.recordJson));
const record = () => world.parts.receipts.current(world.dataOf('receipt.issued')[0]!.receiptNumber)!;

it('a payment that is made while its payer waits bears the provider’s code on screen and paper', async () => {
  await world.toPayment('p-saryarqa', { phone: '7050001234' });
  await world.insertCounted(100_000);
  await world.press('next');
  await world.until('result-success');
  expect(shown()).toEqual(expect.arrayContaining([['Төлем коды', 'P00000001'], ['Банк нөмірі', record().hostRef]]));
  expect(world.data('result-success').providerRef).toBe('P00000001');
});

it('a deposit bears the number of the bank’s document, and keeps it when its completion is answered', async () => {
  await world.toCashIn();
  await world.insertCounted(100_000);
  await world.press('next');
  await world.until('result-success');
  const before = record();
  expect(shown()).toContainEqual(['Құжат №', before.documentNumber]);
  expect(before).toMatchObject({ status: 'executed', documentNumber: expect.stringMatching(/^D-\d{8}-\d{5}$/) as string, hostRef: expect.any(String) as string });
  await world.settleQueue();
  expect(record()).toEqual(before);
  expect(world.journal.compareBooks()).toEqual([]);
});

it('a withdrawal bears the bank’s reference as soon as the bank has heard how it ended', async () => {
  await world.toWithdrawalConfirm(1_000_000);
  await world.press('next');
  await world.until('take-cash');
  await world.until('result-success');
  await world.settleQueue();
  expect(record()).toEqual({ ...written(), hostRef: expect.any(String) as string, documentNumber: expect.stringMatching(/^D-/) as string });
  expect([written().hostRef, written().status]).toEqual([null, 'executed']);
});

it('what was kept bears the bank’s numbers from its answer on, and nothing else of it changes', async () => {
  await world.toCashIn();
  await world.insertCounted(100_000);
  await world.press('cancel');
  await world.until('cash-in-leave');
  await world.press('leaveWithoutCredit');
  await world.until('result-pending');
  await world.settleQueue();
  expect(record()).toEqual({ ...written(), hostRef: expect.any(String) as string, documentNumber: expect.stringMatching(/^D-/) as string });
  expect(world.data('result-pending').why).toBe('notCredited');
});

it('a number that the receipt has no room for, or that is none, is left out whole', () => {
  const answer = { outcome: 'approved', hostRef: 'H-1', hostTimeUtcMs: 0, businessDay: '2026-04-27' } as const;
  expect(bookedUnder({ ...answer, body: { providerRef: ` ${'7'.repeat(64)} ` } })).toEqual({ hostRef: 'H-1', providerRef: '7'.repeat(64) });
  expect(bookedUnder({ ...answer, body: { providerRef: '7'.repeat(65) } })).toEqual({ hostRef: 'H-1' });
  expect(bookedUnder({ ...answer, body: { documentNumber: ' ' } })).toEqual({ hostRef: 'H-1' });
  expect(bookedUnder({ ...answer, outcome: 'notFound' })).toEqual({ hostRef: 'H-1' });
  expect(bookedUnder(undefined)).toEqual({ hostRef: null });
});
