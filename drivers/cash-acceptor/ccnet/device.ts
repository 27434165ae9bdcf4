import type { ActorRefFrom } from 'xstate';
import { createActor } from 'xstate';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import type { CompletionCode, DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CashAcceptor, CashAcceptorCapabilities, CashAcceptorEvent } from '../../interfaces/cash-acceptor.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { BillTypes, KnownBillType } from './bill-types.ts';
import { billTypesFromTable, currenciesOf, denominationsOf, maskOf } from './bill-types.ts';
import type { CcnetMachineEvent } from './ccnet.machine.ts';
import { ccnetMachine, deviceStateOf, stepOf } from './ccnet.machine.ts';
import type { CcnetCommand, PollState } from './codec.ts';
import { decodeBillTable, decodeIdentification, decodePollState, encodeCommand } from './codec.ts';
import type { CycleFact, Order } from './escrow-cycle.ts';
import { EscrowCycle } from './escrow-cycle.ts';
import type { LinkReply } from './link.ts';
import { CcnetLink } from './link.ts';
import { ACCEPTING_STATES, faultOf, isAtRest, isInEscrow, isPoweredUp, needsBillTable, tellsMoney } from './poll-states.ts';
import { StatusBoard } from './status-board.ts';

const BILL_VALIDATOR_ADDRESS = 3;
const POLL_BODY = encodeCommand({ command: 'poll' });

const POLL_IDLE_MS = 200; // [ccnet §4] 100–200 ms recommended
const POLL_ACTIVE_MS = 100;
const REPLY_MS = 300; // the device has to begin within 10 ms; hosts wait 300 ms and more [ccnet §4]
const SLOW_REPLY_MS = 1_500; // IDENTIFICATION, GET BILL TABLE
const RESET_REPLY_MS = 3_000;
const ATTEMPT_COUNT_MAX = 3;
const DEAD_AFTER_MS = 5_000;
const REOPEN_MS_MIN = 500;
const REOPEN_MS_MAX = 10_000;
const RETRY_MS = 1_000;
/** INITIALIZE takes up to 40 s. [ccnet §10] */
const INITIALISE_MS_MAX = 60_000;
/** How long a note that an earlier start left behind may take to come to its end before RESET moves it. */
const OBSERVE_MS_MAX = 60_000;
/** Polls that still say 10, 11 or 12 after RESET was acknowledged. */
const STALE_POWER_UP_POLLS_MAX = 5;
const ORDER_SENDS_MAX = 3;
/** Polls that still say 80 after STACK or RETURN was acknowledged. */
const UNMOVED_POLLS_MAX = 5;
/** Longer than an initialisation: a note that a power cut caught is resolved at its end. */
const STACK_MS_MAX = 75_000;
/** RETURNING lasts until the customer takes the note. */
const RETURN_MS_MAX = 180_000;
const ENABLE_MS_MAX = 5_000;
const DISABLE_MS_MAX = 180_000;
/** HOLD extends escrow by about 10 s. [ccnet §5] */
const HOLD_REPEAT_MS = 5_000;

export interface CcnetAcceptorOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** 3, a bill validator, unless the configuration says otherwise. */
  readonly address?: number;
  /** The letters of the device's bill table → ISO 4217, `{ KAZ: 'KZT' }`. Types with other letters stay disabled. [ccnet §9] */
  readonly currencyByCountryCode: Readonly<Record<string, Currency>>;
}

type NoteResult = 'stacked' | 'returned' | 'rejected';

interface OrderWaiter {
  readonly noteId: string;
  readonly order: Order;
  readonly settle: (outcome: DeviceOutcome<NoteResult>) => void;
  readonly limit: TimerHandle;
  sendCount: number;
  needsSending: boolean;
  wasAcknowledged: boolean;
  unmovedPolls: number;
}

interface MaskWaiter {
  readonly isEnabling: boolean;
  readonly settle: (outcome: DeviceOutcome<void>) => void;
  readonly limit: TimerHandle;
}

