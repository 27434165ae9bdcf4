import type { Clock } from '../../../main/foundation/clock.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { SmartCardAdapter } from './adapter.ts';
import { ANSWERED, ASK_STATE, CARD_ABSENT, CARD_PRESENT, createFrameReader, encodeFrame, NOT_ANSWERED, TRANSMIT, type FrameEvent } from './frames.ts';

/** A contactless card near the edge of the field is slow. */
const ANSWER_TIMEOUT_MS = 3_000;
const INTER_BYTE_MS = 1_000;

/** A simulated reader behind a byte line: cards and APDUs in frames. [README §Socket] */
export class SocketSmartCardAdapter implements SmartCardAdapter {
  readonly name: string;
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<null, Uint8Array | null>;
  #onState: ((isAnswered: boolean) => void) | null = null;
  #onCard: (answerToReset: Uint8Array | null) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor({ transport, clock }: { readonly transport: Transport; readonly clock: Clock }) {
    this.name = transport.name;
    this.#exchange = new Exchange(clock);
    this.#line = new ByteLine({
      transport, clock, createReader: createFrameReader, gapMs: INTER_BYTE_MS,
      onEvent: (event) => this.#take(event),
      onLost: (detail) => {
        this.#exchange.settle(null);
        this.#stateTold(false);
        this.#onClosed(detail);
      },
    });
  }

  onCard(listener: (answerToReset: Uint8Array | null) => void): void {
    this.#onCard = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#line.open();
    if (opened.ok) this.#line.write(encodeFrame(ASK_STATE));
    return opened;
  }

  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#exchange.settle(null);
    this.#stateTold(false);
    await closed;
  }

  isAlive(): Promise<boolean> {
    this.#stateTold(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onState = resolve;
    if (!this.#line.isOpen) this.#stateTold(false);
    else this.#line.write(encodeFrame(ASK_STATE));
    return promise;
  }

  transmit(command: Uint8Array): Promise<Uint8Array | null> {
    if (!this.#line.isOpen) return Promise.resolve(null);
    const answered = this.#exchange.begin(null);
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => this.#exchange.settle(null));
    this.#line.write(encodeFrame(TRANSMIT, command));
    return answered;
  }

  #take(event: FrameEvent): void {
    if (event.kind !== 'frame') return;
    if (event.type === CARD_PRESENT || event.type === CARD_ABSENT) this.#stateTold(true);
    if (event.type === ANSWERED) this.#exchange.settle(event.data);
    else if (event.type === NOT_ANSWERED) this.#exchange.settle(null);
    else if (event.type === CARD_PRESENT) this.#onCard(event.data);
    else if (event.type === CARD_ABSENT) {
      this.#exchange.settle(null);
      this.#onCard(null);
    }
  }
  #stateTold(isAnswered: boolean): void {
    this.#onState?.(isAnswered);
    this.#onState = null;
  }
}
