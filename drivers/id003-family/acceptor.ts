import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Currency } from '../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import type { CashAcceptor } from '../interfaces/cash-acceptor.ts';
import type { DeviceClass } from '../interfaces/device.ts';
import type { NoteType } from '../life/look.ts';
import { LineAcceptor } from '../life/line-acceptor.ts';
import type { Occasion } from '../life/line-device.ts';
import type { NoteOrder } from '../life/note-cycle.ts';
import type { Transport } from '../transport/transport.ts';
import type { CurrencyRecord, Id003State, Setting } from './codec.ts';
import { ACK, INVALID_COMMAND, REQUEST_CODES, SETTING_CODES, decodeCurrencyTable, decodeState, decodeVersion, denominationMask } from './codec.ts';
import { Id003Link } from './link.ts';
import { isAtRest, isPoweredUp, isStopped, lookOf } from './states.ts';

const POLL_MS = 150; // [id003 §4] 100–200 ms
/** Five seconds: a device that lost its power for a moment is not away. */
const STATUS_ATTEMPTS = 17;
const SETTING_ATTEMPTS = 4;
const RESET_ATTEMPTS = 3;
const SLOW_REPLY_MS = 800;
/** RESET → usable up to 30 s. [id003 §4] */
const INITIALISE_MS_MAX = 60_000;
/** How long a note that an earlier start left behind may take to come to its end before RESET moves it. */
const OBSERVE_MS_MAX = 30_000;
/** After RESET: late answers of before it drain. */
const DRAIN_MS = 500;
/** Second byte of the denominations that are accepted: settings are lost with the power and by RESET, so where it still stands the device was not initialised since. [id003 §5, C0; that a device takes bits of notes it does not have: unverified] */
const UNTOUCHED = 0xa5;
/** HOLD is repeated before the device's own escrow time is over. [id003 §4: about 5–10 s, unverified] */
const HOLD_REPEAT_MS = 2_500;

export interface Id003AcceptorOptions {
  readonly deviceId: string;
  /** 9600 8E1. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Country codes of the device's own table → ISO 4217, decimal; other notes stay disabled. [id003 §8] */
  readonly currencyByCountryCode: Readonly<Record<number, Currency>>;
}

/** A JCM acceptor on ID-003, polled. STACK-2 is ordered, so that VEND VALID comes when the note is completely stacked. */
export function createId003Acceptor(options: Id003AcceptorOptions): CashAcceptor {
  return new Id003Acceptor(options);
}

/** What a unit with more than an acceptor changes. */
export interface Id003UnitKind {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
}

export class Id003Acceptor extends LineAcceptor {
  protected readonly link: Id003Link;
  readonly #currencyByCountryCode: Readonly<Record<number, Currency>>;
  #state: Id003State | null = null;
  #heldAtMs = -Infinity;
  #isFirstBringUp = true;
  #takesMark = true;

  constructor(options: Id003AcceptorOptions, kind: Id003UnitKind = { protocol: 'id003', deviceClass: 'cashAcceptor' }) {
    const link = new Id003Link(options);
    // VEND VALID lasts until it is acknowledged: a device at rest that did not tell it has no note of ours. [id003 §4, §15.7]
    super({ ...options, ...kind, link, pollIntervalMs: POLL_MS, restAfterStack: 'returned' });
    this.link = link;
    this.#currencyByCountryCode = options.currencyByCountryCode;
  }

  protected override get isInEscrow(): boolean {
    return this.#state?.state === 'escrow' || this.#state?.state === 'holding';
  }

  protected override countDuplicate(): void {
    this.link.countDuplicate();
  }

  protected override async look(): Promise<boolean> {
    const body = await this.link.request({ command: { command: 'statusRequest' }, attemptCountMax: STATUS_ATTEMPTS, isAnswer: isState });
    if (body === null) return false;
    const state = decodeState(body);
    this.#state = state;
    if (state.state === 'unknown') this.log.warn('cim.state.unknown', { deviceId: this.deviceId, rawHex: state.rawHex });
    this.take(lookOf(this.isNoCustomersNote(state) ? { state: 'initialize' } : state));
    await this.onState(state);
    return true;
  }

