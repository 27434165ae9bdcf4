import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
import type { F53Command, F53Response } from './codec.ts';
import { CODES, codeOf, decodeF53Response, encodeF53Command } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { ACK, createFrameReader, DLE, encodeFrame, ENQ, NAK } from './frames.ts';

/** ENQ to ACK, ACK to frame, frame to ACK. [f53 §2] */
const STEP_TIMEOUT_MS = 5_000;
/** A begun frame that stands still; the sheet's 5 s would eat the whole time of the step. */
const GAP_MS = 500;
const ATTEMPTS_MAX = 3;

export interface LinkRequest {
  readonly command: F53Command;
  readonly responseTimeoutMs: number;
  /** Whether a frame that was not acknowledged may be sent again. Not for one that moves notes: a lost frame and a lost ACK look alike. */
  readonly isRepeatable: boolean;
}

export type LinkReply =
  | { readonly kind: 'answered'; readonly response: F53Response; readonly rawHex: string }
  /** The frame never left, or was refused with NAK each time: the device did nothing. */
  | { readonly kind: 'notTaken'; readonly detail: string }
  /** The frame left; nothing proves whether the device took it. */
  | { readonly kind: 'unacknowledged' }
  /** The device took it and its result never came whole. */
  | { readonly kind: 'noResponse' }
  /** The port closed after the frame was sent. */
  | { readonly kind: 'lost' };

interface Pending {
  readonly request: LinkRequest;
  step: 'enquiring' | 'sending' | 'awaitingResponse' | 'receiving';
  attemptCount: number;
  /** ENQ was sent more than once: an ACK or NAK of one of them may come behind the frame. */
  wasEnquiredAgain: boolean;
  isAcknowledged: boolean;
  isSent: boolean;
  /** The time of its ACK or NAK is over, and it must not be sent again. */
  isOverdue: boolean;
  nakSentCount: number;
}

const COUNTERS = { crcErrorCount: 0, nakReceivedCount: 0, nakSentCount: 0, contentionCount: 0, unexpectedFrameCount: 0 };

