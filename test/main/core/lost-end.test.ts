/**
 * Goal: what an operation did after the end of a journal that lost it (restored from its second copy) is an item of it, as large as it may be; nothing of it is said to be certain. Method: the settling by
 * itself, on a journal in memory; whole visits are in test/crash.
 */
import { expect, it } from 'vitest';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { ReceiptIssuer } from '../../../main/core/receipt-issuer.ts';
import type { StatedDocument } from '../../../main/core/recovery/ask-host.ts';
import { memoFacts, type OperationMemo } from '../../../main/core/recovery/operation-memo.ts';
import { settleOperation } from '../../../main/core/recovery/settle-operation.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { EntryDraft, JournalBatch, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { memoryJournal, messageDraft, standingClock } from '../journal/journal-fixture.ts';

const NOTE = 500_000;
const ID = 'operation-1';
const SCOPE = { sessionId: 'session-1', operationId: ID };
const ASKED = messageDraft(1, { operation: 'cash.withdraw', lane: 'online', state: 'sending', sessionId: 'session-1' });
const APPROVED = entry('authorisation.received', { messageId: 'message-1', authorisedMinor: 3 * NOTE, authorisationCode: '1' }, SCOPE);
const INTENT = entry('intent.dispense', { cassetteNumber: 1, denominationMinor: NOTE, noteCount: 1 }, SCOPE);
const PAID = entry('outcome.dispense', { cassetteNumber: 1, denominationMinor: NOTE, outcome: 'completed', requestedCount: 1, presentedCount: 1, rejectedCount: 0, pickedCount: 1, uncertainCount: 0, rawErrorCode: null, evidence: 'full' }, SCOPE);
const RULE = { fixedMinor: 0, basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'onTop' } as const;
const MEMO = {
  operation: 'op-10', operationId: ID, identity: { kind: 'client', clientId: 'c-1', maskedName: 'A. B.', by: 'phone', phone: null }, account: { accountRef: 'KZ', kind: 'current', masked: '•• 0012', currency: 'KZT' }, amountMinor: 3 * NOTE, quote: { feeMinor: 0, feeRule: RULE, execution: 'atOnce' }, consent: null,
  sessionId: 'session-1', language: 'ru',
} as unknown as OperationMemo;
const DEPOSIT = { ...MEMO, operation: 'op-01', terms: { feeRule: RULE, insertMinMinor: NOTE, acceptedMinor: [NOTE] } } as unknown as OperationMemo;

