import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { TestCard } from '../test-cards.ts';
import { TEST_CARDS, maskedPan } from '../test-cards.ts';
import type { Chip, ChipKind } from '../chip.ts';
import { createChip } from '../chip.ts';
import type { HostItem } from './wire.ts';
import { HostReader, buildFrame } from './wire.ts';

export interface Crt571SimulatorOptions {
  readonly address?: number;
  readonly binCapacity?: number;
  readonly cards?: readonly TestCard[];
}

/** Mechanics, scaled by the time factor. */
const ACK_MS = 5;
const ANSWER_MS = 10;
const MOVE_MS = 800;
const CHIP_MS = 120;
const REPEATS_MAX = 3;

const FAULTS = {
  jam: { at: ['toContacts', 'eject', 'capture'], label: 'The card jams on its way (10)' },
  chipDead: { at: ['reset'], label: 'The chip does not answer (61)' },
  noDirectory: { at: ['reset'], label: 'The chip has no payment directory' },
  cardPulled: { at: ['chip'], label: 'The card is pulled out while the chip works (65)' },
  silence: { at: ['command'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command arrives damaged (NAK)' },
  replyLost: { at: ['reply'], label: 'The answer is lost' },
  badBcc: { at: ['reply'], label: 'The answer arrives damaged' },
  noise: { at: ['reply'], label: 'Stray bytes on the line' },
} as const;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertCard'), card: z.string().max(40) }),
  z.strictObject({ do: z.literal('takeCard') }),
  /** The customer walks away; the card stays where it is. */
  z.strictObject({ do: z.literal('leave') }),
  z.strictObject({ do: z.literal('emptyBin') }),
  /** Staff take a jammed or stuck card out. */
  z.strictObject({ do: z.literal('removeCard') }),
]);
type Hand = z.infer<typeof hands>;

/** Gate: in the mouth, can be taken. Inside: drawn in, at the chip or RF position. */
type Place = 'gate' | 'inside' | 'jammed';

/** A CRT-571 with gate entry and a bin for captured cards. [card-readers §B, simulator must model] */
export const createCrt571Simulator: CreateSimulator<Crt571SimulatorOptions> = (environment, options) => new Crt571Simulator(environment, options);

