import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Chip } from '../chip.ts';
import { createChip } from '../chip.ts';
import type { TestCard } from '../test-cards.ts';
import { TEST_CARDS, maskedPan } from '../test-cards.ts';
import { buildFrame, HostFrameReader } from './wire.ts';

export interface PcscSimulatorOptions {
  readonly cards?: readonly TestCard[];
}

const APDU_MS = 25;
/** Made up by a reader for a card without contacts. [PC/SC 2.01 part 3] */
const CONTACTLESS_ANSWER_TO_RESET = [0x3b, 0x80, 0x80, 0x01, 0x01];

const FAULTS = {
  cardPulled: { at: ['apdu'], label: 'The card is taken away while it is read' },
  noAnswer: { at: ['apdu'], label: 'The card does not answer' },
  silence: { at: ['apdu', 'state'], label: 'The reader says nothing' },
  noDirectory: { at: ['insert'], label: 'The chip has no payment directory' },
  noise: { at: ['apdu'], label: 'Stray bytes before the answer' },
} as const;
const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertCard'), card: z.string().max(40), by: z.enum(['contact', 'contactless']).default('contact') }),
  z.strictObject({ do: z.literal('takeCard') }),
]);
type Hand = z.infer<typeof hands>;

/** A reader with a slot and a field, spoken to at the level of APDUs. */
export const createPcscSimulator: CreateSimulator<PcscSimulatorOptions> = (environment, options) => new PcscSimulator(environment, options);

class PcscSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #cards: readonly TestCard[];
  readonly #reader = new HostFrameReader();
  #card: { readonly card: TestCard; readonly chip: Chip; readonly by: 'contact' | 'contactless' } | null = null;
  #takenCount = 0;

  constructor(environment: SimulatorEnvironment, options: PcscSimulatorOptions) {
    super({ protocol: 'pc-sc', environment, faults: FAULTS, hands });
    this.#cards = options.cards ?? TEST_CARDS;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const card = this.#card;
    return {
      card: card === null ? null : { cardId: card.card.cardId, maskedPan: maskedPan(card.card.pan), by: card.by },
      takenCount: this.#takenCount, cards: this.#cards.map(({ cardId, pan }) => ({ cardId, maskedPan: maskedPan(pan) })),
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'takeCard') {
      if (this.#card === null) return err({ code: 'notNow', detail: 'no card' });
      this.#take();
      return ok(null);
    }
    const card = this.#cards.find(({ cardId }) => cardId === hand.card);
    if (card === undefined) return err({ code: 'invalid', detail: 'no such card' });
    if (this.#card !== null) return err({ code: 'notNow', detail: 'a card is there' });
    this.#card = { card, by: hand.by, chip: createChip(card, this.struck('noDirectory', 'insert') ? 'noDirectory' : 'good') };
    this.tell('cardInserted', { cardId: card.cardId, by: hand.by });
    this.#tellState();
    return ok(null);
  }

  protected override hear(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) {
      if (frame.type === 0x01 && !this.struck('silence', 'state')) this.#tellState();
      else if (frame.type === 0x02) this.after(APDU_MS, () => this.#answer(frame.data));
    }
  }

  protected override onPowerOff(): void {
    this.#reader.forget();
  }

  #take(): void {
    this.tell('cardTaken', { cardId: this.#card!.card.cardId });
    this.#card = null;
    this.#takenCount++;
    this.#tellState();
  }

  #tellState(): void {
    const card = this.#card;
    if (card === null) this.write(buildFrame(0x82, []));
    else this.write(buildFrame(0x81, card.by === 'contactless' ? CONTACTLESS_ANSWER_TO_RESET : card.chip.answerToReset!));
  }

  #answer(command: readonly number[]): void {
    if (this.struck('silence', 'apdu')) return;
    if (this.#card !== null && this.struck('cardPulled', 'apdu')) this.#take();
    if (this.struck('noise', 'apdu')) this.write([0x00, 0xa7, 0xff, 0xff]);
    if (this.#card === null || this.struck('noAnswer', 'apdu')) this.write(buildFrame(0x84, []));
    else this.write(buildFrame(0x83, this.#card.chip.exchange(command)));
  }
}
