import type { AnswerKind, RejectCause, ValidatorFaultTable } from '../../parts/simulated-validator.ts';
import { SimulatedValidator } from '../../parts/simulated-validator.ts';
import { VALIDATOR_FAULTS } from '../../parts/validator-faults.ts';
import type { Note } from '../../parts/validator-notes.ts';
import type { CreateSimulator, Json, OpenedFrame, SimulatorEnvironment } from '../../simulator.ts';
import type { HostPacket, PacketCiphers } from './wire.ts';
import { HostReader, ciphersOf, frameOf, isPrime, longBytes, longOf, open, power, seal } from './wire.ts';

export interface SspSimulatorOptions {
  /** Whole units by channel, from 1. */
  readonly channels?: readonly number[];
  readonly currency?: string;
  readonly address?: number;
  /** A payout-capable unit: its events come to encrypted polls only. */
  readonly isEncrypted?: boolean;
  /** In clear EE comes with each POLL until EB. The manuals disagree. [ssp §15.3] */
  readonly repeatsCredit?: boolean;
  /** Without POLL or HOLD a note in escrow goes back; ten seconds, or five. [ssp §11] */
  readonly escrowMs?: number;
  /** @default 1873452 */
  readonly serialNumber?: number;
  /** A note that lies behind its gate when it is started. */
  readonly noteInPathMinor?: number;
}

const SERIAL_NUMBER = 1_873_452;

const ESCROW_MS = 10_000; // [ssp §11] GA138
const UNPOLLED_MS = 10_000;
const FIXED_KEY = 0x0123456701234567n;
const TENGE = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
const OK = 0xf0;
const SEALED = 0x7e;
const POLLS: readonly number[] = [0x07, 0x56];
const EVENT_ACK = 0x57;
const REJECT = 0x08;
/** SETUP REQUEST, SERIAL NUMBER, LAST REJECT CODE, ALL LEVELS, COUNTERS. [ssp §6] */
const QUESTIONS: readonly number[] = [0x05, 0x0c, 0x17, 0x22, 0x58];
const VERSION_MAX = 8;
const MONEY_EVENTS: readonly number[] = [0xee, 0xe1, 0xe2];
/** FRAUD ATTEMPT: kept by POLL WITH ACK as well. [ssp §9 column A] */
const FRAUD = 0xe6;
const REASONS: Readonly<Record<RejectCause, number>> = { counterfeit: 0x0f, unfit: 0x04, foreign: 0x09, disabled: 0x06, pulledBack: 0x0e, escrowTimeout: 0x13 };

/** An ITL validator on SSP; with `isEncrypted` on eSSP with POLL WITH ACK. [ssp §17] */
export const createSspSimulator: CreateSimulator<SspSimulatorOptions> = (environment, options) => new SspSimulator(environment, options);

export class SspSimulator<Faults extends ValidatorFaultTable = typeof VALIDATOR_FAULTS> extends SimulatedValidator<Faults> {
  protected readonly channels: readonly number[];
  protected readonly currency: string;
  readonly #address: number;
  readonly #isEncrypted: boolean;
  readonly #repeatsCredit: boolean;
  readonly #serialNumber: number;
  readonly #reader = new HostReader();
  #isOn = false;
  #inhibits = 0;
  #protocolVersion = 4;
  #rejectReason = 0;
  /** Drained by a POLL; the money events of POLL WITH ACK stay until EVENT ACK. */
  protected queue: (readonly number[])[] = [[0xf1]];
  /** Of the last reply to POLL WITH ACK: these end with EVENT ACK, what came since does not. */
  #latched: readonly (readonly number[])[] = [];
  #isEscrowTold = false;
  #isCheatTold = false;
  #last: { readonly sequence: number; readonly reply: Uint8Array; readonly hadEvent: boolean } | null = null;
  #generator: bigint | null = null;
  #modulus: bigint | null = null;
  #ciphers: PacketCiphers | null = null;
  #count = 0;
  #watchNumber = 0;