class Crt571Simulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #address: number;
  readonly #binCapacity: number;
  readonly #cards: readonly TestCard[];
  readonly #reader: HostReader;
  #isInitialised = false;
  #isEntryEnabled = false;
  #isBusy = false;
  #inserted: { readonly card: TestCard; place: Place } | null = null;
  #chip: Chip | null = null;
  /** Survives power cuts. */
  #bin: TestCard[] = [];
  #takenCount = 0;
  #stored: { readonly bytes: readonly number[]; repeatsLeft: number } | null = null;

  constructor(environment: SimulatorEnvironment, options: Crt571SimulatorOptions) {
    super({ protocol: 'crt-571', environment, faults: FAULTS, hands });
    this.#address = options.address ?? 0;
    this.#binCapacity = options.binCapacity ?? 20;
    this.#cards = options.cards ?? TEST_CARDS;
    this.#reader = new HostReader(this.#address);
  }

  protected override hear(chunk: Uint8Array): void {
    for (const item of this.#reader.push(chunk)) this.#take(item);
  }

  protected override describe(): { readonly [key: string]: Json } {
    return {
      isInitialised: this.#isInitialised,
      isEntryEnabled: this.#isEntryEnabled,
      card: this.#inserted === null ? null : { cardId: this.#inserted.card.cardId, maskedPan: maskedPan(this.#inserted.card.pan), place: this.#inserted.place },
      isChipPowered: this.#chip !== null,
      bin: this.#bin.map((card) => ({ cardId: card.cardId, maskedPan: maskedPan(card.pan) })),
      takenCount: this.#takenCount,
      cards: this.#cards.map((card) => ({ cardId: card.cardId, maskedPan: maskedPan(card.pan) })),
    };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'insertCard':
        return this.#insert(hand.card);
      case 'takeCard':
        if (this.#inserted?.place !== 'gate') return err({ code: 'notNow', detail: 'no card in the mouth' });
        return this.#remove('cardTaken');
      case 'removeCard':
        return this.#inserted === null ? err({ code: 'notNow', detail: 'no card' }) : this.#remove('cardRemoved');
      case 'leave':
        this.tell('customerLeft', {});
        return ok(null);
      case 'emptyBin':
        return ok({ cardCount: this.#bin.splice(0).length });
    }
  }

  #insert(cardId: string): Result<Json, ControlError> {
    const card = this.#cards.find((candidate) => candidate.cardId === cardId);
    if (card === undefined) return err({ code: 'invalid', detail: `no card ${cardId.slice(0, 40)}` });
    if (this.#inserted !== null || !this.isPowered || !this.#isEntryEnabled) return err({ code: 'notNow', detail: 'the entry is shut' });
    this.#inserted = { card, place: 'gate' };
    this.tell('cardInserted', { cardId, maskedPan: maskedPan(card.pan) });
    const inserted = this.#inserted;
    this.after(MOVE_MS / 2, () => {
      if (this.#inserted === inserted && inserted.place === 'gate') inserted.place = 'inside';
    });
    return ok(null);
  }

  #remove(event: string): Result<Json, ControlError> {
    this.tell(event, { cardId: this.#inserted!.card.cardId });
    this.#inserted = null;
    this.#chip = null;
    if (event === 'cardTaken') this.#takenCount++;
    return ok(null);
  }

  #take(item: HostItem): void {
    if (item.kind === 'cancel') return this.write([0x04]);
    // While it executes, the reader hears nothing but a cancel.
    if (this.#isBusy) return;
    if (item.kind === 'ack') this.#stored = null;
    else if (item.kind === 'nak') this.#repeat();
    else if (item.kind === 'bad') this.write([0x15]);
    else if (item.kind === 'command') this.#command(item);
  }

  #command(item: Extract<HostItem, { kind: 'command' }>): void {
    if (this.struck('silence', 'command')) return;
    if (this.struck('nak', 'command')) return this.write([0x15]);
    this.#stored = null;
    this.#isBusy = true;
    this.after(ACK_MS, () => this.write([0x06]));
    const { command, parameter } = item;
    const isMove = command === 0x32 || command === 0x30;
    this.after(ACK_MS + (isMove ? MOVE_MS : command === 0x51 ? CHIP_MS : ANSWER_MS), () => {
      this.#isBusy = false;
      this.#answer([command, parameter], this.#execute(item));
    });
  }

  /** @returns data of a positive answer, or the two characters of a negative one */
  #execute({ command, parameter, data }: Extract<HostItem, { kind: 'command' }>): readonly number[] | string {
    if (command === 0x30) return this.#initialise(parameter);
    if (!this.#isInitialised) return 'B0';
    if (command === 0x31 && parameter === 0x30) return [];
    if (command === 0x33 && (parameter === 0x30 || parameter === 0x31)) {
      this.#isEntryEnabled = parameter === 0x30;
      return [];
    }
    if (command === 0x32) return this.#move(parameter);
    if (command === 0x51) return this.#chipCommand(parameter, data);
    return '00';
  }

  #initialise(parameter: number): readonly number[] | string {
    if (parameter === 0x31 || parameter === 0x30) {
      if (this.#inserted?.place === 'jammed') this.#inserted.place = 'inside';
      const problem = parameter === 0x31 ? this.#capture() : this.#toGate();
      if (problem !== null && problem !== '02') return problem;
    } else if (parameter !== 0x33) return '01';
    this.#isInitialised = true;
    this.#isEntryEnabled = false;
    this.#chip = null;
    return [...'CRT-571'].map((character) => character.charCodeAt(0));
  }

  #move(parameter: number): readonly number[] | string {
    if (this.#inserted?.place === 'jammed') return '10';
    if (parameter === 0x30) return this.#toGate() ?? [];
    if (parameter === 0x33) return this.#capture() ?? [];
    if (parameter === 0x31 || parameter === 0x32) {
      if (this.#inserted === null) return '02';
      if (this.#jam('toContacts')) return '10';
      this.#inserted.place = 'inside';
      return [];
    }
    return '01';
  }

  #toGate(): string | null {
    if (this.#inserted === null) return '02';
    if (this.#jam('eject')) return '10';
    if (this.#chip !== null) return '05';
    this.#inserted.place = 'gate';
    this.tell('cardAtGate', { cardId: this.#inserted.card.cardId });
    return null;
  }

  #capture(): string | null {
    if (this.#inserted === null) return '02';
    if (this.#bin.length >= this.#binCapacity) return 'A1';
    if (this.#jam('capture')) return '10';
    this.#bin.push(this.#inserted.card);
    this.tell('cardCaptured', { cardId: this.#inserted.card.cardId });
    this.#inserted = null;
    this.#chip = null;
    return null;
  }

  #jam(at: string): boolean {
    if (!this.struck('jam', at)) return false;
    this.#inserted!.place = 'jammed';
    return true;
  }

  #chipCommand(parameter: number, data: readonly number[]): readonly number[] | string {
    if (parameter === 0x31) {
      this.#chip = null;
      return [];
    }
    if (this.#inserted?.place !== 'inside') return '66';
    if (parameter === 0x30) {
      const kind: ChipKind = this.struck('chipDead', 'reset') ? 'dead' : this.struck('noDirectory', 'reset') ? 'noDirectory' : 'good';
      const chip = createChip(this.#inserted.card, kind);
      if (chip.answerToReset === null) return '61';
      this.#chip = chip;
      return [0x30, ...chip.answerToReset];
    }
    if (parameter !== 0x39) return '03';
    if (this.struck('cardPulled', 'chip')) {
      this.#remove('cardTaken');
      return '65';
    }
    return this.#chip === null ? '65' : this.#chip.exchange(data);
  }

  #answer(echo: readonly [number, number], result: readonly number[] | string): void {
    const text = typeof result === 'string'
      ? [0x4e, ...echo, ...[...result].map((character) => character.charCodeAt(0))]
      : [0x50, ...echo, this.#inserted === null ? 0x30 : this.#inserted.place === 'gate' ? 0x31 : 0x32, 0x30, this.#bin.length >= this.#binCapacity ? 0x31 : 0x30, ...result];
    if (this.struck('replyLost', 'reply')) return;
    if (this.struck('noise', 'reply')) this.write([0xf2, 0x55, 0x00]);
    this.#stored = { bytes: buildFrame(this.#address, text), repeatsLeft: REPEATS_MAX };
    this.#sendStored();
  }

  #sendStored(): void {
    const bytes = [...this.#stored!.bytes];
    if (this.struck('badBcc', 'reply')) bytes[bytes.length - 1]! ^= 0x55;
    this.write(bytes);
  }

  #repeat(): void {
    if (this.#stored === null || this.#stored.repeatsLeft === 0) return;
    this.#stored.repeatsLeft--;
    this.#sendStored();
  }

  protected override onPowerOff(): void {
    this.#isInitialised = false;
    this.#isEntryEnabled = false;
    this.#isBusy = false;
    this.#chip = null;
    this.#stored = null;
    this.#reader.forget();
  }
}
