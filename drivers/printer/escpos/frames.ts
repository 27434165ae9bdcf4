/**
 * What a printer sends back: single bytes and short groups on one stream, without frame or checksum, told apart by their fixed
 * bits. [escpos §1, §6]
 */
const XON = 0x11;
const XOFF = 0x13;
const DLE = 0x10;
/** Second byte of Custom's full status `10 0F p u r f`. */
const FULL_STATUS_MARK = 0x0f;
const FULL_STATUS_BYTES = 6;
const ASB_BYTES = 4;

export type ReplyEvent =
  | { readonly kind: 'xon' }
  | { readonly kind: 'xoff' }
  /** Answer to DLE EOT n; which n is known only to who asked. */
  | { readonly kind: 'realTime'; readonly value: number }
  /** Answer to GS r 1, given in the order of the print data. */
  | { readonly kind: 'paperSensor'; readonly value: number }
  /** Automatic status back, unasked; four bytes. */
  | { readonly kind: 'automaticStatus'; readonly bytes: Uint8Array }
  /** Custom's six bytes. */
  | { readonly kind: 'fullStatus'; readonly bytes: Uint8Array }
  | { readonly kind: 'noise'; readonly value: number };

/** Bytes of the stream that an event stands for. */
export function eventByteCount(event: ReplyEvent): number {
  return event.kind === 'automaticStatus' || event.kind === 'fullStatus' ? event.bytes.length : 1;
}

/** b0 = 0, b1 = 1, b4 = 1, b7 = 0. [escpos §6] */
const isRealTime = (value: number) => (value & 0x93) === 0x12;
/** b0 = b1 = 0, b4 = 1, b7 = 0. */
const isAsbStart = (value: number) => (value & 0x93) === 0x10;
const isAsbRest = (value: number) => (value & 0x90) === 0;
/** Two sensors of two equal bits: near end 03, end 0C. Anything else in these bits is no answer to GS r 1. [escpos §2] */
const isPaperSensor = (value: number) => value === 0x00 || value === 0x03 || value === 0x0c || value === 0x0f;

/** Takes any chunk in any cut; gives the events it completes, in order. Never throws, never waits, every byte ends in one event. */
export class ReplyReader {
  #pending: number[] = [];

  push(chunk: Uint8Array): ReplyEvent[] {
    const events: ReplyEvent[] = [];
    this.#pending.push(...chunk);
    for (;;) {
      const event = this.#next();
      if (event === undefined) return events;
      this.#pending.splice(0, eventByteCount(event));
      events.push(event);
    }
  }

  /** Bytes of a begun group. */
  get pendingByteCount(): number {
    return this.#pending.length;
  }

  /** Gives up a begun group: its bytes are noise. For the link, which has the clock. */
  reset(): ReplyEvent[] {
    const events = this.#pending.map((value): ReplyEvent => ({ kind: 'noise', value }));
    this.#pending = [];
    return events;
  }

  #next(): ReplyEvent | undefined {
    const [first, second] = this.#pending;
    if (first === undefined) return undefined;
    if (first === XON) return { kind: 'xon' };
    if (first === XOFF) return { kind: 'xoff' };
    if (isRealTime(first)) return { kind: 'realTime', value: first };
    if (isPaperSensor(first)) return { kind: 'paperSensor', value: first };
    if (!isAsbStart(first)) return { kind: 'noise', value: first };
    // An XON, XOFF or status in between shows that this was no group: the byte alone goes, a good one may follow.
    if (second === undefined) return undefined;
    if (first === DLE && second === FULL_STATUS_MARK) return this.#group('fullStatus', FULL_STATUS_BYTES);
    if (!this.#pending.slice(1, ASB_BYTES).every(isAsbRest)) return { kind: 'noise', value: first };
    return this.#group('automaticStatus', ASB_BYTES);
  }

  #group(kind: 'automaticStatus' | 'fullStatus', byteCount: number): ReplyEvent | undefined {
    return this.#pending.length < byteCount ? undefined : { kind, bytes: Uint8Array.from(this.#pending.slice(0, byteCount)) };
  }
}
