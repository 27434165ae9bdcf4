import { assert } from '../../main/foundation/assert.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Currency } from '../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { CashAcceptor } from '../interfaces/cash-acceptor.ts';
import type { DeviceClass } from '../interfaces/device.ts';
import type { NoteType } from '../life/look.ts';
import { LineAcceptor } from '../life/line-acceptor.ts';
import type { Occasion } from '../life/line-device.ts';
import type { NoteOrder } from '../life/note-cycle.ts';
import type { Repeated } from '../transport/alternating-link.ts';
import type { Transport } from '../transport/transport.ts';
import type { CommandName, PollEvent, Setup } from './codec.ts';
import { COMMANDS, RESPONSES, decodePoll, decodeSetup, inhibitBytes, longBytes, longOf } from './codec.ts';
import { DEFAULT_FIXED_KEY, EsspSession, powerModulo } from './encryption.ts';
import { SspLink } from './link.ts';
import { lookOf } from './polls.ts';

const POLL_MS = 200; // [ssp §4]
/** HOLD about once a second keeps a note in escrow; the unit rejects it after 5 or 10 s. [ssp §11] */
const HOLD_MS = 800;
const PROTOCOL_VERSIONS: readonly number[] = [8, 7, 6];
const SETTLE_MS_MAX = 60_000;
const RESET_SILENCE_MS = 3_000;
/** Primes below 2³², the larger first. [ssp §7] */
const GENERATOR = 982_451_653n;
const MODULUS = 1_287_821n;
const CURRENCIES: readonly string[] = ['KZT', 'USD', 'EUR', 'RUB'] satisfies readonly Currency[];

export interface SspAcceptorOptions {
  readonly deviceId: string;
  /** 9600 8N2. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** For the key exchange: needed with `fixedKey`. */
  readonly random: Random | undefined;
  readonly address: number;
  /** null: SSP in clear. Otherwise eSSP, with this fixed half of the key. */
  readonly fixedKey: bigint | null;
}

export const FACTORY_FIXED_KEY = DEFAULT_FIXED_KEY;

/** An ITL validator on SSP, or on eSSP with POLL WITH ACK. */
export function createSspAcceptor(options: SspAcceptorOptions): CashAcceptor {
  return new SspAcceptor(options);
}

/** What a unit with more than a validator changes. */
export interface SspUnitKind {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
}

export class SspAcceptor extends LineAcceptor {
  protected readonly link: SspLink;
  readonly #random: Random | undefined;
  readonly #fixedKey: bigint | null;
  #isEnabled = false;
  #isInEscrow = false;
  #heldAtMs = -Infinity;
  /** The unit's flag and its last reply belong to the process before: an event may be gone. [ssp §13] */
  #isFirstBringUp = true;
  /** Told by a unit that was powered since, or stands in the place of another: its channels are read before they are valued. [ssp §4, §15.6] */
  #unread: readonly PollEvent[] | null = null;

  constructor(options: SspAcceptorOptions, kind: SspUnitKind = { protocol: 'ssp', deviceClass: 'cashAcceptor' }) {
    const link = new SspLink(options);
    super({ ...options, ...kind, link, pollIntervalMs: POLL_MS, restAfterStack: 'unknown' });
    this.link = link;
    this.#random = options.random;
    this.#fixedKey = options.fixedKey;
  }

  protected override get isInEscrow(): boolean {
    return this.#isInEscrow;
  }

  protected override countDuplicate(): void {
    this.link.countDuplicate();
  }

