import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
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
  silence: { at: ['control'], label: 'The reader hangs: a control transfer is not answered' },
  shortReport: { at: ['swipe'], label: 'The report is cut' },
  wrongDigit: { at: ['swipe'], label: 'A digit is read wrongly (check digit fails)' },
} as const;

const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('swipe'), card: z.string().max(40) })]);
type Hand = z.infer<typeof hands>;

/** One report per swipe on a HID line; the reader keeps nothing. */
export const createMagtekSimulator: CreateSimulator<MagtekSimulatorOptions> = (environment, options) => new MagtekSimulator(environment, options);

class MagtekSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #cards: readonly TestCard[];
  #swipeCount = 0;

  constructor(environment: SimulatorEnvironment, options: MagtekSimulatorOptions) {
    super({ protocol: 'magtek-hid', environment, faults: FAULTS, hands });
    this.#cards = options.cards ?? TEST_CARDS;
  }

  /** The terminal says nothing to it but the control transfer, which is an empty report here. */
  protected override hear(report: Uint8Array): void {
    if (report.length === 0 && !this.struck('silence', 'control')) this.write([]);
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { swipeCount: this.#swipeCount, cards: this.#cards.map((card) => ({ cardId: card.cardId, maskedPan: maskedPan(card.pan) })) };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    const card = this.#cards.find((candidate) => candidate.cardId === hand.card);
    if (card === undefined) return err({ code: 'invalid', detail: 'no such card' });
    if (!this.isAlive) return err({ code: 'notNow', detail: 'the reader is off' });
    this.#swipeCount++;
    this.tell('cardSwiped', { cardId: card.cardId, maskedPan: maskedPan(card.pan) });
    this.write(this.#report(card));
    return ok(null);
  }

  #report(card: TestCard): Uint8Array {
    const isBlank = this.struck('blank', 'swipe');
    const areBothBad = this.struck('trackError', 'both');
    const isBad = [areBothBad || this.struck('trackError', 'track1'), areBothBad || this.struck('trackError', 'track2'), false];
    const lastDigit = (Number(card.pan.at(-1)) + 1) % 10;
    const pan = this.struck('wrongDigit', 'swipe') ? card.pan.slice(0, -1) + String(lastDigit) : card.pan;
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
    return this.struck('shortReport', 'swipe') ? report.subarray(0, 200) : report;
  }
}
