import type { HostAnswer, HostAnswerBody, HostFailure, HostHeader, HostOperation, HostRequest, HostRequestBody, OnlineOperation, QueuedOperation } from '../../contracts/host-operations.ts';
import { HOST_OPERATIONS } from '../../contracts/host-operations.ts';
import type { Language } from '../../contracts/languages.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import type { Clock } from '../../foundation/clock.ts';
import { assert } from '../../foundation/assert.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Log } from '../../foundation/log.ts';
import type { Random } from '../../foundation/random.ts';
import type { HostCodec, HostLine } from '../../host/bank-host.ts';
import type { Journal, JournalBatch, JournalEntry, MessageDraft } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { requireCommit } from '../require-commit.ts';
import { AnswerRecord } from './answer-record.ts';
import { HostTime } from './host-time.ts';
import type { HostReply } from '../../../state-machines/events.ts';

/** Whose question it is. */
export interface HostScope {
  readonly operationId: string | null;
  readonly sessionId: string | null;
  readonly language: Language;
}

export type AskOutcome<Op extends HostOperation> =
  | { readonly kind: 'answered'; readonly messageId: string; readonly answer: HostAnswer<Op> }
  | { readonly kind: 'failed'; readonly messageId: string; readonly failure: HostFailure | { readonly kind: 'journal'; readonly code: string; readonly detail: string } };

export interface HostGatewayOptions {
  readonly terminalId: string;
  readonly codec: HostCodec;
  readonly line: HostLine;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly answerTimeoutMs: number;
}

/** Online requests are fresh for five minutes, must-deliver ones for the queue's thirty days. [host-messages §3.6] */
const ONLINE_VALID_MS = 5 * 60_000;
const QUEUED_VALID_MS = 30 * 24 * 3_600_000;
/** Asked whatever goes on, and about nobody: an odd answer to them is nothing that one client or one message has of its own. */
const BEATS: readonly HostOperation[] = ['link.signon', 'link.heartbeat'];
/** In a row, and nothing else believed between them: then it is the bank's key or what answers in its place, and no cash is taken on its word. */
const UNBELIEVED_BEATS_MAX = 2;
/** Of an answer that is not believed: it may come every few seconds for days, and the journal keeps it. */
const EVIDENCE_LENGTH_BYTES_MAX = 16 * 1024;
/** Before holidays the bank's day runs ahead of its clock, not by a month. Since the day never goes back, a slip at the bank would hold back all later ones for good. */
const DAY_AHEAD_MS_MAX = 31 * 24 * 3_600_000;

/**
 * The bank host as the core uses it: online questions with a verified answer or a described failure, and drafts of must-deliver messages
 * that the caller commits together with the money. Every message is in the journal before its bytes leave.
 */
export class HostGateway {
  readonly #options: HostGatewayOptions;
  readonly #linkListeners = new Set<(isUp: boolean) => void>();
  readonly #doubtListeners = new Set<() => void>();
  #isLinkUp = false;
  #isLinkKnown = false;
  #lastBelievedMs: number | null = null;
  #unbelievedBeats = 0;
  readonly #firstWordListeners = new Set<() => void>();
  #businessDay: string | null;
  /** Heard and on its way into the journal. */
  #announcedDay: string | null = null;

  readonly #record: AnswerRecord;
  readonly #hostTime: HostTime;

  constructor(options: HostGatewayOptions) {
    this.#options = options;
    this.#record = new AnswerRecord(options);
    this.#hostTime = new HostTime(options.clock, options.journal);
    const [newest] = options.journal.entries({ kinds: ['businessDay.began'], newestFirst: true, limit: 1 }) as readonly JournalEntry<'businessDay.began'>[];
    this.#businessDay = newest?.data.day ?? null;
    options.journal.onCommitted((entries) => {
      for (const one of entries) if (one.kind === 'businessDay.began') this.#businessDay = (one as JournalEntry<'businessDay.began'>).data.day;
    });
  }

  get isLinkUp(): boolean {
    return this.#isLinkUp;
  }

  /** The bank was asked at least once since the start, whatever came of it. */
  get isLinkKnown(): boolean {
    return this.#isLinkKnown;
  }

