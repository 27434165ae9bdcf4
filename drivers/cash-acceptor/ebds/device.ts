import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../../main/foundation/money.ts';
import type { CashAcceptor } from '../../interfaces/cash-acceptor.ts';
import { LineAcceptor } from '../../life/line-acceptor.ts';
import type { Occasion } from '../../life/line-device.ts';
import type { NoteOrder } from '../../life/note-cycle.ts';
import type { Transport } from '../../transport/transport.ts';
import type { EbdsReply, NoteRecord, Status } from './codec.ts';
import { AUXILIARY, EXTENDED, SOFT_RESET, decodeText, inhibitBytes, omnibusBytes } from './codec.ts';
import { EbdsLink } from './link.ts';
import { lookOf } from './statuses.ts';

const POLL_MS = 150; // [ebds §3] 100 ms at least
/** SC Advance and SCR; the CFSC has 50. [ebds §6] */
const TABLE_ENTRIES_MAX = 128;
/** Notes that no table entry names, of an event read before the table. */
const UNLISTED_BASE = 1_000;
const SETTLE_MS_MAX = 60_000;
/** After a soft reset the device is silent for a second and more. [ebds §7] */
const RESET_SILENCE_MS = 2_000;
/** [ebds §13.9] */
const CURRENCIES: readonly string[] = ['KZT', 'USD', 'EUR', 'RUB'] satisfies readonly Currency[];

export interface EbdsAcceptorOptions {
  readonly deviceId: string;
  /** 9600 7E1. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

/** A MEI/CPI acceptor on EBDS with extended notes and escrow; power-up policy A. */
export function createEbdsAcceptor(options: EbdsAcceptorOptions): CashAcceptor {
  return new EbdsAcceptor(options);
}

class EbdsAcceptor extends LineAcceptor {
  readonly #link: EbdsLink;
  #isEnabled = false;
  #status: Status | null = null;
  #isAfterPowerUp = false;
  /** A short reply said that a note is stacked: which one, the extended reply behind it may say. Not told before. [ebds §13.2] */
  #shortStacked: Status | null = null;
  /** A driver that starts cannot know whether the device's last event was heard: the acknowledge number of the process before it is gone. [ebds §11] */
  #isFirstBringUp = true;

  constructor(options: EbdsAcceptorOptions) {
    const link = new EbdsLink(options);
    super({ ...options, protocol: 'ebds', link, pollIntervalMs: POLL_MS, restAfterStack: 'unknown' });
    this.#link = link;
  }

  protected override get isInEscrow(): boolean {
    return this.#status?.isEscrowed === true;
  }

  protected override countDuplicate(): void {
    this.#link.countDuplicate();
  }

  protected override look(): Promise<boolean> {
    return this.#omnibus();
  }

  /** The same message again brings the same reply: nothing new is said while the event is not durable. */
  protected override async keepEvent(): Promise<boolean> {
    const repeated = await this.#link.repeat();
    if (repeated?.isKnown !== true) return this.#takeReply(repeated?.reply ?? null);
    this.takeAgain();
    return true;
  }

  /** The next message acknowledges by its number. */
  protected override acknowledgeEvent(): Promise<boolean> {
    return Promise.resolve(true);
  }

  protected override sendOrder(order: NoteOrder): Promise<boolean> {
    return this.#omnibus(order);
  }

