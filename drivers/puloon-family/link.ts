import type { Clock } from '../../main/foundation/clock.ts';
import { delay } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { LinkParts } from '../transport/exchange-link.ts';
import { ExchangeLink } from '../transport/exchange-link.ts';
import type { Reader } from '../transport/byte-line.ts';
import type { PuloonEvent } from './frames.ts';
import { ACK, EVENT_NOTE_DISPENSED, NAK } from './frames.ts';

/** The device acknowledges within 500 ms; the host waits a little longer. [lcdm §3] */
const ACK_TIMEOUT_MS = 550;
/** First byte to BCC. [lcdm §3] */
const FRAME_MS_MAX = 200;
/** `01 50 02 CMD`: less than that is not known to be a response, and no reason to interrupt a device that works. */
const HEAD_BYTES = 3;
/** After a command that was sent more than once: an ACK or NAK of one of its copies may still come, and none says what it answers. */
const DRAIN_MS = ACK_TIMEOUT_MS + FRAME_MS_MAX;
/** Times a command is sent, and times a response is asked for again. [lcdm §3] */
const ATTEMPTS_MAX = 3;

/** What a dialect says, and how. */
export interface PuloonDialect<Command, Response> {
  readonly createReader: () => Reader<PuloonEvent>;
  readonly encode: (command: Command) => Buffer;
  readonly opcodeOf: (command: Command) => number;
  readonly decode: (opcode: number, data: Uint8Array) => Result<Response, 'badField'>;
  /** Whether counts of a response can be those of its command. The XOR of all bytes misses two errors of one bit: what is unlikely is believed when the device repeats it. */
  readonly isLikely: (command: Command, response: Response) => boolean;
}

export interface LinkRequest<Command> {
  readonly command: Command;
  readonly responseTimeoutMs: number;
  /**
   * Whether an unacknowledged command may be sent again. Not for one that moves notes: a lost command and a lost ACK look alike from here, and the
   * second copy would pay twice. Such a command is repeated only when the device itself says (NAK) that it did not take it.
   */
  readonly isRepeatable: boolean;
  /** `01 8D` groups as they come: notes certainly out. */
  readonly onNoteDispensed?: (noteCountSoFar: number) => void;
}

export type LinkReply<Response> =
  | { readonly kind: 'answered'; readonly response: Response; readonly rawHex: string }
  /** Never sent, or refused with NAK each time: the device did nothing. */
  | { readonly kind: 'notTaken'; readonly detail: string }
  /** Sent, and nothing proves whether the device took it. */
  | { readonly kind: 'unacknowledged' }
  /** The device took it (ACK or events seen) and its result never came whole. */
  | { readonly kind: 'noResponse'; readonly dispensedCount: number }
  /** The port closed after the command was sent. */
  | { readonly kind: 'lost'; readonly wasAcknowledged: boolean };

interface Pending<Command> {
  readonly request: LinkRequest<Command>;
  sentCount: number;
  isAcknowledged: boolean;
  /** The time of its ACK or NAK is over, and it must not be sent again. */
  isOverdue: boolean;
  responseNakCount: number;
  dispensedCount: number;
  /** Of a response that was not likely. */
  doubtedHex: string | null;
}

const COUNTERS = { bccErrorCount: 0, nakReceivedCount: 0, nakSentCount: 0, duplicateCount: 0, unexpectedFrameCount: 0, noteEventCount: 0 };

/**
 * One exchange in flight: command, ACK, response, our ACK; repeats, time-outs, counters. It does not know what follows from a count. Dialect B's EOT closes an
 * exchange that our ACK has ended already; where it does not come, the device repeats and is acknowledged again. [lcdm §3, §5]
 */
export abstract class PuloonLink<Command, Response> extends ExchangeLink<PuloonEvent, Pending<Command>, LinkReply<Response>, typeof COUNTERS> {
  readonly #dialect: PuloonDialect<Command, Response>;
  readonly #clock: Clock;
  #quietUntilMs = 0;

  protected constructor(parts: LinkParts, dialect: PuloonDialect<Command, Response>) {
    super({ ...parts, logArea: 'cdm', gapMs: FRAME_MS_MAX, createReader: dialect.createReader }, COUNTERS);
    this.#dialect = dialect;
    this.#clock = parts.clock;
  }