  protected override acknowledgeEvent(): Promise<boolean> {
    return Promise.resolve(this.link.tell({ command: 'ack' }));
  }

  protected override async sendOrder(order: NoteOrder): Promise<boolean> {
    // Once: after a lost answer the next states say whether the note moved. [id003 §4]
    return this.#operate(order === 'stack' ? this.stackCommand(this.cycle.open?.noteType ?? 0) : 'return', 1);
  }

  protected override async holdEscrow(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#heldAtMs < HOLD_REPEAT_MS) return;
    this.#heldAtMs = nowMs;
    await this.#operate('hold', 1);
  }

  protected override async sendAcceptance(noteTypes: readonly number[]): Promise<boolean> {
    if (noteTypes.length === 0) return this.set('setInhibit', [1]);
    return (await this.#setDenominations(denominationMask(noteTypes))) && (await this.set('setInhibit', [0]));
  }

  /** With the mark, where the device takes it. */
  async #setDenominations([mask, rest]: readonly [number, number]): Promise<boolean> {
    this.#takesMark &&= await this.set('setDenomination', [mask, UNTOUCHED]);
    return this.#takesMark || this.set('setDenomination', [mask, rest]);
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    this.beginBringUp();
    // The table first: a VEND VALID or an escrowed note may wait for its value. It is answered in every state. [id003 §8]
    if (!(await this.#identify())) return false;
    this.#takesMark = true;
    // Initialised while no core ran (its box out and in again, power): a note of the start before may have gone on into the box, untold.
    if (this.#isFirstBringUp && (await this.denominationSetting())?.[1] !== UNTOUCHED) this.tellNoteUnseen('its settings are not those of an earlier start', this.faults);
    this.#isFirstBringUp = false;
    if (!(await this.#observe(isReset))) return false;
    await this.beforeReset();
    if (!(await this.#operate('reset', RESET_ATTEMPTS))) return false;
    await this.pause(DRAIN_MS);
    if (!(await this.#awaitInitialised())) return false;
    const isSet =
      (await this.set('setInhibit', [1])) &&
      (await this.set('setSecurity', [0, 0])) &&
      (await this.set('setCommunicationMode', [0])) &&
      (await this.set('setDirection', [0])) &&
      (await this.set('setOptionalFunction', [0, 0]));
    return isSet ? this.endBringUp(`state ${this.#state?.state ?? 'unknown'}`) : false;
  }

  async #identify(): Promise<boolean> {
    const table = await this.#ask('currencyAssignRequest');
    const records = table === null ? null : decodeCurrencyTable(table);
    if (records === null) return false;
    this.know(noteTypesOf(records, this.#currencyByCountryCode));
    const version = await this.#ask('versionRequest');
    const known = version === null ? null : decodeVersion(version);
    if (known !== null) this.identified(known);
    return true;
  }

  /** Reads where the last start or the power cut left a note, before RESET moves it. [id003 §13] */
  async #observe(isReset: boolean): Promise<boolean> {
    const untilMs = this.clock.monotonicMs() + OBSERVE_MS_MAX;
    let isStopTold = false;
    for (;;) {
      if (!(await this.attend())) return false;
      const state = this.#state!;
      // RESET ends it, and with it the only sign that a note may be behind the gate.
      if (isStopped(state) && !isStopTold) {
        this.tellNoteUnseen(`state ${state.state} before RESET`, this.faults);
        isStopTold = true;
      }
      const mayMove = !this.isAcknowledgementAwaited && !this.isPowerUpUnwritten;
      if (mayMove && (isPoweredUp(state) || isAtRest(state) || isStopped(state) || this.waitsForReset(state))) return true;
      if (mayMove && this.clock.monotonicMs() > untilMs) return true;
      if (this.isInEscrow) await this.#operate('return', 1);
      if (mayMove && isReset && state.state !== 'stacking' && state.state !== 'vendValid' && !this.isInEscrow && state.state !== 'returning') return true;
      await this.pause(POLL_MS);
    }
  }

  async #awaitInitialised(): Promise<boolean> {
    const untilMs = this.clock.monotonicMs() + INITIALISE_MS_MAX;
    while (this.clock.monotonicMs() < untilMs || this.isAcknowledgementAwaited) {
      if (!(await this.attend())) return false;
      const state = this.#state!;
      if (!this.isAcknowledgementAwaited && (isAtRest(state) || isStopped(state))) return true;
      // It lost its power again.
      if (isPoweredUp(state)) return false;
      await this.pause(POLL_MS);
    }
    this.latch('CIM_FAILURE', `initialisation did not end within ${INITIALISE_MS_MAX} ms`);
    return true;
  }

  // ——— what a unit that pays out adds

  protected get state(): Id003State | null {
    return this.#state;
  }

  /** VEND VALID when the note is completely stacked; at the lever for one that may go to a recycling box. [id003 §5] */
  protected stackCommand(_noteType: number): 'stack1' | 'stack2' {
    return 'stack2';
  }

  /** An end of a note that nobody put in. */
  protected isNoCustomersNote(_state: Id003State): boolean {
    return false;
  }

  /** Nothing moves, and only an answer that nobody may give would let it go on. */
  protected waitsForReset(_state: Id003State): boolean {
    return false;
  }

  protected onState(_state: Id003State): Promise<void> {
    return Promise.resolve();
  }

  /** RESET clears the path and the settings: the last moment to read what they say of an earlier start. */
  protected beforeReset(): Promise<void> {
    return Promise.resolve();
  }

  /** Volatile; two bytes, a bit set = that note disabled. null: not answered [id003 §5, 80] */
  protected async denominationSetting(): Promise<Buffer | null> {
    return (await this.#ask('denominationRequest'))?.subarray(1) ?? null;
  }

  async #operate(command: 'reset' | 'stack1' | 'stack2' | 'return' | 'hold', attemptCountMax: number): Promise<boolean> {
    const body = await this.link.request({ command: { command }, attemptCountMax, timeoutMs: SLOW_REPLY_MS, isAnswer: (answer) => answer.length === 1 && (answer[0] === ACK || answer[0] === INVALID_COMMAND) });
    return body !== null && body[0] === ACK;
  }

  /** A differing echo means that the setting was not taken. [id003 §4] */
  protected async set(command: Setting, data: readonly number[]): Promise<boolean> {
    const echo = Buffer.from([SETTING_CODES[command], ...data]);
    const body = await this.link.request({ command: { command, data }, attemptCountMax: SETTING_ATTEMPTS, isAnswer: (answer) => answer[0] === SETTING_CODES[command] || (answer.length === 1 && answer[0] === INVALID_COMMAND) });
    return body !== null && body.equals(echo);
  }

  #ask(command: 'currencyAssignRequest' | 'versionRequest' | 'denominationRequest'): Promise<Buffer | null> {
    return this.link.request({ command: { command }, attemptCountMax: SETTING_ATTEMPTS, timeoutMs: SLOW_REPLY_MS, isAnswer: (answer) => answer[0] === REQUEST_CODES[command] });
  }
}

/** Answers of operations and settings that come late are no states. */
function isState(body: Buffer): boolean {
  const code = body[0]!;
  return code !== ACK && code !== INVALID_COMMAND && code < REQUEST_CODES.denominationRequest;
}

function noteTypesOf(records: readonly CurrencyRecord[], currencyByCountryCode: Readonly<Record<number, Currency>>): readonly NoteType[] {
  return records.flatMap(({ escrowCode, countryCode, mantissa, exponent }) => {
    const currency = currencyByCountryCode[countryCode];
    const denominationMinor = mantissa * 10 ** exponent * MINOR_PER_UNIT;
    return currency === undefined || !Number.isSafeInteger(denominationMinor) ? [] : [{ noteType: escrowCode, denominationMinor, currency }];
  });
}

