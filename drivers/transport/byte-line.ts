import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { Transport, TransportError } from './transport.ts';

/** What turns bytes into events; `FrameScanner` is one. */
export interface Reader<Event> {
  readonly pendingByteCount: number;
  push(chunk: Uint8Array): readonly Event[];
  expire(): readonly Event[];
}

export interface ByteLineOptions<Event> {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Made anew at each opening: what was half read belongs to the line before. */
  readonly createReader: () => Reader<Event>;
  /** Silence after which a begun frame will not be completed. A USB adapter hands bytes on up to 16 ms late, so less than 20 cuts good frames. */
  readonly gapMs: number;
  readonly onEvent: (event: Event) => void;
  /** The open line is gone; not called on `close()`. */
  readonly onLost: (detail: string) => void;
}

/** A byte line that is open or not: reads frames, ends begun ones by time, tells a loss once. Links build requests and answers on it. */
export class ByteLine<Event> {
  readonly #options: ByteLineOptions<Event>;
  #reader: Reader<Event>;
  #gapTimer: TimerHandle | undefined;
  #isOpen = false;

  constructor(options: ByteLineOptions<Event>) {
    this.#options = options;
    this.#reader = options.createReader();
    options.transport.onData((chunk) => this.#receive(chunk));
    options.transport.onClosed((detail) => this.#lose(detail));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#options.transport.open();
    if (opened.ok) {
      this.#reader = this.#options.createReader();
      this.#isOpen = true;
    }
    return opened;
  }

  /** What comes from now on is not heard. The link settles its waiter itself. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#clearGapTimer();
    await this.#options.transport.close();
  }

  /** False when the line is not open; the bytes are then dropped. */
  write(bytes: Uint8Array): boolean {
    return this.#isOpen && this.#options.transport.write(bytes);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#clearGapTimer();
    this.#tell(this.#reader.push(chunk));
    if (this.#isOpen && this.#reader.pendingByteCount > 0) this.#gapTimer = this.#options.clock.setTimeout(() => this.#tell(this.#reader.expire()), this.#options.gapMs);
  }

  /** An event may close the line; what came behind it is then nobody's. */
  #tell(events: readonly Event[]): void {
    for (const event of events) if (this.#isOpen) this.#options.onEvent(event);
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#clearGapTimer();
    this.#options.onLost(detail);
  }

  #clearGapTimer(): void {
    if (this.#gapTimer !== undefined) this.#options.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }
}