  constructor(environment: SimulatorEnvironment, options: SspSimulatorOptions, kind?: { readonly protocol: string; readonly faults: Faults }) {
    const channels = options.channels ?? TENGE;
    super({ protocol: kind?.protocol ?? 'ssp', environment, faults: kind?.faults ?? (VALIDATOR_FAULTS as unknown as Faults), tableMinor: channels.map((value) => value * 100), escrowMs: options.escrowMs ?? ESCROW_MS, startsAt: 'initialising' });
    this.channels = channels;
    this.currency = options.currency ?? 'KZT';
    this.#address = options.address ?? 0;
    this.#isEncrypted = options.isEncrypted ?? false;
    this.#repeatsCredit = options.repeatsCredit ?? false;
    this.#serialNumber = options.serialNumber ?? SERIAL_NUMBER;
    const inPathMinor = options.noteInPathMinor;
    if (inPathMinor !== undefined) this.notes.add({ denominationMinor: inPathMinor, kind: 'genuine', noteType: this.tableMinor.indexOf(inPathMinor), place: 'transport' });
  }

  protected override get isEnabled(): boolean {
    return this.#isOn && this.#inhibits !== 0;
  }

  /** With POLL WITH ACK it takes no further note before EVENT ACK; with POLL nothing keeps it from the next one. [ssp §13] */
  protected override get isMouthOpen(): boolean {
    return !this.#isEncrypted || !this.#hasMoneyEvent;
  }

  /** Events that POLL WITH ACK keeps. */
  protected get heldEvents(): readonly number[] {
    return this.#isEncrypted ? [...MONEY_EVENTS, FRAUD] : MONEY_EVENTS;
  }

