import { beforeAll, describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../../main/core/cash/withdrawal-completion.ts';
import { completeWithdrawal } from '../../../main/core/cash/withdrawal-completion.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { requireCommit } from '../../../main/core/require-commit.ts';
import { entry } from '../../../main/journal/journal.ts';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

/**
 * Goal: account, paper, bank and suspense are told the same of a withdrawal, whatever came of its notes: no more is charged than was authorised, and nothing that left is in none of them.
 * Method: the transaction that ends it, once for each way that its notes can go; then what it left in the journal and what it told the bank.
 */
const NOTE_MINOR = 500_000;
const REQUESTED_MINOR = 5 * NOTE_MINOR;
/** One in a hundred, so that each part has a fee of its own. */
const FEE_RULE = { fixedMinor: 0, basisPoints: 100, minMinor: 0, maxMinor: null, payer: 'onTop' } as const;
const QUOTED_FEE_MINOR = 25_000;

const told: { readonly operation: string; readonly body: unknown; readonly position: number }[] = [];
let world: DeskWorld;
let parts: CoreParts;
beforeAll(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  const { gateway } = world.parts;
  const draft: typeof gateway.draft = (operation, body, scope, position = 0) => {
    told.push({ operation, body, position });
    return gateway.draft(operation, body, scope, position);
  };
  parts = { ...world.parts, gateway: new Proxy(gateway, { get: (target, name) => (name === 'draft' ? draft : Reflect.get(target, name, target)) }) };
});

function complete(operationId: string, presentedCount: number, uncertainCount: number): ReturnType<typeof completeWithdrawal> {
  told.length = 0;
  const request: CompletionRequest = {
    operationId, identity: { kind: 'client', clientId: 'c-1001', maskedName: 'A. B.', by: 'phone', phone: null }, requestedMinor: REQUESTED_MINOR,
    account: { accountRef: 'KZ60999KZT0000000001', kind: 'current', masked: '•• 0012', currency: 'KZT', canDeposit: true, canWithdraw: true },
    quotedFeeMinor: QUOTED_FEE_MINOR, feeRule: FEE_RULE, execution: 'atOnce', authorisationMessageId: 'asked',
    presented: presentedCount === 0 ? [] : [{ denominationMinor: NOTE_MINOR, noteCount: presentedCount }], presentedMinor: presentedCount * NOTE_MINOR, uncertainMinor: uncertainCount * NOTE_MINOR,
    cause: 'none', scope: { operationId, sessionId: null, language: 'kk' },
  };
  return completeWithdrawal(parts, request);
}

