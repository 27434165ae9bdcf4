import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { TestCard } from '../test-cards.ts';
import { TEST_CARDS, maskedPan } from '../test-cards.ts';
import { Crt310Model } from './model.ts';
import type { HostItem } from './wire.ts';
import { HostReader, buildFrame } from './wire.ts';

export interface Crt310SimulatorOptions {
  readonly cards?: readonly TestCard[];
}

const ACK_MS = 5;
const ANSWER_MS = 10;
const MOVE_MS = 900;
const CHIP_MS = 120;
/** The rest of a frame that does not come is given up. */
const FRAME_GAP_MS = 200;
const VERSION = 'CRT 310 V3.0';

const FAULTS = {
  jam: { at: ['toContacts', 'eject', 'capture'], label: 'The card sticks on its way' },
  trackError: { at: ['track1', 'track2', 'both'], label: 'A track cannot be read (parity)' },
  noStripe: { at: ['insert'], label: 'The stripe is blank' },
  chipDead: { at: ['reset'], label: 'The chip does not answer' },
  noDirectory: { at: ['reset'], label: 'The chip has no payment directory' },
  silence: { at: ['command'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command arrives damaged (NAK)' },
  ackLost: { at: ['command'], label: 'ACK is lost' },
  replyLost: { at: ['reply', 'moveReply'], label: 'The response is lost' },
  badBcc: { at: ['reply'], label: 'The response arrives damaged' },
  noise: { at: ['reply'], label: 'Stray bytes on the line' },
  powerCut: { at: ['beforeMove', 'afterMove'], label: 'Power goes for three seconds' },
} as const;
const OUTAGE_MS = 3000;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertCard'), card: z.string().max(40), size: z.enum(['normal', 'long', 'short']).default('normal') }),
  z.strictObject({ do: z.literal('takeCard') }),
  /** The customer walks away; the card stays where it is. */
  z.strictObject({ do: z.literal('leave') }),
  /** Staff take a stuck card out. */
  z.strictObject({ do: z.literal('removeCard') }),
  z.strictObject({ do: z.literal('emptyBin') }),
]);
type Hand = z.infer<typeof hands>;

/** A CRT-310 with stripe head, chip contacts and a bin behind. [card-readers §A, simulator must model] */
export const createCrt310Simulator: CreateSimulator<Crt310SimulatorOptions> = (environment, options) => new Crt310Simulator(environment, options);