/** @param lostCount  entries that are known to be lost; undefined: the journal was never restored */
function settled(operation: 'op-01' | 'op-10', left: readonly EntryDraft[], more: JournalBatch, lostCount: number | null | undefined, bankSays: 'executed' | 'refused' | 'notFound' | 'inProcess' | null = null, alsoExecuted: readonly StatedDocument['operation'][] = []) {
  const clock = standingClock();
  const journal = memoryJournal({ clock });
  const drafts: Readonly<Record<string, unknown>>[] = [];
  const gateway = { businessDay: null, draft: (name: MessageDraft['operation'], body: Readonly<Record<string, unknown>>, _: object, position = 0) => (drafts.push(body), messageDraft(journal.peekSeq() + position, { messageId: `message-${journal.peekSeq() + position}`, operation: name, operationId: ID })) };
  const terminal = { number: '0427', bankName: 'QOLMA', bankBin: '000000000000', address: 'x', helpNumber: '0' };
  const receipts = new ReceiptIssuer({ config: { terminal }, journal, gateway, printer: null, clock, log: silentLog } as unknown as ConstructorParameters<typeof ReceiptIssuer>[0]);
  const parts = { journal, gateway, receipts, devices: { dispenser: { deviceId: 'dispenser', capabilities: { extraNoteCountMax: 0 } } }, ids: createIdSource(clock, cryptoRandom()), heldOutcomes: { requireWritten: () => {} }, acceptorDesk: { giveUp: () => {} }, deliveries: { wake: () => {} }, consents: { last: () => null, figures: () => null } } as unknown as CoreParts;
  expect(journal.commit({ entries: [entry('operation.chosen', { operation }, SCOPE), ...left], ...more }).ok).toBe(true);
  if (lostCount !== undefined) journal.commit({ entries: [entry('journal.restored', { entryCount: 9, lastAtUtcMs: 0, knownLostCount: lostCount, stoppedBecause: null })] });
  const documents: readonly StatedDocument[] | null = bankSays === null ? null : [
    ...(bankSays === 'notFound' ? [] : [{ operation: 'cash.withdraw', messageId: 'message-1', status: bankSays, refusal: bankSays === 'refused' ? 'RF-02' : null } as const]),
    ...alsoExecuted.map((name) => ({ operation: name, messageId: 'message-9', status: 'executed', refusal: null }) as const),
  ];
  for (let turn = 0; turn < 2; turn += 1) settleOperation(parts, ID, 'the terminal was restarted', { bankSays: documents, givesReference: (outcome) => outcome !== 'abandoned' });
  const [closed] = journal.entries({ kinds: ['operation.closed'], limit: 1 });
  const told = journal.operationEntries(ID, ['withdrawal.completed', 'suspense.opened', 'operation.toldBefore', 'operation.closed']).map(({ kind, data }) => ({ kind, ...(data as object) }));
  return { told, asked: journal.message('message-1')?.state, drafts, references: [...journal.suspense().map(({ reference }) => reference), (closed?.data as { readonly reference: string | null }).reference], items: journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor]), evidence: journal.suspense()[0]?.evidence, all: journal.suspense().map(({ reason, amountMinor, evidence }) => [reason, amountMinor, evidence]), kept: journal.suspense().find(({ reason }) => reason === 'retained')?.evidence };
}

const facts = memoFacts(MEMO);
const ASKED_AND_AGREED = { messages: [ASKED], facts };

it.each([null, 4])('what is left of an authorised sum may have left where %s entries are lost, and the bank hears so', (lostCount) => {
  const { drafts, items, evidence } = settled('op-10', [APPROVED, INTENT, PAID], ASKED_AND_AGREED, lostCount);
  expect(items).toEqual([['dispenseUncertain', -2 * NOTE]]);
  expect(evidence).toMatch(/^the journal goes on without what was written after entry 9/);
  expect(drafts[0]).toMatchObject({ outcome: 'doubtful', presentedMinor: NOTE, uncertainMinor: 2 * NOTE });
});

it('what is in doubt already is not doubted twice, and what was all handed out not at all', () => {
  expect(settled('op-10', [APPROVED, INTENT, PAID, INTENT], ASKED_AND_AGREED, null).items).toEqual([['dispenseUncertain', -2 * NOTE]]);
  expect(settled('op-10', [APPROVED, INTENT, PAID, INTENT, PAID, INTENT, PAID], ASKED_AND_AGREED, null).items).toEqual([]);
});

it('a withdrawal whose answer is not in the journal any more is an item of its whole sum, and is reversed where it was asked for', () => {
  const asked = settled('op-10', [], ASKED_AND_AGREED, null);
  expect([asked.items, asked.drafts]).toMatchObject([[['dispenseUncertain', -3 * NOTE]], [{ outcome: 'none', originalMessageId: 'message-1' }]]);
  expect(settled('op-10', [], { facts }, null)).toMatchObject({ items: [['dispenseUncertain', -3 * NOTE]], drafts: [] });
});

it('what became of a request whose answer is lost the bank says: agreed, all of it is in doubt and charged as such; refused or never there, nothing can have left', () => {
  const agreed = settled('op-10', [], ASKED_AND_AGREED, null, 'executed');
  expect([agreed.items, agreed.drafts[0]]).toMatchObject([[['dispenseUncertain', -3 * NOTE]], { outcome: 'doubtful', presentedMinor: 0, uncertainMinor: 3 * NOTE, originalMessageId: 'message-1' }]);
  for (const word of ['refused', 'notFound'] as const) expect(settled('op-10', [], ASKED_AND_AGREED, null, word)).toMatchObject({ items: [], drafts: [{ outcome: 'none', originalMessageId: 'message-1' }] });
  expect(settled('op-10', [], ASKED_AND_AGREED, null, 'inProcess')).toMatchObject({ items: [['dispenseUncertain', -3 * NOTE]], drafts: [{ outcome: 'none' }] });
});

