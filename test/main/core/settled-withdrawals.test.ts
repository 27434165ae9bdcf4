/** Goal: a withdrawal that a restart ends never ends in silence, and none ends twice. Method: the settling by itself, on a journal in memory with the entries that an earlier life left. */
import { describe, expect, it } from 'vitest';
import { EXTRA_COINS_MAX } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { memoFacts, type OperationMemo } from '../../../main/core/recovery/operation-memo.ts';
import { settleOperation } from '../../../main/core/recovery/settle-operation.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryDraft, JournalBatch, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { memoryJournal, messageDraft, standingClock } from '../journal/journal-fixture.ts';

const NOTE = 500_000;
const ID = 'operation-1';
const SCOPE = { sessionId: 'session-1', operationId: ID };
const ASKED = messageDraft(1, { operation: 'cash.withdraw', lane: 'online', state: 'sending', sessionId: 'session-1' });
const APPROVED = entry('authorisation.received', { messageId: 'message-1', authorisedMinor: 3 * NOTE, authorisationCode: '1' }, SCOPE);
const INTENT = entry('intent.dispense', { cassetteNumber: 1, denominationMinor: NOTE, noteCount: 2 }, SCOPE);
const PAID = entry('outcome.dispense', { cassetteNumber: 1, denominationMinor: NOTE, outcome: 'completed', requestedCount: 2, presentedCount: 2, rejectedCount: 0, pickedCount: 2, uncertainCount: 0, rawErrorCode: null, evidence: 'full' }, SCOPE);
const MEMO = {
  operation: 'op-10', operationId: ID, identity: { kind: 'client', clientId: 'c-1', maskedName: 'A. B.', by: 'phone', phone: null }, account: { accountRef: 'KZ' }, amountMinor: 3 * NOTE, quote: { feeMinor: 0 }, consent: null, sessionId: 'session-1', language: 'ru',
} as unknown as OperationMemo;

function bench(left: readonly EntryDraft[], more: JournalBatch = { messages: [ASKED] }) {
  const clock = standingClock();
  const journal = memoryJournal({ clock });
  const drafts: object[] = [];
  const gateway = { draft: (operation: MessageDraft['operation'], body: object) => (drafts.push(body), messageDraft(journal.peekSeq(), { operation, sessionId: 'session-1' })) };
  const dispenser = { capabilities: { extraNoteCountMax: 1 } };
  const parts = { journal, devices: { dispenser }, gateway, ids: createIdSource(clock, cryptoRandom()), heldOutcomes: { requireWritten: () => {} }, deliveries: { wake: () => {} } } as unknown as CoreParts;
  expect(journal.commit({ entries: [entry('operation.chosen', { operation: 'op-10' }, SCOPE), ...left], ...more }).ok).toBe(true);
  return {
    journal, drafts, parts,
    settle: () => settleOperation(parts, ID, 'the terminal was restarted').line,
    closed: () => dataOf(journal.operationEntries(ID), 'operation.closed').map(({ outcome, refusal }) => [outcome, refusal]),
    open: () => journal.suspense({ state: 'open' }).map(({ operationId, reason, amountMinor }) => [operationId, reason, amountMinor]),
  };
}

