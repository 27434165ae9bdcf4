import type { HostOperation } from '../../main/contracts/host-operations.ts';
import { HOST_OPERATIONS } from '../../main/contracts/host-operations.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import { delay } from '../../main/foundation/clock.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { Json, SimulatorEvent } from '../simulator.ts';
import { createAccessControl } from './access.ts';
import { createBusinessDay } from './business-day.ts';
import type { BusinessDay } from './business-day.ts';
import { createClientRegister } from './clients.ts';
import type { ClientRegister } from './clients.ts';
import { declined } from './decision.ts';
import type { AnyAnswer, Decision } from './decision.ts';
import { EFFECT_OPERATIONS, createDocuments } from './documents.ts';
import type { BankDocument, Documents } from './documents.ts';
import { createFaultBoard } from './faults.ts';
import type { BankFault, FaultBoard, FaultCommand } from './faults.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { cashInOperations } from './operations/cash-in-operations.ts';
import { cashOutOperations } from './operations/cash-out-operations.ts';
import { dayOperations } from './operations/day-operations.ts';
import type { BankContext, Handler, Handlers } from './operations/context.ts';
import { identityOperations } from './operations/identity-operations.ts';
import { linkOperations } from './operations/link-operations.ts';
import { quoteOperations } from './operations/quote-operations.ts';
import { suspenseOperations } from './operations/suspense-operations.ts';
import { DEFAULT_CODE_POLICY, createOneTimeCodes } from './otp.ts';
import type { CodePolicy } from './otp.ts';
import { createTelephones } from './phone.ts';
import type { Telephones } from './phone.ts';
import { plainReferences } from './references.ts';
import type { References } from './references.ts';
import type { BankDatabase } from './schema.ts';
import { createSuspenseDesk } from './suspense-desk.ts';
import type { SuspenseDesk } from './suspense-desk.ts';
import type { BankCodec, DecodedRequest } from './wire/bank-codec.ts';

/** One document as it comes off the line. */
export interface BankExchange {
  readonly bytes: Uint8Array;
  /** HTTP headers, lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Common name of the client certificate; left out where there is no TLS. */
  readonly peerTerminalId?: string;
}

/** What comes back. Only `unreachable` promises that nothing was received. */
export type BankReply =
  | { readonly kind: 'answer'; readonly httpStatus: number; readonly headers: Readonly<Record<string, string>>; readonly bytes: Uint8Array }
  /** Nothing ever comes. */
  | { readonly kind: 'silent' }
  /** The connection closes without an answer. */
  | { readonly kind: 'closed' }
  /** The connection cannot be made. */
  | { readonly kind: 'unreachable' };

export interface BankOptions {
  /** Opened with `openBankDatabase`, filled with `loadSampleData`. */
  readonly database: BankDatabase;
  readonly clock: Clock;
  readonly random: Random;
  readonly isSealGenuine: BankContext['isSealGenuine'];
  readonly codec: BankCodec;
  readonly codePolicy?: Partial<CodePolicy>;
  /** Minute of the local day, 1…1440. @default 1440 */
  readonly cutOverLocalMinute?: number;
  /** @default plain ones */
  readonly references?: References;
}

/** The bank behind any transport: one process, a virtual world or a test calls `handle`. */
export interface Bank {
  handle(exchange: BankExchange): Promise<BankReply>;
  readonly faults: FaultBoard;
  /** Arms a fault, or changes link or clock at once. @returns false when too many are armed */
  arm(command: FaultCommand): boolean;
  /** Everything right again. @param keeps  but for what is armed of this fault */
  clearFaults(keeps?: BankFault): void;
  readonly ledger: Ledger;
  readonly clients: ClientRegister;
  readonly telephones: Telephones;
  readonly documents: Documents;
  readonly businessDay: BusinessDay;
  /** Money in doubt at the terminals, and the person who decides on it. */
  readonly suspense: SuspenseDesk;
  readonly database: BankDatabase;
  /** Requests wait, unread, until `resume`. */
  pause(): void;
  resume(): void;
  /** Once per thing that happened; never codes, names or numbers of people. */
  onEvent(listener: (event: SimulatorEvent) => void): void;
  nowUtcMs(): number;
}

/** First sight of an online document: five minutes; of one that waited in a queue: thirty days. [host-messages §3.6] */
const ONLINE_WINDOW_MS = 5 * 60_000;
const QUEUED_WINDOW_MS = 30 * 86_400_000;

