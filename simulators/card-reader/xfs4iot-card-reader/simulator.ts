import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { WaitingCommand } from '../../xfs4iot/waiting-command.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';
import type { TestCard } from '../test-cards.ts';
import { TEST_CARDS, maskedPan } from '../test-cards.ts';

const MOVE_MS = 800;
const BIN_CAPACITY = 20;
const FAULTS = { ...SERVICE_FAULTS, jam: { at: ['move'], label: 'The card jams' }, unreadable: { at: ['read'], label: 'The track cannot be read' } } as const;
const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('insertCard'), card: z.string().max(40) }), z.strictObject({ do: z.literal('takeCard') }), z.strictObject({ do: z.literal('emptyBin') }), z.strictObject({ do: z.literal('removeCard') })]);
type Hand = z.infer<typeof hands>;

/** A motorised reader with a bin behind an XFS4IoT service. [xfs4iot §7] */
export const createXfsCardSimulator: CreateSimulator<object> = (environment) => new XfsCardSimulator(environment);

class XfsCardSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  #card: { readonly card: TestCard; place: 'inside' | 'exit' | 'jammed' } | null = null;
  #bin: TestCard[] = [];
  readonly #waiting = new WaitingCommand();

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-card-reader', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { card: this.#card === null ? null : { cardId: this.#card.card.cardId, maskedPan: maskedPan(this.#card.card.pan), place: this.#card.place }, bin: this.#bin.map((card) => card.cardId), isWaiting: this.#waiting.current !== null };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'emptyBin') return ok({ cardCount: this.#bin.splice(0).length });
    if (hand.do === 'insertCard') return this.#insert(hand.card);
    if (this.#card === null || (hand.do === 'takeCard' && this.#card.place !== 'exit')) return err({ code: 'notNow', detail: 'no card there' });
    this.#card = null;
    this.announce('CardReader.MediaRemovedEvent', {});
    return ok(null);
  }

  protected override status(): object {
    return { cardReader: { media: this.#card === null ? 'notPresent' : this.#card.place === 'jammed' ? 'jammed' : 'present' } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      'Storage.GetStorage': (_, respond) => respond({ payload: { storage: { unitBin: { status: 'ok', card: { capabilities: { type: 'retain' }, status: { replenishmentStatus: this.#bin.length >= BIN_CAPACITY ? 'full' : 'ok' } } } } } }),
      'CardReader.ReadRawData': (_, respond, event) => this.#waiting.begin(respond, event, 'CardReader.InsertCardEvent'),
      'CardReader.Move': ({ to }, respond) => this.#move(to, respond),
    };
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#waiting.end();
  }

  #insert(cardId: string): Result<Json, ControlError> {
    const card = TEST_CARDS.find((candidate) => candidate.cardId === cardId);
    const waiting = this.#waiting.current;
    if (card === undefined) return err({ code: 'invalid', detail: 'no such card' });
    if (waiting === null || this.#card !== null || !this.isAlive) return err({ code: 'notNow', detail: 'the entry is shut' });
    this.#waiting.end();
    this.#card = { card, place: 'inside' };
    waiting.event('CardReader.MediaInsertedEvent');
    this.after(MOVE_MS, () => {
      const track = `${card.pan}=${card.expiry}${card.serviceCode}0000000000`;
      waiting.respond({ payload: { track2: this.struck('unreadable', 'read') ? { status: 'dataInvalid' } : { data: Buffer.from(track).toString('base64') } } });
    });
    return ok(null);
  }

  #move(to: unknown, respond: (answer: Answer) => void): void {
    const held = this.#card;
    if (held === null) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noMedia' } });
    if (to === 'unitBin' && this.#bin.length >= BIN_CAPACITY) return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'full' } });
    this.after(MOVE_MS, () => {
      if (this.struck('jam', 'move') || held.place === 'jammed') {
        held.place = 'jammed';
        return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'mediaJam' } });
      }
      if (to === 'unitBin') {
        this.#bin.push(held.card);
        this.#card = null;
      } else held.place = 'exit';
      return respond({});
    });
  }
}
