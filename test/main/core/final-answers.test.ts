/**
 * Goal: with the bank's last word on a message stands, in one transaction, all that it means for money: what is executed is executed on the receipt too and is closed once, what is refused has its item, an
 * answer against an earlier one is told once as it was worded. Method: the outbox's deliveries by themselves, with a bank whose answers the test gives, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { HostAnswer, HostOperation } from '../../../main/contracts/host-operations.ts';
import type { StoredMessage } from '../../../main/contracts/message-state.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { createDeliveries } from '../../../main/core/host/outbox-deliveries.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { EntryDraft, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { DEPOSIT } from '../receipt/sample-records.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const SCOPE = { operationId: 'operation-1' };
const NOTES = [{ denominationMinor: 500_000, noteCount: 2 }];
const ACCEPTED = entry('deposit.accepted', { insertedMinor: 1_000_000, feeMinor: 20_000, creditMinor: 980_000, changeMinor: 0, notes: NOTES, by: 'customer' }, SCOPE);
const HEAD = { hostRef: 'B-7', hostTimeUtcMs: 0, businessDay: '2026-01-01' };
const APPROVED = { outcome: 'approved', body: { authorisedMinor: 1_000_000, documentNumber: null } };
const DECLINED = { outcome: 'declined', refusal: 'RF-24', isRetryable: false, blockedUntilUtcMs: null };
const NOT_FOUND = { outcome: 'notFound' };

function bench() {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const random = cryptoRandom();
  const journal = memoryJournal({ clock });
  const drafts: object[] = [];
  const batches: (readonly string[])[] = [];
  const bank = { answers: [] as object[] };
  const gateway = {
    isLinkUp: true, wasBelievedSince: () => true, bankNowUtcMs: () => clock.nowUtcMs(), onLink: () => () => undefined,
    deliver: async ({ messageId }: StoredMessage) => {
      const answer = bank.answers.shift();
      return answer === undefined ? new Promise(() => {}) : { outcome: { kind: 'answered', messageId, answer: { ...HEAD, ...answer } as HostAnswer<HostOperation> }, answerBytes: Buffer.from(JSON.stringify(answer)) };
    },
    draft: (operation: HostOperation, body: object, scope: object) => (drafts.push([operation, body, scope]), messageDraft(journal.peekSeq(), { operation })),
  } as unknown as HostGateway;
  const deliveries = createDeliveries({ journal, gateway, clock, random, ids: createIdSource(clock, random), log: silentLog, limits: { countMax: 20, ageMsMax: 600_000, sumMinorMax: 100_000_000 } });
  journal.onCommitted((entries) => batches.push(entries.map(({ kind }) => kind)));
  return {
    clock, journal, drafts, batches, bank, deliveries,
    /** One message with a receipt, and what the bank says to each attempt. */
    run: async (operation: HostOperation, answers: readonly object[], { told = [ACCEPTED], more = {}, hasReceipt = true }: { readonly told?: readonly EntryDraft[]; readonly more?: Partial<MessageDraft>; readonly hasReceipt?: boolean } = {}) => {
      bank.answers = [...answers];
      const receipt = { receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: 'operation-1', operation: 'op-01', status: 'accepted', recordJson: JSON.stringify({ ...DEPOSIT, language: 'ru' }) } as const;
      expect(journal.commit({ entries: told, ...(hasReceipt ? { receipts: [receipt] } : {}), messages: [messageDraft(1, { operation, sessionId: 'session-1', ...more })] }).ok).toBe(true);
      deliveries.start();
      await clock.advance(600_000);
      await deliveries.stop();
      return {
        state: journal.message('message-1')?.state, statuses: journal.receipt('0427-000001')?.statuses.map(({ status, hostRef }) => [status, hostRef]) ?? [],
        items: journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor]), drafts, given: journal.entries({ kinds: ['receipt.given'], limit: 9 }).map(({ data }) => data),
        last: batches.find((kinds) => kinds.includes('message.moved') && kinds.length > 1) ?? [],
      };
    },
  };
}