it.each([
  ['whose answer is lost', ASKED_AND_AGREED, null],
  ['whose request is lost', { facts }, null],
  ['of which nothing but its beginning is left', {}, null],
  ['whose terms are not there', { messages: [ASKED] }, undefined],
])('the item of a withdrawal %s is found by the reference that its customer is given', (_, left, lostCount) => {
  const { items, references } = settled('op-10', [], left, lostCount);
  expect([items.length, references]).toEqual([1, [expect.stringMatching(/^[0-9A-Z]{3}-\d{3}$/), references[0]]]);
});

it.each([['cash.withdraw.complete', 'op-10', [APPROVED, INTENT, PAID], ASKED_AND_AGREED, [['dispenseUncertain', -2 * NOTE]]], ['cash.withdraw.complete', 'op-10', [], ASKED_AND_AGREED, [['dispenseUncertain', -3 * NOTE]]], ['cash.withdraw.complete', 'op-10', [APPROVED, INTENT, PAID, INTENT, PAID, INTENT, PAID], ASKED_AND_AGREED, []]] as const)('of a withdrawal that the bank has %s of nothing is told anew: what this journal does not know is its item', (told, operation, left, more, items) => {
  expect(settled(operation, left, more, null, 'executed', [told])).toMatchObject({ drafts: [], items });
});

it('the report of a withdrawal that the bank refused was of a refusal: nothing is in doubt, nothing told anew', () => {
  for (const more of [ASKED_AND_AGREED, { messages: [ASKED] }]) {
    const { told, drafts, items } = settled('op-10', [], more, null, 'refused', ['cash.withdraw.complete']);
    expect([told, drafts, items]).toMatchObject([[{ kind: 'operation.closed', outcome: 'refused', refusal: 'RF-34' }], [], []]);
  }
});

it.each([
  ['what left is less than was agreed', [APPROVED, INTENT, PAID], 'doubtful', 1, 2, 'pending'],
  ['some of it is in doubt', [APPROVED, INTENT, PAID, INTENT], 'doubtful', 1, 2, 'pending'],
  ['all of it left', [APPROVED, INTENT, PAID, INTENT, PAID, INTENT, PAID], 'full', 3, 0, 'completed'],
] as const)('of a withdrawal that the bank was told of, and where %s, the journal says as much, once, and with what the bank has', (_, left, outcome, presented, uncertain, closed) => {
  const { told, evidence } = settled('op-10', left, ASKED_AND_AGREED, null, 'executed', ['cash.withdraw.complete']);
  expect(told).toMatchObject([
    { kind: 'withdrawal.completed', outcome, presentedMinor: presented * NOTE, uncertainMinor: uncertain * NOTE, cause: 'RSTR' },
    ...(uncertain === 0 ? [] : [{ kind: 'suspense.opened', reason: 'dispenseUncertain', amountMinor: -uncertain * NOTE }]),
    { kind: 'operation.toldBefore', documents: [{ operation: 'cash.withdraw', messageId: 'message-1' }, { operation: 'cash.withdraw.complete', messageId: 'message-9' }] },
    { kind: 'operation.closed', outcome: closed, refusal: null, movedMinor: presented * NOTE },
  ]);
  if (uncertain > 0) expect(evidence).toMatch(/the journal goes on without what was written after entry 9/);
});

it.each([['cash.deposit', 'op-01', { facts: memoFacts(DEPOSIT) }], ['cash.withdraw.complete', 'op-10', ASKED_AND_AGREED]] as const)('where the item of the lost part stands already, and the bank has %s, there is no second one', (told, operation, more) => {
  const stands = { suspenseId: 'S', operationId: ID, reason: 'noteUncertain', amountMinor: 0, evidence: 'the journal goes on without what was written after entry 9', reference: null } as const;
  const { items, told: entries } = settled(operation, [], { ...more, suspense: [stands] }, null, 'notFound', [told]);
  expect([items.length, entries.map(({ kind }) => kind)]).toEqual([1, ['suspense.opened', 'operation.toldBefore', 'operation.closed']]);
});