export function createBank(options: BankOptions): Bank {
  const { database, codec, random } = options;
  const references = options.references ?? plainReferences(random);
  const faults = createFaultBoard();
  const clock: Clock = {
    nowUtcMs: () => options.clock.nowUtcMs() + faults.clockSkewMs(),
    monotonicMs: () => options.clock.monotonicMs(),
    setTimeout: (callback, delayMs) => options.clock.setTimeout(callback, delayMs),
    clearTimeout: (handle) => options.clock.clearTimeout(handle),
  };
  const listeners: ((event: SimulatorEvent) => void)[] = [];
  const notice = (event: string, fields: Readonly<Record<string, Json>>) => {
    for (const listener of listeners) listener({ event, fields });
  };
  /** Documents that the fault board keeps in processing, until a moment of the monotonic clock. */
  const inProcessUntilMs = new Map<string, number>();
  const documentKey = (key: { terminalId: string; messageId: string }) => `${key.terminalId}/${key.messageId}`;
  const telephones = createTelephones();
  const access = createAccessControl({ database, clock, random });
  const [ledger, documents] = [createLedger(database), createDocuments(database)];
  const businessDay = createBusinessDay({ nowUtcMs: () => clock.nowUtcMs(), cutOverLocalMinute: options.cutOverLocalMinute ?? 1440 });
  const context: BankContext = {
    database,
    clock,
    random,
    references,
    businessDay,
    ledger,
    clients: createClientRegister(database),
    access,
    codes: createOneTimeCodes({ database, clock, random, telephones, access, policy: { ...DEFAULT_CODE_POLICY, ...options.codePolicy }, references }),
    telephones,
    documents,
    suspense: createSuspenseDesk({ database, clock, ledger, documents, businessDay }),
    isStillInProcess: (key) => clock.monotonicMs() < (inProcessUntilMs.get(documentKey(key)) ?? 0),
    notice,
    isSealGenuine: options.isSealGenuine,
    takeContraryTotals: () => faults.takeContraryTotals(),
    quoteMs: () => faults.quoteMs(),
  };
  const decide = createDesk({ context, codec, faults });
  const gate = createGate();
  /** Per terminal, for the faults that send a wrong copy. */
  const lastAnswers = new Map<string, Uint8Array>();
  const copies = new Map<string, Uint8Array>();

  const answerWith = async (request: DecodedRequest, signed: SignedAnswer): Promise<BankReply> => {
    const { terminalId } = request.header;
    const flawed = (answer: AnyAnswer, flaw?: 'wrongSignature' | 'unsigned' | 'otherTerminal') => codec.encodeAnswer(request, answer, flaw).bytes;
    const reply = (bytes: Uint8Array): BankReply => ({ kind: 'answer', httpStatus: 200, headers: { 'content-type': 'application/xml; charset=utf-8', 'qolma-message': signed.messageName }, bytes });
    const previous = lastAnswers.get(terminalId) ?? signed.bytes;
    const copy = copies.get(terminalId);
    copies.delete(terminalId);
    lastAnswers.set(terminalId, signed.bytes);
    const fault = faults.take('answering', request.operation);
    if (fault !== undefined) notice('host.fault.fired', { fault: fault.fault, operation: request.operation, messageId: request.header.messageId });
    switch (fault?.fault) {
      case undefined:
        return reply(copy ?? signed.bytes);
      case 'silence':
        return { kind: 'silent' };
      case 'cutAfter':
        return { kind: 'closed' };
      case 'lateAnswer':
      case 'slow':
        await delay(options.clock, fault.delayMs);
        return reply(signed.bytes);
      case 'inProcess':
        inProcessUntilMs.set(documentKey(request.header), clock.monotonicMs() + fault.delayMs);
        return reply(flawed({ hostRef: signed.answer.hostRef, hostTimeUtcMs: signed.answer.hostTimeUtcMs, businessDay: signed.answer.businessDay, outcome: 'inProcess' }));
      case 'duplicateAnswer':
        copies.set(terminalId, signed.bytes);
        return reply(signed.bytes);
      case 'replayOld':
        return reply(previous);
      case 'malformed':
        return reply(signed.bytes.subarray(0, Math.floor(signed.bytes.length / 2)));
      case 'wrongSignature':
      case 'unsigned':
        return reply(flawed(forged(signed.answer), fault.fault));
      case 'otherTerminal':
        return reply(flawed(signed.answer, fault.fault));
    }
  };

  return {
    faults,
    arm(command) {
      const isArmed = faults.arm(command);
      if (isArmed) notice(command.fault === 'linkDown' || command.fault === 'linkUp' ? 'host.link.changed' : 'host.fault.armed', { fault: command.fault, operation: command.operation ?? null, times: command.times });
      return isArmed;
    },
    clearFaults(keeps) {
      faults.clear(keeps);
      notice('host.fault.cleared', {});
    },
    ledger: context.ledger,
    clients: context.clients,
    telephones,
    documents: context.documents,
    businessDay: context.businessDay,
    suspense: context.suspense,
    database,
    pause: gate.close,
    resume: gate.open,
    onEvent: (listener) => void listeners.push(listener),
    nowUtcMs: () => clock.nowUtcMs(),

    async handle(exchange) {
      if (faults.isLinkDown()) return { kind: 'unreachable' };
      await gate.passed();
      const decoded = codec.decodeRequest(exchange.bytes);
      if (!decoded.ok) {
        notice('host.request.rejected', { reason: decoded.error.reason, detail: decoded.error.detail });
        return plainReply(400, decoded.error.reason);
      }
      const request = decoded.value;
      const { header, operation } = request;
      if (exchange.peerTerminalId !== undefined && exchange.peerTerminalId !== header.terminalId) {
        notice('host.request.rejected', { reason: 'addressee', detail: 'the certificate of the line is another terminal\'s' });
        return plainReply(403, 'addressee');
      }
      const before = faults.take('before', operation);
      if (before !== undefined) {
        notice('host.fault.fired', { fault: before.fault, operation, messageId: header.messageId });
        if (before.fault === 'lostRequest') return { kind: 'silent' };
        if (before.fault === 'cutBefore') return { kind: 'closed' };
        if (before.fault === 'rejected') return plainReply(400, 'document');
        return before.fault === 'busy' ? plainReply(503, 'busy', { 'retry-after': String(Math.ceil(before.delayMs / 1000)) }) : plainReply(500, 'error');
      }
      return answerWith(request, decide(request));
    },
  };
}