describe('a deposit', () => {
  it('that is executed is executed on the receipt, and closed at the bank with what came in', async () => {
    const { state, statuses, items, drafts, last } = await bench().run('cash.deposit', [APPROVED, APPROVED]);
    expect([state, statuses, items]).toEqual(['executed', [['executed', 'B-7']], []]);
    expect(drafts).toEqual([['cash.deposit.complete', { outcome: 'deposited', operation: 'op-01', depositedMinor: 1_000_000, retainedMinor: 0, notes: NOTES, cause: 'none', payerPhone: null, clientId: null, receiptNumber: '0427-000001', reference: expect.any(String) as string }, { operationId: 'operation-1', sessionId: 'session-1', language: 'ru' }]]);
    expect(last).toEqual(expect.arrayContaining(['message.moved', 'message.staged', 'receipt.statusChanged']));
  });

  it.each([['less', 900_000], ['more', 1_100_000], ['nothing', 0]])('approved for %s than came in is not taken for booked: it waits for a person', async (_, authorisedMinor) => {
    const other = { outcome: 'approved', body: { authorisedMinor, documentNumber: null } };
    expect(await bench().run('cash.deposit', [other, other, other])).toMatchObject({ state: 'parked', statuses: [], items: [], drafts: [] });
    expect(await bench().run('cash.deposit', [other, other, APPROVED])).toMatchObject({ state: 'executed', statuses: [['executed', 'B-7']] });
  });

  it('without the word that it was accepted is closed by nobody', async () => {
    expect(await bench().run('cash.deposit', [APPROVED], { told: [] })).toMatchObject({ state: 'executed', drafts: [], items: [] });
  });

  it.each([['declined', DECLINED, 'refused RF-24'], ['unknown to the bank', NOT_FOUND, 'refused RF-19']] as const)('that is %s lies in doubt with all that came in, once, and its receipt says so', async (_, answer, status) => {
    const { state, statuses, items, drafts, last } = await bench().run('cash.deposit', [answer]);
    expect([state, statuses, items, drafts]).toEqual(['refused', [[status, 'B-7']], [['depositRefused', 1_000_000]], []]);
    expect(last).toEqual(expect.arrayContaining(['message.moved', 'suspense.recorded', 'receipt.statusChanged']));
  });
});

describe('a payment', () => {
  it('that is executed is executed on the receipt, and closed by its own status', async () => {
    expect(await bench().run('pay.provider', [APPROVED])).toMatchObject({ state: 'executed', statuses: [['executed', 'B-7']], drafts: [], items: [] });
  });

  it('that the bank works on is neither, until it says more', async () => {
    const { state, statuses, items } = await bench().run('pay.provider', [{ outcome: 'inProcess', body: {} }]);
    expect([state, statuses, items]).toEqual(['awaiting', [], []]);
    expect(await bench().run('pay.provider', [{ outcome: 'inProcess', body: {} }, APPROVED])).toMatchObject({ state: 'executed', statuses: [['executed', 'B-7']] });
  });

  it('answered for a part of it waits for a person, and nothing is said to be done', async () => {
    const partial = { outcome: 'partial', body: { documentNumber: null } };
    expect(await bench().run('pay.provider', [partial, partial, partial, partial])).toMatchObject({ state: 'parked', statuses: [], items: [], drafts: [] });
  });
});

describe('the report of a withdrawal', () => {
  const completed = entry('withdrawal.completed', { outcome: 'partial', presentedMinor: 500_000, uncertainMinor: 0, cause: 'FILL' }, SCOPE);
  const reversed = entry('withdrawal.completed', { outcome: 'none', presentedMinor: 0, uncertainMinor: 0, cause: 'MALF' }, SCOPE);
  const doubtful = entry('withdrawal.completed', { outcome: 'doubtful', presentedMinor: 0, uncertainMinor: 500_000, cause: 'MALF' }, SCOPE);

  it.each([
    ['of notes that left, acknowledged', completed, APPROVED, 'executed', []],
    ['of notes that left, refused', completed, DECLINED, 'refused', [['reportRefused', -500_000]]],
    ['of notes that left, about nothing that the bank knows', completed, NOT_FOUND, 'refused', [['reportRefused', -500_000]]],
    ['of notes that may have left, about nothing that the bank knows', doubtful, NOT_FOUND, 'refused', [['reportRefused', 0]]],
    // Nothing to reverse is as good as reversed. [host-messages §5.2]
    ['of nothing, about nothing that the bank knows', reversed, NOT_FOUND, 'executed', []],
    ['of nothing, refused: the account may be held', reversed, DECLINED, 'refused', [['reportRefused', 0]]],
  ] as const)('%s', async (_, told, answer, state, items) => {
    // Its status stands since it was written; what the bank has booked it under is new.
    expect(await bench().run('cash.withdraw.complete', [answer], { told: [told] })).toMatchObject({ state, items, statuses: answer === APPROVED ? [['accepted', 'B-7']] : [], drafts: [] });
  });
});

describe('an electronic receipt', () => {
  const sent = { lane: 'bestEffort' } as const;
  it('that the bank took is given, once', async () => {
    expect((await bench().run('receipt.send', [APPROVED], { more: sent })).given).toEqual([{ receiptNumber: '0427-000001', by: 'hostTook' }]);
    const given = entry('receipt.given', { receiptNumber: '0427-000001', by: 'screen' }, SCOPE);
    expect((await bench().run('receipt.send', [APPROVED], { more: sent, told: [given] })).given).toHaveLength(1);
  });

  it.each([['that it did not take', DECLINED, true], ['of an operation without one', APPROVED, false]] as const)('%s is not given, and is no money in doubt', async (_, answer, hasReceipt) => {
    expect(await bench().run('receipt.send', [answer], { more: sent, hasReceipt })).toMatchObject({ given: [], items: [], statuses: [] });
  });
});