  get #hasMoneyEvent(): boolean {
    return this.queue.some(([code]) => this.heldEvents.includes(code!));
  }

  protected override isTypeEnabled(noteType: number): boolean {
    return this.#isOn && (this.#inhibits & (1 << noteType)) !== 0;
  }

  protected override forgetSettings(): void {
    this.#isOn = false;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...super.describe(), waitingEventsHex: this.queue.map((event) => Buffer.from(event).toString('hex')), isLatched: this.#latched.length > 0, isEscrowTold: this.#isEscrowTold, isKeyed: this.#ciphers !== null };
  }

  protected override onEscrow(): void {
    this.#isEscrowTold = false;
  }

  /** Beyond the reach of the user: the credit. [ssp §9 EE] */
  protected override onGate(note: Note): void {
    this.queue.push([0xee, note.noteType! + 1]);
  }

  protected override onStacked(note: Note, byItself: boolean): void {
    this.queue.push(byItself ? [0xe2, note.noteType! + 1] : [0xeb]);
  }

  protected override onReturned(note: Note, byItself: boolean): void {
    this.queue.push(byItself ? [0xe1, (note.noteType ?? -1) + 1] : [0xec]);
  }

  protected override onRejected(_note: Note, cause: RejectCause): void {
    this.#rejectReason = REASONS[cause];
  }

  protected override onRejectDone(): void {
    this.queue.push([0xec]);
  }

  protected override onBox(isIn: boolean): void {
    if (isIn) this.queue.push([0xe4]);
  }

  protected override onPoweredUp(): void {
    this.queue = [[0xf1]];
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#reader.forget();
    this.restart();
  }

  /** RESET by command; the events of what it cut off go behind F1. */
  protected onReset(): void {}

  protected restart(): void {
    this.queue = [];
    this.#latched = [];
    this.#inhibits = 0;
    this.#isOn = false;
    this.#protocolVersion = 4;
    this.#last = null;
    this.#ciphers = null;
    this.#generator = null;
    this.#modulus = null;
    this.#count = 0;
  }

  // ——— the wire

  protected override hear(chunk: Uint8Array): void {
    for (const packet of this.#reader.push(chunk)) if ((packet.sequence & 0x7f) === this.#address) this.#take(packet);
  }

  #take({ sequence, data }: HostPacket): void {
    const opened = this.#open(data);
    const kinds: AnswerKind[] = ['reply', opened !== null && this.isOrder(opened.data[0]!) ? 'orderReply' : 'pollReply'];
    if (this.isUnheard(kinds)) return;
    this.#watch();
    // The same flag: the last reply again, nothing is done. [ssp §4]
    if (this.#last?.sequence === sequence && data[0] !== 0x11) return this.answer(this.#last.reply, this.#last.hadEvent ? [...kinds, 'eventReply'] : kinds);
    const hadEvent = this.#hasMoneyEvent;
    const reply = data[0] === SEALED ? this.#sealed(opened) : this.replyTo(data, false);
    if (reply === null) return;
    this.#last = { sequence, reply: frameOf(sequence, reply), hadEvent };
    this.answer(this.#last.reply, hadEvent ? [...kinds, 'eventReply'] : kinds);
  }

  opened(frame: Uint8Array): OpenedFrame | null {
    const data = new HostReader().push(frame)[0]?.data;
    if (data === undefined) return null;
    const plain = this.#open(data)?.data;
    // Of other keys: answered that there are none, or not at all.
    if (plain === undefined) return { words: `of other keys ${Buffer.from(data).toString('hex')}`, changesNothing: true };
    return { words: `${data[0] === SEALED ? 'sealed ' : ''}${Buffer.from(plain).toString('hex')}`, changesNothing: this.#changesNothing(plain[0]!) };
  }

  #changesNothing(code: number): boolean {
    // A POLL forgets what it tells, and with a note in escrow it is the order to accept it. [ssp §11]
    if (POLLS.includes(code)) return this.queue.length === 0 && this.phase !== 'escrow';
    return code === EVENT_ACK ? this.#latched.length === 0 : QUESTIONS.includes(code);
  }

  /** It moves a note: a POLL accepts the one in escrow. [ssp §11] */
  protected isOrder(code: number): boolean {
    return code === REJECT || (POLLS.includes(code) && this.#mayStack);
  }

  /** As it was before it was sealed; null: it cannot be opened. */
  #open(data: readonly number[]): { readonly data: readonly number[]; readonly count?: number } | null {
    if (data[0] !== SEALED) return { data };
    return this.#ciphers === null ? null : open(this.#ciphers, data);
  }

  #sealed(opened: { readonly data: readonly number[]; readonly count?: number } | null): readonly number[] | null {
    if (this.#ciphers === null) return [0xfa];
    // Of another count: thrown away without a word. [ssp §7]
    if (opened === null || opened.count !== this.#count) return null;
    const ciphers = this.#ciphers;
    const reply = this.replyTo(opened.data, true);
    this.#count++;
    return seal(ciphers, this.#count, reply, (byteCount) => this.environment.random.bytes(byteCount));
  }

  #watch(): void {
    const number = ++this.#watchNumber;
    this.afterProtocolMs(UNPOLLED_MS, () => {
      if (number !== this.#watchNumber) return;
      this.#isOn = false;
      if (this.phase === 'idling') this.rest();
    });
  }

  protected replyTo(command: readonly number[], isSealed: boolean): readonly number[] {
    const [code, first = 0, second = 0] = command;
    switch (code) {
      case 0x01:
        this.restart();
        this.queue = [[0xf1]];
        this.onReset();
        this.initialise();
        return [OK];
      case 0x02:
        this.#inhibits = first | (second << 8);
        return this.#settle();
      case 0x05:
        return [OK, ...this.#setup()];
      case 0x06:
        if (first > VERSION_MAX) return [0xf8];
        this.#protocolVersion = first;
        return [OK];
      case 0x07:
        return this.#isEncrypted && !isSealed ? [OK] : [OK, ...this.#poll(false)];
      case 0x56:
        return isSealed ? [OK, ...this.#poll(true)] : [0xf4];
      case EVENT_ACK:
        if (!isSealed) return [0xf4];
        this.#forgetLatched();
        return [OK];
      case REJECT:
        if (this.phase !== 'escrow') return [0xf5];
        this.returnNote();
        return [OK];
      case 0x18:
        if (this.phase !== 'escrow') return [0xf8];
        this.holdNote();
        return [OK];
      case 0x09:
      case 0x0a:
        this.#isOn = code === 0x0a;
        return this.#settle();
      case 0x0c:
        return [OK, ...longBytes(BigInt(this.ownSerial(String(this.#serialNumber)))).slice(0, 4).reverse()];
      case 0x11:
        return [OK];
      case 0x17:
        return [OK, this.#rejectReason];
      case 0x4a:
      case 0x4b:
      case 0x4c:
        return this.#keyCommand(code, longOf(command.slice(1)));
      default:
        return [0xf2];
    }
  }

  #settle(): readonly number[] {
    if (this.phase === 'idling' || this.phase === 'disabled') this.rest();
    return [OK];
  }

  #keyCommand(code: number, value: bigint): readonly number[] {
    if (code !== 0x4c) {
      if (!isPrime(value)) return [0xf4];
      if (code === 0x4a) this.#generator = value;
      else this.#modulus = value;
      return [OK];
    }
    if (this.#generator === null || this.#modulus === null) return [0xf8];
    const secret = longOf([...this.environment.random.bytes(3)]) + 1n;
    this.#ciphers = ciphersOf(FIXED_KEY, power(value, secret, this.#modulus));
    this.#count = 0;
    return [OK, ...longBytes(power(this.#generator, secret, this.#modulus))];
  }

  /** A POLL after the note in escrow was told accepts it. [ssp §11] */
  get #mayStack(): boolean {
    return this.phase === 'escrow' && this.#isEscrowTold && (this.condition === null || this.condition === 'cheat') && this.isBoxIn;
  }

  #poll(withAck: boolean): readonly number[] {
    if (this.#mayStack) this.stackNote();
    if (withAck && this.condition === 'cheat' && !this.#isCheatTold) this.queue.push([FRAUD, 0]);
    this.#isCheatTold = this.condition === 'cheat';
    const events: (readonly number[])[] = [...this.queue];
    const hadMoney = this.#hasMoneyEvent;
    if (withAck && hadMoney) {
      // Only these are kept; the others were told.
      this.#latched = this.queue.filter(([code]) => this.heldEvents.includes(code!));
      this.queue = [...this.#latched];
    } else {
      this.queue = this.#repeatsCredit && this.phase === 'stacking' ? this.queue.filter(([code]) => code === 0xee) : [];
      if (hadMoney) this.meetAcknowledgement();
    }
    return [...events, ...this.states()].flat();
  }

  #forgetLatched(): void {
    if (this.#latched.length === 0) return;
    this.queue = this.queue.filter((event) => !this.#latched.includes(event));
    this.#latched = [];
    this.meetAcknowledgement();
  }

  /** What each poll shows as long as it is so. */
  protected states(): (readonly number[])[] {
    const states: (readonly number[])[] = [];
    const isStopped = this.condition === 'jam' || this.condition === 'failure';
    if (!this.isBoxIn) states.push([0xe3]);
    if (isStopped) states.push([this.notes.underWay?.place === 'transport' ? 0xea : 0xe9]);
    else if (this.condition === 'full') states.push([0xe7]);
    else if (this.condition === 'cheat' && !this.#isEncrypted) states.push([FRAUD, 0]);
    if (this.phase === 'disabled') states.push([0xe8]);
    if (this.phase === 'initialising') states.push([0xb6]);
    if (isStopped) return states;
    if (this.phase === 'accepting') states.push([0xef, 0]);
    if (this.phase === 'escrow') {
      this.#isEscrowTold = true;
      states.push([0xef, this.notes.underWay!.noteType! + 1]);
    }
    if (this.phase === 'stacking') states.push([0xcc]);
    if (this.phase === 'returning' || this.phase === 'rejecting') states.push([0xed]);
    return states;
  }

  #setup(): readonly number[] {
    const text = (value: string) => [...value].map((character) => character.charCodeAt(0));
    const isExpanded = this.#protocolVersion >= 6;
    return [
      this.#isEncrypted ? 0x06 : 0x00, ...text('0430'), ...text(this.currency), ...(isExpanded ? [0, 0, 0] : [0, 0, 100]), this.channels.length,
      ...this.channels.map((value) => (isExpanded ? 0 : value / 100)), ...this.channels.map(() => 2), 0, 0, 100, this.#protocolVersion,
      ...(isExpanded ? this.channels.flatMap(() => text(this.currency)) : []),
      ...(isExpanded ? this.channels.flatMap((value) => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, 0]) : []),
    ];
  }
}