/** Who cannot sign as the bank says the opposite of it: believing him must show. */
function forged({ hostRef, hostTimeUtcMs, businessDay }: AnyAnswer): AnyAnswer {
  return { hostRef, hostTimeUtcMs, businessDay, outcome: 'declined', refusal: 'RF-24', isRetryable: false, blockedUntilUtcMs: null };
}

interface SignedAnswer {
  readonly answer: AnyAnswer;
  readonly bytes: Uint8Array;
  readonly messageName: string;
}

/** The desk where each document is looked at once: duplicate check, decision, postings and the stored answer in one transaction. [host-messages §5.7] */
function createDesk(parts: { readonly context: BankContext; readonly codec: BankCodec; readonly faults: FaultBoard }): (request: DecodedRequest) => SignedAnswer {
  const { context, codec, faults } = parts;
  const { database, documents, clock } = context;
  const handlers: Handlers<HostOperation> = { ...identityOperations(context), ...quoteOperations(context), ...cashInOperations(context), ...cashOutOperations(context), ...linkOperations(context), ...dayOperations(context), ...suspenseOperations(context) };

  const sign = (request: DecodedRequest, answer: AnyAnswer): SignedAnswer => ({ answer, ...codec.encodeAnswer(request, answer) });
  const date = (decision: Decision<HostOperation>): AnyAnswer => ({ hostRef: context.references.ofAnswer(documents.nextNumber('answer')), hostTimeUtcMs: clock.nowUtcMs(), businessDay: context.businessDay.today(), ...decision });
  const tell = (request: DecodedRequest, signed: SignedAnswer, isReplay: boolean): SignedAnswer => {
    context.notice('host.operation.answered', {
      operation: request.operation,
      outcome: signed.answer.outcome,
      refusal: signed.answer.outcome === 'declined' ? signed.answer.refusal : null,
      messageId: request.header.messageId,
      operationId: request.header.operationId,
      terminalId: request.header.terminalId,
      isReplay,
    });
    return signed;
  };
  const conflict = (request: DecodedRequest): SignedAnswer => {
    context.notice('host.duplicate.conflicting', { operation: request.operation, messageId: request.header.messageId });
    // TXND: this id already stands for another instruction. Signed, but never stored over the first answer; about the document alone, since the money may have been booked by that other one.
    return tell(request, sign(request, date(declined('RF-31'))), false);
  };

  return database.transaction((request: DecodedRequest): SignedAnswer => {
    const { header, operation, digest } = request;
    const known = documents.byMessage(header);
    if (known !== undefined) {
      if (known.digest !== digest || known.operation !== operation) return conflict(request);
      if (context.isStillInProcess(header)) {
        const { hostRef, hostTimeUtcMs, businessDay } = known.answer;
        return tell(request, sign(request, { hostRef, hostTimeUtcMs, businessDay, outcome: 'inProcess' }), true);
      }
      return tell(request, { answer: known.answer, bytes: known.answerBytes, messageName: codec.answerMessageName(operation) }, true);
    }
    const effect = EFFECT_OPERATIONS.has(operation) ? documents.byEffect({ terminalId: header.terminalId, operation, operationId: header.operationId }) : undefined;
    if (effect !== undefined && effect.digest !== digest) return conflict(request);

    const untimely = whyUntimely(context, request) ?? whyUnneeded(context, request, effect);
    const forced = effect === undefined && untimely === null ? faults.take('deciding', operation) : undefined;
    const forcedRefusal = forced?.fault === 'refusal' ? forced.refusal : null;
    // Each operation's own handler takes its own body; the table's union type cannot say so.
    const handler = handlers[operation] as Handler<HostOperation>;
    const answer = effect?.answer ?? date(untimely ?? (forced?.fault === 'notKnown' ? { outcome: 'notFound' } : handler({ header, body: request.body, forcedRefusal })));
    const signed = sign(request, answer);
    // A document refused for its time or nonce is not the one that was meant: its id stays free.
    if (untimely === null) documents.keep(documentOf(request, signed, { businessDay: context.businessDay.today(), nowUtcMs: clock.nowUtcMs() }));
    return tell(request, signed, effect !== undefined);
  });
}

