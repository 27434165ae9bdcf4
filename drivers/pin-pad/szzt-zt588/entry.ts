import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { PinEntry, PinPadEvent } from '../../interfaces/pin-pad.ts';

/** Codes outside frames while a PIN is entered. [scanners-pinpads-misc §2.1] */
const ENTER = 0x0d;
const CANCEL = 0x1b;
const TIME_OUT = 0x80;
const CLEAR = 0x08;
/** What stands for a digit. */
export const MASK = 0xff;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

export type EntryEnd = PinEntry['completion'] | 'interrupted' | 'clearDigit';
export type KeyPressed = Extract<PinPadEvent, { kind: 'keyPressed' }>['key'];

/** One entry at the pad: counts masked keys and ends once. It is told codes and keeps none. */
export class Entry {
  readonly ended: Promise<EntryEnd>;
  readonly #clock: Clock;
  readonly #onKey: (key: KeyPressed) => void;
  #settle: (end: EntryEnd) => void = () => {};
  readonly #timer: TimerHandle;
  digitCount = 0;

  constructor(options: { readonly clock: Clock; readonly timeoutMs: number; readonly onKey: (key: KeyPressed) => void }) {
    this.#clock = options.clock;
    this.#onKey = options.onKey;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#timer = options.clock.setTimeout(() => this.end('timeOut'), options.timeoutMs);
  }

  /** Does nothing after the first time. */
  end(end: EntryEnd): void {
    this.#clock.clearTimeout(this.#timer);
    this.#settle(end);
  }

  take(code: number): void {
    if (code === MASK) {
      this.digitCount++;
      this.#onKey('digit');
    } else if (code === ENTER) {
      this.#onKey('enter');
      this.end('enter');
    } else if (code === CANCEL) {
      this.#onKey('cancel');
      this.end('cancel');
    } else if (code === TIME_OUT) {
      this.end('timeOut');
    } else if (code === CLEAR) {
      this.digitCount = 0;
      this.#onKey('clear');
    } else if (isDigit(code)) {
      // A pad that tells digits is not what it should be: nothing of it is kept, and it is not trusted again.
      this.end('clearDigit');
    }
  }
}
