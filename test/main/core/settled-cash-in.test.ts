/**
 * Goal: cash that lay inside when the core died is used as its customer agreed, or kept for him as an item; each note once, none of it in silence, and nothing that went back. Method: the settling by itself, on
 * a journal in memory with the entries that an earlier life left.
 */
import { describe, expect, it } from 'vitest';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { ReceiptIssuer } from '../../../main/core/receipt-issuer.ts';
import { memoFacts, type OperationMemo } from '../../../main/core/recovery/operation-memo.ts';
import { settleOperation } from '../../../main/core/recovery/settle-operation.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryDraft, JournalBatch, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { retainMoney } from '../../../main/core/operations/retained-money.ts';
import { JournalUnavailable } from '../../../main/core/require-commit.ts';
import { receiptRecordSchema } from '../../../main/receipt/receipt-record.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { SAMPLE_CATALOGUE } from '../../../simulators/bank-host/sample-catalogue.ts';
import { memoryJournal, messageDraft, standingClock } from '../journal/journal-fixture.ts';

const [FIVE, TEN, COIN] = [500_000, 1_000_000, 10_000];
const ID = 'operation-1';
const SCOPE = { sessionId: 'session-1', operationId: ID };
const PHONE = '+77000001234';
/** One in a hundred of the cash. */
const RULE = { fixedMinor: 0, basisPoints: 100, minMinor: 0, maxMinor: null, payer: 'fromAmount' } as const;
const TERMS = { quoteId: 'q-1', tariffId: 't', feeRule: RULE, execution: 'atOnce', wantedMinor: null, fixedCreditMinor: null, insertMinMinor: TEN, insertMaxMinor: 10 * TEN, acceptedMinor: [FIVE, TEN] } as const;
const AGREED = { consentAtUtcMs: 1_234, textSha256: 'ab'.repeat(32), language: 'ru', stage: 'terms' };
const ACCOUNT = { accountRef: 'KZ-1', kind: 'current', masked: '•• 0012', currency: 'KZT', canDeposit: true, canWithdraw: true } as const;
const COMMON = { operationId: ID, authentication: { authToken: 'token' }, consent: AGREED, sessionId: 'session-1', language: 'ru' } as const;
const DEPOSIT = { ...COMMON, operation: 'op-01', identity: { kind: 'client', clientId: 'c-1', maskedName: 'A. B.', by: 'phone', phone: null }, account: ACCOUNT, terms: TERMS } as unknown as OperationMemo;
const PROVIDER = SAMPLE_CATALOGUE.providers[0]!;
const PAYMENT = { ...COMMON, operation: 'op-05', identity: { kind: 'payer', phone: PHONE }, provider: PROVIDER, fields: {}, maskedPayee: null, terms: TERMS } as unknown as OperationMemo;
/** A bill of nine hundred tenge less its fee; what is more is change. */
const BILL = { ...PAYMENT, terms: { ...TERMS, wantedMinor: TEN, fixedCreditMinor: 990_000 } } as unknown as OperationMemo;

let nextNote = 0;
const note = (denominationMinor: number) => ({ noteId: `note-${(nextNote += 1)}`, denominationMinor });
type Note = ReturnType<typeof note>;
const ordered = (one: Note, verb: 'stack' | 'return' = 'stack') => (verb === 'stack' ? entry('intent.stack', one, SCOPE) : entry('intent.return', { ...one, why: 'overLimit' }, SCOPE));
const ended = (one: Note, result: 'stacked' | 'returned' | 'rejected' | 'unknown', verb: 'stack' | 'return' = 'stack') => entry(`outcome.${verb}`, { ...one, outcome: result === 'unknown' ? 'uncertain' : 'completed', result, evidence: 'x' }, SCOPE);
const inside = (denominationMinor: number): readonly EntryDraft[] => { const one = note(denominationMinor); return [ordered(one), ended(one, 'stacked')]; };
const coin = (): EntryDraft => entry('coin.accepted', { coinId: `coin-${(nextNote += 1)}`, denominationMinor: COIN, position: 1, evidence: 'x' }, SCOPE);

