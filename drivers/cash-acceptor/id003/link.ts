import type { Clock } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { Id003Command } from './codec.ts';
import { encodeCommand } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

/** A USB adapter hands bytes on up to 16 ms late. */
const GAP_MS = 30;
/** The device answers within about 50 ms; adapters and busy hosts add to that. [id003 §4] */
const REPLY_MS = 300;

export interface LinkRequest {
  readonly command: Id003Command;
  /** Answers that are meant for this command; others are late ones of an earlier command and are passed over. */
  readonly isAnswer: (body: Buffer) => boolean;
  /** How often it may be sent; 1 where a repeat could act twice. */
  readonly attemptCountMax: number;
  readonly timeoutMs?: number;
}

interface Waiting extends LinkRequest {
  readonly frame: Buffer;
  attempts: number;
}

/** One request in flight, repeated on silence. ID003 has no sequence and no NAK: an answer is known by its code alone. */
export class Id003Link {
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Waiting, Buffer | null>;
  readonly #counters = { crcErrorCount: 0, noiseByteCount: 0, timeoutCount: 0, retryCount: 0, unexpectedFrameCount: 0, duplicateCount: 0, lineLostCount: 0 };
  #onLost: () => void = () => {};

  constructor({ transport, clock }: { readonly transport: Transport; readonly clock: Clock }) {
    this.#exchange = new Exchange(clock);
    this.#line = new ByteLine<FrameEvent>({
      transport, clock, gapMs: GAP_MS,
      createReader: createFrameReader,
      onEvent: (event) => this.#take(event),
      onLost: () => {
        this.#counters.lineLostCount++;
        this.#exchange.settle(null);
        this.#onLost();
      },
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  get isOpen(): boolean {
    return this.#line.isOpen;
  }

  countDuplicate(): void {
    this.#counters.duplicateCount++;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  async close(): Promise<void> {
    await this.#line.close();
    this.#exchange.settle(null);
  }

  /** @returns the answer's body; null: nothing usable came, the device may or may not have acted */
  request(request: LinkRequest): Promise<Buffer | null> {
    if (!this.#line.isOpen) return Promise.resolve(null);
    const waiting: Waiting = { ...request, frame: encodeFrame(encodeCommand(request.command)), attempts: 0 };
    const answer = this.#exchange.begin(waiting);
    this.#send(waiting);
    return answer;
  }

  /** For ACK, which the device does not answer. @returns whether it left */
  tell(command: Id003Command): boolean {
    return this.#line.write(encodeFrame(encodeCommand(command)));
  }

  #send(waiting: Waiting): void {
    if (waiting.attempts++ > 0) this.#counters.retryCount++;
    this.#line.write(waiting.frame);
    this.#exchange.arm(waiting.timeoutMs ?? REPLY_MS, () => {
      this.#counters.timeoutCount++;
      if (waiting.attempts < waiting.attemptCountMax) this.#send(waiting);
      else this.#exchange.settle(null);
    });
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badCrc') this.#counters.crcErrorCount++;
      return;
    }
    if (this.#exchange.request?.isAnswer(event.body) === true) this.#exchange.settle(Buffer.from(event.body));
    else this.#counters.unexpectedFrameCount++;
  }
}