  /** Anything that the bank said after this monotonic time was believed. */
  wasBelievedSince(sinceMs: number): boolean {
    return this.#lastBelievedMs !== null && this.#lastBelievedMs > sinceMs;
  }

  onFirstWord(listener: () => void): () => void {
    this.#firstWordListeners.add(listener);
    return () => this.#firstWordListeners.delete(listener);
  }

  /** The day that runs in the journal: as the host last said it, to this life or an earlier one; null before its first answer. Operations agreed on now belong to it there and in their messages. */
  get businessDay(): string | null {
    return this.#businessDay;
  }

  /** What the bank's clock says now, from its last word; null before the first. */
  bankNowUtcMs(): number | null {
    return this.#hostTime.bankNowUtcMs();
  }

  onLink(listener: (isUp: boolean) => void): () => void {
    this.#linkListeners.add(listener);
    return () => this.#linkListeners.delete(listener);
  }

  /**
   * Something was sent and not answered, which may be the line or that one message: only a beat tells. A queued message that the bank puts off, or is silent on, each time would turn customers away for as
   * long as it waits if it were taken for the loss of the line.
   */
  onDoubt(listener: () => void): void {
    this.#doubtListeners.add(listener);
  }

  /**
   * Asks and waits. Nothing is queued and nothing repeated: silence is told as it is.
   * @param meaningOf  what else becomes true with the outcome, durable in the same transaction; asked again when that could not be. null: nothing
   * @throws JournalUnavailable  the meaning could not be written; the outcome itself is, as soon as the disk takes it
   */
  async ask<Op extends OnlineOperation>(operation: Op, body: HostRequestBody<Op>, scope: HostScope, meaningOf: (outcome: AskOutcome<Op>) => JournalBatch | null = () => null): Promise<AskOutcome<Op>> {
    const { journal, line, answerTimeoutMs } = this.#options;
    const encoded = this.#encode(operation, body, scope, { position: 0, createdAtUtcMs: this.#hostTime.nowUtcMs(), validMs: ONLINE_VALID_MS });
    const messageId = encoded.draft.messageId;
    const staged = journal.commit({ messages: [{ ...encoded.draft, state: 'sending' }] });
    if (!staged.ok) return { kind: 'failed', messageId, failure: { kind: 'journal', ...staged.error } };
    const exchanged = await line.exchange({ messageId, messageName: encoded.messageName, attempt: 1, bytes: encoded.draft.bytes, timeoutMs: answerTimeoutMs });
    const outcome: AskOutcome<Op> = exchanged.ok ? this.#decode(operation, exchanged.value.bytes, encoded.header, encoded.draft.digest) : { kind: 'failed', messageId, failure: exchanged.error };
    if (outcome.kind === 'failed') this.#options.log.warn('hst.ask.failed', { operation, kind: outcome.failure.kind, code: outcome.failure.code, detail: outcome.failure.detail });
    const facts = outcome.kind === 'answered' ? this.#hostTime.note(outcome.answer.hostTimeUtcMs) : {};
    this.#noteLink(outcome, operation);
    const meaning = meaningOf(outcome);
    const isTogether = this.#recordAnswer(messageId, outcome, { answerBytes: exchanged.ok ? exchanged.value.bytes : undefined, facts, meaning });
    if (meaning !== null && !isTogether) requireCommit(journal, meaningOf(outcome) ?? {});
    return outcome;
  }

  /** A must-deliver or best-effort message, signed, for the next commit. @param position n-th message of that commit, from 0 */
  draft<Op extends QueuedOperation>(operation: Op, body: HostRequestBody<Op>, scope: HostScope, position = 0): MessageDraft {
    return this.#encode(operation, body, scope, { position, createdAtUtcMs: this.#hostTime.reportUtcMs(), validMs: QUEUED_VALID_MS }).draft;
  }

