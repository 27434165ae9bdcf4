import { hash } from 'node:crypto';
import type { DeliveryReply } from '../../../state-machines/deposit/deposit.types.ts';
import { QUEUED_LANES, type HostAnswer, type HostOperation } from '../../contracts/host-operations.ts';
import { FINAL_MESSAGE_STATES, OPEN_MESSAGE_STATES } from '../../contracts/message-state.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import type { Language } from '../../contracts/languages.ts';
import { receiptRecordSchema } from '../../receipt/receipt-record.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Log } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import { REFUSAL_CODES } from '../../foundation/refusals.ts';
import type { RefusalCode } from '../../foundation/refusals.ts';
import { createOutbox } from '../../host/outbox/dispatcher.ts';
import type { DeliveryResult, QueueLimits, Settlement } from '../../host/outbox/outbox.ts';
import type { Journal, JournalBatch, JournalEntry, MessageDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { dataOf } from '../../journal/entry-data.ts';
import type { EntryKind } from '../../journal/entry-kinds.ts';
import { suspenseAnswer } from '../suspense/bank-decisions.ts';
import { bookedUnder } from './booked-under.ts';
import { dayAnswer, sealsAgainstJournal } from './day-answers.ts';
import type { Deliveries } from './deliveries.ts';
import type { AskOutcome, HostGateway } from './host-gateway.ts';
import { electronicReceipt, forgetDestination, readDestination } from '../electronic-receipt.ts';
import { answerOfOtherSum } from './other-sum.ts';
import { isDeposit, isReportOfMoney, refusedReport, type Refusal } from './refused-report.ts';

/** After a first failed attempt the customer is not kept waiting for all the retries. */
const PATIENCE_AFTER_FAILURE_MS = 6_000;
/** What the end of a message may have consequences by; an operation has many entries more. */
const KINDS_OF_CONSEQUENCES: readonly EntryKind[] = ['receipt.issued', 'receipt.given', 'authorisation.timedOut', 'deposit.accepted', 'withdrawal.completed', 'suspense.opened', 'operation.closed'];
/** Of one operation: what it promises, and that it does not. */
const RECEIPTS_MAX = 10;
/** An online message is the queue's matter as long as an advice has to wait for it. */
const ON_WIRE_STATES = ['sending', 'awaiting'] as const;

export function createDeliveries(options: { readonly journal: Journal; readonly gateway: HostGateway; readonly clock: Clock; readonly random: Random; readonly ids: IdSource; readonly log: Log; readonly limits: QueueLimits }): Deliveries {
  const { journal, gateway, clock, random, ids, log, limits } = options;
  /** Verified answers by the result they became, for the consequences of the same commit. */
  const answers = new WeakMap<DeliveryResult, HostAnswer<HostOperation>>();

  const outbox = createOutbox<JournalBatch>({
    clock, random, log, limits,
    amountMinorOf: (message) => cashOf(journal, message),
    placeOf: (message) => placeOf(journal, message),
    isLinkUp: () => gateway.isLinkUp,
    wasBelievedSince: (sinceMs) => gateway.wasBelievedSince(sinceMs),
    nowUtcMs: () => gateway.bankNowUtcMs() ?? journal.nowUtcMs(),
    isTimeKnown: () => gateway.bankNowUtcMs() !== null,
    isReversal: (message) => message.operation === 'cash.withdraw.complete' && hasNothingLeft(journal, message),
    store: {
      // Asked after each commit; few of them stage anything.
      pending: (query) => (query.afterSeq >= journal.peekSeq() - 1 ? [] : [...journal.messages({ ...query, states: OPEN_MESSAGE_STATES, lanes: QUEUED_LANES }), ...journal.messages({ ...query, states: ON_WIRE_STATES, lanes: ['online'] })]
        .sort((left, right) => left.seq - right.seq).slice(0, query.limit)),
      message: (messageId) => journal.message(messageId),
      commit: (moves, consequences) => journal.commit({ ...consequences, messageMoves: [...moves, ...(consequences?.messageMoves ?? [])] }),
    },
    send: async (message) => {
      const { outcome, answerBytes } = await gateway.deliver(message);
      const result = answerOfOtherSum(journal, message, outcome) ?? resultOf(outcome, answerBytes);
      if (outcome.kind === 'answered') answers.set(result, outcome.answer);
      return result;
    },
    onConflict: (message, result) => conflictOf(journal, message, result),
    onFinal: (settlement) => consequencesOf(settlement, settlement.result === null ? undefined : answers.get(settlement.result)),
  });

  const consequencesOf = (settlement: Settlement, answer: HostAnswer<HostOperation> | undefined): JournalBatch | undefined => {
    const { message, to } = settlement;
    const contradiction = sealsAgainstJournal(journal, settlement, answer);
    if (contradiction !== null) {
      // After the message is settled: nothing is written any more then.
      clock.setTimeout(() => journal.endTrust(contradiction), 0);
      return undefined;
    }
    if (message.operation === 'recon.totals' || message.operation === 'recon.detail' || message.operation === 'journal.seal') return dayAnswer(journal, settlement, answer);
    if (message.operation === 'suspense.report' || message.operation === 'suspense.settlement') return suspenseAnswer(journal, settlement, answer);
    const entries = journal.operationEntries(message.operationId, KINDS_OF_CONSEQUENCES);
    const issued = dataOf(entries, 'receipt.issued')[0];
    const scope = { sessionId: message.sessionId ?? undefined, operationId: message.operationId };
    if (message.operation === 'receipt.send') {
      const isGiven = dataOf(entries, 'receipt.given').length > 0;
      return to === 'executed' && issued !== undefined && !isGiven ? { entries: [entry('receipt.given', { receiptNumber: issued.receiptNumber, by: 'hostTook' }, scope)] } : undefined;
    }
    const forgotten = { facts: forgetDestination(journal, message.operationId) };
    if (to === 'refused' && isReportOfMoney(message)) {
      const refusal = { message, entries, code: refusalOf(settlement.detail), isUnknownThere: answer?.outcome === 'notFound', hostRef: answer?.hostRef ?? null };
      const corrected = correctedReceipt(refusal, issued);
      return { ...refusedReport(ids, refusal), messages: corrected, ...(corrected.length > 0 ? { messageMoves: unsentReceipts(message.operationId) } : {}), ...(isDeposit(message) ? forgotten : {}) };
    }
    if (to !== 'executed') return undefined;
    if (!isDeposit(message)) return { ...(message.operation === 'cash.withdraw.complete' ? closedByReversal(entries) : {}), ...(isReportOfMoney(message) ? numbered(issued, answer) : {}) };
    if (issued === undefined) return undefined;
    return {
      receiptStatuses: [{ receiptNumber: issued.receiptNumber, status: 'executed', ...bookedUnder(answer) }],
      messages: completionOf(message, issued),
      ...forgotten,
    };
  };

  /** What is paid out or kept is told after its receipt was written: its status stays, the bank's numbers of it are new. A deposit has its own before its completion is answered. */
  const numbered = (issued: { readonly receiptNumber: string } | undefined, answer: HostAnswer<HostOperation> | undefined): JournalBatch => {
    const kept = issued === undefined || answer?.outcome !== 'approved' ? undefined : journal.receipt(issued.receiptNumber);
    return kept === undefined || kept.statuses.length > 0 ? {} : { receiptStatuses: [{ receiptNumber: kept.receipt.receiptNumber, status: kept.receipt.status, ...bookedUnder(answer) }] };
  };

  /** An authorisation that was never (believably) answered ends through its reversal alone. [host-messages §5.4, unknown of the online class] */
  const closedByReversal = (entries: readonly JournalEntry[]): JournalBatch | undefined => {
    const timedOut = dataOf(entries, 'authorisation.timedOut')[0];
    const asked = timedOut === undefined ? undefined : journal.message(timedOut.messageId);
    if (asked === undefined || (asked.state !== 'unknown' && asked.state !== 'inProcess')) return undefined;
    return { messageMoves: [{ messageId: asked.messageId, to: 'refused', detail: 'reversed' }] };
  };

  /** Closes an executed deposit at the bank: what was said to be inside is inside. A payment is closed by its own status. [design map, OP-01] */
  const completionOf = (message: StoredMessage, issued: { readonly receiptNumber: string; readonly reference: string }): readonly MessageDraft[] => {
    const accepted = dataOf(journal.operationEntries(message.operationId, ['deposit.accepted']), 'deposit.accepted')[0];
    if (message.operation !== 'cash.deposit' || accepted === undefined) return [];
    const body = {
      outcome: 'deposited',
      operation: 'op-01',
      depositedMinor: accepted.insertedMinor,
      retainedMinor: 0,
      notes: accepted.notes,
      cause: 'none',
      payerPhone: null,
      clientId: null,
      receiptNumber: issued.receiptNumber,
      reference: issued.reference,
    } as const;
    return [gateway.draft('cash.deposit.complete', { ...body, notes: [...body.notes] }, {
      operationId: message.operationId,
      sessionId: message.sessionId,
      language: languageOf(journal.receipt(issued.receiptNumber)?.receipt.recordJson),
    })];
  };

  /** The electronic receipt says that the money is coming, to somebody who may have left long ago: told anew as it is. */
  const correctedReceipt = ({ message, code, hostRef }: Refusal, issued: { readonly receiptNumber: string } | undefined): readonly MessageDraft[] => {
    const kept = issued === undefined || !isDeposit(message) ? undefined : journal.receipt(issued.receiptNumber)?.receipt.recordJson;
    const destination = readDestination(journal, message.operationId);
    if (kept === undefined || destination === null) return [];
    const record = { ...receiptRecordSchema.parse(JSON.parse(kept)), status: 'refused' as const, refusal: code, hostRef };
    return [gateway.draft('receipt.send', electronicReceipt(record, destination), { operationId: message.operationId, sessionId: message.sessionId, language: record.language })];
  };

  /** Behind an outage the first one has not left yet: sent now, it would promise what the bank has refused already. */
  const unsentReceipts = (operationId: string): NonNullable<JournalBatch['messageMoves']> =>
    journal.messages({ operationId, states: ['staged', 'ready'], lanes: ['bestEffort'], limit: RECEIPTS_MAX })
      .filter(({ operation }) => operation === 'receipt.send')
      .map(({ messageId }) => ({ messageId, to: 'cancelled', detail: 'the bank has refused what it promises' }));

  const replyNow = (messageId: string): DeliveryReply | null => {
    const message = journal.message(messageId);
    if (message?.state === 'executed') return { kind: 'executed' };
    if (message?.state === 'refused') return { kind: 'refused', refusal: refusalOf(lastRefusal(journal, messageId)) };
    return null;
  };

  gateway.onLink(() => outbox.wake());
  // Also what a final answer brings with it, such as the completion of a deposit.
  journal.onCommitted((_entries, batch) => {
    if ((batch.messages ?? []).some((message) => message.lane !== 'online')) outbox.wake();
  });

  return {
    wake: () => outbox.wake(),
    start: () => outbox.start(),
    stop: async () => {
      outbox.stop();
    },
    isOverLimit: () => outbox.limits().exceeded !== null,
    exceededLimit: () => {
      const { exceeded, unacknowledgedCount, oldestAgeMs, unacknowledgedMinor } = outbox.limits();
      return exceeded === null ? null : { limit: exceeded, messageCount: unacknowledgedCount, oldestAgeMs: Math.round(oldestAgeMs), sumMinor: unacknowledgedMinor };
    },
    roomMinor: () => Math.max(0, limits.sumMinorMax - outbox.limits().unacknowledgedMinor),
    backlog: () => {
      const { unacknowledgedCount, oldestAgeMs } = outbox.limits();
      return { messageCount: unacknowledgedCount, oldestAgeMs: Math.round(oldestAgeMs) };
    },
    retry: (messageId) => {
      const retried = outbox.retry(messageId);
      if (!retried.ok) log.warn('hst.retry.refused', { code: retried.error.code });
      return retried.ok;
    },
    awaitFinal: (messageId, waitMs) =>
      new Promise((resolve) => {
        const state = { timer: undefined as unknown, hasFailed: false, isDone: false };
        const settle = (reply: DeliveryReply) => {
          if (state.isDone) return;
          state.isDone = true;
          clock.clearTimeout(state.timer);
          unsubscribe();
          resolve(reply);
        };
        const giveUp = () => settle(journal.message(messageId)?.state === 'inProcess' ? { kind: 'inProcess' } : { kind: 'noAnswer' });
        const unsubscribe = journal.onCommitted((_entries, batch) => {
          const moves = (batch.messageMoves ?? []).filter((move) => move.messageId === messageId);
          const last = moves.at(-1);
          if (last === undefined) return;
          if (FINAL_MESSAGE_STATES.includes(last.to)) return settle(replyNow(messageId) ?? { kind: 'noAnswer' });
          const isFailure = last.to === 'ready' || last.to === 'unknown' || last.to === 'parked';
          if (!isFailure || state.hasFailed) return;
          state.hasFailed = true;
          clock.clearTimeout(state.timer);
          state.timer = clock.setTimeout(giveUp, Math.min(waitMs, PATIENCE_AFTER_FAILURE_MS));
        });
        const already = replyNow(messageId);
        if (already !== null) return settle(already);
        state.timer = clock.setTimeout(giveUp, waitMs);
      }),
  };
}

/** A new document of an old instruction goes before what waited behind the old one. */
function placeOf(journal: Pick<Journal, 'operationEntries' | 'message'>, { messageId, operationId, seq }: StoredMessage): number {
  const acts = dataOf(journal.operationEntries(operationId, ['message.actConfirmed']), 'message.actConfirmed');
  const replaced = acts.find((act) => act.newMessageId === messageId);
  const earlier = replaced === undefined ? undefined : journal.message(replaced.messageId);
  return earlier === undefined ? seq : placeOf(journal, earlier);
}

/** No note is out, nor may one be. */
function hasNothingLeft(journal: Pick<Journal, 'operationEntries'>, { operationId }: StoredMessage): boolean {
  const [completed] = dataOf(journal.operationEntries(operationId, ['withdrawal.completed']), 'withdrawal.completed');
  return completed === undefined || completed.presentedMinor + completed.uncertainMinor === 0;
}

/** Cash that has moved and of which the bank learns by this message; each tenge in one message of its operation. */
function cashOf(journal: Pick<Journal, 'operationEntries'>, { operation, operationId }: StoredMessage): number {
  const first = <Kind extends EntryKind>(kind: Kind) => dataOf(journal.operationEntries(operationId, [kind]), kind)[0];
  switch (operation) {
    case 'cash.deposit':
    case 'pay.provider':
      return first('deposit.accepted')?.insertedMinor ?? 0;
    case 'cash.deposit.complete':
      return first('deposit.cancelled')?.retainedMinor ?? 0;
    case 'cash.withdraw.complete':
      return first('withdrawal.completed')?.presentedMinor ?? 0;
    default:
      return 0;
  }
}

/** The alarm, once for each answer as it was worded. [host-messages §5.4 "a second, different final answer is a conflict"] */
function conflictOf(journal: Journal, message: StoredMessage, result: DeliveryResult): JournalBatch | undefined {
  if (result.kind !== 'answered') return undefined;
  const { messageId, operation, operationId, state } = message;
  const known = dataOf(journal.operationEntries(operationId, ['message.conflicted']), 'message.conflicted');
  if (known.some((one) => one.messageId === messageId && one.outcome === result.outcome && one.detail === result.detail)) return undefined;
  const answerSha256 = hash('sha256', result.answerBytes, 'hex');
  return { entries: [entry('message.conflicted', { messageId, operation, state, outcome: result.outcome, detail: result.detail, answerSha256 }, { sessionId: message.sessionId ?? undefined, operationId })] };
}

/** The dispatcher's word for what the gateway saw; a refusal's code travels as the detail. */
function resultOf(outcome: AskOutcome<HostOperation>, answerBytes: Uint8Array | null): DeliveryResult {
  if (outcome.kind === 'failed') {
    const { failure } = outcome;
    return failure.kind === 'journal' ? { kind: 'notSent', code: 'HST_UNREACHABLE', detail: failure.detail } : failure;
  }
  const { answer } = outcome;
  return { kind: 'answered', outcome: answer.outcome, answerBytes: answerBytes ?? new Uint8Array(), detail: answer.outcome === 'declined' ? answer.refusal : answer.outcome };
}

function languageOf(recordJson: string | undefined): Language {
  return recordJson === undefined ? 'kk' : receiptRecordSchema.parse(JSON.parse(recordJson)).language;
}

function refusalOf(detail: string): RefusalCode {
  return REFUSAL_CODES.find((code) => detail.includes(code)) ?? 'RF-19';
}

function lastRefusal(journal: Journal, messageId: string): string {
  const moved = journal.entries({ kinds: ['message.moved'], newestFirst: true, limit: 200 }).find((candidate) => (candidate.data as { messageId: string; to: string }).messageId === messageId && (candidate.data as { to: string }).to === 'refused');
  return moved === undefined ? '' : (moved.data as { detail: string }).detail;
}
