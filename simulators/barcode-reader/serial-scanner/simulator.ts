import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';

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
type FaultName = keyof typeof FAULTS;

const controlSchema = z.discriminatedUnion('do', [
  /** Held before the window until `hideCode` or the next one. */
  z.strictObject({ do: z.literal('showCode'), text: z.string().min(1).max(4096) }),
  z.strictObject({ do: z.literal('hideCode') }),
  z.strictObject({ do: z.literal('powerOff') }),
  z.strictObject({ do: z.literal('powerOn') }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('clearFaults') }),
  z.strictObject({ do: z.literal('fault'), fault: z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]), times: z.number().int().min(1).max(1000).default(1) }),
]);

/** A serial scanner with a trigger, a window and menu commands. [scanners §1.3, §1.5] */
export const createSerialScannerSimulator: CreateSimulator<SerialScannerSimulatorOptions> = (environment, options) => new SerialScannerSimulator(environment, options);

class SerialScannerSimulator implements DeviceSimulator {
  readonly protocol = 'serial-scanner';
  readonly #environment: SimulatorEnvironment;
  readonly #suffix: string;
  #listeners: ((event: SimulatorEvent) => void)[] = [];
  #received = '';
  #shown: string | null = null;
  #isStarted = false;
  #isPowered = true;
  #triggerTurn = 0;
  #isTriggered = false;
  #readCount = 0;
  #armed: { readonly fault: FaultName; timesLeft: number }[] = [];

  constructor(environment: SimulatorEnvironment, options: SerialScannerSimulatorOptions) {
    this.#environment = environment;
    this.#suffix = SUFFIXES[options.suffix ?? 'cr'];
  }

  start(): void {
    this.#isStarted = true;
    this.#environment.line.onData((chunk) => this.#receive(chunk));
  }

  stop(): void {
    this.#isStarted = false;
    this.#triggerTurn++;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
    return Object.entries(FAULTS).map(([fault, { at, label }]) => ({ fault, at, label }));
  }

  /** What is shown may be a person's: only its length is told. */
  world(): Json {
    return { isPowered: this.#isPowered, isTriggered: this.#isTriggered, shownLength: this.#shown?.length ?? null, readCount: this.#readCount, faults: this.#armed.map((fault) => ({ fault: fault.fault, times: fault.timesLeft })) };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) return err({ code: 'invalid', detail: z.prettifyError(parsed.error) });
    const asked = parsed.data;
    switch (asked.do) {
      case 'showCode':
        this.#shown = asked.text;
        this.#tell('codeShown', { length: asked.text.length });
        this.#look();
        break;
      case 'hideCode':
        this.#shown = null;
        break;
      case 'powerOff':
        this.#isPowered = false;
        this.#isTriggered = false;
        this.#triggerTurn++;
        break;
      case 'powerOn':
        this.#isPowered = true;
        break;
      case 'unplug':
        this.#environment.line.unplug();
        break;
      case 'plug':
        this.#environment.line.plug();
        break;
      case 'clearFaults':
        this.#armed = [];
        break;
      case 'fault':
        this.#armed.push({ fault: asked.fault, timesLeft: asked.times });
        break;
    }
    return ok(null);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isStarted || !this.#isPowered) return;
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
    this.#after(READ_TIMEOUT_MS, () => {
      if (turn === this.#triggerTurn) this.#isTriggered = false;
    });
  }

  #look(): void {
    if (!this.#isTriggered || this.#shown === null) return;
    this.#after(READ_MS, () => {
      if (!this.#isTriggered || this.#shown === null) return;
      this.#isTriggered = false;
      this.#readCount++;
      this.#tell('codeRead', { length: this.#shown.length });
      const noisy = this.#struck('nulNoise') ? [...this.#shown].join('\u0000') : this.#shown;
      this.#write((this.#struck('tooLong') ? 'A'.repeat(5000) : noisy) + this.#suffix);
    });
  }

  #menu(tag: string): void {
    if (this.#struck('silence')) return;
    const isKnown = KNOWN_TAGS.test(tag);
    const verdict = !isKnown ? '\u0005' : this.#struck('refuse') ? '\u0015' : '\u0006';
    const text = tag === 'REVINF' ? 'REVINF SIM SCANNER V1' : tag;
    this.#after(ANSWER_MS, () => this.#write(`${text}${verdict}.`));
  }

  #struck(fault: FaultName): boolean {
    const armed = this.#armed.find((candidate) => candidate.fault === fault);
    if (armed === undefined) return false;
    armed.timesLeft--;
    this.#armed = this.#armed.filter((candidate) => candidate.timesLeft > 0);
    this.#tell('fault', { fault });
    return true;
  }

  #write(text: string): void {
    if (this.#isPowered && this.#isStarted) this.#environment.line.write(Buffer.from(text, 'utf8'));
  }

  #after(delayMs: number, action: () => void): void {
    this.#environment.clock.setTimeout(() => {
      if (this.#isStarted && this.#isPowered) action();
    }, delayMs * this.#environment.timeFactor);
  }

  #tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }
}
