import type { Clock } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { ByteLine } from '../transport/byte-line.ts';
import { Exchange } from '../transport/exchange.ts';
import type { Transport, TransportError } from '../transport/transport.ts';
import { COMMANDS, RESPONSES } from './codec.ts';
import type { EsspSession } from './encryption.ts';
import { STEX } from './encryption.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

const GAP_MS = 30;
/** [ssp §4] 1 s in the manual, libraries 0.5 to 1 s. */
const REPLY_MS = 500;
/** Five seconds: the unit disables itself after ten without a command. */
const ATTEMPTS_MAX = 10;

interface Packet {
  readonly code: number;
  readonly flag: number;
  readonly frame: Buffer;
  readonly isSealed: boolean;
  attempts: number;
}

/**
 * Packets with the sequence flag that alternates. A packet is sent unchanged until its answer comes; the unit answers a repeated flag with its last reply and
 * does nothing, which also keeps an event in the unit (`repeat`). [ssp §4, §13]
 */
export class SspLink {
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Packet, Buffer | null>;
  readonly #address: number;
  readonly #counters = { crcErrorCount: 0, noiseByteCount: 0, timeoutCount: 0, retryCount: 0, unexpectedFrameCount: 0, undecipheredCount: 0, duplicateCount: 0, lineLostCount: 0 };
  #flag = 1;
  #last: Packet | null = null;
  #isLastOpen = false;
  #session: EsspSession | null = null;
  #onLost: () => void = () => {};

  constructor({ transport, clock, address }: { readonly transport: Transport; readonly clock: Clock; readonly address: number }) {
    this.#address = address;
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

  /** The last packet got no answer: `repeat` it before anything else, also after the line was lost. */
  get isLastOpen(): boolean {
    return this.#isLastOpen;
  }

  /** Code of the last command: what `repeat` brings is the answer to it. */
  get lastCode(): number | null {
    return this.#last?.code ?? null;
  }

  /** From now on `send` is encrypted; null: in clear. */
  use(session: EsspSession | null): void {
    this.#session = session;
  }

  /** Flag 1 by itself; the next packet has flag 0. What the unit still had to say is lost. [ssp §4] */
  sync(): Promise<Buffer | null> {
    this.#session = null;
    this.#flag = 1;
    return this.send([COMMANDS.sync]);
  }

  /** @returns the answer's data, its response code first; null: none came, the packet stays open */
  send(data: readonly number[]): Promise<Buffer | null> {
    const plain = Uint8Array.from(data);
    const isSealed = this.#session !== null;
    this.#last = { code: data[0]!, flag: this.#flag, frame: encodeFrame({ flag: this.#flag, address: this.#address, data: this.#session?.seal(plain) ?? plain }), isSealed, attempts: 0 };
    return this.#exchangeLast();
  }

  /** The last packet once more, byte by byte. @returns null: no answer, or nothing was ever sent */
  repeat(): Promise<Buffer | null> {
    if (this.#last === null) return Promise.resolve(null);
    this.#last.attempts = 0;
    return this.#exchangeLast();
  }

  async #exchangeLast(): Promise<Buffer | null> {
    const packet = this.#last!;
    this.#isLastOpen = true;
    if (!this.#line.isOpen) return null;
    const answer = this.#exchange.begin(packet);
    this.#transmit(packet);
    const reply = await answer;
    if (reply !== null) {
      this.#isLastOpen = false;
      this.#flag = 1 - packet.flag;
    }
    return reply;
  }

  #transmit(packet: Packet): void {
    if (packet.attempts++ > 0) this.#counters.retryCount++;
    this.#line.write(packet.frame);
    this.#exchange.arm(REPLY_MS, () => {
      this.#counters.timeoutCount++;
      if (packet.attempts < ATTEMPTS_MAX) this.#transmit(packet);
      else this.#exchange.settle(null);
    });
  }

  #take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badCrc') this.#counters.crcErrorCount++;
      return;
    }
    const packet = this.#exchange.request;
    if (packet === undefined || event.flag !== packet.flag || event.address !== this.#address) {
      this.#counters.unexpectedFrameCount++;
      return;
    }
    if (event.data[0] === STEX) {
      const opened = packet.isSealed ? (this.#session?.open(event.data) ?? null) : null;
      if (opened === null) this.#counters.undecipheredCount++;
      else this.#exchange.settle(Buffer.from(opened));
      return;
    }
    // A unit that lost its keys answers in clear, and says so; anything else in clear is no answer to a sealed packet.
    if (!packet.isSealed || (event.data.length === 1 && event.data[0] === RESPONSES.keyNotSet)) this.#exchange.settle(Buffer.from(event.data));
    else this.#counters.unexpectedFrameCount++;
  }
}