/** One exchange in flight: ENQ, ACK, frame, ACK, then the roles swap. [f53 §2] */
export class F53Link extends ExchangeLink<FrameEvent, Pending, LinkReply, typeof COUNTERS> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'cdm', gapMs: GAP_MS, createReader: createFrameReader }, COUNTERS);
  }

  request(request: LinkRequest): Promise<LinkReply> {
    if (!this.line.isOpen) return Promise.resolve({ kind: 'notTaken', detail: 'the port is closed' });
    const pending: Pending = { request, step: 'enquiring', attemptCount: 0, wasEnquiredAgain: false, isAcknowledged: false, isSent: false, isOverdue: false, nakSentCount: 0 };
    const reply = this.exchange.begin(pending);
    this.#enquire(pending);
    return reply;
  }

  #enquire(pending: Pending): void {
    if (pending.attemptCount >= ATTEMPTS_MAX) return this.exchange.settle({ kind: 'notTaken', detail: 'no acknowledgement of ENQ' });
    if (pending.attemptCount > 0) this.count.retryCount++;
    pending.wasEnquiredAgain = pending.attemptCount > 0;
    pending.attemptCount++;
    if (!this.line.write(Uint8Array.of(DLE, ENQ))) return this.exchange.settle({ kind: 'notTaken', detail: 'the port did not take the bytes' });
    this.exchange.arm(STEP_TIMEOUT_MS, () => {
      this.count.timeoutCount++;
      this.#enquire(pending);
    });
  }

  #send(pending: Pending): void {
    if (pending.attemptCount > 0) this.count.retryCount++;
    pending.attemptCount++;
    pending.isSent = true;
    this.line.write(encodeFrame(encodeF53Command(pending.request.command)));
    this.exchange.arm(STEP_TIMEOUT_MS, () => this.#frameNotAcknowledged(pending));
  }

  #frameNotAcknowledged(pending: Pending): void {
    this.count.timeoutCount++;
    if (!pending.request.isRepeatable) {
      // A device that did take it asks to send its result.
      pending.isOverdue = true;
      this.exchange.arm(pending.request.responseTimeoutMs, () => this.exchange.settle({ kind: 'unacknowledged' }));
    } else if (pending.attemptCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'unacknowledged' });
  }

  protected override take(event: FrameEvent): void {
    const pending = this.exchange.request;
    if (event.kind === 'enq') this.#takeEnq(pending);
    else if (event.kind === 'frame') this.#takeFrame(pending, event.data);
    else if (event.kind === 'noise') this.#takeNoise(pending, event);
    else if (pending === undefined) return;
    else if (event.kind === 'ack') this.#takeAck(pending);
    else this.#takeNak(pending);
  }

  #takeAck(pending: Pending): void {
    if (pending.step === 'enquiring') {
      pending.step = 'sending';
      pending.attemptCount = 0;
      this.#send(pending);
    } else if (pending.step === 'sending') this.#acknowledged(pending, 'awaitingResponse');
  }

  #acknowledged(pending: Pending, step: 'awaitingResponse' | 'receiving'): void {
    pending.isAcknowledged = true;
    pending.step = step;
    this.exchange.arm(step === 'receiving' ? STEP_TIMEOUT_MS : pending.request.responseTimeoutMs, () => this.#responseTimedOut(pending));
  }

  #takeNak(pending: Pending): void {
    this.count.nakReceivedCount++;
    if (pending.step === 'enquiring') return this.#enquire(pending);
    if (pending.step !== 'sending' || pending.isOverdue) return;
    // Of which of the two, nobody says: what moves notes is not sent again for it.
    if (pending.wasEnquiredAgain && !pending.request.isRepeatable) return;
    if (pending.attemptCount < ATTEMPTS_MAX) this.#send(pending);
    else this.exchange.settle({ kind: 'notTaken', detail: 'NAK three times' });
  }

  /** The device wants to send: a result of ours, or one of before that it could not get rid of. */
  #takeEnq(pending: Pending | undefined): void {
    if (pending?.step === 'enquiring') {
      // Both want to: ours goes first, and the device lets go. [f53 §2 contention]
      this.count.contentionCount++;
      return this.#enquire(pending);
    }
    this.line.write(Uint8Array.of(DLE, ACK));
    // In place of the ACK: the device took the frame, or it would have nothing to say.
    if (pending !== undefined) this.#acknowledged(pending, 'receiving');
  }

  #takeFrame(pending: Pending | undefined, data: Buffer): void {
    const decoded = decodeF53Response(data);
    if (!decoded.ok) {
      this.count.crcErrorCount++;
      return this.#askAgain(pending);
    }
    this.line.write(Uint8Array.of(DLE, ACK));
    if (pending === undefined || pending.step === 'enquiring' || codeOf(decoded.value) !== CODES[pending.request.command.command]) {
      this.count.unexpectedFrameCount++;
      // What came was an older result; ours is still to come.
      if (pending?.step === 'receiving') this.#acknowledged(pending, 'awaitingResponse');
      return;
    }
    this.exchange.settle({ kind: 'answered', response: decoded.value, rawHex: data.toString('hex') });
  }

  #takeNoise(pending: Pending | undefined, event: Extract<FrameEvent, { kind: 'noise' }>): void {
    this.countNoise(event);
    if (event.reason !== 'badCrc' && event.reason !== 'badEnd' && event.reason !== 'incomplete') return;
    this.count.crcErrorCount++;
    this.#askAgain(pending);
  }

  /** The device repeats the frame from memory. */
  #askAgain(pending: Pending | undefined): void {
    if (pending === undefined || pending.step === 'enquiring' || !pending.isAcknowledged || pending.nakSentCount >= ATTEMPTS_MAX) return;
    pending.nakSentCount++;
    this.count.nakSentCount++;
    this.line.write(Uint8Array.of(DLE, NAK));
    this.#acknowledged(pending, 'receiving');
  }

  #responseTimedOut(pending: Pending): void {
    this.count.timeoutCount++;
    // Its ENQ is heard, its frame is not: it asks again after its own time.
    if (pending.step === 'receiving' && pending.nakSentCount < ATTEMPTS_MAX) return this.#askAgain(pending);
    this.exchange.settle({ kind: 'noResponse' });
  }

  protected override replyWhenLost({ isSent }: Pending): LinkReply {
    return isSent ? { kind: 'lost' } : { kind: 'notTaken', detail: 'the line was lost before the frame was sent' };
  }
}