function bench(memo: OperationMemo | null, left: readonly EntryDraft[], more: JournalBatch = {}) {
  const clock = standingClock();
  const made = { isFull: false, givenUp: [] as string[], held: [] as JournalBatch[], drafts: [] as (readonly [string, Readonly<Record<string, unknown>>])[] };
  const journal = memoryJournal({ clock, faults: { beforeCommit: (entries) => (made.isFull && entries.some(({ kind }) => kind === 'operation.closed' || kind === 'deposit.cancelled') ? { code: 'JNL_DISK_FULL', detail: '' } : null) } });
  const gateway = { businessDay: null, draft: (operation: MessageDraft['operation'], body: Readonly<Record<string, unknown>>, _: object, position = 0) => (made.drafts.push([operation, body]), messageDraft(journal.peekSeq() + position, { messageId: `message-${journal.peekSeq() + position}`, operation, operationId: ID })) };
  const terminal = { number: '0427', bankName: 'QOLMA', bankBin: '000000000000', address: 'x', helpNumber: '0' };
  const receipts = new ReceiptIssuer({ config: { terminal }, journal, gateway, printer: null, clock, log: silentLog } as unknown as ConstructorParameters<typeof ReceiptIssuer>[0]);
  const parts = {
    journal, gateway, receipts, ids: createIdSource(clock, cryptoRandom()), heldOutcomes: { requireWritten: () => {}, hold: (batch: JournalBatch) => made.held.push(batch) }, deliveries: { wake: () => {} }, consents: { last: () => null, figures: () => null },
    acceptorDesk: { giveUp: (noteId: string) => made.givenUp.push(noteId) }, catalogue: { current: { version: 7 } },
  } as unknown as CoreParts;
  expect(journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, SCOPE), ...left], ...more, facts: memo === null ? {} : memoFacts(memo) }).ok).toBe(true);
  const entries = () => journal.operationEntries(ID);
  return {
    made, journal, parts,
    settle: () => settleOperation(parts, ID, 'the terminal was restarted').line,
    read: () => ({
      closed: dataOf(entries(), 'operation.closed').map(({ outcome, movedMinor }) => [outcome, movedMinor]),
      accepted: dataOf(entries(), 'deposit.accepted'), cancelled: dataOf(entries(), 'deposit.cancelled').map(({ retainedMinor }) => retainedMinor),
      unknown: dataOf(entries(), 'outcome.stack').filter(({ result }) => result === 'unknown').map(({ noteId }) => noteId),
      open: journal.suspense({ state: 'open' }).map(({ operationId, reason, amountMinor, reference }) => [operationId, reason, amountMinor, reference !== null]),
      told: dataOf(entries(), 'suspense.opened').map(({ reason, amountMinor }) => [reason, amountMinor]),
      sent: made.drafts.map(([operation]) => operation), body: made.drafts[0]?.[1],
      receipt: dataOf(entries(), 'receipt.issued').map(({ receiptNumber }) => receiptRecordSchema.parse(JSON.parse(journal.receipt(receiptNumber)!.receipt.recordJson)))[0],
      memo: journal.fact(`operation.memo.${ID}`) ?? '', consents: dataOf(entries(), 'consent.given').length,
    }),
  };
}
const settled = (...args: Parameters<typeof bench>) => {
  const made = bench(...args);
  made.settle();
  return made.read();
};

