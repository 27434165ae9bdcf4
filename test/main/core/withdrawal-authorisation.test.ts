/**
 * Goal: notes leave only on a signed "approved" for the very sum; after all else that may have reached the bank a reversal is durable before anybody reads no, and nothing new is asked while the bank may
 * hold money for what was. Method: the actor that asks, with a bank whose answer the test chooses and a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { HostAnswer, HostFailure } from '../../../main/contracts/host-operations.ts';
import type { MessageState } from '../../../main/contracts/message-state.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import type { AskOutcome } from '../../../main/core/host/host-gateway.ts';
import { withdrawalActors } from '../../../main/core/operations/withdrawal-actors.ts';
import type { Journal, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import type { WithdrawalContext } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const AMOUNT = 1_000_000;
const NOTE = 500_000;
const OURS = 'KZ60999KZT0000000001';
const RING = { current: 'k1', keys: { k1: new Uint8Array(32).fill(1) }, indexKey: new Uint8Array(32).fill(9) };

type Outcome = AskOutcome<'cash.withdraw'>;
const HEAD = { hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-01-01' };
const answered = (answer: object): Outcome => ({ kind: 'answered', messageId: 'asked', answer: { ...HEAD, ...answer } as HostAnswer<'cash.withdraw'> });
const failed = (failure: HostFailure | { readonly kind: 'journal'; readonly code: string; readonly detail: string }): Outcome => ({ kind: 'failed', messageId: 'asked', failure });
const approved = (authorisedMinor: number) => answered({ outcome: 'approved', body: { authorisedMinor, authorisationCode: '123456' } });

function bench(outcome: Outcome = approved(AMOUNT)) {
  const journal: Journal = memoryJournal({ keys: createJournalKeys(RING, cryptoRandom()) });
  const made = { journal, bodies: [] as object[], drafts: [] as object[], wakes: 0, isOverLimit: false };
  const gateway = {
    ask: async (_: string, body: object, __: object, meaningOf: (asked: Outcome) => object | null) => {
      made.bodies.push(body);
      const meaning = meaningOf(outcome);
      if (meaning !== null && !journal.commit(meaning).ok) throw new Error('not written');
      return outcome;
    },
    draft: (operation: MessageDraft['operation'], body: object, { operationId, sessionId }: { readonly operationId: string; readonly sessionId: string }) => {
      made.drafts.push(body);
      return messageDraft(journal.peekSeq(), { operation, operationId, sessionId });
    },
  };
  const parts = { journal, gateway, deliveries: { isOverLimit: () => made.isOverLimit, wake: () => (made.wakes += 1) }, consents: { last: () => null } } as unknown as CoreParts;
  const input = {
    operationId: 'operation-1', account: { accountRef: OURS }, amountMinor: AMOUNT, quote: { feeMinor: 20_000, quoteId: 'q' }, authentication: { authToken: 'a' },
    identity: { kind: 'client', clientId: 'c-1' }, steps: [{ cassetteNumber: 2, denominationMinor: NOTE, noteCount: 1 }, { cassetteNumber: 1, denominationMinor: NOTE, noteCount: 1 }],
  } as unknown as WithdrawalContext;
  return {
    ...made, made,
    ask: () => toPromise(createActor(withdrawalActors(() => parts, () => ({ sessionId: 'session-1', language: 'kk' })).authorise, { input }).start()),
    /** What an earlier operation left for the bank. */
    left: (draft: Partial<Omit<MessageDraft, 'state'>> & { readonly state?: MessageState }, { isTimedOut = true, accounts = [OURS] }: { readonly isTimedOut?: boolean; readonly accounts?: readonly string[] } = {}) => {
      const scope = { sessionId: 'session-0', operationId: 'operation-0' };
      const chosen = accounts.map((value) => entry('account.chosen', { masked: '•• 0001' }, { ...scope, secrets: { account: { kind: 'account', value } } }));
      const written = journal.commit({ entries: [...chosen, ...(isTimedOut ? [entry('authorisation.timedOut', { messageId: 'm', failure: 'HST_TIMED_OUT' }, scope)] : [])], messages: [messageDraft(1, { operation: 'cash.withdraw.complete', ...scope, ...(draft as Partial<MessageDraft>) })] });
      expect(written.ok).toBe(true);
    },
    kinds: () => journal.operationEntries('operation-1').map(({ kind, data }) => [kind, data]),
  };
}

