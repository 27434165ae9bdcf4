import type { Transport } from '../../../drivers/transport/transport.ts';
import type { Clock, TimerHandle } from '../../foundation/clock.ts';

/** The slowest answer of all protocols begins within 500 ms of its question; adapters and busy machines add to that. */
const SILENCE_MS = 1_000;
/** All questions of one protocol on a line where something always talks. */
const CANDIDATE_MS_MAX = 8_000;

const NOTHING = Buffer.alloc(0);

/**
 * A line that counts what it hears, and ends the questions of a link on it when nobody speaks: the link has retries and waits for a device that is known to
 * be there. On a line of one wire a question comes back: that is nobody's answer, though some protocols would take it for one.
 */
export class WatchedLine implements Transport {
  readonly name: string;
  readonly #transport: Transport;
  readonly #clock: Clock;
  #silence: TimerHandle | undefined;
  #limit: TimerHandle | undefined;
  #heardByteCount = 0;
  /** The last question, as long as all that came could be its echo; and what came of it. */
  #asked: Buffer = NOTHING;
  #echo: Buffer = NOTHING;
  #onData: (chunk: Uint8Array) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(transport: Transport, clock: Clock) {
    this.name = transport.name;
    this.#transport = transport;
    this.#clock = clock;
    transport.onData((chunk) => {
      const heard = this.#withoutEcho(chunk);
      if (heard.length === 0) return;
      this.#heardByteCount += heard.length;
      this.#rest();
      this.#onData(heard);
    });
    transport.onClosed((detail) => this.#end(detail));
  }

  get heardByteCount(): number {
    return this.#heardByteCount;
  }

  async open(): ReturnType<Transport['open']> {
    const opened = await this.#transport.open();
    if (opened.ok) this.#limit = this.#clock.setTimeout(() => this.#end('no answer in this protocol'), CANDIDATE_MS_MAX);
    return opened;
  }

  /** Each question starts the wait for its first byte. */
  write(bytes: Uint8Array): boolean {
    this.#silence ??= this.#clock.setTimeout(() => this.#end('silence'), SILENCE_MS);
    [this.#asked, this.#echo] = [Buffer.from(bytes), NOTHING];
    return this.#transport.write(bytes);
  }

  async close(): Promise<void> {
    this.#rest();
    if (this.#limit !== undefined) this.#clock.clearTimeout(this.#limit);
    this.#limit = undefined;
    await this.#transport.close();
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  #withoutEcho(chunk: Uint8Array): Uint8Array {
    const heard = Buffer.concat([this.#echo, chunk]);
    const length = Math.min(heard.length, this.#asked.length);
    const isEcho = length > 0 && heard.subarray(0, length).equals(this.#asked.subarray(0, length));
    if (isEcho && heard.length < this.#asked.length) {
      this.#echo = heard;
      return NOTHING;
    }
    const answer = isEcho ? heard.subarray(length) : heard;
    [this.#asked, this.#echo] = [NOTHING, NOTHING];
    return answer;
  }

  #rest(): void {
    if (this.#silence !== undefined) this.#clock.clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #end(detail: string): void {
    this.#rest();
    this.#onClosed(detail);
  }
}
