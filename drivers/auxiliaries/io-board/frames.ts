import { crc16Kermit } from '../../checks/crc16-kermit.ts';

/** The longest line of the protocol is 40 bytes; more is no line of ours. [README §Lines] */
export const LINE_LENGTH_BYTES_MAX = 64;
const LF = 0x0a;
const CR = 0x0d;
/** ` *hhhh` at the end of each line of the board. */
const CHECKED_LINE = /^(.+) \*([0-9A-F]{4})$/;

export type NoiseReason = 'badChecksum' | 'noChecksum' | 'notAscii' | 'tooLong';
export type LineEvent = { readonly kind: 'line'; readonly body: string } | { readonly kind: 'noise'; readonly reason: NoiseReason; readonly byteCount: number };

/** Bytes of the board to lines whose checksum holds. Takes any cut; never throws; every byte belongs to a line or to noise. */
export class LineReader {
  #pending: number[] = [];
  /** A line was too long: what comes until its end is noise. */
  #isSkipping = false;

  push(chunk: Uint8Array): LineEvent[] {
    const events: LineEvent[] = [];
    for (const byte of chunk) {
      this.#pending.push(byte);
      if (byte === LF) events.push(this.#endLine());
      else if (this.#pending.length === LINE_LENGTH_BYTES_MAX) {
        events.push({ kind: 'noise', reason: 'tooLong', byteCount: this.#pending.length });
        this.#pending = [];
        this.#isSkipping = true;
      }
    }
    return events;
  }

  /** Forgets what was begun: the port was opened anew. */
  reset(): void {
    this.#pending = [];
    this.#isSkipping = false;
  }

  get pendingByteCount(): number {
    return this.#pending.length;
  }

  #endLine(): LineEvent {
    const bytes = this.#pending;
    this.#pending = [];
    const noise = (reason: NoiseReason): LineEvent => ({ kind: 'noise', reason, byteCount: bytes.length });
    if (this.#isSkipping) {
      this.#isSkipping = false;
      return noise('tooLong');
    }
    const isCrLf = bytes.at(-2) === CR;
    const content = bytes.slice(0, isCrLf ? -2 : -1);
    if (content.some((byte) => byte < 0x20 || byte > 0x7e)) return noise('notAscii');
    const match = CHECKED_LINE.exec(String.fromCharCode(...content));
    if (match === null) return noise('noChecksum');
    const body = match[1]!;
    return crc16Kermit(Buffer.from(body, 'latin1')) === Number.parseInt(match[2]!, 16) ? { kind: 'line', body } : noise('badChecksum');
  }
}