describe('an authorisation', () => {
  it('approved for the very sum is durable with its answer, and nothing is reversed', async () => {
    const { ask, kinds, made } = bench();
    expect(await ask()).toEqual({ kind: 'approved', messageId: 'asked', authorisedMinor: AMOUNT });
    expect([kinds(), made.drafts]).toEqual([[['authorisation.received', { messageId: 'asked', authorisedMinor: AMOUNT, authorisationCode: '123456' }]], []]);
    expect(made.bodies).toMatchObject([{ accountRef: OURS, clientId: 'c-1', amountMinor: AMOUNT, feeMinor: 20_000, mix: [{ denominationMinor: NOTE, noteCount: 2 }] }]);
  });

  it('declined is told as it was, and nothing is reversed', async () => {
    const { ask, kinds, made } = bench(answered({ outcome: 'declined', refusal: 'RF-24', isRetryable: false, blockedUntilUtcMs: null }));
    expect(await ask()).toEqual({ kind: 'declined', refusal: 'RF-24' });
    expect([kinds(), made.drafts]).toEqual([[['authorisation.declined', { messageId: 'asked', refusal: 'RF-24' }]], []]);
  });

  it.each([
    ['is silent', failed({ kind: 'unanswered', code: 'HST_TIMED_OUT', detail: '' }), 'HST_TIMED_OUT', 'TIMO'],
    ['is lost after the request', failed({ kind: 'unanswered', code: 'HST_UNREACHABLE', detail: '' }), 'HST_UNREACHABLE', 'TIMO'],
    ['signs wrongly', failed({ kind: 'invalidAnswer', code: 'HST_SIGNATURE_INVALID', detail: '' }), 'HST_SIGNATURE_INVALID', 'SECU'],
    ['answers another', failed({ kind: 'invalidAnswer', code: 'HST_NOT_FOR_US', detail: '' }), 'HST_NOT_FOR_US', 'SECU'],
    ['answers what is no answer', failed({ kind: 'invalidAnswer', code: 'HST_MALFORMED', detail: '' }), 'HST_MALFORMED', 'FMTE'],
    ['approves more', approved(AMOUNT + 1), 'UNUSABLE_ANSWER', 'FMTE'],
    ['approves less', approved(AMOUNT - NOTE), 'UNUSABLE_ANSWER', 'FMTE'],
    ['approves in part', answered({ outcome: 'partial', body: { authorisedMinor: AMOUNT, authorisationCode: '1' } }), 'UNUSABLE_ANSWER', 'FMTE'],
    ['still works on it', answered({ outcome: 'inProcess' }), 'UNUSABLE_ANSWER', 'FMTE'],
    ['does not know it', answered({ outcome: 'notFound' }), 'UNUSABLE_ANSWER', 'FMTE'],
  ] as const)('of a bank that %s is reversed before anybody reads no', async (_, outcome, failure, cause) => {
    const { ask, kinds, made, journal } = bench(outcome);
    expect(await ask()).toEqual({ kind: 'reversed', mayBeHeld: true });
    expect(kinds().slice(0, 1)).toEqual([['authorisation.timedOut', { messageId: 'asked', failure }]]);
    expect([made.drafts, journal.messages({ limit: 9 }).map(({ operation }) => operation), made.wakes]).toEqual([[{
      accountRef: OURS, clientId: 'c-1', outcome: 'none', requestedMinor: AMOUNT, authorisedMinor: 0, presentedMinor: 0, uncertainMinor: 0, feeMinor: 0, notes: [], cause, originalMessageId: 'asked', receiptNumber: null,
    }], ['cash.withdraw.complete'], 1]);
  });

  it.each([
    ['left the terminal', failed({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: '' })],
    ['reached the journal', failed({ kind: 'journal', code: 'JNL_DISK_FULL', detail: '' })],
  ] as const)('that never %s leaves nothing to reverse', async (_, outcome) => {
    const { ask, kinds, made } = bench(outcome);
    expect([await ask(), kinds(), made.drafts]).toEqual([{ kind: 'reversed', mayBeHeld: false }, [], []]);
  });
});

describe('none is asked for', () => {
  const REFUSED = { kind: 'declined', refusal: 'RF-24', blockedUntilUtcMs: null };

  it('when the disk is nearly full meanwhile, as no note is taken then', async () => {
    const { ask, journal, bodies } = bench();
    Object.assign(journal, { room: () => ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } }) });
    expect([await ask(), bodies]).toEqual([REFUSED, []]);
  });

  it('when a limit of the queue was reached meanwhile', async () => {
    const { ask, made } = bench();
    made.isOverLimit = true;
    expect([await ask(), made.bodies]).toEqual([REFUSED, []]);
  });

  it.each(['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown', 'parked'] as const)('while the end of one of this session is %s, whatever it was', async (state) => {
    const { ask, left, made } = bench();
    left({ sessionId: 'session-1', state }, { isTimedOut: false, accounts: [] });
    expect([await ask(), made.bodies]).toEqual([REFUSED, []]);
  });

  it.each([
    ['of another session on the same account', {}, {}],
    ['of another session on the account that was chosen last', {}, { accounts: ['KZ-OTHER', OURS] }],
  ] as const)('while a reversal waits %s', async (_, draft, more) => {
    const { ask, left, made } = bench();
    left(draft, more);
    expect([await ask(), made.bodies]).toEqual([REFUSED, []]);
  });

  it('while one waits behind so many others that they are not read at once', async () => {
    const { ask, journal, left, made } = bench();
    const others = Array.from({ length: 1_001 }, (_, n) => messageDraft(n + 1, { operation: 'device.exception', operationId: `other-${n}` }));
    expect(journal.commit({ messages: others }).ok).toBe(true);
    left({ seq: journal.peekSeq(), messageId: 'behind' });
    expect([await ask(), made.bodies]).toEqual([REFUSED, []]);
  });

  it.each([
    ['a reversal on another account', {}, { accounts: ['KZ-OTHER'] }],
    ['a reversal on the account that was chosen in the end', {}, { accounts: [OURS, 'KZ-OTHER'] }],
    ['what another session was paid from the same account', {}, { isTimedOut: false }],
    ['a reversal of which nobody can say the account', {}, { accounts: [] }],
    ['a deposit of this session', { operation: 'cash.deposit', sessionId: 'session-1' }, {}],
    ['nothing: it was acknowledged', { sessionId: 'session-1', state: 'executed' }, {}],
    ['nothing: it was refused', { sessionId: 'session-1', state: 'refused' }, {}],
  ] as const)('but is where there waits %s', async (_, draft, more) => {
    const { ask, left } = bench();
    left(draft, more);
    expect(await ask()).toMatchObject({ kind: 'approved' });
  });
});