describe('without the terms that the customer agreed to', () => {
  it.each([
    ['an answer', [], 0],
    ['notes', [APPROVED], 0],
    // The dispenser may hand out one note on top of its newest order.
    ['the word on a command', [APPROVED, INTENT], -3 * NOTE],
    ['the end', [APPROVED, INTENT, PAID], -2 * NOTE],
    ['the end, some of it in doubt', [APPROVED, INTENT, PAID, INTENT, { ...PAID, data: { ...PAID.data, outcome: 'uncertain', presentedCount: 1, pickedCount: 1, uncertainCount: 1 } } as EntryDraft], -4 * NOTE],
    ['the end, some of it not paid', [APPROVED, INTENT, PAID, INTENT, { ...PAID, data: { ...PAID.data, presentedCount: 0, pickedCount: 0 } } as EntryDraft, INTENT, PAID], -4 * NOTE],
    ['the word on the second command', [APPROVED, INTENT, PAID, INTENT], -5 * NOTE],
  ] as const)('a withdrawal that was cut off before %s is an item of what left or may have, once', (_, left, amountMinor) => {
    const { settle, closed, open, journal } = bench(left);
    settle();
    expect([closed(), open()]).toEqual([[['pending', null]], [[ID, 'dispenseUncertain', amountMinor]]]);
    expect(dataOf(journal.operationEntries(ID), 'suspense.opened')).toMatchObject([{ reason: 'dispenseUncertain', amountMinor }]);
    expect(settle()).toBe(`${ID}: closed before`);
    expect([closed().length, open().length]).toEqual([1, 1]);
  });

  it('of several commands without a word one note more may have left, of the dearest, and of a hopper as many coins as it may count late', () => {
    const intent = (cassetteNumber: number, denominationMinor: number, noteCount: number) => entry('intent.dispense', { cassetteNumber, denominationMinor, noteCount }, SCOPE);
    const { settle, journal } = bench([APPROVED, intent(1, NOTE, 2), intent(2, 2 * NOTE, 1), intent(201, 10_000, 3), intent(3, NOTE / 5, 1)]);
    settle();
    expect(dataOf(journal.operationEntries(ID), 'outcome.dispense')).toMatchObject([
      { cassetteNumber: 1, uncertainCount: 2 }, { cassetteNumber: 2, uncertainCount: 2 }, { cassetteNumber: 201, uncertainCount: 3 + EXTRA_COINS_MAX }, { cassetteNumber: 3, uncertainCount: 1 },
    ].map((one) => ({ outcome: 'uncertain', presentedCount: 0, rejectedCount: 0, pickedCount: 0, evidence: 'restarted before the outcome was known', ...one })));
  });

  it('a bunch that was to be presented is in doubt from here on, and in no count', () => {
    const notes = [{ denominationMinor: NOTE, noteCount: 2 }];
    const gathered = { ...PAID, data: { ...PAID.data, presentedCount: 0, stackedCount: 2 } } as EntryDraft;
    const { settle, open, journal } = bench([APPROVED, INTENT, gathered, entry('intent.present', { presentedMinor: 2 * NOTE, notes }, SCOPE)], { messages: [ASKED], cashUnits: [{ unitId: 'dispenser.transport', denominationMinor: NOTE, noteCountDelta: 2 }] });
    settle();
    expect(open()).toEqual([[ID, 'dispenseUncertain', -2 * NOTE]]);
    expect(dataOf(journal.operationEntries(ID), 'outcome.present')).toMatchObject([{ outcome: 'uncertain', notes }]);
    expect(journal.cashUnits().filter(({ noteCount }) => noteCount > 0)).toEqual([]);
  });

  it('the item is not opened again where the disk took it and not the end', () => {
    const { settle, journal, open, parts } = bench([APPROVED]);
    const commit = journal.commit.bind(journal);
    Object.assign(parts, { journal: new Proxy(journal, { get: (target, name) => (name === 'commit' ? (batch: JournalBatch) => (batch.entries?.some(({ kind }) => kind === 'operation.closed') === true ? { ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } : commit(batch)) : Reflect.get(target, name, target)) }) });
    expect(settle).toThrow();
    Object.assign(parts, { journal });
    settle();
    expect(open()).toHaveLength(1);
  });
});

describe('with them, an authorisation', () => {
  const facts = memoFacts(MEMO);

  it('without an answer is reversed, once', () => {
    const { settle, closed, drafts, journal } = bench([], { messages: [ASKED], facts });
    settle();
    settle();
    expect(drafts).toMatchObject([{ accountRef: 'KZ', clientId: 'c-1', outcome: 'none', requestedMinor: 3 * NOTE, authorisedMinor: 0, presentedMinor: 0, cause: 'RSTR', originalMessageId: 'message-1' }]);
    expect([closed(), dataOf(journal.operationEntries(ID), 'authorisation.timedOut')]).toEqual([[['refused', 'RF-34']], [{ messageId: 'message-1', failure: 'RESTARTED' }]]);
  });

  it('is reversed also where its answer is in the journal without its meaning, behind a hundred quotes', () => {
    const quotes = Array.from({ length: 100 }, (_, n) => messageDraft(n + 1, { messageId: `quote-${n}`, operation: 'fee.quote', lane: 'online', state: 'sending' }));
    const moves = [...quotes.map(({ messageId }) => messageId), 'message-101'].map((messageId) => ({ messageId, to: 'executed' as const, detail: 'approved' }));
    const { settle, closed, drafts } = bench([], { messages: [...quotes, { ...ASKED, messageId: 'message-101', seq: 101 }], messageMoves: moves, facts });
    settle();
    expect([closed(), drafts]).toMatchObject([[['refused', 'RF-34']], [{ outcome: 'none', originalMessageId: 'message-101' }]]);
  });

  it.each([
    ['that was declined', entry('authorisation.declined', { messageId: 'message-1', refusal: 'RF-24' }, SCOPE), 'RF-24'],
    ['that was reversed before', entry('authorisation.timedOut', { messageId: 'message-1', failure: 'HST_TIMED_OUT' }, SCOPE), 'RF-34'],
  ] as const)('%s is not reversed', (_, word, refusal) => {
    for (const terms of [facts, {}]) {
      const { settle, closed, drafts, open } = bench([word], { messages: [ASKED], facts: terms });
      settle();
      expect([closed(), drafts, open()]).toEqual([[['refused', refusal]], [], []]);
    }
  });

  it.each([['full', 'completed', null], ['partial', 'partial', null], ['none', 'refused', 'RF-24'], ['doubtful', 'pending', null]] as const)('whose end was written as %s is closed as that, and nothing is written a second time', (outcome, as, refusal) => {
    const { settle, closed, drafts, open } = bench([APPROVED, INTENT, entry('withdrawal.completed', { outcome, presentedMinor: 0, uncertainMinor: 0, cause: 'none' }, SCOPE)], { messages: [ASKED], facts });
    settle();
    expect([closed(), drafts, open()]).toEqual([[[as, refusal]], [], []]);
  });
});

it('a withdrawal that never asked the bank is nobody\'s money', () => {
  const { settle, closed, drafts, open } = bench([], { facts: memoFacts(MEMO) });
  settle();
  expect([closed(), drafts, open()]).toEqual([[['abandoned', null]], [], []]);
});