function documentOf(request: DecodedRequest, signed: SignedAnswer, at: { readonly businessDay: string; readonly nowUtcMs: number }): BankDocument {
  const { header, operation, digest } = request;
  const { answer } = signed;
  return {
    terminalId: header.terminalId,
    messageId: header.messageId,
    operationId: header.operationId,
    operation,
    sessionId: header.sessionId,
    digest,
    state: answer.outcome === 'declined' ? 'refused' : answer.outcome === 'notFound' ? 'notFound' : 'executed',
    refusal: answer.outcome === 'declined' ? answer.refusal : null,
    answer,
    answerBytes: signed.bytes,
    businessDay: header.businessDay ?? at.businessDay,
    receivedAtUtcMs: at.nowUtcMs,
  };
}

/** Replay rules on first sight: not too old, not from the future, not a nonce of another document. [host-messages §3.6] */
function whyUntimely(context: BankContext, request: DecodedRequest): Decision<HostOperation> | null {
  const { header, operation } = request;
  const nowUtcMs = context.clock.nowUtcMs();
  const isOnline = HOST_OPERATIONS[operation].lane === 'online';
  const ageMs = nowUtcMs - header.createdAtUtcMs;
  const isTimely = ageMs >= -ONLINE_WINDOW_MS && ageMs <= (isOnline ? ONLINE_WINDOW_MS : QUEUED_WINDOW_MS) && (!isOnline || nowUtcMs <= header.validUntilUtcMs);
  if (!isTimely) return declined('RF-31');
  const used = context.database.prepare('INSERT OR IGNORE INTO nonces VALUES (?, ?, ?, ?)').run(header.terminalId, header.nonce, header.messageId, nowUtcMs);
  return used.changes === 1 ? null : declined('RF-31');
}

/**
 * People ended the report by hand, and what they said of its cash is booked; or the cash of a deposit was told as kept: the report itself, late on the line or of a journal that lost their act, or the customer's word that he would have
 * nothing credited, would book it a second time.
 */
function whyUnneeded({ suspense, documents }: BankContext, { operation, header }: DecodedRequest, effect: BankDocument | undefined): Decision<HostOperation> | null {
  if (effect !== undefined || !EFFECT_OPERATIONS.has(operation)) return null;
  const isKept = (operation === 'cash.deposit' || operation === 'pay.provider') && documents.byEffect({ ...header, operation: 'cash.deposit.complete' })?.state === 'executed';
  return isKept || (operation !== 'cash.withdraw' && suspense.isBookedByItem(header)) ? declined('RF-31') : null;
}

/** Unsigned and therefore no decision: the terminal treats it as evidence only. [host-messages §3.5] */
function plainReply(httpStatus: number, word: string, headers: Readonly<Record<string, string>> = {}): BankReply {
  return { kind: 'answer', httpStatus, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, bytes: Buffer.from(word) };
}

/** Holds callers back while closed, lets them go in their order. */
function createGate(): { close(): void; open(): void; passed(): Promise<void> } {
  let waiting: (() => void)[] | null = null;
  return {
    close: () => void (waiting ??= []),
    open() {
      const released = waiting ?? [];
      waiting = null;
      for (const release of released) release();
    },
    passed: () => new Promise((resolve) => (waiting === null ? resolve() : void waiting.push(resolve))),
  };
}