class Crt310Simulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #cards: readonly TestCard[];
  readonly #reader = new HostReader();
  readonly #model = new Crt310Model();
  #takenCount = 0;
  #insertedCount = 0;
  /** Acknowledged, not enquired yet: nothing is executed. */
  #waiting: Extract<HostItem, { kind: 'command' }> | null = null;
  #isBusy = false;
  #frameTimer = 0;

  constructor(environment: SimulatorEnvironment, options: Crt310SimulatorOptions) {
    super({ protocol: 'crt-310', environment, faults: FAULTS, hands });
    this.#cards = options.cards ?? TEST_CARDS;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { inserted, entry, captured } = this.#model;
    return {
      card: inserted === null ? null : { cardId: inserted.card.cardId, maskedPan: maskedPan(inserted.card.pan), place: inserted.isStuck ? 'stuck' : inserted.place, size: inserted.size },
      entry, insertedCount: this.#insertedCount, takenCount: this.#takenCount, captured: captured.map(({ cardId }) => cardId),
      cards: this.#cards.map((card) => ({ cardId: card.cardId, maskedPan: maskedPan(card.pan) })),
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    const { inserted } = this.#model;
    switch (hand.do) {
      case 'insertCard':
        return this.#insert(hand);
      case 'takeCard':
        if (inserted?.place !== 'mouth' || inserted.isStuck) return err({ code: 'notNow', detail: 'no card sticks out' });
        return this.#remove('cardTaken');
      case 'removeCard':
        return inserted === null ? err({ code: 'notNow', detail: 'no card' }) : this.#remove('cardRemoved');
      case 'leave':
        this.tell('customerLeft', {});
        return ok(null);
      case 'emptyBin':
        return ok({ cardCount: this.#model.captured.splice(0).length });
    }
  }

  protected override hear(chunk: Uint8Array): void {
    for (const item of this.#reader.push(chunk)) this.#take(item);
    const timer = ++this.#frameTimer;
    if (this.#reader.isInsideFrame) {
      this.afterProtocolMs(FRAME_GAP_MS, () => {
        if (timer === this.#frameTimer) this.#reader.forget();
      });
    }
  }

  protected override onPowerOff(): void {
    this.#reader.forget();
    this.#waiting = null;
    this.#isBusy = false;
    this.#model.chip = null;
    this.#model.entry = 'any';
  }

  #insert({ card: cardId, size }: Extract<Hand, { do: 'insertCard' }>): Result<Json, ControlError> {
    const card = this.#cards.find((candidate) => candidate.cardId === cardId);
    if (card === undefined) return err({ code: 'invalid', detail: 'no such card' });
    if (this.#model.inserted !== null || !this.isPowered || this.#model.entry === 'prohibited') return err({ code: 'notNow', detail: 'the entry is shut' });
    const isBlank = this.struck('noStripe', 'insert');
    if (isBlank && this.#model.entry === 'magnetic') return err({ code: 'notNow', detail: 'the shutter opens for a stripe only' });
    const areBothBad = this.struck('trackError', 'both');
    const tracks = [
      isBlank ? 0xe5 : areBothBad || this.struck('trackError', 'track1') ? 0xe3 : `B${card.pan}^${card.holder}^${card.expiry}${card.serviceCode}0000000000`,
      isBlank ? 0xe5 : areBothBad || this.struck('trackError', 'track2') ? 0xe3 : `${card.pan}=${card.expiry}${card.serviceCode}0000000000`,
      0xe5,
    ];
    const inserted = { card, place: 'mouth' as 'mouth' | 'inside', isStuck: false, size, tracks };
    this.#model.inserted = inserted;
    this.#insertedCount++;
    this.tell('cardInserted', { cardId, maskedPan: maskedPan(card.pan) });
    this.after(MOVE_MS / 2, () => {
      if (this.#model.inserted === inserted && inserted.place === 'mouth') inserted.place = 'inside';
    });
    return ok(null);
  }

  #remove(event: string): Result<Json, ControlError> {
    this.tell(event, { cardId: this.#model.inserted!.card.cardId });
    this.#model.inserted = null;
    this.#model.chip = null;
    if (event === 'cardTaken') this.#takenCount++;
    return ok(null);
  }

  #take(item: HostItem): void {
    if (item.kind === 'cancel') {
      this.#waiting = null;
      return this.write([0x04]);
    }
    // While it executes, the reader hears nothing but a cancel.
    if (this.#isBusy) return;
    if (item.kind === 'bad') return this.write([0x15]);
    if (item.kind === 'command') return this.#hearCommand(item);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.#run(waiting);
  }

  #hearCommand(item: Extract<HostItem, { kind: 'command' }>): void {
    if (this.struck('silence', 'command')) return;
    if (this.struck('nak', 'command')) return this.write([0x15]);
    this.#waiting = item;
    if (this.struck('ackLost', 'command')) return;
    this.after(ACK_MS, () => this.write([0x06]));
  }

  #run(item: Extract<HostItem, { kind: 'command' }>): void {
    const isMove = item.command === 0x32 || (item.command === 0x30 && item.parameter !== 0x30);
    if (isMove && this.struck('powerCut', 'beforeMove')) return this.#outage();
    this.#isBusy = true;
    this.after(isMove ? MOVE_MS : item.command === 0x37 ? CHIP_MS : ANSWER_MS, () => {
      this.#isBusy = false;
      const answer = this.#execute(item);
      if (isMove && this.struck('powerCut', 'afterMove')) return this.#outage();
      this.#answer(answer, isMove);
    });
  }

  #outage(): void {
    this.powerOff();
    this.after(OUTAGE_MS, () => this.powerOn());
  }

  /** Body of the response. */
  #execute({ command, parameter, data }: Extract<HostItem, { kind: 'command' }>): readonly number[] {
    const echo = [command, parameter];
    const refused = (error: number) => [0x4e, command, error];
    switch (command) {
      case 0x30:
        if (parameter > 0x32) return refused(0x01);
        this.#model.entry = 'any';
        if (parameter !== 0x30 && this.#model.inserted !== null) {
          this.#model.inserted.isStuck = false;
          this.#model.move(parameter === 0x31 ? 'mouth' : 'rear', false);
        }
        return [...echo, ...Buffer.from(VERSION, 'latin1')];
      case 0x31:
        return parameter === 0x30 ? [...echo, ...this.#model.status()] : refused(0x01);
      case 0x2e:
        return [...echo, 0x59];
      case 0x2f:
        if (parameter < 0x31 || parameter > 0x34) return refused(0x01);
        this.#model.entry = parameter === 0x31 ? 'prohibited' : parameter === 0x33 ? 'any' : 'magnetic';
        return [...echo, 0x59];
      case 0x32:
        return this.#move(echo, parameter);
      case 0x33:
        if (parameter === 0x31) this.#model.chip = null;
        return [...echo, this.#model.inserted === null ? 0x45 : 0x59];
      case 0x37:
        return this.#chip(echo, parameter, data);
      case 0x45:
        return [...echo, ...this.#model.tracks(data)];
      default:
        return refused(0x00);
    }
  }

  #move(echo: readonly number[], parameter: number): readonly number[] {
    const [to, moment] = parameter === 0x2f ? (['contacts', 'toContacts'] as const) : parameter === 0x30 || parameter === 0x31 ? (['mouth', 'eject'] as const) : parameter === 0x33 ? (['rear', 'capture'] as const) : ([null, null] as const);
    if (to === null) return [0x4e, 0x32, 0x01];
    const cardId = this.#model.inserted?.card.cardId ?? null;
    const result = this.#model.move(to, this.#model.inserted !== null && this.struck('jam', moment));
    if (typeof result !== 'number') return [0x4e, 0x32, result.refused];
    if (result === 0x59) this.tell(to === 'rear' ? 'cardCaptured' : to === 'mouth' ? 'cardAtMouth' : 'cardAtContacts', { cardId });
    return [...echo, result];
  }

  #chip(echo: readonly number[], parameter: number, data: readonly number[]): readonly number[] {
    if (parameter === 0x30) {
      const kind = this.struck('chipDead', 'reset') ? 'dead' : this.struck('noDirectory', 'reset') ? 'noDirectory' : 'good';
      const answer = this.#model.resetChip(kind);
      return answer === null ? [...echo, this.#model.inserted === null ? 0x45 : 0x4e] : [...echo, 0x59, 0x00, answer.length, ...answer];
    }
    if (parameter !== 0x31) return [0x4e, 0x37, 0x02];
    const { chip } = this.#model;
    if (chip === null) return [...echo, 0x57];
    const answer = chip.exchange(data.slice(2));
    return [...echo, 0x59, answer.length >> 8, answer.length & 0xff, ...answer];
  }

  #answer(body: readonly number[], isMove: boolean): void {
    if (this.struck('replyLost', 'reply') || (isMove && this.struck('replyLost', 'moveReply'))) return;
    if (this.struck('noise', 'reply')) this.write([0x02, 0x55, 0x00]);
    const frame = buildFrame(body);
    if (this.struck('badBcc', 'reply')) frame[frame.length - 1]! ^= 0x55;
    this.write(frame);
  }
}
