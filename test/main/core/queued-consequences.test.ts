/**
 * Goal: what the queue says of cash, in which order documents of one instruction go, what an executed reversal ends, and how long a customer waits for the bank. Method: the outbox's deliveries by themselves,
 * with a bank whose answers the test gives, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { HostAnswer, HostOperation } from '../../../main/contracts/host-operations.ts';
import type { MessageState, StoredMessage } from '../../../main/contracts/message-state.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { createDeliveries } from '../../../main/core/host/outbox-deliveries.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { EntryDraft, MessageDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const SUM_MAX = 1_000_000;
const SCOPE = { operationId: 'operation-1' };

function bench() {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const random = cryptoRandom();
  const journal = memoryJournal({ clock });
  const sent: string[] = [];
  const bank = { isLinkUp: true, says: (_: StoredMessage): object => new Promise(() => {}) };
  const gateway = {
    get isLinkUp() { return bank.isLinkUp; }, wasBelievedSince: () => true, bankNowUtcMs: () => clock.nowUtcMs(), onLink: () => () => undefined,
    deliver: async (message: StoredMessage) => (sent.push(message.messageId), bank.says(message)),
  } as unknown as HostGateway;
  const deliveries = createDeliveries({ journal, gateway, clock, random, ids: createIdSource(clock, random), log: silentLog, limits: { countMax: 20, ageMsMax: 600_000, sumMinorMax: SUM_MAX } });
  return {
    clock, journal, sent, bank, deliveries,
    staged: (drafts: readonly MessageDraft[], entries: readonly EntryDraft[] = []) => expect(journal.commit({ entries, messages: drafts }).ok).toBe(true),
    state: (messageId: string) => journal.message(messageId)?.state,
    moved: (messageId: string, to: MessageState, detail = '') => expect(journal.commit({ messageMoves: [{ messageId, to, detail }] }).ok).toBe(true),
  };
}
const HEAD = { hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-01-01' };
const said = ({ messageId }: StoredMessage, answer: object) => ({ outcome: { kind: 'answered', messageId, answer: { ...HEAD, ...answer } as HostAnswer<HostOperation> }, answerBytes: Buffer.from('signed') });
const queued = (seq: number, operation: HostOperation, more: Partial<MessageDraft> = {}) => messageDraft(seq, { operation, ...more });

describe('cash that the bank has not heard of', () => {
  const accepted = entry('deposit.accepted', { insertedMinor: 300_000, feeMinor: 10_000, creditMinor: 290_000, changeMinor: 0, notes: [], by: 'customer' }, SCOPE);
  const cancelled = entry('deposit.cancelled', { retainedMinor: 200_000, notes: [], reason: 'x' }, SCOPE);
  const completed = entry('withdrawal.completed', { outcome: 'doubtful', presentedMinor: 400_000, uncertainMinor: 100_000, cause: 'MALF' }, SCOPE);
  it.each([
    ['cash.deposit', accepted, 300_000], ['pay.provider', accepted, 300_000], ['cash.deposit.complete', accepted, 0], ['cash.deposit.complete', cancelled, 200_000],
    ['cash.withdraw.complete', completed, 400_000], ['device.exception', completed, 0], ['receipt.send', accepted, 0], ['cash.withdraw.complete', accepted, 0], ['cash.deposit', cancelled, 0],
  ] as const)('%s of %o leaves room for all but %i', async (operation, told, cashMinor) => {
    const { deliveries, staged, clock } = bench();
    staged([queued(1, operation)], [told]);
    deliveries.start();
    await clock.advance(10);
    expect([deliveries.roomMinor(), deliveries.isOverLimit()]).toEqual([SUM_MAX - cashMinor, false]);
    await deliveries.stop();
  });
});

describe('a new document of an old instruction', () => {
  const act = (messageId: string, newMessageId: string | null) => entry('message.actConfirmed', { messageId, operation: 'cash.deposit', act: newMessageId === null ? 'settle' : 'replace', proposedBy: 'a', by: 'b', authority: 'x', why: 'y', newMessageId }, SCOPE);

  it('goes before what waited behind the old one, and so does a newer one in its place; one that replaces nothing waits its turn', async () => {
    const { deliveries, staged, clock, sent, bank, moved } = bench();
    bank.says = (message) => Promise.resolve(said(message, { outcome: 'approved', body: {} }));
    staged([queued(1, 'cash.withdraw.complete'), queued(2, 'device.exception', { lane: 'mustDeliver' })]);
    for (const [from, to] of [[1, 3], [3, 4]] as const) {
      moved(`message-${from}`, 'ready');
      moved(`message-${from}`, 'parked');
      moved(`message-${from}`, 'refused');
      staged([queued(to, 'cash.withdraw.complete')], [act(`message-${from}`, `message-${to}`)]);
    }
    staged([queued(5, 'cash.withdraw.complete')], [act('message-3', null)]);
    deliveries.start();
    await clock.advance(60_000);
    expect(sent).toEqual(['message-4', 'message-2', 'message-5']);
    await deliveries.stop();
  });
});

describe('an executed reversal', () => {
  it.each([['unknown', 'refused'], ['inProcess', 'refused'], ['executed', 'executed'], ['refused', 'refused']] as const)('of an authorisation that is %s leaves it %s', async (before, after) => {
    const { deliveries, staged, clock, bank, moved, state, journal } = bench();
    bank.says = (message) => Promise.resolve(said(message, { outcome: 'approved', body: {} }));
    staged([queued(1, 'cash.withdraw', { lane: 'online', state: 'sending' }), queued(2, 'cash.withdraw.complete')], [entry('authorisation.timedOut', { messageId: 'message-1', failure: 'HST_TIMED_OUT' }, SCOPE)]);
    moved('message-1', before);
    deliveries.start();
    await clock.advance(60_000);
    expect([state('message-2'), state('message-1')]).toEqual(['executed', after]);
    const moves = journal.entries({ kinds: ['message.moved'], limit: 50 }).map(({ data }) => data as { messageId: string; to: string; detail: string });
    expect(moves.filter(({ messageId, detail }) => messageId === 'message-1' && detail === 'reversed')).toHaveLength(before === 'unknown' || before === 'inProcess' ? 1 : 0);
    await deliveries.stop();
  });

  it.each([
    ['is refused itself', true, { outcome: 'declined', refusal: 'RF-24', isRetryable: false, blockedUntilUtcMs: null }, 'refused'],
    ['waits for a person', true, null, 'parked'],
    ['ends what was approved', false, { outcome: 'approved', body: {} }, 'executed'],
  ] as const)('does not end the authorisation where it %s', async (_, isTimedOut, answer, reversal) => {
    const { deliveries, staged, clock, bank, moved, state } = bench();
    const unread = ({ messageId }: StoredMessage) => ({ outcome: { kind: 'failed', messageId, failure: { kind: 'invalidAnswer', code: 'HST_NOT_FOR_US', detail: '' } }, answerBytes: null });
    bank.says = (message) => Promise.resolve(answer === null ? unread(message) : said(message, answer));
    staged([queued(1, 'cash.withdraw', { lane: 'online', state: 'sending' }), queued(2, 'cash.withdraw.complete')], isTimedOut ? [entry('authorisation.timedOut', { messageId: 'message-1', failure: 'x' }, SCOPE)] : []);
    moved('message-1', 'unknown');
    deliveries.start();
    await clock.advance(answer === null ? 3_600_000 : 60_000);
    expect([state('message-2'), state('message-1')]).toEqual([reversal, 'unknown']);
    await deliveries.stop();
  });
});

describe('a customer waits for the bank', () => {
  const waiting = (made: ReturnType<typeof bench>, waitMs = 35_000) => {
    const told: { reply: unknown } = { reply: null };
    void made.deliveries.awaitFinal('message-1', waitMs).then((reply) => (told.reply = reply));
    return told;
  };
  const sending = () => {
    const made = bench();
    made.staged([queued(1, 'cash.deposit', { lane: 'online', state: 'sending' })]);
    return made;
  };

  it('not at all where it has decided', async () => {
    const made = sending();
    made.moved('message-1', 'executed');
    const told = waiting(made);
    await made.clock.advance(0);
    expect(told.reply).toEqual({ kind: 'executed' });
  });

  it('not at all where it has refused, and reads the refusal of his own', async () => {
    const made = sending();
    made.staged([queued(2, 'cash.deposit', { lane: 'online', state: 'sending' })]);
    made.moved('message-1', 'unknown', 'declined RF-02');
    made.moved('message-1', 'refused', 'declined RF-24');
    made.moved('message-2', 'refused', 'declined RF-12');
    const told = waiting(made);
    await made.clock.advance(0);
    expect(told.reply).toEqual({ kind: 'refused', refusal: 'RF-24' });
  });

  it.each([['executed', '', { kind: 'executed' }], ['refused', 'declined RF-24', { kind: 'refused', refusal: 'RF-24' }], ['refused', 'without a code', { kind: 'refused', refusal: 'RF-19' }]] as const)('until it is %s (%s)', async (to, detail, reply) => {
    const made = sending();
    const told = waiting(made);
    made.staged([queued(2, 'cash.deposit', { lane: 'online', state: 'sending' })]);
    made.moved('message-2', 'executed');
    await made.clock.advance(1_000);
    expect(told.reply).toBeNull();
    made.moved('message-1', to, detail);
    await made.clock.advance(0);
    expect(told.reply).toEqual(reply);
  });

  it('as long as nothing fails all of his patience, and then no longer', async () => {
    const made = sending();
    const told = waiting(made);
    await made.clock.advance(34_999);
    expect(told.reply).toBeNull();
    await made.clock.advance(1);
    expect(told.reply).toEqual({ kind: 'noAnswer' });
  });

  it.each([['unknown', 'noAnswer'], ['ready', 'noAnswer']] as const)('six seconds more after the first attempt that ended as %s, whatever further ones come to', async (to, kind) => {
    const made = sending();
    const told = waiting(made);
    await made.clock.advance(2_000);
    made.moved('message-1', to);
    await made.clock.advance(4_000);
    made.moved('message-1', 'sending');
    made.moved('message-1', to);
    await made.clock.advance(1_999);
    expect(told.reply).toBeNull();
    await made.clock.advance(1);
    expect(told.reply).toEqual({ kind });
  });

  it('all of his patience where the bank works on it: that is no failure', async () => {
    const made = sending();
    const told = waiting(made);
    made.moved('message-1', 'inProcess');
    await made.clock.advance(34_999);
    expect(told.reply).toBeNull();
    await made.clock.advance(1);
    expect(told.reply).toEqual({ kind: 'inProcess' });
  });

  it('no longer than he has, also after a failure; what the bank works on is told as that', async () => {
    const made = sending();
    const told = waiting(made, 3_000);
    made.moved('message-1', 'unknown');
    made.moved('message-1', 'sending');
    made.moved('message-1', 'inProcess');
    await made.clock.advance(2_999);
    expect(told.reply).toBeNull();
    await made.clock.advance(1);
    expect(told.reply).toEqual({ kind: 'inProcess' });
  });
});
