import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';

/** A code that stays before the window is read again and again: it is told once, until it was away for so long. [scanners §1.4] */
const SAME_CODE_MS = 2_000;
/** The trigger goes off with each code and at the scanner's own time-out; while armed it is pressed again. */
const RETRIGGER_MS = 500;

/** Which codes of a scanner are wanted: only while armed, each once while it stays; and the trigger, pressed again and again meanwhile. */
export class ArmedCodes {
  readonly #clock: Clock;
  readonly #press: () => boolean;
  #isArmed = false;
  #retrigger: TimerHandle | undefined;
  #lastText = '';
  #lastSeenMs = -Infinity;

  /** @param options.press  presses the trigger; false: the line is not there */
  constructor(options: { readonly clock: Clock; readonly press: () => boolean }) {
    this.#clock = options.clock;
    this.#press = options.press;
  }

  get isArmed(): boolean {
    return this.#isArmed;
  }

  /** The trigger was just pressed. What was seen before counts as new. */
  arm(): void {
    this.#isArmed = true;
    this.#lastText = '';
    this.keepPressed();
  }

  disarm(): void {
    this.#isArmed = false;
    this.rest();
  }

  /** The line is back, or the trigger was pressed. */
  keepPressed(): void {
    this.rest();
    this.#retrigger = this.#clock.setTimeout(() => {
      if (this.#isArmed && this.#press()) this.keepPressed();
    }, RETRIGGER_MS);
  }

  /** Nothing is pressed until `keepPressed`: the line is away. Armed it stays. */
  rest(): void {
    if (this.#retrigger !== undefined) this.#clock.clearTimeout(this.#retrigger);
    this.#retrigger = undefined;
  }

  /** Whether this code is to be told. */
  isWanted(text: string): boolean {
    if (!this.#isArmed) return false;
    const nowMs = this.#clock.monotonicMs();
    const isSame = text === this.#lastText && nowMs - this.#lastSeenMs < SAME_CODE_MS;
    this.#lastText = text;
    this.#lastSeenMs = nowMs;
    return !isSame;
  }
}
