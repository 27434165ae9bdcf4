import { z } from 'zod';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { buildReports, triggerOf } from './wire.ts';

export interface HidPosScannerSimulatorOptions {
  /** Off: it reads all the time. */
  readonly hasTrigger?: boolean;
}

/** How long a trigger lasts without a code, how long reading takes, and between two reports. */
const READ_TIMEOUT_MS = 5_000;
const READ_MS = 150;
const REPORT_MS = 8;
const LATE_MS = 900;

const FAULTS = {
  silence: { at: ['control'], label: 'The scanner hangs: a control transfer is not answered' },
  missingLast: { at: ['part'], label: 'The last report of a code is lost' },
  duplicate: { at: ['part'], label: 'A report comes twice' },
  otherAim: { at: ['part'], label: 'A part has another symbology' },
  late: { at: ['part'], label: 'A part comes late' },
  shortReport: { at: ['report'], label: 'A report is cut' },
  wrongId: { at: ['report'], label: 'A report has another id' },
  noise: { at: ['report'], label: 'A report of noise before' },
} as const;
const HANDS = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('showCode'), text: z.string().min(1).max(4096), aim: z.string().length(3).default(']Q1') }),
  z.strictObject({ do: z.literal('hideCode') }),
]);
type Hand = z.infer<typeof HANDS>;

/** A scanner with a trigger and a window. [scanners §1.2, §1.5] */
export const createHidPosScannerSimulator: CreateSimulator<HidPosScannerSimulatorOptions> = (environment, options) => new HidPosScannerSimulator(environment, options);

class HidPosScannerSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #hasTrigger: boolean;
  #shown: { readonly text: string; readonly aim: string } | null = null;
  #isTriggered: boolean;
  #isReading = false;
  #readCount = 0;
  #triggerCount = 0;

  constructor(environment: SimulatorEnvironment, options: HidPosScannerSimulatorOptions) {
    super({ protocol: 'hid-pos-scanner', environment, faults: FAULTS, hands: HANDS });
    this.#hasTrigger = options.hasTrigger ?? true;
    this.#isTriggered = !this.#hasTrigger;
  }

  /** What a code says is the customer's. */
  protected override describe(): { readonly [key: string]: Json } {
    return { isTriggered: this.#isTriggered, isCodeShown: this.#shown !== null, readCount: this.#readCount, triggerCount: this.#triggerCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    this.#shown = hand.do === 'showCode' ? { text: hand.text, aim: hand.aim } : null;
    this.tell(hand.do === 'showCode' ? 'codeShown' : 'codeHidden', {});
    this.#look();
    return ok(null);
  }

  protected override hear(report: Uint8Array): void {
    // The control transfer, which is an empty report here.
    if (report.length === 0) {
      if (!this.struck('silence', 'control')) this.write([]);
      return;
    }
    const trigger = triggerOf(report);
    if (trigger === null || !this.#hasTrigger) return;
    this.#isTriggered = trigger === 'on';
    if (!this.#isTriggered) return;
    const triggerCount = ++this.#triggerCount;
    this.after(READ_TIMEOUT_MS, () => {
      if (triggerCount === this.#triggerCount) this.#isTriggered = false;
    });
    this.#look();
  }

  protected override onPowerOff(): void {
    this.#isTriggered = !this.#hasTrigger;
    this.#isReading = false;
  }

  protected override onPowerOn(): void {
    this.#look();
  }

  #look(): void {
    if (this.#shown === null || !this.#isTriggered || this.#isReading || !this.isAlive) return;
    this.#isReading = true;
    this.after(READ_MS, () => {
      const shown = this.#shown;
      if (shown === null || !this.#isTriggered) {
        this.#isReading = false;
        return;
      }
      this.#readCount++;
      // The code ends the trigger; without one it is read again and again.
      this.#isTriggered = !this.#hasTrigger;
      this.#send(buildReports(shown.aim, shown.text));
      this.tell('codeRead', { aim: shown.aim });
    });
  }

  #send(reports: readonly Uint8Array[]): void {
    let delayMs = 0;
    reports.forEach((report, index) => {
      const isLast = index === reports.length - 1;
      if (isLast && this.struck('missingLast', 'part')) return;
      delayMs += this.struck('late', 'part', { index }) ? LATE_MS : REPORT_MS;
      if (this.struck('otherAim', 'part', { index })) report[3] = 0x43;
      const times = this.struck('duplicate', 'part', { index }) ? 2 : 1;
      this.afterProtocolMs(delayMs, () => {
        for (let count = 0; count < times; count++) this.#sendOne(report);
      });
    });
    // Reports keep their order: the next code is read when this one is out.
    this.afterProtocolMs(delayMs, () => {
      this.#isReading = false;
      this.#look();
    });
  }

  #sendOne(report: Uint8Array): void {
    const { random } = this.environment;
    if (this.struck('noise', 'report')) this.write(random.bytes(1 + randomInteger(random, 64)));
    if (this.struck('wrongId', 'report')) report[0] = 0x05;
    this.write(this.struck('shortReport', 'report') ? report.subarray(0, 20) : report);
  }
}