describe('of five notes that were authorised', () => {
  it.each([
    { left: 5, doubted: 0, outcome: 'full', status: 'executed', charged: 5, feeMinor: 25_000, reported: 0, items: [] },
    { left: 3, doubted: 0, outcome: 'partial', status: 'partial', charged: 3, feeMinor: 15_000, reported: 0, items: [] },
    { left: 0, doubted: 0, outcome: 'none', status: 'notDispensed', charged: 0, feeMinor: 0, reported: 0, items: [] },
    { left: 2, doubted: 3, outcome: 'doubtful', status: 'uncertain', charged: 2, feeMinor: 10_000, reported: 3, items: [['dispenseUncertain', -3]] },
    { left: 0, doubted: 5, outcome: 'doubtful', status: 'uncertain', charged: 0, feeMinor: 0, reported: 5, items: [['dispenseUncertain', -5]] },
    // Two notes as one: the bank holds, and the receipt names, no more for doubtful ones than it authorised and was not given. [lcdm 34]
    { left: 4, doubted: 3, outcome: 'doubtful', status: 'uncertain', charged: 4, feeMinor: 20_000, reported: 1, items: [['dispenseUncertain', -3]] },
    { left: 6, doubted: 0, outcome: 'full', status: 'executed', charged: 5, feeMinor: 25_000, reported: 0, items: [['overDispensed', -1]] },
    // Who has all of it is in no doubt, whatever may have left besides.
    { left: 6, doubted: 2, outcome: 'full', status: 'executed', charged: 5, feeMinor: 25_000, reported: 0, items: [['dispenseUncertain', -2], ['overDispensed', -1]] },
  ] as const)('$left left and $doubted are in doubt: $outcome', ({ left, doubted, outcome, status, charged, feeMinor, reported, items }) => {
    const operationId = parts.ids.ulid();
    const completed = complete(operationId, left, doubted);
    const amountMinor = charged * NOTE_MINOR;
    const notes = charged === left && charged > 0 ? [{ denominationMinor: NOTE_MINOR, noteCount: charged }] : [];
    expect(completed).toMatchObject({ outcome, presentedMinor: amountMinor, feeMinor, notes });

    const entries = world.journal.operationEntries(operationId);
    const of = (kind: string) => entries.filter((one) => one.kind === kind).map(({ data }) => data);
    // Devices' figures stay as they are; what is charged is the receipt's.
    expect(of('withdrawal.completed')).toEqual([{ outcome, presentedMinor: left * NOTE_MINOR, uncertainMinor: doubted * NOTE_MINOR, cause: 'none' }]);
    expect(of('receipt.issued')).toMatchObject([{ receiptNumber: completed.receiptNumber, reference: completed.reference, status }]);
    expect(receiptRecordSchema.parse(JSON.parse(world.journal.receipt(completed.receiptNumber)!.receipt.recordJson))).toMatchObject({
      amountMinor, feeMinor, totalMinor: amountMinor + feeMinor, creditMinor: 0, requestedMinor: outcome === 'full' ? null : REQUESTED_MINOR, status, notes, suspenseMinor: reported * NOTE_MINOR,
    });

    const open = world.journal.suspense().filter((item) => item.operationId === operationId);
    expect(open.map(({ reason, amountMinor: minor, reference }) => [reason, minor, reference])).toEqual(items.map(([reason, count]) => [reason, count * NOTE_MINOR, completed.reference]));
    expect(of('suspense.opened')).toEqual(open.map(({ suspenseId, reason, amountMinor: minor, reference }) => ({ suspenseId, reason, amountMinor: minor, reference })));

    // In this order in one transaction; the electronic receipt drafts its own.
    expect(of('message.staged').map((staged) => (staged as { operation: string }).operation)).toEqual(['cash.withdraw.complete', 'receipt.send', ...(items.length === 0 ? [] : ['device.exception'])]);
    expect(told.map(({ operation, position }) => [operation, position])).toEqual([['cash.withdraw.complete', 0], ...(items.length === 0 ? [] : [['device.exception', 2]])]);
    expect(told[0]!.body).toMatchObject({
      outcome, requestedMinor: REQUESTED_MINOR, authorisedMinor: REQUESTED_MINOR, presentedMinor: amountMinor, uncertainMinor: reported * NOTE_MINOR, feeMinor, notes, originalMessageId: 'asked', receiptNumber: completed.receiptNumber,
    });
  });
});

describe('a command without a result', () => {
  const DISPENSED = { denominationMinor: NOTE_MINOR, requestedCount: 5, presentedCount: 5, rejectedCount: 0, pickedCount: 5, uncertainCount: 0, rawErrorCode: null, evidence: 'ackReceivedNoResponse' } as const;
  const after = (data: Readonly<Record<'cassetteNumber', number>> & { readonly outcome: 'completed' | 'uncertain' }) => {
    const operationId = parts.ids.ulid();
    requireCommit(world.journal, { entries: [entry('outcome.dispense', { ...DISPENSED, ...data }, { operationId })] });
    const { outcome } = complete(operationId, 5, 0);
    return { outcome, items: world.journal.suspense().filter((item) => item.operationId === operationId).map(({ reason, amountMinor, evidence }) => [reason, amountMinor, evidence]) };
  };

  it('all of whose notes were seen to leave: the customer has them, and an item without a sum says that nobody knows what was rejected', () => {
    expect(after({ cassetteNumber: 1, outcome: 'uncertain' })).toEqual({
      outcome: 'full', items: [['dispenseUncertain', 0, 'dispense command without a result, what it rejected is not known: cassette 1: 5 × 500000 seen to leave (ackReceivedNoResponse)']],
    });
    expect(told.at(-1)).toMatchObject({ operation: 'device.exception', body: { kind: 'malfunction', errorCode: 'CDM_DISPENSE_UNCERTAIN' } });
  });

  it('has none of it where the device told, or where coins left a hopper', () => {
    expect(after({ cassetteNumber: 1, outcome: 'completed' }).items).toEqual([]);
    expect(after({ cassetteNumber: 201, outcome: 'uncertain' }).items).toEqual([]);
  });
});