  async request(request: LinkRequest<Command>): Promise<LinkReply<Response>> {
    const quietMs = this.#quietUntilMs - this.#clock.monotonicMs();
    if (!request.isRepeatable && quietMs > 0) await delay(this.#clock, quietMs);
    if (!this.line.isOpen) return { kind: 'notTaken', detail: 'the port is closed' };
    const pending: Pending<Command> = { request, sentCount: 0, isAcknowledged: false, isOverdue: false, responseNakCount: 0, dispensedCount: 0, doubtedHex: null };
    const answered = this.exchange.begin(pending);
    this.#send(pending);
    const reply = await answered;
    if (pending.sentCount > 1 || reply.kind !== 'answered') this.#quietUntilMs = this.#clock.monotonicMs() + DRAIN_MS;
    return reply;
  }

  #send(pending: Pending<Command>): void {
    if (pending.sentCount > 0) this.count.retryCount++;
    if (!this.line.write(this.#dialect.encode(pending.request.command)) && pending.sentCount === 0) {
      this.exchange.settle({ kind: 'notTaken', detail: 'the port did not take the bytes' });
      return;
    }
    pending.sentCount++;
    this.exchange.arm(ACK_TIMEOUT_MS, () => this.#ackTimedOut(pending));
  }

  #ackTimedOut(pending: Pending<Command>): void {
    this.count.timeoutCount++;
    if (!pending.request.isRepeatable) {
      // A device that did take it answers in its time, with a result that no other command can have.
      pending.isOverdue = true;
      this.exchange.arm(pending.request.responseTimeoutMs, () => this.exchange.settle({ kind: 'unacknowledged' }));
    } else if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'unacknowledged' });
  }

  protected override take(event: PuloonEvent): void {
    if (event.kind === 'ack') this.#takeAck();
    else if (event.kind === 'nak') this.#takeNak();
    else if (event.kind === 'noteEvent') this.#takeNoteEvent(event.event);
    else if (event.kind === 'response') this.#takeResponse(event.command, event.data);
    else if (event.kind === 'noise') this.#takeNoise(event);
  }

  #takeAck(): void {
    const pending = this.exchange.request;
    if (pending === undefined || pending.isAcknowledged) return;
    this.#acknowledged(pending);
  }

  #acknowledged(pending: Pending<Command>): void {
    pending.isAcknowledged = true;
    this.exchange.arm(pending.request.responseTimeoutMs, () => {
      this.count.timeoutCount++;
      this.exchange.settle({ kind: 'noResponse', dispensedCount: pending.dispensedCount });
    });
  }

  #takeNak(): void {
    this.count.nakReceivedCount++;
    const pending = this.exchange.request;
    // After the ACK a command is never sent again, whatever the line makes out of noise; nor after the time of the ACK: a 15 that comes then is what is left of a result. [lcdm §3]
    if (pending === undefined || pending.isAcknowledged || pending.isOverdue) return;
    if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'notTaken', detail: 'NAK three times' });
  }

  #takeNoteEvent(event: number): void {
    this.count.noteEventCount++;
    const pending = this.exchange.request;
    if (pending === undefined) return;
    // Notes move, so the command was taken even when its ACK was not seen.
    if (!pending.isAcknowledged) this.#acknowledged(pending);
    if (event !== EVENT_NOTE_DISPENSED) return;
    pending.dispensedCount++;
    pending.request.onNoteDispensed?.(pending.dispensedCount);
  }

  #takeResponse(command: number, data: Buffer): void {
    const pending = this.exchange.request;
    const isExpected = pending !== undefined && command === this.#dialect.opcodeOf(pending.request.command);
    const decoded = this.#dialect.decode(command, data);
    if (!decoded.ok) {
      this.count.bccErrorCount++;
      this.#askAgain();
      return;
    }
    const rawHex = data.toString('hex');
    if (isExpected && pending.doubtedHex !== rawHex && !this.#dialect.isLikely(pending.request.command, decoded.value)) {
      pending.doubtedHex = rawHex;
      this.count.bccErrorCount++;
      this.#askAgain();
      return;
    }
    this.line.write(Uint8Array.of(ACK));
    if (!isExpected) {
      // Repeated because our ACK was lost, or left from before we opened: acknowledged so that the device lets go of it.
      this.count[pending === undefined ? 'duplicateCount' : 'unexpectedFrameCount']++;
      return;
    }
    this.exchange.settle({ kind: 'answered', response: decoded.value, rawHex });
  }

  #takeNoise(noise: Extract<PuloonEvent, { kind: 'noise' }>): void {
    this.countNoise(noise);
    const isResponseDamaged = noise.reason === 'badBcc' || noise.reason === 'badEnd' || (noise.reason === 'incomplete' && noise.byteCount > HEAD_BYTES);
    if (!isResponseDamaged) return;
    this.count.bccErrorCount++;
    this.#askAgain();
  }

  /** A response came damaged; the device keeps it and repeats it without moving anything. [lcdm §6] */
  #askAgain(): void {
    const pending = this.exchange.request;
    if (pending === undefined || pending.responseNakCount >= ATTEMPTS_MAX) return;
    // The whole command comes again when its ACK stays away; that is simpler, where it may be repeated.
    if (!pending.isAcknowledged && pending.request.isRepeatable) return;
    pending.responseNakCount++;
    this.count.nakSentCount++;
    this.line.write(Uint8Array.of(NAK));
    if (!pending.isAcknowledged) this.#acknowledged(pending);
    else if (pending.responseNakCount === ATTEMPTS_MAX) {
      // The last repeat comes at once or never.
      this.exchange.arm(ACK_TIMEOUT_MS + FRAME_MS_MAX, () => this.exchange.settle({ kind: 'noResponse', dispensedCount: pending.dispensedCount }));
    }
  }

  protected override replyWhenLost({ isAcknowledged }: Pending<Command>): LinkReply<Response> {
    return { kind: 'lost', wasAcknowledged: isAcknowledged };
  }
}