describe('cash that is as much as was agreed', () => {
  it('is credited to the account, by the consent of then; nobody agrees to figures after it', () => {
    const { closed, accepted, body, sent, receipt, open, memo, consents } = settled(DEPOSIT, [...inside(TEN), ...inside(FIVE), coin()]);
    expect(accepted).toMatchObject([{ insertedMinor: 1_510_000, feeMinor: 15_100, creditMinor: 1_494_900, changeMinor: 0, by: 'recovery', notes: [{ denominationMinor: TEN, noteCount: 1 }, { denominationMinor: FIVE, noteCount: 1 }, { denominationMinor: COIN, noteCount: 1 }] }]);
    expect(body).toMatchObject({ clientId: 'c-1', accountRef: 'KZ-1', amountMinor: 1_510_000, feeMinor: 15_100, creditMinor: 1_494_900, authToken: 'token', consent: { consentAtUtcMs: 1_234, quoteId: 'q-1', textSha256: 'ab'.repeat(32) } });
    expect(receipt).toMatchObject({ operation: 'op-01', language: 'ru', amountMinor: 1_510_000, feeMinor: 15_100, creditMinor: 1_494_900, status: 'accepted', suspenseMinor: 0 });
    expect([closed, sent, open, memo, consents]).toEqual([[['pending', 1_510_000]], ['cash.deposit', 'receipt.send'], [], '', 0]);
  });

  it('pays the provider, by the catalogue of then; of a bill what is more is change to the payer\'s telephone, for which nobody agreed to a fee', () => {
    const chosen = entry('provider.chosen', { providerId: PROVIDER.providerId, catalogueVersion: 3 }, SCOPE);
    expect(settled(PAYMENT, [chosen, ...inside(TEN)])).toMatchObject({ sent: ['pay.provider', 'receipt.send'], body: { providerId: PROVIDER.providerId, catalogueVersion: 3, insertedMinor: TEN, feeMinor: 10_000, creditMinor: 990_000, changeMinor: 0, changePhone: null, payerPhone: PHONE } });
    const { body, receipt, accepted } = settled(BILL, [chosen, ...inside(TEN), ...inside(FIVE)]);
    expect(body).toMatchObject({ insertedMinor: 1_500_000, feeMinor: 10_000, creditMinor: 990_000, changeMinor: 500_000, changePhone: PHONE });
    expect(body).not.toHaveProperty('changeAgreed');
    expect([accepted[0]?.changeMinor, receipt?.changeMinor, receipt?.maskedChangePhone === null]).toEqual([500_000, 500_000, false]);
  });

  it('leaves out what is not known to be inside: an item for each note, none of it credited', () => {
    const [lost, silent] = [note(FIVE), note(TEN)];
    const { accepted, open, told, receipt, unknown } = settled(DEPOSIT, [...inside(TEN), ordered(lost), ended(lost, 'unknown'), ordered(silent)]);
    expect([accepted[0]?.insertedMinor, receipt?.suspenseMinor, unknown]).toEqual([TEN, FIVE + TEN, [lost.noteId, silent.noteId]]);
    expect(open).toEqual([[ID, 'noteUncertain', FIVE, true], [ID, 'noteUncertain', TEN, true]]);
    expect(told).toEqual([['noteUncertain', FIVE], ['noteUncertain', TEN]]);
  });
});

describe('cash that is kept for its customer', () => {
  it.each([
    ['less than was agreed', DEPOSIT, 'op-01', 'c-1'], ['less than a payment needs', PAYMENT, 'op-05', null], ['of a customer who would have nothing credited', { ...DEPOSIT, isClaimed: true } as unknown as OperationMemo, 'op-01', 'c-1'],
    ['of which nobody knows what was agreed', null, 'op-01', null],
  ] as const)('%s', (_, memo, operation, clientId) => {
    const isLess = memo !== null && memo.isClaimed !== true;
    const lost = note(FIVE);
    const { closed, accepted, cancelled, open, told, sent, body, receipt } = settled(memo, [...inside(FIVE), ...(isLess ? [] : inside(TEN)), ordered(lost)]);
    const keptMinor = isLess ? FIVE : FIVE + TEN;
    expect([closed, accepted, cancelled]).toEqual([[['pending', keptMinor]], [], [keptMinor]]);
    expect(open).toEqual([[ID, 'retained', keptMinor, true], [ID, 'noteUncertain', FIVE, true]]);
    expect(told).toEqual([['retained', keptMinor], ['noteUncertain', FIVE]]);
    expect(sent).toEqual(['cash.deposit.complete', 'receipt.send']);
    expect(body).toMatchObject({ outcome: 'retained', operation, depositedMinor: 0, retainedMinor: keptMinor + FIVE, cause: 'RSTR', clientId });
    expect(receipt).toMatchObject({ status: 'notCredited', amountMinor: keptMinor, feeMinor: 0, creditMinor: 0, suspenseMinor: FIVE });
  });

  it('where nothing is certain: the note in doubt alone', () => {
    const lost = note(TEN);
    const { closed, cancelled, open, body } = settled(DEPOSIT, [ordered(lost)]);
    expect([closed, cancelled, open, body?.['retainedMinor']]).toEqual([[['pending', 0]], [0], [[ID, 'noteUncertain', TEN, true]], TEN]);
  });
});

describe('what the disk does not take', () => {
  const keep = (cause: 'CUCL' | 'CUTO') => {
    const made = bench(DEPOSIT, inside(TEN));
    made.made.isFull = true;
    const request = { operation: 'op-01', operationId: ID, identity: DEPOSIT.identity, notes: [{ noteId: 'n', denominationMinor: TEN }], uncertainNotes: [], target: { kind: 'account', accountKind: 'current', masked: '••' }, cause, reason: 'x', scope: { operationId: ID, sessionId: 'session-1', language: 'ru' } } as const;
    expect(() => retainMoney(made.parts, request)).toThrow(JournalUnavailable);
    made.made.isFull = false;
    return { ...made, held: made.made.held };
  };

  it('of a customer\'s word that nothing is to be credited is known all the same to whoever settles it', () => {
    const { held, journal, settle, read } = keep('CUCL');
    expect(held).toHaveLength(1);
    expect(journal.commit(held[0]!).ok).toBe(true);
    settle();
    expect(read()).toMatchObject({ accepted: [], cancelled: [TEN], memo: '' });
  });

  it('of a customer who left is settled as he had agreed', () => {
    const { held, settle, read } = keep('CUTO');
    settle();
    expect([held, read()]).toMatchObject([[], { accepted: [{ insertedMinor: TEN }], cancelled: [] }]);
  });
});