  /** A stored message anew: the same instruction, the same operation id and digest, another document of today. undefined: it cannot be. @param position as of `draft` */
  renew(message: StoredMessage, position = 0): MessageDraft | undefined {
    const { ids, random, journal, codec } = this.#options;
    const [messageId, createdAtUtcMs] = [ids.ulid(), this.#hostTime.reportUtcMs()];
    const header = { messageId, seq: journal.peekSeq() + position, createdAtUtcMs, validUntilUtcMs: createdAtUtcMs + QUEUED_VALID_MS, nonce: Buffer.from(random.bytes(16)).toString('base64url') };
    const encoded = codec.renewRequest(message.operation, message.bytes, header);
    if (!encoded.ok || encoded.value.digest !== message.digest) return undefined;
    const { operation, lane, operationId, sessionId, digest } = message;
    return { messageId, operation, lane, operationId, sessionId, seq: header.seq, state: 'staged', bytes: encoded.value.bytes, digest };
  }

  /** One attempt at a stored message, with the very bytes that were signed; recording is the dispatcher's. */
  async deliver(message: StoredMessage): Promise<{ readonly outcome: AskOutcome<HostOperation>; readonly answerBytes: Uint8Array | null }> {
    const exchanged = await this.#options.line.exchange({
      messageId: message.messageId,
      messageName: message.operation,
      attempt: message.attemptCount + 1,
      bytes: message.bytes,
      timeoutMs: this.#options.answerTimeoutMs,
    });
    const header = { messageId: message.messageId, operationId: message.operationId, terminalId: this.#options.terminalId };
    const outcome: AskOutcome<HostOperation> = exchanged.ok ? this.#decode(message.operation, exchanged.value.bytes, header, message.digest) : {
      kind: 'failed',
      messageId: message.messageId,
      failure: exchanged.error,
    };
    this.#noteLink(outcome, message.operation);
    return { outcome, answerBytes: exchanged.ok ? exchanged.value.bytes : null };
  }

  #encode<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op>, scope: HostScope, how: { readonly position: number; readonly createdAtUtcMs: number; readonly validMs: number }) {
    const { ids, random, journal, codec, terminalId } = this.#options;
    const messageId = ids.ulid();
    const header: HostHeader = {
      messageId,
      operationId: scope.operationId ?? messageId,
      terminalId,
      seq: journal.peekSeq() + how.position,
      sessionId: scope.sessionId,
      createdAtUtcMs: how.createdAtUtcMs,
      validUntilUtcMs: how.createdAtUtcMs + how.validMs,
      nonce: Buffer.from(random.bytes(16)).toString('base64url'),
      businessDay: this.#businessDay,
      language: scope.language,
    };
    const request: HostRequest<Op> = { operation, header, body };
    const encoded = codec.encodeRequest(request);
    // Our own document not fitting our own schema is our mistake (host-messages §2): stop before money depends on it.
    assert(encoded.ok, `host: a ${operation} document does not fit its schema`);
    const draft: MessageDraft = {
      messageId,
      operation,
      lane: HOST_OPERATIONS[operation].lane,
      operationId: header.operationId,
      sessionId: scope.sessionId,
      seq: header.seq,
      state: 'staged',
      bytes: encoded.value.bytes,
      digest: encoded.value.digest,
    };
    return { draft, header, messageName: encoded.value.messageName };
  }

  #decode<Op extends HostOperation>(operation: Op, bytes: Uint8Array, header: Pick<HostHeader, 'messageId' | 'operationId' | 'terminalId'>, digest: string): AskOutcome<Op> {
    const decoded = this.#options.codec.decodeAnswer(operation, bytes, { header, digest, nowUtcMs: this.#hostTime.nowUtcMs() });
    return decoded.ok ? { kind: 'answered', messageId: header.messageId, answer: decoded.value } : { kind: 'failed', messageId: header.messageId, failure: decoded.error };
  }

  #noteLink(outcome: AskOutcome<HostOperation>, operation: HostOperation): void {
    this.#isLinkKnown = true;
    for (const listener of this.#firstWordListeners) listener();
    this.#firstWordListeners.clear();
    if (outcome.kind === 'answered') {
      this.#lastBelievedMs = this.#options.clock.monotonicMs();
      this.#unbelievedBeats = 0;
      this.#enterDay(outcome.answer.businessDay, outcome.answer.hostTimeUtcMs);
    } else if (outcome.failure.kind === 'invalidAnswer' && BEATS.includes(operation)) this.#unbelievedBeats += 1;
    const isUnanswered = outcome.kind === 'failed' && outcome.failure.kind === 'unanswered';
    const isUp = outcome.kind === 'answered' ? true : outcome.failure.kind === 'invalidAnswer' ? this.#isLinkUp && this.#unbelievedBeats < UNBELIEVED_BEATS_MAX : this.#isLinkUp && isUnanswered && HOST_OPERATIONS[operation].lane !== 'online';
    this.#setLink(isUp, outcome);
    if (isUnanswered && !BEATS.includes(operation)) for (const listener of [...this.#doubtListeners]) listener();
  }

  #setLink(isUp: boolean, outcome: AskOutcome<HostOperation>): void {
    if (isUp === this.#isLinkUp) return;
    this.#isLinkUp = isUp;
    this.#options.log.info(isUp ? 'hst.link.restored' : 'hst.link.lost', outcome.kind === 'failed' ? { code: outcome.failure.code } : {});
    for (const listener of [...this.#linkListeners]) listener(isUp);
  }

  /** Cut-over comes with any answer. The day never goes back: a late answer of yesterday is yesterday's, not a new day. [host-messages §5.6] */
  #enterDay(day: string, hostTimeUtcMs: number): void {
    if (Date.parse(day) > hostTimeUtcMs + DAY_AHEAD_MS_MAX) return this.#options.log.error('hst.day.notBelieved', { day });
    const newest = this.#announcedDay ?? this.#businessDay;
    if (newest !== null && day <= newest) return;
    this.#announcedDay = day;
    this.#record.write({ entries: [entry('businessDay.began', { day, previous: newest })] });
  }

  /** @returns whether `meaning` is durable with it */
  #recordAnswer(
    messageId: string, outcome: AskOutcome<HostOperation>,
    { answerBytes, facts, meaning }: { readonly answerBytes: Uint8Array | undefined; readonly facts: Readonly<Record<string, string>>; readonly meaning: JournalBatch | null },
  ): boolean {
    const write = (batch: JournalBatch): boolean => {
      if (meaning !== null) return this.#record.writeTogether(batch, meaning);
      this.#record.write(batch);
      return false;
    };
    if (outcome.kind === 'failed') {
      const { failure } = outcome;
      const evidence = answerBytes === undefined ? {} : { answerBytes: answerBytes.subarray(0, EVIDENCE_LENGTH_BYTES_MAX) };
      const refused = failure.kind === 'invalidAnswer' ? [entry('host.answerRefused', { messageId, code: failure.code, detail: failure.detail.slice(0, 200) })] : [];
      const isTogether = write({ entries: refused, messageMoves: [{ messageId, to: failure.kind === 'notSent' ? 'ready' : 'unknown', detail: failure.code, ...evidence }] });
      // An online message that was certainly not sent is over: it is never queued.
      if (failure.kind === 'notSent') this.#record.write({ messageMoves: [{ messageId, to: 'cancelled', detail: failure.code }] });
      return isTogether;
    }
    const evidence = answerBytes === undefined ? {} : { answerBytes };
    const { answer } = outcome;
    const to = answer.outcome === 'approved' || answer.outcome === 'partial' ? 'executed' : answer.outcome === 'inProcess' ? 'inProcess' : 'refused';
    return write({ messageMoves: [{ messageId, to, detail: answer.outcome === 'declined' ? answer.refusal : answer.outcome, ...evidence }], facts });
  }

  /** Before the journal closes: an answer that still comes is not recorded, as if the process were gone already. */
  close(): void {
    this.#record.close();
  }
}

/** An asked outcome as the state machines understand it. @param map  with what the bank's clock said when it answered: its times are held against that, never against ours */
export function replyOf<Op extends HostOperation, T>(outcome: AskOutcome<Op>, map: (body: HostAnswerBody<Op>, hostTimeUtcMs: number) => T): HostReply<T> {
  if (outcome.kind === 'failed') return { kind: 'unavailable' };
  const { answer } = outcome;
  switch (answer.outcome) {
    case 'approved':
    case 'partial':
      return { kind: 'ok', value: map(answer.body, answer.hostTimeUtcMs) };
    case 'declined':
      return { kind: 'declined', refusal: answer.refusal, blockedUntilUtcMs: answer.blockedUntilUtcMs };
    case 'notFound':
      return { kind: 'notFound' };
    case 'inProcess':
      return { kind: 'unavailable' };
  }
}
