import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { LcdmBCommand, LcdmBResponse } from './codec.ts';
import { decodeLcdmBResponse, encodeLcdmBCommand, opcodeOf } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { ACK, NAK, createFrameReader } from './frames.ts';

/** The device acknowledges within 500 ms; the host waits a little longer. [lcdm §3] */
const ACK_TIMEOUT_MS = 550;
/** First byte to BCC. [lcdm §3] */
const FRAME_MS_MAX = 200;
/** `01 50 02 CMD`: less than that is not known to be a response, and no reason to interrupt a device that works. */
const HEAD_BYTES = 3;
/** Times a command is sent, and times a response is asked for again. [lcdm §3] */
const ATTEMPTS_MAX = 3;

export interface LinkRequest {
  readonly command: LcdmBCommand;
  readonly responseTimeoutMs: number;
  /**
   * Whether an unacknowledged command may be sent again. Not for one that moves notes: a lost command and a lost ACK look alike from here, and the
   * second copy would pay twice. Such a command is repeated only when the device itself says (NAK) that it did not take it.
   */
  readonly isRepeatable: boolean;
}

export type LinkReply =
  | { readonly kind: 'answered'; readonly response: LcdmBResponse; readonly rawHex: string }
  /** Never sent, or refused with NAK each time: the device did nothing. */
  | { readonly kind: 'notTaken'; readonly detail: string }
  /** Sent, and nothing proves whether the device took it. */
  | { readonly kind: 'unacknowledged' }
  /** The device took it and its result never came whole. */
  | { readonly kind: 'noResponse' }
  /** The port closed after the command was sent. */
  | { readonly kind: 'lost'; readonly wasAcknowledged: boolean };

interface Pending {
  readonly request: LinkRequest;
  sentCount: number;
  isAcknowledged: boolean;
  responseNakCount: number;
}

/** One exchange in flight: command, ACK, response, our ACK, EOT; repeats, time-outs, counters. It does not know what follows from a count. */
export class LcdmBLink {
  readonly #line: ByteLine<FrameEvent>;
  readonly #log: Log;
  readonly #exchange: Exchange<Pending, LinkReply>;
  #onLost: () => void = () => {};
  readonly #counters = { bccErrorCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, nakSentCount: 0, duplicateCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({ ...options, createReader: createFrameReader, gapMs: FRAME_MS_MAX, onEvent: (event) => this.#take(event), onLost: (detail) => this.#lose(detail) });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  /** Settles the exchange in flight and closes the port. */
  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#settleAsLost();
    await closed;
  }

  request(request: LinkRequest): Promise<LinkReply> {
    if (!this.#line.isOpen) return Promise.resolve({ kind: 'notTaken', detail: 'the port is closed' });
    const pending: Pending = { request, sentCount: 0, isAcknowledged: false, responseNakCount: 0 };
    const reply = this.#exchange.begin(pending);
    this.#send(pending);
    return reply;
  }

  #send(pending: Pending): void {
    if (pending.sentCount > 0) this.#counters.retryCount++;
    if (!this.#line.write(encodeLcdmBCommand(pending.request.command)) && pending.sentCount === 0) {
      this.#exchange.settle({ kind: 'notTaken', detail: 'the port did not take the bytes' });
      return;
    }
    pending.sentCount++;
    this.#exchange.arm(ACK_TIMEOUT_MS, () => this.#ackTimedOut(pending));
  }

  #ackTimedOut(pending: Pending): void {
    this.#counters.timeoutCount++;
    if (!pending.request.isRepeatable) {
      // A device that did take it answers in its time, with a result that no other command can have.
      this.#exchange.arm(pending.request.responseTimeoutMs, () => this.#exchange.settle({ kind: 'unacknowledged' }));
    } else if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.#exchange.settle({ kind: 'unacknowledged' });
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'ack') this.#takeAck();
    else if (event.kind === 'nak') this.#takeNak();
    else if (event.kind === 'response') this.#takeResponse(event.command, event.data);
    else if (event.kind === 'noise') this.#takeNoise(event);
    // EOT closes the exchange that our ACK ended already; where it does not come, the device repeats and is acknowledged again.
  }

  #takeAck(): void {
    const pending = this.#exchange.request;
    if (pending === undefined || pending.isAcknowledged) return;
    this.#acknowledged(pending);
  }

  #acknowledged(pending: Pending): void {
    pending.isAcknowledged = true;
    this.#exchange.arm(pending.request.responseTimeoutMs, () => {
      this.#counters.timeoutCount++;
      this.#exchange.settle({ kind: 'noResponse' });
    });
  }

  #takeNak(): void {
    this.#counters.nakReceivedCount++;
    const pending = this.#exchange.request;
    // After the ACK a command is never sent again, whatever the line makes out of noise. [lcdm §3]
    if (pending === undefined || pending.isAcknowledged) return;
    if (pending.sentCount < ATTEMPTS_MAX) this.#send(pending);
    else this.#exchange.settle({ kind: 'notTaken', detail: 'NAK three times' });
  }

  #takeResponse(command: number, data: Buffer): void {
    const pending = this.#exchange.request;
    const isExpected = pending !== undefined && command === opcodeOf(pending.request.command);
    const decoded = decodeLcdmBResponse(command, data);
    if (!decoded.ok) {
      this.#counters.bccErrorCount++;
      this.#askAgain();
      return;
    }
    this.#line.write(Uint8Array.of(ACK));
    if (!isExpected) {
      // Repeated because our ACK was lost, or left from before we opened: acknowledged so that the device lets go of it.
      this.#counters[pending === undefined ? 'duplicateCount' : 'unexpectedFrameCount']++;
      return;
    }
    this.#exchange.settle({ kind: 'answered', response: decoded.value, rawHex: data.toString('hex') });
  }

  #takeNoise(noise: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.#counters.noiseByteCount += noise.byteCount;
    this.#log.debug('cdm.link.noise', () => ({ reason: noise.reason, byteCount: noise.byteCount }));
    const isResponseDamaged = noise.reason === 'badBcc' || noise.reason === 'badEnd' || (noise.reason === 'incomplete' && noise.byteCount > HEAD_BYTES);
    if (!isResponseDamaged) return;
    this.#counters.bccErrorCount++;
    this.#askAgain();
  }

  /** A response came damaged; the device keeps it and repeats it without moving anything. [lcdm §6] */
  #askAgain(): void {
    const pending = this.#exchange.request;
    if (pending === undefined || pending.responseNakCount >= ATTEMPTS_MAX) return;
    // The whole command comes again when its ACK stays away; that is simpler, where it may be repeated.
    if (!pending.isAcknowledged && pending.request.isRepeatable) return;
    pending.responseNakCount++;
    this.#counters.nakSentCount++;
    this.#line.write(Uint8Array.of(NAK));
    if (!pending.isAcknowledged) this.#acknowledged(pending);
    else if (pending.responseNakCount === ATTEMPTS_MAX) {
      // The last repeat comes at once or never.
      this.#exchange.arm(ACK_TIMEOUT_MS + FRAME_MS_MAX, () => this.#exchange.settle({ kind: 'noResponse' }));
    }
  }

  #settleAsLost(): void {
    const pending = this.#exchange.request;
    if (pending !== undefined) this.#exchange.settle({ kind: 'lost', wasAcknowledged: pending.isAcknowledged });
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#log.warn('cdm.link.lost', { detail });
    this.#settleAsLost();
    this.#onLost();
  }
}
