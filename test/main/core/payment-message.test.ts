/**
 * Goal: the payment message says by which catalogue the payer was checked, and what he agreed to pay for his change; the bank books exactly that.
 * Method: payments on virtual time while the bank brings out a new catalogue, with a restart, and with a bank that charges for change.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { SAMPLE_CATALOGUE } from '../../../simulators/bank-host/sample-catalogue.ts';
import { TARIFFS } from '../../../simulators/bank-host/tariffs.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FREE = TARIFFS.phoneTopUp.rule;
let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(async () => {
  Object.assign(TARIFFS.phoneTopUp, { rule: FREE });
  await world.stop();
});

const newCatalogue = (version: number) => world.parts.catalogue.sync({
  ask: () => Promise.resolve({ kind: 'answered', messageId: 'm', answer: { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-04-27', body: { catalogue: { ...SAMPLE_CATALOGUE, version } } } }),
} as unknown as HostGateway);

function sent(operation: string): string {
  const found = world.dataOf('message.staged').filter((staged) => staged.operation === operation).at(-1);
  return Buffer.from(world.journal.message(found?.messageId ?? '')?.bytes ?? []).toString();
}
const versionIn = (text: string) => /<catalogueVersion>(\d+)</.exec(text)?.[1];

it('names the catalogue that the payer chose and was checked by, whatever came since', async () => {
  await world.toFields('p-meal');
  await newCatalogue(2);
  await world.press('submitFields', { fields: { contract: '123456' } });
  await world.until('confirm');
  await newCatalogue(3);
  await world.press('next');
  await world.insertCounted(200_000);
  await world.insertCounted(100_000);
  await world.press('next');
  await world.until('result-success');
  expect([versionIn(sent('pay.check')), versionIn(sent('pay.provider')), world.parts.catalogue.current.version]).toEqual(['1', '1', 3]);
});

it('names it after a restart too', async () => {
  await world.toPayment('p-meal', { contract: '123456' });
  await world.insertCounted(200_000);
  await world.insertCounted(100_000);
  await newCatalogue(2);
  world.die();
  world.restart();
  await world.when(() => world.dataOf('deposit.accepted').length > 0, 'recovery accepted it');
  expect(versionIn(sent('pay.provider'))).toBe('1');
});

const overpay = async () => {
  Object.assign(TARIFFS.phoneTopUp, { rule: { ...FREE, fixedMinor: 5_000 } });
  await world.toPayment('p-meal', { contract: '123456' });
  await world.insertCounted(200_000);
  await world.insertCounted(200_000);
  await world.press('next');
  await world.until('change-choice');
  expect(world.data('change-choice')).toMatchObject({ changeMinor: 100_000, choices: [{ target: 'phoneTopUp', feeMinor: 5_000 }] });
};
const booked = () => ['top-ups:phones', 'income:fees'].map((account) => world.bank.ledger.balanceMinor(account));
const receipt = () => receiptRecordSchema.parse(JSON.parse(world.journal.receipt(world.dataOf('receipt.issued')[0]!.receiptNumber)!.receipt.recordJson));

it('says what was agreed for the change, with its quote: message, consent, receipt and the bank’s books agree', async () => {
  await overpay();
  await world.press('chooseChange', { target: 'phoneTopUp' });
  await world.until('result-success');
  await world.settleQueue();
  const quoteId = /<changeAgreed><quoteId>([^<]+)<\/quoteId><feeMinor>5000<\/feeMinor><\/changeAgreed>/.exec(sent('pay.provider'))?.[1];
  expect(world.dataOf('consent.given').at(-1)).toMatchObject({ stage: 'change', totalMinor: 100_000, quoteId });
  expect(world.dataOf('consent.given')[0]!.quoteId).not.toBe(quoteId);
  expect(receipt()).toMatchObject({ changeMinor: 100_000, changeFeeMinor: 5_000 });
  expect(booked()).toEqual([95_000, 5_000]);
  expectMoneyHolds(world);
});

it('takes nothing for the change from a payer who went away before he agreed', async () => {
  await overpay();
  await world.when(() => world.dataOf('deposit.accepted').length > 0, 'it is accepted as he left');
  await world.settleQueue();
  expect(sent('pay.provider')).not.toContain('changeAgreed');
  expect(receipt().changeFeeMinor).toBeUndefined();
  expect(booked()).toEqual([100_000, 0]);
  expectMoneyHolds(world);
});