it('the bank\'s word on a request whose answer is lost is the end of that request, of no other', () => {
  expect(settled('op-10', [], ASKED_AND_AGREED, null, 'executed').asked).toBe('executed');
  expect(settled('op-10', [], { messages: [{ ...ASKED, messageId: 'message-0' }], facts }, null, 'executed').items).toEqual([['dispenseUncertain', -3 * NOTE]]);
});

it.each(['cash.deposit', 'cash.deposit.complete'] as const)('of cash that came in and that the bank has %s of nothing is told anew, and what may have come in since is an item that people find', (told) => {
  const [stacked, ordered] = [entry('outcome.stack', { noteId: 'note-1', denominationMinor: NOTE, outcome: 'completed', result: 'stacked', evidence: 'device event' }, SCOPE), entry('intent.stack', { noteId: 'note-2', denominationMinor: NOTE }, SCOPE)];
  const { drafts, items, references } = settled('op-01', [stacked, ordered], { facts: memoFacts(DEPOSIT) }, null, 'notFound', [told]);
  expect([drafts, items]).toEqual([[], [['noteUncertain', NOTE], ['noteUncertain', 0]]]);
  expect([new Set(references).size, references[0]]).toEqual([1, expect.stringMatching(/^[0-9A-Z]{3}-\d{3}$/)]);
});

it('the item of cash that may have come in since is found by a reference, also where nothing else is left', () => {
  expect(settled('op-01', [], { facts: memoFacts(DEPOSIT) }, null).references).toEqual([expect.stringMatching(/^[0-9A-Z]{3}-\d{3}$/), expect.stringMatching(/^[0-9A-Z]{3}-\d{3}$/)]);
});

it('where nothing is lost no word of the bank makes a doubt', () => {
  expect(settled('op-10', [], ASKED_AND_AGREED, undefined, 'executed')).toMatchObject({ items: [], drafts: [{ outcome: 'none' }] });
});

it('of an operation that may have begun to take or pay since, nobody can say a sum', () => {
  expect(settled('op-01', [], { facts: memoFacts(DEPOSIT) }, null).items).toEqual([['noteUncertain', 0]]);
  expect(settled('op-10', [], {}, null).items).toEqual([['dispenseUncertain', 0]]);
});

it('of notes that are kept as a claim the evidence says that they may have been used since', () => {
  const STACKED = entry('outcome.stack', { noteId: 'note-1', denominationMinor: 1_000, outcome: 'completed', result: 'stacked', evidence: 'device event' }, SCOPE);
  const { items, kept } = settled('op-01', [STACKED], { facts: memoFacts(DEPOSIT) }, null);
  expect(items).toEqual([['noteUncertain', 0], ['retained', 1_000]]);
  expect(kept).toMatch(/^the terminal was restarted; the journal goes on without what was written after entry 9/);
});

it('of a note that was on its way the evidence says that it may have been credited since', () => {
  const ORDERED = entry('intent.stack', { noteId: 'note-1', denominationMinor: 1_000 }, SCOPE);
  const { all } = settled('op-01', [ORDERED], { facts: memoFacts(DEPOSIT) }, null);
  expect(all).toEqual([['noteUncertain', 0, expect.stringMatching(/^the journal goes on/)], ['noteUncertain', 1_000, expect.stringMatching(/^note note-1 was ordered .+; the journal goes on without what was written after entry 9/)]]);
  expect(settled('op-01', [ORDERED], { facts: memoFacts(DEPOSIT) }, undefined).all).toEqual([['noteUncertain', 1_000, 'note note-1 was ordered into the box and not heard of again']]);
});

it.each([undefined, 0])('where %s entries are lost, what the entries say is all', (lostCount) => {
  expect(settled('op-10', [APPROVED, INTENT, PAID], ASKED_AND_AGREED, lostCount).items).toEqual([]);
  expect(settled('op-01', [], { facts: memoFacts(DEPOSIT) }, lostCount).items).toEqual([]);
});