describe('a note', () => {
  const amounts = (...left: readonly EntryDraft[]) => {
    const { accepted, open } = settled(DEPOSIT, [...inside(TEN), ...left]);
    return [accepted[0]?.insertedMinor, open.map(([, , amountMinor]) => amountMinor)];
  };

  it.each(['returned', 'rejected'] as const)('that was %s is nobody\'s', (result) => {
    const [stacked, back] = [note(FIVE), note(FIVE)];
    expect(amounts(ordered(stacked), ended(stacked, result), ordered(back, 'return'), ended(back, result, 'return'))).toEqual([TEN, []]);
  });

  it('that was to go back and fell into the box is the customer\'s', () => {
    const one = note(FIVE);
    expect(amounts(ordered(one, 'return'), ended(one, 'stacked', 'return'))).toEqual([TEN + FIVE, []]);
  });

  it('that was given up and found in the box counts once', () => {
    const one = note(FIVE);
    expect(amounts(ordered(one), ended(one, 'unknown'), ended(one, 'stacked'))).toEqual([TEN + FIVE, []]);
  });

  it('that was to go back and never heard of is in doubt, once', () => {
    const one = note(FIVE);
    expect(amounts(ordered(one, 'return'))).toEqual([TEN, [FIVE]]);
    expect(amounts(ordered(one, 'return'), ended(one, 'unknown', 'return'))).toEqual([TEN, [FIVE]]);
  });

  it('of which only the device can say more is waited for no longer', () => {
    const one = note(FIVE);
    const { settle, made } = bench(DEPOSIT, [...inside(TEN), ordered(one)]);
    settle();
    expect(made.givenUp).toEqual([one.noteId]);
  });
});

describe('what is settled', () => {
  it('with nothing inside is abandoned, and nobody is told', () => {
    const one = note(FIVE);
    for (const memo of [DEPOSIT, PAYMENT, null]) expect(settled(memo, [ordered(one), ended(one, 'returned')])).toMatchObject({ closed: [['abandoned', 0]], sent: [], open: [], accepted: [], cancelled: [] });
  });

  it('is not used again: neither what was accepted before, nor what was kept', () => {
    const accepted = entry('deposit.accepted', { insertedMinor: TEN, feeMinor: 0, creditMinor: TEN, changeMinor: 0, notes: [], by: 'customer' }, SCOPE);
    const cancelled = entry('deposit.cancelled', { retainedMinor: TEN, notes: [], reason: 'x' }, SCOPE);
    for (const before of [accepted, cancelled]) expect(settled(DEPOSIT, [...inside(TEN), before])).toMatchObject({ closed: [['pending', TEN]], sent: [], open: [] });
  });

  it('waits no longer for a note whose item it has since it was accepted: nobody could open the box while it is waited for', () => {
    const one = note(FIVE);
    const accepted = entry('deposit.accepted', { insertedMinor: TEN, feeMinor: 0, creditMinor: TEN, changeMinor: 0, notes: [], by: 'customer' }, SCOPE);
    const { settle, made, read } = bench(DEPOSIT, [...inside(TEN), ordered(one), accepted]);
    settle();
    expect([made.givenUp, read()]).toMatchObject([[one.noteId], { unknown: [one.noteId], open: [], sent: [], closed: [['pending', TEN]] }]);
  });

  it('is settled once, also where the disk took what became of the cash and not the end', () => {
    const one = note(FIVE);
    const { settle, made, read } = bench(DEPOSIT, [...inside(TEN), ordered(one)]);
    made.isFull = true;
    expect(settle).toThrow();
    made.isFull = false;
    settle();
    expect(settle()).toBe(`${ID}: closed before`);
    expect(read()).toMatchObject({ closed: [['pending', TEN]], accepted: [{ insertedMinor: TEN }], open: [[ID, 'noteUncertain', FIVE, true]], sent: ['cash.deposit', 'receipt.send'] });
  });
});