/**
 * A CCNET bill validator. Comes up by itself after `start()`, and again after each loss of the port, of power or of the cash box.
 * What the core asked to accept is restored after a recovery, until it asks otherwise.
 *
 * @source CCNET sheet for validators; the README beside this file says where it is strict and why
 */
export function createCcnetAcceptor(options: CcnetAcceptorOptions): CashAcceptor {
  return new CcnetAcceptor(options);
}

class CcnetAcceptor implements CashAcceptor {
  readonly deviceId: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #currencyByCountryCode: Readonly<Record<string, Currency>>;
  readonly #link: CcnetLink;
  readonly #machine: ActorRefFrom<typeof ccnetMachine>;
  readonly #board: StatusBoard;
  readonly #cycle: EscrowCycle;
  readonly #listeners = new Set<(event: CashAcceptorEvent) => void>();

  #types: BillTypes | null = null;
  #run: Promise<void> | null = null;
  #isStopping = false;
  #wake: () => void = () => {};
  #isWoken = false;
  #isResetRequested = false;
  #reopenMs = REOPEN_MS_MIN;
  #stepSinceMs = 0;
  #stalePowerUpPolls = 0;

  #lineFault: ErrorCode | null = null;
  #deviceFault: ErrorCode | null = null;
  #isCheated = false;

  #state: PollState | null = null;
  #wantedMask = 0;
  #maskOnDevice: number | null = null;
  #maskWaiter: MaskWaiter | null = null;
  #orderWaiter: OrderWaiter | null = null;
  #hold: { readonly noteId: string; nextAtMs: number } | null = null;
  /** Of the last 81/82: the core has not called back yet, or it has and the device may be told. */
  #eventAcknowledgement: 'none' | 'awaited' | 'granted' = 'none';
  #noteNumber = 0;
  /** The note that the core was told of, and may order about. */
  #offeredNoteId: string | null = null;

  constructor(options: CcnetAcceptorOptions) {
    this.deviceId = options.deviceId;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#currencyByCountryCode = options.currencyByCountryCode;
    this.#link = new CcnetLink({ ...options, address: options.address ?? BILL_VALIDATOR_ADDRESS });
    this.#link.onLost((detail) => this.#loseLine(detail));
    this.#link.onLateData((body) => this.#takeLateData(body));
    this.#machine = createActor(ccnetMachine);
    this.#board = new StatusBoard({ deviceId: options.deviceId, clock: options.clock, counters: () => this.#link.counters });
    const startId = `${options.deviceId}-${options.clock.nowUtcMs().toString(36)}`;
    this.#cycle = new EscrowCycle(() => `${startId}-${++this.#noteNumber}`);
    this.#machine.start();
  }

  // ——— the interface

  get capabilities(): CashAcceptorCapabilities {
    const known = this.#types?.known ?? [];
    return { intermediateStacker: 'single', currencies: currenciesOf(known), denominationsMinor: denominationsOf(known) };
  }

