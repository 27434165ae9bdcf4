/**
 * A serial scanner sends text and a suffix (CR, CR LF) or just stops. End of a code = suffix, or the silence that the link measures. Between codes come
 * answers to menu commands: an echo, one of ACK ENQ NAK, and the terminator. [scanners §1.3]
 */
const CR = 0x0d;
const LF = 0x0a;
const ACK = 0x06;
const ENQ = 0x05;
const NAK = 0x15;
const TERMINATORS: readonly number[] = [0x2e, 0x21];
export const CODE_LENGTH_BYTES_MAX = 4096;

export type ScannerEvent =
  | { readonly kind: 'code'; readonly bytes: Buffer }
  | { readonly kind: 'menuAnswer'; readonly text: string; readonly verdict: 'ok' | 'badTag' | 'badData' }
  | { readonly kind: 'noise'; readonly reason: 'tooLong'; readonly byteCount: number };

/** Pure, total, incremental; never holds more than one code of the longest kind. */
export class CodeCollector {
  #pending: number[] = [];
  /** Bytes of a code that outgrew the limit; dropped up to its end. */
  #droppedCount = 0;

  get pendingByteCount(): number {
    return this.#pending.length + this.#droppedCount;
  }

  push(chunk: Uint8Array): ScannerEvent[] {
    const events: ScannerEvent[] = [];
    for (const byte of chunk) {
      const before = this.#pending.at(-1);
      if (byte === CR || byte === LF) events.push(...this.expire());
      else if (this.#droppedCount > 0) this.#droppedCount++;
      else if (TERMINATORS.includes(byte) && (before === ACK || before === ENQ || before === NAK)) events.push(this.#menuAnswer(before));
      else if (this.#pending.length < CODE_LENGTH_BYTES_MAX) this.#pending.push(byte);
      else {
        this.#droppedCount = this.#pending.length + 1;
        this.#pending = [];
      }
    }
    return events;
  }

  /** Suffix seen, or silence. */
  expire(): ScannerEvent[] {
    const bytes = Buffer.from(this.#pending);
    const droppedCount = this.#droppedCount;
    this.#pending = [];
    this.#droppedCount = 0;
    if (droppedCount > 0) return [{ kind: 'noise', reason: 'tooLong', byteCount: droppedCount }];
    return bytes.length === 0 ? [] : [{ kind: 'code', bytes }];
  }

  #menuAnswer(verdict: number): ScannerEvent {
    const text = Buffer.from(this.#pending.slice(0, -1)).toString('latin1');
    this.#pending = [];
    return { kind: 'menuAnswer', text, verdict: verdict === ACK ? 'ok' : verdict === ENQ ? 'badTag' : 'badData' };
  }
}
