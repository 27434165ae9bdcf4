import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';

export interface SerialScannerSimulatorOptions {
  readonly suffix?: 'cr' | 'crlf' | 'none';
}

/** How long a trigger lasts without a code, and how long reading takes. */
const READ_TIMEOUT_MS = 5_000;
const READ_MS = 150;
const ANSWER_MS = 20;
const SUFFIXES = { cr: '\r', crlf: '\r\n', none: '' } as const;
const KNOWN_TAGS = /^(TRGMOD\d|SUFBK2990D|REVINF)$/;

const FAULTS = {
  nulNoise: { at: ['code'], label: 'NUL bytes inside the text' },
  tooLong: { at: ['code'], label: 'A code of 5 000 characters' },
  silence: { at: ['menu'], label: 'The scanner does not answer' },
  refuse: { at: ['menu'], label: 'A menu command is refused' },
} as const;
const HANDS = z.discriminatedUnion('do', [
  /** Held before the window until `hideCode` or the next one. */
  z.strictObject({ do: z.literal('showCode'), text: z.string().min(1).max(4096) }),
  z.strictObject({ do: z.literal('hideCode') }),
]);
type Hand = z.infer<typeof HANDS>;

/** A serial scanner with a trigger, a window and menu commands. [scanners §1.3, §1.5] */
export const createSerialScannerSimulator: CreateSimulator<SerialScannerSimulatorOptions> = (environment, options) => new SerialScannerSimulator(environment, options);

class SerialScannerSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #suffix: string;
  #received = '';
  #shown: string | null = null;
  #triggerTurn = 0;
  #isTriggered = false;
  #readCount = 0;

  constructor(environment: SimulatorEnvironment, options: SerialScannerSimulatorOptions) {
    super({ protocol: 'serial-scanner', environment, faults: FAULTS, hands: HANDS });
    this.#suffix = SUFFIXES[options.suffix ?? 'cr'];
  }

  /** What is shown may be a person's: only its length is told. */
  protected override describe(): { readonly [key: string]: Json } {
    return { isTriggered: this.#isTriggered, shownLength: this.#shown?.length ?? null, readCount: this.#readCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    this.#shown = hand.do === 'showCode' ? hand.text : null;
    if (hand.do === 'showCode') this.tell('codeShown', { length: hand.text.length });
    this.#look();
    return ok(null);
  }

  protected override onPowerOff(): void {
    this.#isTriggered = false;
    this.#received = '';
  }

  protected override hear(chunk: Uint8Array): void {
    this.#received += Buffer.from(chunk).toString('latin1');
    for (;;) {
      const match = /^[^]*?\x16(?:([TU])\r|M\r([^.!]*)[.!])/.exec(this.#received);
      if (match === null) break;
      this.#received = this.#received.slice(match[0].length);
      if (match[1] === 'T') this.#trigger();
      else if (match[1] === 'U') this.#isTriggered = false;
      else this.#menu(match[2] ?? '');
    }
    this.#received = this.#received.slice(-64);
  }

  #trigger(): void {
    this.#isTriggered = true;
    const turn = ++this.#triggerTurn;
    this.#look();
    this.after(READ_TIMEOUT_MS, () => {
      if (turn === this.#triggerTurn) this.#isTriggered = false;
    });
  }

  #look(): void {
    if (!this.#isTriggered || this.#shown === null) return;
    this.after(READ_MS, () => {
      if (!this.#isTriggered || this.#shown === null) return;
      this.#isTriggered = false;
      this.#readCount++;
      this.tell('codeRead', { length: this.#shown.length });
      const noisy = this.struck('nulNoise', 'code') ? [...this.#shown].join('\u0000') : this.#shown;
      this.#say((this.struck('tooLong', 'code') ? 'A'.repeat(5000) : noisy) + this.#suffix);
    });
  }

  #menu(tag: string): void {
    if (this.struck('silence', 'menu')) return;
    const isKnown = KNOWN_TAGS.test(tag);
    const verdict = !isKnown ? '\u0005' : this.struck('refuse', 'menu') ? '\u0015' : '\u0006';
    const text = tag === 'REVINF' ? 'REVINF SIM SCANNER V1' : tag;
    this.after(ANSWER_MS, () => this.#say(`${text}${verdict}.`));
  }

  #say(text: string): void {
    this.write(Buffer.from(text, 'utf8'));
  }
}