  start(): void {
    if (this.#run !== null) return;
    this.#isStopping = false;
    this.#send('driver.started');
    this.#run = this.#work();
  }

  async stop(): Promise<void> {
    if (this.#run === null) return;
    this.#isStopping = true;
    this.#settleMask({ kind: 'failed', completionCode: 'canceled' });
    this.#settleOrderUnknown('canceled');
    this.#link.abandon();
    this.#wakeUp();
    await this.#run;
    this.#run = null;
  }

  reset(): void {
    this.#isResetRequested = true;
    this.#wakeUp();
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  onEvent(listener: (event: CashAcceptorEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  enable(request: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): Promise<DeviceOutcome<void>> {
    if (!this.#isOperating) return Promise.resolve(this.#notReady());
    const mask = maskOf(this.#types?.known ?? [], request);
    if (mask === 0) return Promise.resolve({ kind: 'failed', completionCode: 'invalidData', detail: 'the device knows none of these denominations' });
    return this.#want(mask);
  }

  disable(): Promise<DeviceOutcome<void>> {
    if (this.#isOperating) return this.#want(0);
    // It cannot accept now; what matters is that it does not start again by itself after its recovery.
    this.#wantedMask = 0;
    this.#settleMask({ kind: 'failed', completionCode: 'canceled' });
    return Promise.resolve(this.#notReady());
  }

  stack(noteId: string): Promise<DeviceOutcome<NoteResult>> {
    return this.#order(noteId, 'stack');
  }

  return(noteId: string): Promise<DeviceOutcome<NoteResult>> {
    return this.#order(noteId, 'return');
  }

  hold(noteId: string): void {
    if (this.#cycle.open?.noteId !== noteId || this.#orderWaiter !== null) return;
    this.#hold = { noteId, nextAtMs: this.#clock.monotonicMs() };
    this.#wakeUp();
  }

  // ——— the loop: the one owner of the line

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      if (this.#isResetRequested && this.#takeResetRequest()) continue;
      await this.#perform();
    }
    // Not waited for: with the escrow mask the device cannot keep a note without us, so this is courtesy, not safety.
    if (this.#link.isOpen && this.#maskOnDevice !== 0) this.#link.sendLast(encodeCommand({ command: 'enableBillTypes', enableMask: 0, escrowMask: 0 }));
    this.#maskOnDevice = null;
    this.#lineFault = null;
    this.#send('driver.stopped');
    await this.#link.close();
  }

  async #perform(): Promise<void> {
    switch (stepOf(this.#machine.getSnapshot())) {
      case 'open':
        return this.#open();
      case 'waitToOpen':
        await this.#sleep(this.#reopenMs);
        this.#reopenMs = Math.min(this.#reopenMs * 2, REOPEN_MS_MAX);
        return this.#send('port.retryDue');
      case 'observe':
        return this.#observe();
      case 'reset':
        return this.#reset();
      case 'awaitInitialised':
        return this.#awaitInitialised();
      case 'configure':
        return this.#configure();
      case 'poll':
        return this.#operate();
      case 'none':
        return this.#sleep(RETRY_MS);
    }
  }

  async #open(): Promise<void> {
    const result = await this.#link.open();
    this.#lineFault = result.ok ? this.#lineFault : result.error.code;
    if (!result.ok) this.#log.debug('cim.port.unavailable', () => ({ deviceId: this.deviceId, detail: result.error.detail }));
    this.#send(result.ok ? 'port.opened' : 'port.failed');
  }

  /** Reads where the last start or the power cut left a note, before RESET moves it. [ccnet §13] */
  async #observe(): Promise<void> {
    const state = await this.#poll();
    if (state !== null && this.#step === 'observe') {
      if (isPoweredUp(state) || isAtRest(state)) return this.#send('device.observed');
      if (isInEscrow(state)) await this.#request({ command: 'return' }, { timeoutMs: REPLY_MS, attemptCountMax: 1 });
      const isOver = this.#clock.monotonicMs() - this.#stepSinceMs > OBSERVE_MS_MAX;
      if (isOver && this.#eventAcknowledgement !== 'awaited') return this.#send('device.observed');
    }
    await this.#sleep(POLL_ACTIVE_MS);
  }

  async #reset(): Promise<void> {
    const reply = await this.#request({ command: 'reset' }, { timeoutMs: RESET_REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX });
    this.#maskOnDevice = 0; // RESET clears it [ccnet §10]
    this.#stalePowerUpPolls = 0;
    if (reply.kind === 'acknowledged') return this.#send('device.resetAcknowledged');
    await this.#giveUpWhenDead();
    await this.#sleep(RETRY_MS);
  }

  async #awaitInitialised(): Promise<void> {
    const state = await this.#poll();
    if (state !== null && this.#step === 'awaitInitialised') {
      if (isAtRest(state)) return this.#send('device.initialised');
      if (isPoweredUp(state) && ++this.#stalePowerUpPolls > STALE_POWER_UP_POLLS_MAX) return this.#send('device.resetNeeded');
      if (this.#clock.monotonicMs() - this.#stepSinceMs > INITIALISE_MS_MAX && this.#eventAcknowledgement !== 'awaited') {
        return this.#fail('CIM_FAILURE', `initialisation did not end within ${INITIALISE_MS_MAX} ms`);
      }
    }
    await this.#sleep(POLL_ACTIVE_MS);
  }

  async #configure(): Promise<void> {
    await this.#requestData({ command: 'getStatus' });
    const identification = decodeIdentification((await this.#requestData({ command: 'identification' })) ?? new Uint8Array());
    if (identification !== null) this.#board.identify(identification);
    const hasTable = await this.#readBillTable();
    const security = await this.#request({ command: 'setSecurity', highSecurityMask: 0 }, { timeoutMs: REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX });
    if (hasTable && security.kind !== 'silence' && security.kind !== 'lost' && this.#step === 'configure') {
      this.#lineFault = null;
      return this.#send('device.configured');
    }
    if (this.#link.isOpen && !hasTable && this.#link.silentForMs < REPLY_MS) {
      this.#lineFault = 'LNK_PROTOCOL';
      this.#showStatus();
    }
    await this.#giveUpWhenDead();
    await this.#sleep(RETRY_MS);
  }

  /** One round of normal work: what was asked for first, then one poll. */
  async #operate(): Promise<void> {
    await this.#sendOrder();
    await this.#sendMask();
    await this.#sendHold();
    const state = await this.#poll();
    if (state !== null) this.#followNote(state);
    if (state !== null && isInEscrow(state) && this.#isOrphan) await this.#request({ command: 'return' }, { timeoutMs: REPLY_MS, attemptCountMax: 1 });
    await this.#sleep(this.#isActive ? POLL_ACTIVE_MS : POLL_IDLE_MS);
  }

  /** One POLL; its state is taken into account before this returns it. `null`: no usable answer. */
  async #poll(): Promise<PollState | null> {
    const reply = await this.#link.request({ body: POLL_BODY, expects: 'data', timeoutMs: REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX, withholdsAcknowledgement: tellsMoney });
    if (reply.kind !== 'data') {
      await this.#giveUpWhenDead();
      return null;
    }
    const state = decodePollState(reply.body);
    // A note that an earlier start left behind is told before the table was read: ask for it first, the event waits.
    if (needsBillTable(state) && this.#types === null && !(await this.#readBillTable())) return null;
    this.#take(state);
    return state;
  }

  async #readBillTable(): Promise<boolean> {
    const table = decodeBillTable((await this.#requestData({ command: 'getBillTable' })) ?? new Uint8Array());
    if (table === null) return false;
    const types = billTypesFromTable(table, this.#currencyByCountryCode);
    if (types.unmappedCodes.length > 0) this.#log.warn('cim.table.unmapped', { deviceId: this.deviceId, codes: types.unmappedCodes.join(' ') });
    this.#types = types;
    return true;
  }

  #request(command: CcnetCommand, options: { readonly timeoutMs: number; readonly attemptCountMax: number }): Promise<LinkReply> {
    return this.#link.request({ body: encodeCommand(command), expects: 'acknowledgement', ...options });
  }

  async #requestData(command: CcnetCommand): Promise<Uint8Array | null> {
    const reply = await this.#link.request({ body: encodeCommand(command), expects: 'data', timeoutMs: SLOW_REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX, withholdsAcknowledgement: tellsMoney });
    return reply.kind === 'data' ? reply.body : null;
  }

  // ——— what was asked for

  #want(mask: number): Promise<DeviceOutcome<void>> {
    this.#wantedMask = mask;
    this.#maskOnDevice = null;
    this.#settleMask({ kind: 'failed', completionCode: 'canceled', detail: 'superseded by a newer request' });
    return new Promise((settle) => {
      const limitMs = mask === 0 ? DISABLE_MS_MAX : ENABLE_MS_MAX;
      const limit = this.#clock.setTimeout(() => this.#settleMask({ kind: 'failed', completionCode: 'timeOut' }), limitMs);
      this.#maskWaiter = { isEnabling: mask !== 0, settle, limit };
      this.#wakeUp();
    });
  }

  async #sendMask(): Promise<void> {
    if (this.#maskOnDevice === this.#wantedMask || !this.#isOperating) return;
    const mask = this.#wantedMask;
    // Escrow mask = enable mask: the device cannot reach 81 without our STACK. [ccnet §5]
    const reply = await this.#request({ command: 'enableBillTypes', enableMask: mask, escrowMask: mask }, { timeoutMs: REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX });
    if (reply.kind === 'acknowledged') this.#maskOnDevice = mask;
  }

  #order(noteId: string, order: Order): Promise<DeviceOutcome<NoteResult>> {
    const open = this.#cycle.open;
    if (open === null || open.noteId !== noteId || open.order !== null || this.#orderWaiter !== null) {
      return Promise.resolve({ kind: 'failed', completionCode: 'sequenceError', detail: 'no such note in escrow' });
    }
    if (!this.#isOperating) return Promise.resolve(this.#notReady());
    this.#hold = null;
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.#settleOrderUnknown('timeOut'), order === 'stack' ? STACK_MS_MAX : RETURN_MS_MAX);
      this.#orderWaiter = { noteId, order, settle, limit, sendCount: 0, needsSending: true, wasAcknowledged: false, unmovedPolls: 0 };
      this.#wakeUp();
    });
  }

  /** Sent once per need: a repeat of STACK by time-out could meet a note that already moves. What the device did, the next polls tell. [ccnet §15.4, §15.5] */
  async #sendOrder(): Promise<void> {
    const waiter = this.#orderWaiter;
    if (waiter === null || !waiter.needsSending || !this.#isOperating) return;
    waiter.needsSending = false;
    waiter.sendCount++;
    waiter.unmovedPolls = 0;
    this.#cycle.order(waiter.order);
    const reply = await this.#request({ command: waiter.order }, { timeoutMs: REPLY_MS, attemptCountMax: 1 });
    waiter.wasAcknowledged = reply.kind === 'acknowledged';
  }

  /** The device still says escrow although it was ordered to move the note: ordered again, a few times. */
  #followNote(state: PollState): void {
    const waiter = this.#orderWaiter;
    if (waiter === null || waiter.sendCount === 0 || !isInEscrow(state)) return;
    waiter.unmovedPolls++;
    if (waiter.wasAcknowledged && waiter.unmovedPolls < UNMOVED_POLLS_MAX) return;
    if (waiter.sendCount < ORDER_SENDS_MAX) waiter.needsSending = true;
    else this.#settleOrderUnknown('hardwareError');
  }

  async #sendHold(): Promise<void> {
    const hold = this.#hold;
    if (hold === null || this.#clock.monotonicMs() < hold.nextAtMs) return;
    if (this.#cycle.open?.noteId !== hold.noteId || this.#orderWaiter !== null) {
      this.#hold = null;
      return;
    }
    await this.#request({ command: 'hold' }, { timeoutMs: REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX });
    hold.nextAtMs = this.#clock.monotonicMs() + HOLD_REPEAT_MS;
  }

  // ——— what the device says

  #take(state: PollState): void {
    this.#state = state;
    this.#reopenMs = REOPEN_MS_MIN;
    if (this.#lineFault !== 'LNK_PROTOCOL') this.#lineFault = null;
    for (const fact of this.#cycle.take(state)) this.#tell(fact);
    this.#judge(state);
    this.#settleMaskBy(state);
    this.#showStatus();
  }

  /** A reply overtaken by our time-out: only what tells money counts, its cycle keys it; a stale state does not. */
  #takeLateData(body: Buffer): void {
    if (!tellsMoney(body) || this.#types === null) return;
    this.#take(decodePollState(body));
  }

  #tell(fact: CycleFact): void {
    switch (fact.fact) {
      case 'noteEscrowed':
        // A note left by an earlier start is nobody's: it is given back, not offered.
        if (!this.#isOperating) return;
        this.#offeredNoteId = fact.noteId;
        return this.#emit({ kind: 'noteEscrowed', note: { noteId: fact.noteId, ...this.#typeOf(fact.billType) } });
      case 'noteEntering':
        return this.#emit({ kind: 'noteEntering' });
      case 'noteRejected':
        this.#emit({ kind: 'noteRejected', reason: fact.reason });
        return this.#settleOrder(fact.noteId, { kind: 'completed', value: 'rejected' });
      case 'noteStacked':
      case 'noteReturned':
        return this.#tellEnd(fact);
      case 'repeated':
        this.#link.countDuplicate();
        if (this.#eventAcknowledgement === 'granted') this.#link.acknowledge();
        return;
      case 'noteLost':
        if (this.#orderWaiter?.noteId === fact.noteId) this.#settleOrderUnknown('hardwareError');
        this.#log.error('cim.note.lost', { deviceId: this.deviceId, noteId: fact.noteId });
        return;
      case 'typeMismatch':
        this.#log.error('cim.note.typeMismatch', { deviceId: this.deviceId, escrowedBillType: fact.escrowedBillType, toldBillType: fact.toldBillType });
        return;
      case 'poweredUp':
        this.#log.warn('cim.device.poweredUp', { deviceId: this.deviceId, position: fact.position });
        return this.#emit({ kind: 'poweredUp', position: fact.position });
      case 'boxRemoved':
      case 'boxInserted':
        this.#log.info(`cim.box.${fact.fact === 'boxRemoved' ? 'removed' : 'inserted'}`, { deviceId: this.deviceId });
        return this.#emit({ kind: fact.fact });
      case 'cheatSuspected':
        this.#board.record('CIM_CHEATED', 'state 45');
        return this.#emit({ kind: 'cheatSuspected' });
    }
  }

  #tellEnd(fact: Extract<CycleFact, { fact: 'noteStacked' | 'noteReturned' }>): void {
    const type = this.#typeOf(fact.billType);
    const note = fact.noteId === null || fact.noteId !== this.#offeredNoteId ? null : { noteId: fact.noteId, ...type };
    this.#eventAcknowledgement = 'awaited';
    let isCalled = false;
    const acknowledge = (): void => {
      if (isCalled) return;
      isCalled = true;
      this.#eventAcknowledgement = 'granted';
      // At once only while the 81 is the last word on the line; otherwise with its next repeat.
      const isLastWord = this.#state?.state === 'billStacked' || this.#state?.state === 'billReturned';
      if (fact.isEvent && isLastWord && !this.#link.isWaiting) this.#link.acknowledge();
    };
    this.#emit({ kind: fact.fact, note, ...type, acknowledge });
    this.#settleOrder(fact.noteId, { kind: 'completed', value: fact.fact === 'noteStacked' ? 'stacked' : 'returned' });
  }

  #judge(state: PollState): void {
    const fault = faultOf(state);
    if (fault !== null) {
      if (fault.code !== this.#deviceFault) this.#fail(fault.code, fault.detail);
      else if (!this.#isIn('faulty')) this.#send('device.faulted'); // still there after a RESET
      // Nobody can say where the note stopped. [failures §1.2]
      if (fault.code === 'CIM_JAMMED' || fault.code === 'CIM_FAILURE') this.#settleOrderUnknown('hardwareError', fault.detail);
      this.#settleEnable(fault.code);
      return;
    }
    this.#isCheated = state.state === 'cheated';
    if (state.state === 'unknown') {
      this.#log.warn('cim.state.unknown', { deviceId: this.deviceId, code: state.code, rawHex: state.rawHex });
      return;
    }
    if (state.state === 'deviceBusy' || state.state === 'pause' || state.state === 'cheated') return;
    if (isPoweredUp(state) || state.state === 'initialize') {
      this.#maskOnDevice = 0;
      this.#deviceFault = null;
      return this.#send('device.maskLost');
    }
    if (!isAtRest(state)) {
      if (this.#isIn('ready')) this.#send('device.noteUnderWay');
      return;
    }
    // 19 although it should accept, or 14 although it should not: the mask was lost without a word; it is sent again.
    if ((state.state === 'unitDisabled') !== (this.#maskOnDevice === 0)) this.#maskOnDevice = null;
    if (this.#deviceFault !== null) {
      this.#deviceFault = null;
      this.#maskOnDevice = null; // a cassette put back may have cleared it [ccnet §14]
      this.#send('device.faultCleared');
    }
    if (this.#isIn('busy')) this.#send('device.atRest');
  }

  #fail(code: ErrorCode, detail: string): void {
    this.#deviceFault = code;
    this.#board.record(code, detail);
    this.#log.error('cim.device.faulted', { deviceId: this.deviceId, code, detail });
    this.#send('device.faulted');
  }

  async #giveUpWhenDead(): Promise<void> {
    if (!this.#link.isOpen || this.#link.silentForMs < DEAD_AFTER_MS) return;
    await this.#link.close();
    this.#loseLine(`no answer for ${DEAD_AFTER_MS} ms`);
  }

  #loseLine(detail: string): void {
    this.#lineFault = 'LNK_LOST';
    this.#state = null;
    this.#maskOnDevice = null;
    this.#deviceFault = null;
    this.#isCheated = false;
    this.#hold = null;
    this.#board.record('LNK_LOST', detail);
    this.#log.warn('cim.line.lost', { deviceId: this.deviceId, detail });
    this.#send('line.lost');
    this.#settleEnable('CIM_OFFLINE');
    this.#settleMask({ kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CIM_OFFLINE' });
    this.#settleOrderUnknown('deviceNotReady', detail);
    this.#wakeUp();
  }

  // ——— waiters: each is settled exactly once

  #settleOrder(noteId: string | null, outcome: DeviceOutcome<NoteResult>): void {
    const waiter = this.#orderWaiter;
    if (waiter === null || waiter.noteId !== noteId) return;
    this.#orderWaiter = null;
    this.#clock.clearTimeout(waiter.limit);
    waiter.settle(outcome);
  }

  /** Nothing was sent yet: nothing moved. Otherwise nobody knows, and the events that come later carry the same note. */
  #settleOrderUnknown(completionCode: CompletionCode, detail?: string): void {
    const waiter = this.#orderWaiter;
    if (waiter === null) return;
    if (waiter.sendCount === 0) {
      this.#settleOrder(waiter.noteId, { kind: 'failed', completionCode, ...(detail === undefined ? {} : { detail }) });
      return;
    }
    const stage = `${waiter.order}${waiter.wasAcknowledged ? 'Acknowledged' : 'Sent'}NoResult`;
    if (waiter.order === 'stack') this.#board.record('CIM_STACK_UNCERTAIN', detail ?? stage);
    this.#settleOrder(waiter.noteId, { kind: 'uncertain', completionCode, lastKnown: { stage, noteCountMin: 0, noteCountMax: 1 } });
  }

  #settleMaskBy(state: PollState): void {
    const waiter = this.#maskWaiter;
    if (waiter === null || this.#maskOnDevice !== this.#wantedMask) return;
    const isReached = waiter.isEnabling ? ACCEPTING_STATES.has(state.state) : state.state === 'unitDisabled';
    if (isReached) this.#settleMask({ kind: 'completed', value: undefined });
  }

  #settleEnable(errorCode: ErrorCode): void {
    if (this.#maskWaiter?.isEnabling === true) this.#settleMask({ kind: 'failed', completionCode: 'hardwareError', errorCode });
  }

  #settleMask(outcome: DeviceOutcome<void>): void {
    const waiter = this.#maskWaiter;
    if (waiter === null) return;
    this.#maskWaiter = null;
    this.#clock.clearTimeout(waiter.limit);
    waiter.settle(outcome);
  }

  // ——— small parts

  get #step() {
    return stepOf(this.#machine.getSnapshot());
  }

  /** Commands for notes make sense: the device is up and its mask is ours. */
  get #isOperating(): boolean {
    return this.#isIn('ready') || this.#isIn('busy');
  }

  #isIn(state: 'ready' | 'busy' | 'faulty'): boolean {
    return this.#machine.getSnapshot().value === state;
  }

  get #isActive(): boolean {
    return this.#orderWaiter !== null || this.#maskWaiter !== null || this.#isIn('busy');
  }

  /** A note in escrow that nobody will decide on: never offered, or its order was already settled as uncertain. It goes back, never a second STACK. */
  get #isOrphan(): boolean {
    const open = this.#cycle.open;
    return open === null || open.noteId !== this.#offeredNoteId || (open.order !== null && this.#orderWaiter === null);
  }

  #typeOf(billType: number): { readonly denominationMinor: number; readonly currency: Currency } {
    const known: KnownBillType | undefined = this.#types?.known.find((type) => type.billType === billType);
    if (known !== undefined) return { denominationMinor: known.denominationMinor, currency: known.currency };
    // Never enabled, so only a device at fault gets here. 0: the value is not known, nobody may guess it.
    this.#log.error('cim.note.unknownType', { deviceId: this.deviceId, billType });
    return { denominationMinor: 0, currency: 'KZT' };
  }

  #notReady(): Extract<DeviceOutcome<never>, { kind: 'failed' }> {
    const errorCode = this.#board.faults[0];
    return { kind: 'failed', completionCode: 'deviceNotReady', ...(errorCode === undefined ? {} : { errorCode }) };
  }

  #takeResetRequest(): boolean {
    const isStacking = this.#orderWaiter !== null && this.#isOperating;
    if (isStacking) return false;
    this.#isResetRequested = false;
    this.#reopenMs = REOPEN_MS_MIN;
    this.#send('driver.resetRequested');
    return this.#step !== 'none';
  }

  #emit(event: CashAcceptorEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #send(type: CcnetMachineEvent['type']): void {
    const before = this.#machine.getSnapshot();
    this.#machine.send({ type });
    const after = this.#machine.getSnapshot();
    if (after === before) return;
    if (stepOf(before) !== stepOf(after)) this.#stepSinceMs = this.#clock.monotonicMs();
    this.#showStatus();
  }

  #showStatus(): void {
    const state = deviceStateOf(this.#machine.getSnapshot().value);
    const faults: ErrorCode[] = [];
    if (this.#deviceFault !== null) faults.push(this.#deviceFault);
    if (state === 'offline' && this.#lineFault !== null) faults.push('CIM_OFFLINE');
    if (this.#lineFault !== null) faults.push(this.#lineFault);
    if (this.#isCheated) faults.push('CIM_CHEATED');
    this.#board.show(state, faults);
  }

  /** Ends early when something was asked for, also when it was asked for while a request was in flight. */
  #sleep(ms: number): Promise<void> {
    if (this.#isWoken || this.#isStopping) {
      this.#isWoken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = () => {
        this.#clock.clearTimeout(timer);
        this.#wake = () => {};
        this.#isWoken = false;
        resolve();
      };
      const timer = this.#clock.setTimeout(done, ms);
      this.#wake = done;
    });
  }

  #wakeUp(): void {
    this.#isWoken = true;
    this.#wake();
  }
}
