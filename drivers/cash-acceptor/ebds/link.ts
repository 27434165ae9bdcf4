import type { Clock } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { EbdsReply, MessageType } from './codec.ts';
import { MESSAGE_TYPES, decodeReply } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

const GAP_MS = 30;
/** Usually within 50 ms; while it scans a note it may miss polls. [ebds §3] */
const REPLY_MS = 300;
/** A second and more of missed polls is normal; five seconds is the longest that the device bears itself. [ebds §3] */
const ATTEMPTS_MAX = 17;

interface Message {
  readonly bit: number;
  readonly frame: Buffer;
  attempts: number;
}

/**
 * Messages with the acknowledge number that alternates. A message is sent unchanged until a reply with its number comes, so that it acts once and no event
 * is lost; `repeat` sends the last one again and gets the same reply, which keeps an event in the device. [ebds §3]
 */
export class EbdsLink {
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Message, EbdsReply | null>;
  readonly #counters = { checksumErrorCount: 0, noiseByteCount: 0, timeoutCount: 0, retryCount: 0, nakReceivedCount: 0, unexpectedFrameCount: 0, duplicateCount: 0, lineLostCount: 0 };
  #nextBit = 0;
  #last: Message | null = null;
  /** The last message was never answered: it goes out again before any other, also after the line was lost. */
  #isLastOpen = false;
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

  /** The last message got no reply: `repeat` it before anything else is said. */
  get isLastOpen(): boolean {
    return this.#isLastOpen;
  }

  /** @returns null: no reply; the message stays open */
  send(type: MessageType, data: readonly number[]): Promise<EbdsReply | null> {
    const bit = this.#nextBit;
    this.#last = { bit, frame: encodeFrame((MESSAGE_TYPES[type] << 4) | bit, Uint8Array.from(data)), attempts: 0 };
    return this.#exchangeLast();
  }

  /** For the soft reset, whose reply nobody guarantees; the device begins anew. [ebds §7] */
  tell(type: MessageType, data: readonly number[]): void {
    this.#line.write(encodeFrame((MESSAGE_TYPES[type] << 4) | this.#nextBit, Uint8Array.from(data)));
    this.#last = null;
    this.#isLastOpen = false;
  }

  /** The last message once more, byte by byte. @returns null: no reply, or nothing was ever sent */
  repeat(): Promise<EbdsReply | null> {
    if (this.#last === null) return Promise.resolve(null);
    this.#last.attempts = 0;
    return this.#exchangeLast();
  }

  async #exchangeLast(): Promise<EbdsReply | null> {
    const message = this.#last!;
    this.#isLastOpen = true;
    if (!this.#line.isOpen) return null;
    const answer = this.#exchange.begin(message);
    this.#transmit(message);
    const reply = await answer;
    if (reply !== null) {
      this.#isLastOpen = false;
      this.#nextBit = 1 - message.bit;
    }
    return reply;
  }

  #transmit(message: Message): void {
    if (message.attempts++ > 0) this.#counters.retryCount++;
    this.#line.write(message.frame);
    this.#exchange.arm(REPLY_MS, () => {
      this.#counters.timeoutCount++;
      this.#again(message);
    });
  }

  #again(message: Message): void {
    if (message.attempts < ATTEMPTS_MAX) this.#transmit(message);
    else this.#exchange.settle(null);
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badChecksum') this.#counters.checksumErrorCount++;
      return;
    }
    const message = this.#exchange.request;
    const reply = decodeReply(event.control, Buffer.from(event.data));
    if (message === undefined || reply.kind === 'unknown') {
      this.#counters.unexpectedFrameCount++;
    } else if ((event.control & 1) === message.bit) {
      this.#exchange.settle(reply);
    } else {
      // The opposite number: the device did not take the message – or this is the late reply to the one before. Its own time repeats it. [ebds §3]
      this.#counters.nakReceivedCount++;
    }
  }
}
