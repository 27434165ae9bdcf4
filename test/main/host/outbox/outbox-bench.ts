import { FINAL_MESSAGE_STATES, MESSAGE_STATES, type StoredMessage } from '../../../../main/contracts/message-state.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import type { Random } from '../../../../main/foundation/random.ts';
import { createOutbox } from '../../../../main/host/outbox/dispatcher.ts';
import type { DeliveryResult, QueueLimits, Settlement } from '../../../../main/host/outbox/outbox.ts';
import type { JournalBatch, JournalError, MessageDraft } from '../../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../../journal/journal-fixture.ts';

export const random = cryptoRandom();
/** Every wait is the longest that it may be. */
export const longestWaits: Random = { bytes: (byteCount) => new Uint8Array(byteCount).fill(0xff) };
export const answered = (outcome: Extract<DeliveryResult, { kind: 'answered' }>['outcome']): Extract<DeliveryResult, { kind: 'answered' }> => ({ kind: 'answered', outcome, answerBytes: Buffer.from(outcome), detail: '' });
export const silence: DeliveryResult = { kind: 'unanswered', code: 'HST_TIMED_OUT', detail: 'no answer' };
export const noLink: DeliveryResult = { kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'refused' };

/** An outbox on a real journal in memory, a host that answers as told, and virtual time. */
export function makeBench(answer: (message: StoredMessage) => DeliveryResult | Promise<DeliveryResult> = () => answered('approved'), options: { readonly limits?: QueueLimits; readonly random?: Random } = {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const bench = { answer, isLinkUp: true, isTimeKnown: true, believedAtMs: Infinity, fault: null as JournalError | null, commitTries: 0, places: {} as Record<string, number>, conflictConsequences: undefined as JournalBatch | undefined, sent: [] as { id: string; atMs: number; bytes: string; attempt: number }[], settled: [] as Settlement[], conflicts: [] as string[], consequences: undefined as JournalBatch | undefined };
  const journal = memoryJournal({ clock, faults: { beforeCommit: () => ((bench.commitTries += 1), bench.fault) } });
  const pendingStates = MESSAGE_STATES.filter((state) => !FINAL_MESSAGE_STATES.includes(state));
  const makeOutbox = () =>
    createOutbox<JournalBatch>({
      clock, random: options.random ?? random, log: silentLog,
      isLinkUp: () => bench.isLinkUp,
      isTimeKnown: () => bench.isTimeKnown,
      placeOf: (message) => bench.places[message.messageId] ?? message.seq,
      wasBelievedSince: (sinceMs) => bench.believedAtMs > sinceMs,
      isReversal: (message) => message.messageId.startsWith('reversal'),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      amountMinorOf: () => 100_000,
      store: {
        pending: (query) => journal.messages({ ...query, states: pendingStates }),
        message: (messageId) => journal.message(messageId),
        commit: (messageMoves, consequences) => journal.commit({ ...consequences, messageMoves }),
      },
      send: async (message) => {
        bench.sent.push({ id: message.messageId, atMs: clock.monotonicMs(), bytes: Buffer.from(message.bytes).toString(), attempt: message.attemptCount });
        return bench.answer(message);
      },
      onFinal: (settlement) => {
        bench.settled.push(settlement);
        return bench.consequences;
      },
      onConflict: (message) => {
        bench.conflicts.push(message.messageId);
        return bench.conflictConsequences;
      },
    });
  const outbox = makeOutbox();
  journal.onCommitted((_entries, batch) => {
    if (batch.messages !== undefined) outbox.wake();
  });
  const stage = (messageId: string, more: Partial<MessageDraft> = {}) => {
    const staged = journal.commit({ messages: [messageDraft(journal.peekSeq(), { messageId, operationId: messageId, bytes: Buffer.from(`bytes of ${messageId}`), ...more })] });
    if (!staged.ok) throw new Error(staged.error.detail);
  };
  return Object.assign(bench, { clock, journal, outbox, makeOutbox, stage, ids: () => bench.sent.map(({ id }) => id), state: (messageId: string) => journal.message(messageId)?.state });
}
