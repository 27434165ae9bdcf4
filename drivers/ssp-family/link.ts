import type { NumberedRequest } from '../transport/alternating-link.ts';
import { AlternatingLink } from '../transport/alternating-link.ts';
import type { LinkParts } from '../transport/exchange-link.ts';
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

interface Packet extends NumberedRequest {
  readonly code: number;
  readonly isSealed: boolean;
}

/** Packets with the sequence flag that alternates, in clear or encrypted. [ssp §4, §13] */
export class SspLink extends AlternatingLink<FrameEvent, Packet, Buffer, { crcErrorCount: number; undecipheredCount: number }> {
  readonly #address: number;
  #session: EsspSession | null = null;

  constructor({ address, ...parts }: LinkParts & { readonly address: number }) {
    super({ ...parts, logArea: 'cim', gapMs: GAP_MS, createReader: createFrameReader }, { crcErrorCount: 0, undecipheredCount: 0 });
    this.#address = address;
    this.nextNumber = 1;
  }

  /** Code of the last command: what `repeat` brings is the answer to it. */
  get lastCode(): number | null {
    return this.last?.code ?? null;
  }

  /** From now on `send` is encrypted; null: in clear. */
  use(session: EsspSession | null): void {
    this.#session = session;
  }

  /** Flag 1 by itself; the next packet has flag 0. What the unit still had to say is lost. [ssp §4] */
  sync(): Promise<Buffer | null> {
    this.#session = null;
    this.nextNumber = 1;
    return this.#send([COMMANDS.sync]);
  }

  /**
   * Nothing is said while a packet is open: the reply to that one would be taken for the answer, and a POLL would accept the note that it was to return. [ssp §4, §11]
   * @returns the answer's data, its response code first; null: none came, the packet stays open
   */
  send(data: readonly number[]): Promise<Buffer | null> {
    return this.isLastOpen ? Promise.resolve(null) : this.#send(data);
  }

  #send(data: readonly number[]): Promise<Buffer | null> {
    const plain = Uint8Array.from(data);
    const frame = encodeFrame({ flag: this.nextNumber, address: this.#address, data: this.#session?.seal(plain) ?? plain });
    return this.sendNumbered({ code: data[0]!, number: this.nextNumber, frame, isSealed: this.#session !== null, attempts: 0, attemptCountMax: ATTEMPTS_MAX, timeoutMs: REPLY_MS });
  }

  protected override take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.countNoise(event);
      if (event.reason === 'badCrc') this.count.crcErrorCount++;
      return;
    }
    const packet = this.exchange.request;
    if (packet === undefined || event.flag !== packet.number || event.address !== this.#address) {
      this.count.unexpectedFrameCount++;
      return;
    }
    if (event.data[0] === STEX) {
      const opened = packet.isSealed ? (this.#session?.open(event.data) ?? null) : null;
      if (opened === null) this.count.undecipheredCount++;
      else this.exchange.settle(Buffer.from(opened));
      return;
    }
    // A unit that lost its keys answers in clear, and says so; anything else in clear is no answer to a sealed packet.
    if (!packet.isSealed || (event.data.length === 1 && event.data[0] === RESPONSES.keyNotSet)) this.exchange.settle(Buffer.from(event.data));
    else this.count.unexpectedFrameCount++;
  }
}
