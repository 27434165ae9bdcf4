import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import type { TestCard } from '../test-cards.ts';
import { TEST_CARDS, maskedPan } from '../test-cards.ts';

export interface MagtekSimulatorOptions {
  readonly cards?: readonly TestCard[];
}

/** 7 bytes of head, three fields of 110. [card-readers, MagTek SureSwipe] */
const REPORT_BYTES = 337;
const FIELD_BYTES = 110;

const FAULTS = {
  trackError: { at: ['track1', 'track2', 'both'], label: 'A track cannot be decoded' },
  blank: { at: ['swipe'], label: 'The stripe is blank' },
  shortReport: { at: ['swipe'], label: 'The report is cut' },
  wrongDigit: { at: ['swipe'], label: 'A digit is read wrongly (check digit fails)' },
} as const;
type FaultName = keyof typeof FAULTS;

const controlSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('swipe'), card: z.string().max(40) }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('clearFaults') }),
  z.strictObject({ do: z.literal('fault'), fault: z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]), at: z.string().max(20).optional(), times: z.number().int().min(1).max(1000).default(1) }),
]);

/** One report per swipe on a HID line; the reader keeps nothing. */
export const createMagtekSimulator: CreateSimulator<MagtekSimulatorOptions> = (environment, options) => new MagtekSimulator(environment, options);

class MagtekSimulator implements DeviceSimulator {
  readonly protocol = 'magtek-hid';
  readonly #environment: SimulatorEnvironment;
  readonly #cards: readonly TestCard[];
  #listeners: ((event: SimulatorEvent) => void)[] = [];
  #isStarted = false;
  #swipeCount = 0;
  #armed: { readonly fault: FaultName; readonly at: string; timesLeft: number }[] = [];

  constructor(environment: SimulatorEnvironment, options: MagtekSimulatorOptions) {
    this.#environment = environment;
    this.#cards = options.cards ?? TEST_CARDS;
  }

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
    return Object.entries(FAULTS).map(([fault, { at, label }]) => ({ fault, at, label }));
  }

  world(): Json {
    return { swipeCount: this.#swipeCount, cards: this.#cards.map((card) => ({ cardId: card.cardId, maskedPan: maskedPan(card.pan) })), faults: this.#armed.map((fault) => ({ fault: fault.fault, at: fault.at, times: fault.timesLeft })) };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) return err({ code: 'invalid', detail: z.prettifyError(parsed.error) });
    const asked = parsed.data;
    switch (asked.do) {
      case 'swipe': {
        const card = this.#cards.find((candidate) => candidate.cardId === asked.card);
        if (card === undefined) return err({ code: 'invalid', detail: 'no such card' });
        if (!this.#isStarted) return err({ code: 'notNow', detail: 'the reader is off' });
        this.#swipeCount++;
        this.#tell('cardSwiped', { cardId: card.cardId, maskedPan: maskedPan(card.pan) });
        this.#environment.line.write(this.#report(card));
        return ok(null);
      }
      case 'unplug':
        this.#environment.line.unplug();
        return ok(null);
      case 'plug':
        this.#environment.line.plug();
        return ok(null);
      case 'clearFaults':
        this.#armed = [];
        return ok(null);
      case 'fault': {
        const moments: readonly string[] = FAULTS[asked.fault].at;
        const at = asked.at ?? moments[0]!;
        if (!moments.includes(at)) return err({ code: 'invalid', detail: `${asked.fault} strikes at ${moments.join(', ')}` });
        this.#armed.push({ fault: asked.fault, at, timesLeft: asked.times });
        return ok(null);
      }
    }
  }

  #report(card: TestCard): Uint8Array {
    const isBlank = this.#struck('blank', 'swipe');
    const areBothBad = this.#struck('trackError', 'both');
    const isBad = [areBothBad || this.#struck('trackError', 'track1'), areBothBad || this.#struck('trackError', 'track2'), false];
    const lastDigit = (Number(card.pan.at(-1)) + 1) % 10;
    const pan = this.#struck('wrongDigit', 'swipe') ? card.pan.slice(0, -1) + String(lastDigit) : card.pan;
    const texts = isBlank ? ['', '', ''] : [`%B${pan}^${card.holder}^${card.expiry}${card.serviceCode}0000000000?`, `;${pan}=${card.expiry}${card.serviceCode}0000000000?`, ''];
    const report = new Uint8Array(REPORT_BYTES);
    // What lies behind a track is undefined on the real reader. [card-readers]
    report.fill(0xa5, 7);
    report[6] = isBlank ? 3 : 0;
    texts.forEach((text, index) => {
      if (isBad[index]) {
        report[index] = 1;
        return;
      }
      report[3 + index] = text.length;
      report.set(Buffer.from(text, 'latin1'), 7 + index * FIELD_BYTES);
    });
    return this.#struck('shortReport', 'swipe') ? report.subarray(0, 200) : report;
  }

  #struck(fault: FaultName, at: string): boolean {
    const armed = this.#armed.find((candidate) => candidate.fault === fault && candidate.at === at);
    if (armed === undefined) return false;
    armed.timesLeft--;
    this.#armed = this.#armed.filter((candidate) => candidate.timesLeft > 0);
    this.#tell('fault', { fault, at });
    return true;
  }

  #tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }
}