  /** A POLL accepts the note in escrow: while nobody has decided, the unit is held instead. [ssp §11] */
  protected override async look(): Promise<boolean> {
    if (!this.#isInEscrow || this.cycle.open?.order === 'stack') return this.#poll();
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#heldAtMs < HOLD_MS) return true;
    this.#heldAtMs = nowMs;
    const reply = await this.link.send([COMMANDS.hold]);
    if (reply === null) return false;
    // Not listed for every unit: F2 did no harm, and any other command than POLL holds as well.
    if (reply[0] === RESPONSES.ok || reply[0] === RESPONSES.unknownCommand) return true;
    this.#isInEscrow = false;
    return this.#poll();
  }

  /** The same packet brings the same reply. */
  protected override async keepEvent(): Promise<boolean> {
    // After another command only POLL WITH ACK keeps the event.
    if (!this.#wasPoll && this.#fixedKey !== null) return this.#poll();
    const repeated = await this.link.repeat();
    if (repeated === null) return false;
    this.#takeRepeated(repeated);
    return repeated.reply[0] !== RESPONSES.keyNotSet && this.#unread === null;
  }

  /** A reply that is known is nothing new, all of it: with a note behind the credit that it tells, what was read twice would begin that note twice. */
  #takeRepeated({ reply, isKnown }: Repeated<Buffer>): void {
    if (isKnown) return this.takeAgain();
    if (reply[0] !== RESPONSES.ok || !this.#wasPoll) return;
    const events = decodePoll(reply.subarray(1));
    if (events.some(({ event }) => event === 'slaveReset')) this.#unread = events;
    else this.#takeEvents(events, 0);
  }

  #takeUnread(): void {
    const events = this.#unread;
    this.#unread = null;
    if (events !== null) this.#takeEvents(events, 0);
  }

  protected override async acknowledgeEvent(): Promise<boolean> {
    // In clear the next packet does it.
    if (this.#fixedKey === null || this.link.isLastOpen) return true;
    return (await this.command('eventAck')) !== null;
  }

  protected override async sendOrder(order: NoteOrder): Promise<boolean> {
    this.#isInEscrow = false;
    if (order === 'stack') return this.#poll();
    return (await this.command('reject')) !== null;
  }

  protected override async sendAcceptance(noteTypes: readonly number[]): Promise<boolean> {
    // Neither disturbs a note under way.
    if (noteTypes.length === 0) this.#isEnabled = (await this.command('disable')) === null && this.#isEnabled;
    else this.#isEnabled = (await this.command('setInhibits', inhibitBytes(noteTypes))) !== null && (await this.command('enable')) !== null;
    return this.#isEnabled === noteTypes.length > 0;
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    this.beginBringUp();
    this.#isEnabled = false;
    const hadFault = this.faults.length > 0;
    // A packet that was never answered, before SYNC: its reply may carry an event. A unit that lost its keys or power has none. [ssp §13]
    if ((this.link.isLastOpen && this.mayRepeatLast) || this.isAcknowledgementAwaited) await this.#finishLast();
    if (!(await this.#connect())) return false;
    this.#takeUnread();
    if (isReset && hadFault) {
      await this.command('reset');
      await this.pause(RESET_SILENCE_MS);
      if (!(await this.#connect())) return false;
    }
    if (!(await this.configure())) return false;
    // Told once: what the process before left open cannot be asked for.
    if (this.#isFirstBringUp) this.tellNoteUnseen('first start', []);
    this.#isFirstBringUp = false;
    // Before the first POLL: a note left in escrow would be accepted by it. [ssp §11, §15.2]
    if ((await this.link.send([COMMANDS.reject])) === null) return false;
    return (await this.#settleDown()) ? this.endBringUp('configured') : false;
  }

  async #finishLast(): Promise<void> {
    const untilMs = this.clock.monotonicMs() + SETTLE_MS_MAX;
    do {
      const repeated = await this.link.repeat();
      if (repeated === null) return;
      this.#takeRepeated(repeated);
      if (repeated.reply[0] === RESPONSES.keyNotSet) return;
      await this.pause(POLL_MS);
    } while (this.isAcknowledgementAwaited && !this.isAcknowledgementGranted && this.clock.monotonicMs() < untilMs);
  }

  /** The answer to anything else is no list of events. */
  get #wasPoll(): boolean {
    return this.link.lastCode === COMMANDS.poll || this.link.lastCode === COMMANDS.pollWithAck;
  }

  /** SYNC, keys, protocol version, channels, serial number. */
  async #connect(): Promise<boolean> {
    if ((await this.link.sync())?.[0] !== RESPONSES.ok) return false;
    if (this.#fixedKey !== null && !(await this.#exchangeKeys(this.#fixedKey))) return false;
    let isVersionSet = false;
    for (const version of PROTOCOL_VERSIONS) {
      isVersionSet ||= (await this.command('hostProtocolVersion', [version])) !== null;
      if (isVersionSet) break;
    }
    const setupReply = await this.command('setupRequest');
    const setup = setupReply === null ? null : decodeSetup(setupReply);
    if (!isVersionSet || setup === null) return false;
    this.know(noteTypesOf(setup));
    const serial = await this.command('serialNumber');
    this.identified({ model: `unit type ${setup.unitType}`, firmware: setup.firmware, ...(serial === null || serial.length < 4 ? {} : { serialNumber: String(serial.readUInt32BE(0)) }) });
    return true;
  }

  async #exchangeKeys(fixedKey: bigint): Promise<boolean> {
    if ((await this.command('setGenerator', longBytes(GENERATOR))) === null || (await this.command('setModulus', longBytes(MODULUS))) === null) return false;
    const random = this.#random;
    assert(random !== undefined, 'an encrypting driver is made with chance');
    const secret = longOf(random.bytes(4)) + 1n;
    const answer = await this.command('keyExchange', longBytes(powerModulo(GENERATOR, secret, MODULUS)));
    if (answer === null || answer.length < 8) return false;
    this.link.use(new EsspSession({ fixedKey, negotiatedKey: powerModulo(longOf(answer.subarray(0, 8)), secret, MODULUS), random }));
    return true;
  }

  async #settleDown(): Promise<boolean> {
    const untilMs = this.clock.monotonicMs() + SETTLE_MS_MAX;
    for (;;) {
      if (this.#isInEscrow) await this.sendOrder('return');
      if (!(await this.attend())) return false;
      if (!this.isAcknowledgementAwaited && (this.#isStill || this.clock.monotonicMs() > untilMs)) return true;
      await this.pause(POLL_MS);
    }
  }

  /** The last answer showed nothing that moves: rest, or a fault that stands. */
  #isStill = false;

  async #poll(): Promise<boolean> {
    const reply = await this.link.send([this.#fixedKey === null ? COMMANDS.poll : COMMANDS.pollWithAck]);
    if (reply === null || reply[0] !== RESPONSES.ok) return false;
    const events = decodePoll(reply.subarray(1));
    const unknown = events.find((event) => event.event === 'unknown');
    if (unknown !== undefined) this.log.warn('cim.event.unknown', { deviceId: this.deviceId, event: JSON.stringify(unknown) });
    const tellsMoney = events.some(({ event }) => ['noteCredit', 'clearedIntoCashbox', 'clearedFromFront', 'atResetIntoStacker', 'atResetIntoStore'].includes(event));
    this.#isInEscrow = events.some((event) => event.event === 'read' && 'channel' in event && event.channel !== 0);
    // A further command would end the unit's memory of an event that tells money.
    const reason = !tellsMoney && !this.#isInEscrow && events.some(({ event }) => event === 'rejected') ? ((await this.command('lastRejectCode'))?.[0] ?? 0) : 0;
    this.#takeEvents(events, reason);
    // Kept until EVENT ACK as well, and nobody else says it: until then the unit takes no note. [ssp §9 column A]
    const isKept = this.#fixedKey !== null && events.some(({ event }) => event === 'fraudAttempt' || event === 'ticketAck');
    if (isKept && !this.isAcknowledgementAwaited && !this.isEventHeld) await this.command('eventAck');
    return true;
  }

  #takeEvents(all: readonly PollEvent[], rejectReason: number): void {
    const { notes, isMoving, faults } = this.sort(all);
    const look = lookOf(notes, { isEnabled: this.#isEnabled, wasReturnOrdered: this.cycle.open?.order === 'return', rejectReason, noteTypes: this.noteTypes });
    const merged = { ...look, faults: [...faults, ...look.faults], isAccepting: isMoving ? null : look.isAccepting };
    this.#isStill = !isMoving && (look.isAccepting !== null || merged.faults.length > 0);
    this.take(merged);
  }

  // ——— what a unit that pays out adds

  /** Of one answer: what is about notes on their way in, and what else it shows. */
  protected sort(events: readonly PollEvent[]): { readonly notes: readonly PollEvent[]; readonly isMoving: boolean; readonly faults: readonly ErrorCode[] } {
    return { notes: events, isMoving: false, faults: [] };
  }

  /** An event that only the core may end. */
  protected get isEventHeld(): boolean {
    return false;
  }

  /** Keys, version and channels are set; before anything is accepted. @returns false when the line is lost */
  protected configure(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** After the line was lost. */
  protected get mayRepeatLast(): boolean {
    return true;
  }

  /** @returns what stands behind OK; null: refused or not answered */
  protected async command(command: CommandName, data: readonly number[] = []): Promise<Buffer | null> {
    const reply = await this.link.send([COMMANDS[command], ...data]);
    return reply !== null && reply[0] === RESPONSES.ok ? reply.subarray(1) : null;
  }
}

function noteTypesOf({ channels, realValueMultiplier }: Setup): readonly NoteType[] {
  return channels.flatMap(({ currency, value }, index) => {
    const denominationMinor = value * realValueMultiplier;
    const isBookable = CURRENCIES.includes(currency) && Number.isSafeInteger(denominationMinor) && denominationMinor >= MINOR_PER_UNIT;
    return isBookable ? [{ noteType: index + 1, denominationMinor, currency: currency as Currency }] : [];
  });
}