  protected override async sendAcceptance(noteTypes: readonly number[]): Promise<boolean> {
    if (noteTypes.length === 0) {
      this.#isEnabled = false;
      return true;
    }
    // Queries and settings only at rest [ebds §7], and their reply says no kind.
    if (this.#status?.isIdling !== true || this.#shortStacked !== null) return false;
    const reply = await this.#link.send('extended', [EXTENDED.setNoteInhibits, ...omnibusBytes({ isEnabled: this.#isEnabled }), ...inhibitBytes(noteTypes.filter((noteType) => noteType < UNLISTED_BASE))]);
    await this.#takeReply(reply);
    if (reply === null || reply.kind !== 'omnibus' || reply.status.isInvalidCommand) return false;
    this.#isEnabled = true;
    return true;
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    this.beginBringUp();
    this.#isEnabled = false;
    // A message that was never answered, before anything else: its reply may carry an event.
    if (this.#link.isLastOpen && !(await this.#takeReply((await this.#link.repeat())?.reply ?? null))) return false;
    // Before its first word: its memory of a stacked note ends with the first new message, and a return that it tells may be of a note that was put in behind that one. [ebds §3, §11]
    if (this.#isFirstBringUp) this.tellNoteUnseen('first start', this.faults);
    this.#isFirstBringUp = false;
    if (!(await this.#settleDown())) return false;
    // A jam or a failure ends only so; a healthy device is not disturbed.
    if (isReset && this.faults.length > 0) {
      this.#link.tell('auxiliary', SOFT_RESET);
      await this.pause(RESET_SILENCE_MS);
      if (!(await this.#settleDown())) return false;
    }
    if (!(await this.#readTable()) || !(await this.#identify())) return false;
    // Not idling: nothing to read, a fault stands.
    return this.endBringUp(`model ${this.#status?.model ?? ''}`);
  }

  /** Until nothing is under way: a note in escrow goes back, an event is told and acknowledged. */
  async #settleDown(): Promise<boolean> {
    const untilMs = this.clock.monotonicMs() + SETTLE_MS_MAX;
    for (let polls = 0; ; polls++) {
      if (!(await this.attend())) return false;
      const status = this.#status;
      if (status === null) {
        // The first reply of a device may be the old one of another process, to a query: it tells no status. [ebds §11]
        if (this.clock.monotonicMs() > untilMs) return false;
        await this.pause(POLL_MS);
        continue;
      }
      const isStanding = status.isJammed || status.isStalled || status.hasFailed || !status.isCassetteIn || status.isFull;
      // Two at least: the first reply of a device may be the old one of another process. [ebds §11]
      if (!this.#isEventUntold && polls > 0 && ((status.isIdling && !status.isPowerUp && !status.isEscrowed) || isStanding)) return true;
      if (!this.#isEventUntold && this.clock.monotonicMs() > untilMs) return true;
      if (!this.#isEventUntold && status.isEscrowed && !(await this.#omnibus('return'))) return false;
      await this.pause(POLL_MS);
    }
  }

  /** Index 1, 2, … until an empty record. [ebds §6] */
  async #readTable(): Promise<boolean> {
    const known: NoteRecord[] = [];
    for (let index = 1; index <= TABLE_ENTRIES_MAX; index++) {
      const reply = await this.#query('extended', [EXTENDED.noteSpecification, ...omnibusBytes({ isEnabled: false }), index]);
      if (reply === null) return false;
      // Busy or without extended notes: what was known stays; an empty table accepts nothing.
      if (reply.kind !== 'note' || reply.note === null) break;
      if (reply.note.index === index) known.push(reply.note);
    }
    if (known.length > 0) this.know(known.flatMap((note) => typeOf(note, note.index)));
    return true;
  }

  async #identify(): Promise<boolean> {
    const texts: string[] = [];
    for (const query of [AUXILIARY.acceptorType, AUXILIARY.serialNumber, AUXILIARY.applicationPartNumber]) {
      const reply = await this.#query('auxiliary', [0, 0, query]);
      if (reply === null) return false;
      texts.push(reply.kind === 'auxiliary' ? decodeText(reply.data) : '');
    }
    const [model = '', serialNumber = '', firmware = ''] = texts;
    this.identified({ ...(model === '' ? {} : { model }), ...(serialNumber === '' ? {} : { serialNumber }), ...(firmware === '' ? {} : { firmware }) });
    return true;
  }

  /** A reply without status bits tells no event; one with them is taken like a poll. */
  async #query(type: 'extended' | 'auxiliary', data: readonly number[]): Promise<EbdsReply | null> {
    while (this.#isEventUntold) {
      if (!(await this.attend())) return null;
      await this.pause(POLL_MS);
    }
    const reply = await this.#link.send(type, data);
    if (reply === null) return null;
    if (reply.kind === 'note') this.#takeStatus(reply.status, null, false);
    else await this.#takeReply(reply);
    return reply;
  }

  async #omnibus(order?: NoteOrder): Promise<boolean> {
    return this.#takeReply(await this.#link.send('omnibusCommand', [...omnibusBytes({ isEnabled: this.#isEnabled, ...(order === undefined ? {} : { order }) })]));
  }

  /** @returns false: no reply */
  async #takeReply(reply: EbdsReply | null): Promise<boolean> {
    if (reply === null) return false;
    if ('status' in reply && reply.status !== null) await this.#askWhoTellsEnd(reply.status);
    if (reply.kind === 'omnibus') this.#takeStatus(reply.status, null, false);
    else if (reply.kind === 'note') this.#takeStatus(reply.status, reply.note, reply.note === null);
    return true;
  }

  /** What a unit tells that was powered may be of another one's note: who it is comes first. The question ends its memory of the event, which waits here; that there is one is written down before. */
  async #askWhoTellsEnd(status: Status): Promise<void> {
    const mayBeAnother = status.isPowerUp || this.#isAfterPowerUp;
    if (!mayBeAnother || (!status.hasStacked && !status.hasReturned)) return;
    if (status.hasStacked && status.isCassetteIn) this.take({ reports: [{ report: 'poweredUp', position: 'inStackerPath' }], faults: this.faults, isAccepting: null, detail: 'a power-up stacked a note' });
    const reply = await this.#link.send('auxiliary', [0, 0, AUXILIARY.serialNumber]);
    const serialNumber = reply?.kind === 'auxiliary' ? decodeText(reply.data) : '';
    if (serialNumber !== '') this.identified({ serialNumber });
  }

  get #isEventUntold(): boolean {
    return this.isAcknowledgementAwaited || this.#shortStacked !== null;
  }

  #takeStatus(status: Status, note: NoteRecord | null, isBlank: boolean): void {
    const short = this.#shortStacked;
    const isKindTold = status.hasStacked && note !== null && !status.isEscrowed;
    const mayBeToldLonger = status.hasStacked && note === null && !isBlank && !status.isEscrowed && !status.isPowerUp && !this.#isAfterPowerUp;
    this.#status = status;
    this.#shortStacked = short === null && mayBeToldLonger ? status : null;
    if (this.#shortStacked !== null) return;
    // None came: the note is the one that was in escrow.
    if (short !== null && !isKindTold) this.#takeLook(short, null, false);
    this.#takeLook(status, note, isBlank);
  }

  #takeLook(status: Status, note: NoteRecord | null, isBlank: boolean): void {
    // With the box out nothing is stacked, and a box that is put back may say so without a note. [ebds §12]
    this.#isAfterPowerUp = status.isCassetteIn && (status.isPowerUp || this.#isAfterPowerUp);
    const noteType = note === null ? null : this.#noteTypeOf(note);
    this.take(lookOf(status, { noteType, isBlank, isAfterPowerUp: this.#isAfterPowerUp, isEnabled: this.#isEnabled }));
    if (status.isIdling && !status.isPowerUp) this.#isAfterPowerUp = false;
  }

  /** Events name the note by currency and value, not by its place in the table. */
  #noteTypeOf(note: NoteRecord): number {
    const [type] = typeOf(note, UNLISTED_BASE);
    const known = this.noteTypes.find((candidate) => candidate.currency === type?.currency && candidate.denominationMinor === type?.denominationMinor);
    if (known !== undefined) return known.noteType;
    if (type === undefined) return 0;
    const noteType = UNLISTED_BASE + this.noteTypes.length;
    this.know([...this.noteTypes, { ...type, noteType }]);
    return noteType;
  }
}

/** Nothing for a currency or a value that cannot be booked. */
function typeOf(note: NoteRecord, noteType: number): { readonly noteType: number; readonly denominationMinor: number; readonly currency: Currency }[] {
  const denominationMinor = Math.round(note.value * MINOR_PER_UNIT);
  const isBookable = CURRENCIES.includes(note.currency) && Number.isSafeInteger(denominationMinor) && Math.abs(denominationMinor - note.value * MINOR_PER_UNIT) < 1e-6;
  return isBookable ? [{ noteType, denominationMinor, currency: note.currency as Currency }] : [];
}
