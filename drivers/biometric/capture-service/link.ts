import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { CaptureHint, CaptureRequest } from '../../interfaces/biometric.ts';
import { isSealed } from '../../interfaces/sealed-sample.ts';
import type { Link } from '../../life/line-device.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { HostMessage, ServiceMessage } from './codec.ts';
import { decodeMessage, encodeMessage, PROTOCOL_VERSION } from './codec.ts';

const ANSWER_TIMEOUT_MS = 2_000;
/** What the service may need beyond the person's time. */
const CAPTURE_ALLOWANCE_MS = 5_000;

type Ready = Extract<ServiceMessage, { type: 'ready' }>;
type Pong = Extract<ServiceMessage, { type: 'pong' }>;
type Captured = Extract<ServiceMessage, { type: 'captured' }>;
type Failed = Extract<ServiceMessage, { type: 'failed' }>;
export type CaptureReply = Captured | Failed | { readonly type: 'silence' | 'notSealed' };

/** One question and one capture at a time. Nothing of a capture is logged, nor kept after it was handed on. */
export class CaptureLink implements Link {
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #question: Exchange<'hello' | number, Ready | Pong | null>;
  readonly #capture: Exchange<string, CaptureReply>;
  #isOpen = false;
  #captureCount = 0;
  #pingCount = 0;
  #onLost: () => void = () => {};
  #onHint: (hint: CaptureHint) => void = () => {};
  readonly #counters = { captureCount: 0, timeoutCount: 0, badMessageCount: 0, unexpectedMessageCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#transport = options.transport;
    this.#log = options.log;
    this.#question = new Exchange(options.clock);
    this.#capture = new Exchange(options.clock);
    options.transport.onData((message) => {
      if (this.#isOpen) this.#take(Buffer.from(message).toString('utf8'));
    });
    options.transport.onClosed((detail) => this.#lose(detail));
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  onHint(listener: (hint: CaptureHint) => void): void {
    this.#onHint = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#transport.open();
    this.#isOpen = opened.ok;
    return opened;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#settleAll();
    await this.#transport.close();
  }

  hello(): Promise<Ready | null> {
    return this.#ask('hello', { type: 'hello', protocol: PROTOCOL_VERSION }) as Promise<Ready | null>;
  }

  ping(): Promise<Pong | null> {
    const id = ++this.#pingCount;
    return this.#ask(id, { type: 'ping', id }) as Promise<Pong | null>;
  }

  capture(request: CaptureRequest): Promise<CaptureReply> {
    const captureId = `c${++this.#captureCount}`;
    if (!this.#send({ type: 'capture', captureId, ...request })) return Promise.resolve({ type: 'silence' });
    this.#counters.captureCount++;
    const captured = this.#capture.begin(captureId);
    this.#capture.arm(request.timeoutMs + CAPTURE_ALLOWANCE_MS, () => {
      this.#counters.timeoutCount++;
      this.cancel();
      this.#capture.settle({ type: 'silence' });
    });
    return captured;
  }

  cancel(): void {
    const captureId = this.#capture.request;
    if (captureId !== undefined) this.#send({ type: 'cancel', captureId });
  }

  #ask(key: 'hello' | number, message: HostMessage): Promise<Ready | Pong | null> {
    if (!this.#send(message)) return Promise.resolve(null);
    const answered = this.#question.begin(key);
    this.#question.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#question.settle(null);
    });
    return answered;
  }

  #send(message: HostMessage): boolean {
    return this.#isOpen && this.#transport.write(Buffer.from(encodeMessage(message), 'utf8'));
  }

  #take(text: string): void {
    const message = decodeMessage(text);
    if (message === null) {
      this.#counters.badMessageCount++;
      this.#log.warn('bio.link.strange', { charCount: text.length });
      // It may have been the answer, with something in it that must not be there: nothing of it is used.
      this.#capture.settle({ type: 'notSealed' });
      return;
    }
    const isExpected = this.#takeMessage(message);
    if (!isExpected) this.#counters.unexpectedMessageCount++;
  }

  #takeMessage(message: ServiceMessage): boolean {
    switch (message.type) {
      case 'ready':
      case 'pong': {
        const isAnswer = this.#question.request === (message.type === 'ready' ? 'hello' : message.id);
        if (isAnswer) this.#question.settle(message);
        return isAnswer;
      }
      case 'hint':
        if (message.captureId !== this.#capture.request) return false;
        this.#onHint(message.hint);
        return true;
      case 'captured':
      case 'failed':
        // Of a capture that was given up, perhaps of the person before: dropped.
        if (message.captureId !== this.#capture.request) return false;
        this.#capture.settle(message.type === 'captured' && !isSealed(message.sealedSample) ? { type: 'notSealed' } : message);
        return true;
    }
  }

  #settleAll(): void {
    this.#question.settle(null);
    this.#capture.settle({ type: 'silence' });
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount++;
    this.#log.warn('bio.link.lost', { detail });
    this.#settleAll();
    this.#onLost();
  }
}
