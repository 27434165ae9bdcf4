import type { ReportEvent } from './frames.ts';

/** Output reports: id FD, length, the bytes of the serial command. [scanners §1.2, single source] */
export const TRIGGER_ON = Uint8Array.of(0xfd, 0x03, 0x16, 0x54, 0x0d);
export const TRIGGER_OFF = Uint8Array.of(0xfd, 0x03, 0x16, 0x55, 0x0d);

export const CODE_LENGTH_BYTES_MAX = 4096;

type Part = Extract<ReportEvent, { kind: 'part' }>;
export interface Code {
  readonly aim: string;
  readonly text: string;
}
export type JoinEvent = { readonly kind: 'code'; readonly code: Code } | { readonly kind: 'dropped'; readonly reason: 'otherCode' | 'repeatedPart' | 'tooLong' | 'empty' } | { readonly kind: 'more' };

/** Parts to codes. A wrong code is worse than none: what does not fit together is dropped whole, the customer shows it again. */
export class CodeJoiner {
  #parts: Part[] = [];
  /** A code was given up: its parts are dropped up to its last one. */
  #isDropping = false;

  get isInsideCode(): boolean {
    return this.#parts.length > 0 || this.#isDropping;
  }

  push(part: Part): JoinEvent {
    const before = this.#parts.at(-1);
    if (this.#isDropping) return this.#drop(part, 'otherCode');
    if (before !== undefined && before.aim !== part.aim) return this.#drop(part, 'otherCode');
    // A report that came twice cannot be told from a code that repeats itself.
    if (before !== undefined && before.data.equals(part.data) && !part.isLast) return this.#drop(part, 'repeatedPart');
    this.#parts.push(part);
    const bytes = Buffer.concat(this.#parts.map(({ data }) => data));
    if (bytes.length > CODE_LENGTH_BYTES_MAX) return this.#drop(part, 'tooLong');
    if (!part.isLast) return { kind: 'more' };
    this.#parts = [];
    const text = textOf(bytes);
    return text === '' ? { kind: 'dropped', reason: 'empty' } : { kind: 'code', code: { aim: part.aim, text } };
  }

  /**
   * A part came damaged or not in time. What follows may be the rest of that code and would look like a whole one, so it is dropped up to its last part, or until
   * `forget`. @returns whether a code was given up
   */
  giveUp(): boolean {
    const wasInside = this.#parts.length > 0;
    this.#parts = [];
    this.#isDropping = true;
    return wasInside;
  }

  get isDropping(): boolean {
    return this.#isDropping;
  }

  forget(): void {
    this.#parts = [];
    this.#isDropping = false;
  }

  #drop(part: Part, reason: 'otherCode' | 'repeatedPart' | 'tooLong'): JoinEvent {
    this.#parts = [];
    this.#isDropping = !part.isLast;
    return { kind: 'dropped', reason };
  }
}

/** Hostile input: text without control characters but GS. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/[\u0000-\u001c\u001e\u001f\u007f-\u009f]/g, '');
}
