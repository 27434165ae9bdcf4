import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { readIdentity } from '../../cctalk-family/identity.ts';
import type { Checksum } from '../../cctalk-family/frames.ts';
import type { LinkReply, LinkRequest } from '../../cctalk-family/link.ts';
import { CctalkLink } from '../../cctalk-family/link.ts';
import type { AcceptedCoin, CoinAcceptor, CoinAcceptorCapabilities, CoinAcceptorEvent } from '../../interfaces/coin-acceptor.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { BufferedEvent, CreditBuffer } from './codec.ts';
import { CREDIT_BYTES, decodeCredits, encodeInhibitMask, newEvents } from './codec.ts';
import { CoinQueue } from './coin-queue.ts';
import type { CoinTable } from './coin-table.ts';
import { EMPTY_TABLE, readCoinTable } from './coin-table.ts';
import { FAULT_EVENT_CODE, eventCodeRow } from './event-codes.ts';
import { decodeMark, encodeMark } from './mark.ts';

/** At most 200 ms, else credits may be lost. [misc §5.2] */
const POLL_INTERVAL_MS = 150;
/** Every so many polls the mask is read: a restart that nobody saw has closed it. */
const POLLS_PER_MASK_CHECK = 20;
/** A coin that passed the gate when it was shut. */
const FLIGHT_MS = 500;
const RESTART_MS = 500;
/** More credits than this wait for the ledger: no more coins are let in. */
const WAITING_MAX = 20;
const GAP_READS_MAX = 4;
/** Coins fall a few times a second at most; a reading takes some hundredths. */
const EQUAL_READS_MAX = 6;
const CLOSED_MASK = '0000';

export interface CoinAcceptorOptions {
  readonly deviceId: string;
  /** 9600 8N1. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly address?: number;
  readonly checksum?: Checksum;
  readonly currency?: Currency;
  /** Some acceptors for Kazakhstan tell values 100 times too small; null: a table that looks so is not used until a person set this. */
  readonly coinValueFactor?: 1 | 100 | null;
  readonly sorterPaths?: readonly { readonly position: number; readonly path: number }[];
}

type Credit = { readonly coin: AcceptedCoin; readonly mark: string; readonly eventCount: number };

/** A ccTalk coin validator. What it says of coins: README, "Money". */
export function createCctalkCoinAcceptor(options: CoinAcceptorOptions): CoinAcceptor {
  return new CctalkCoinAcceptor(options);
}

class CctalkCoinAcceptor extends LineDevice implements CoinAcceptor {
  readonly #link: CctalkLink;
  readonly #currency: Currency;
  readonly #valueFactor: 1 | 100 | null;
  readonly #sorterPaths: readonly { readonly position: number; readonly path: number }[];
  readonly #listeners = new Set<(event: CoinAcceptorEvent) => void>();
  readonly #queue: CoinQueue<Credit>;
  #table: CoinTable = EMPTY_TABLE;
  #serialNumber: string | null = null;
  /** Counter up to which all was told or told as lost; null: not known. */
  #handledCount: number | null = null;
  /** Counter up to which all is in the ledger. */
  #durableCount: number | null = null;
  #resumeMark: { readonly serialNumber: string | null; readonly eventCount: number } | null = null;
  /** Masks that the device can have if it was not restarted; null: nobody set one in this start. */
  #masks: readonly string[] | null = null;
  /** Coins may have fallen since the buffer was last read with the gate shut. */
  #mayHoldCredits = false;
  #isAccepting = false;
  #isGateOpen = false;
  #isForeign = false;
  /** Seen by the mask, and not yet taken into account. */
  #wasRestarted = false;
  #restartCount = 0;
  #pollCount = 0;
  #coinCount = 0;

  constructor(options: CoinAcceptorOptions) {
    const link = new CctalkLink({ ...options, address: options.address ?? 2, checksum: options.checksum ?? 'sum' });
    super({ ...options, deviceClass: 'coinAcceptor', protocol: 'cctalk-coin-acceptor', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'CIM_COIN_OFFLINE', logArea: 'cim' });
    this.#link = link;
    this.#currency = options.currency ?? 'KZT';
    this.#valueFactor = options.coinValueFactor ?? null;
    this.#sorterPaths = options.sorterPaths ?? [];
    this.#queue = new CoinQueue(({ coin, mark, eventCount }, done) => {
      const acknowledge = () => {
        this.#durableCount = eventCount;
        done.acknowledge();
      };
      this.#tell({ kind: 'coinAccepted', coin, mark, acknowledge, postpone: () => done.postpone() });
    });
  }

  get capabilities(): CoinAcceptorCapabilities {
    return { currencies: [this.#currency], denominationsMinor: this.#table.denominationsMinor };
  }

  onEvent(listener: (event: CoinAcceptorEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  mark(): string | null {
    return this.#durableCount === null || this.#queue.length > 0 ? null : encodeMark({ serialNumber: this.#serialNumber, eventCount: this.#durableCount });
  }

  resumeFrom(mark: string): boolean {
    this.#resumeMark = decodeMark(mark);
    return this.#resumeMark !== null;
  }

  async enable({ denominationsMinor, currency }: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      const positions = currency === this.#currency ? this.#table.positionsOf(denominationsMinor) : [];
      if (positions.length === 0) return { kind: 'failed', completionCode: 'invalidData', detail: 'none of these coins is in the table of the device' };
      const blocking = this.faults[0];
      if (blocking !== undefined) return { kind: 'failed', completionCode: 'hardwareError', errorCode: blocking };
      // A restart that nobody saw must be seen before its trace is overwritten.
      const restartCount = this.#restartCount;
      if (!(await this.#readAfterGap())) return this.#unanswered('mask');
      // It counts anew, and the mark that is durable is of before: nothing may fall until the core has asked for the new one.
      if (this.#restartCount !== restartCount) return { kind: 'failed', completionCode: 'deviceNotReady', detail: 'the device was restarted' };
      if (!(await this.#setMask(positions))) return this.#unanswered('mask');
      this.#isAccepting = true;
      if (!(await this.#syncGate())) return this.#unanswered('gate');
      this.settle('accepting', { isEngaged: true });
      return { kind: 'completed', value: undefined };
    });
  }

  async disable(): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      this.#isAccepting = false;
      if (!(await this.#syncGate()) || !(await this.#drain())) return this.#unanswered('gate');
      this.settle('closed');
      return { kind: 'completed', value: undefined };
    });
  }

  #unanswered(stage: string): DeviceOutcome<never> {
    this.lineLost();
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${stage}Unanswered` } };
  }

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    const identity = await readIdentity(this.#link);
    if (identity === null) return false;
    this.identified({ ...(identity.model === null ? {} : { model: identity.model }), ...(identity.firmware === null ? {} : { firmware: identity.firmware }), ...(identity.serialNumber === null ? {} : { serialNumber: identity.serialNumber }) });
    this.#isAccepting = false;
    this.#isForeign = !/coin acceptor/i.test(identity.category);
    if (this.#isForeign) {
      this.latch('LNK_PROTOCOL', `it says of itself that it is ${identity.category.slice(0, 30)}`);
      this.becomeReady('identify');
      return true;
    }
    // Another device in its place has another counter.
    if (this.#handledCount !== null && this.#serialNumber !== identity.serialNumber) this.#forgetDevice();
    this.#serialNumber = identity.serialNumber;
    this.#resume();
    if (!(await this.#shutGate())) return false;
    // Each time: it may have been taught other coins while it was away.
    const table = await readCoinTable((request) => this.#link.request(request), { currency: this.#currency, valueFactor: this.#valueFactor });
    if (table === null) return false;
    this.#table = table;
    if (!(await this.#readAfterGap()) || !(await this.#drain())) return false;
    if (isReset && !(await this.#restart())) return false;
    return this.#setUp();
  }

  /** Self-check, mask, sorter. */
  async #setUp(): Promise<boolean> {
    const check = await this.#link.request({ header: 'selfCheck', isRepeatable: true });
    if (check.kind === 'silent') return false;
    const faultCode = check.kind === 'answered' ? (check.data[0] ?? 0) : 0;
    if (faultCode !== 0) this.latch('CIM_COIN_FAILURE', `self-check ${faultCode}`);
    if (this.#table.problem !== null) this.latch('CIM_COIN_FAILURE', this.#table.problem);
    if (!(await this.#setMask(this.#table.positionsOf(this.#table.denominationsMinor)))) return false;
    for (const { position, path } of this.#sorterPaths) if (!(await this.#order({ header: 'setSorterPath', data: [position, path] }))) return false;
    this.becomeReady('identify');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (this.#isForeign) return (await this.#link.request({ header: 'simplePoll', isRepeatable: true })).kind !== 'silent';
    this.#queue.tellNext();
    const isMaskDue = ++this.#pollCount % POLLS_PER_MASK_CHECK === 0;
    const isWell = isMaskDue ? await this.#readAfterGap() : await this.#read();
    if (!isWell || !(await this.#syncGate())) return false;
    this.settle('poll', { isEngaged: this.#isAccepting });
    return true;
  }

  /** One reading of the buffer. After a silence the device may have been restarted: the mask tells first. */
  async #read(): Promise<boolean> {
    const reply = await this.#readCredits();
    if (reply === null) return false;
    if (reply.wasRepeated) return this.#readAfterGap();
    return this.#take(reply.buffer);
  }

  async #readAfterGap(): Promise<boolean> {
    for (let turn = 0; turn < GAP_READS_MAX; turn++) {
      if (!(await this.#lookForRestart())) return false;
      const reply = await this.#readCredits();
      if (reply === null) return false;
      // Silent again between the two: the mask is not of the same life as the buffer.
      if (!reply.wasRepeated) return this.#take(reply.buffer);
    }
    return false;
  }

  /**
   * What is new is believed when two readings say the same: spoiled bytes can make the one-byte sum right, and a counter that was never there would
   * swallow the coins that come next.
   */
  async #readCredits(): Promise<{ readonly buffer: CreditBuffer; readonly wasRepeated: boolean } | null> {
    let [before, wasRepeated] = [null as Buffer | null, false];
    for (let turn = 0; turn < EQUAL_READS_MAX; turn++) {
      const reply = await this.#link.request({ header: 'readCredits', answerBytes: [CREDIT_BYTES], isRepeatable: true });
      const buffer = reply.kind === 'answered' ? decodeCredits(reply.data) : null;
      if (buffer === null || reply.kind !== 'answered') return null;
      wasRepeated ||= reply.wasRepeated;
      if (buffer.eventCount === this.#handledCount || before?.equals(reply.data) === true) return { buffer, wasRepeated };
      before = reply.data;
    }
    return null;
  }

  /** A mask that is not ours, or none where a process before us had one: it was restarted. False: no answer. */
  async #lookForRestart(): Promise<boolean> {
    const mask = await this.#readMask();
    if (mask === null) return false;
    const isOurs = this.#masks === null ? mask !== CLOSED_MASK : this.#masks.includes(mask);
    if (isOurs && this.#masks !== null) return true;
    // From now on this one is what it has: each restart is seen once.
    this.#masks = [mask];
    this.#wasRestarted ||= !isOurs;
    return true;
  }

  /** One that is not ours is believed when two readings say the same: taken for a restart, spoiled bytes would have all that stands in the buffer credited again. null: no answer. */
  async #readMask(): Promise<string | null> {
    let before: string | null = null;
    for (let turn = 0; turn < EQUAL_READS_MAX; turn++) {
      const reply = await this.#link.request({ header: 'getInhibitMask', answerBytes: [2], isRepeatable: true });
      if (reply.kind !== 'answered') return null;
      const mask = reply.data.toString('hex');
      if (mask === before || this.#masks?.includes(mask) === true) return mask;
      before = mask;
    }
    return null;
  }

  async #take(buffer: CreditBuffer): Promise<boolean> {
    const wasRestarted = this.#wasRestarted;
    this.#wasRestarted = false;
    if (this.#handledCount === null) {
      // A buffer that nobody's mark belongs to: what is in it may have been credited by whoever ran before.
      if (buffer.eventCount !== 0) this.#tell({ kind: 'creditsUncertain', cause: 'noMark', countMin: 0, countMax: null });
      this.#handledCount = buffer.eventCount;
      this.#durableCount = buffer.eventCount;
      return true;
    }
    const isAnew = wasRestarted || (buffer.eventCount === 0 && this.#handledCount !== 0);
    if (isAnew) {
      this.#restartCount += 1;
      if (this.#mayHoldCredits) this.#tell({ kind: 'creditsUncertain', cause: 'deviceRestarted', countMin: 0, countMax: null });
      this.#mayHoldCredits = false;
      this.#isGateOpen = false;
      this.#isAccepting = false;
      this.#handledCount = 0;
      this.bringUpAgain();
    }
    const { events, lostCount } = newEvents(this.#handledCount, buffer);
    if (lostCount > 0) {
      this.log.error('cim.credits.lost', { deviceId: this.deviceId, lostCount });
      this.#tell({ kind: 'creditsUncertain', cause: 'bufferOverrun', countMin: 0, countMax: lostCount });
    }
    this.#handledCount = buffer.eventCount;
    for (const { eventCount, event } of events) this.#happened(event, eventCount);
    if (this.#queue.length === 0) this.#durableCount = this.#handledCount;
    if (!isAnew || wasRestarted) return true;
    // Seen by the counter: the mask as it is now belongs to this life.
    this.#masks = null;
    const isAnswered = await this.#lookForRestart();
    this.#wasRestarted = false;
    return isAnswered;
  }

  #happened(event: BufferedEvent, eventCount: number): void {
    if (event.kind === 'coin') {
      const denominationMinor = this.#table.valueOf(event.position);
      const coin: AcceptedCoin = { coinId: `${this.deviceId}-${this.clock.nowUtcMs()}-${++this.#coinCount}`, position: event.position, denominationMinor, currency: this.#currency, sorterPath: event.sorterPath };
      this.#queue.push({ coin, mark: encodeMark({ serialNumber: this.#serialNumber, eventCount }), eventCount });
      return;
    }
    const { kind, means } = eventCodeRow(event.code);
    if (kind === 'rejected') this.#tell({ kind: 'coinRejected', reason: event.code, means });
    else if (kind === 'lever') this.#tell({ kind: 'returnRequested' });
    else if (kind === 'fault') this.latch(FAULT_EVENT_CODE, means);
    else if (kind === 'fraud') {
      this.record('CIM_COIN_FRAUD', means);
      this.#tell({ kind: 'fraudSuspected', reason: event.code, means });
    }
  }

  /** Gate open only while coins are wanted, nothing is wrong, and the ledger keeps up. */
  async #syncGate(): Promise<boolean> {
    const isWanted = this.#isAccepting && this.faults.length === 0 && this.#queue.length < WAITING_MAX;
    if (isWanted === this.#isGateOpen) return true;
    if (!isWanted) return this.#shutGate();
    this.#mayHoldCredits = true;
    this.#isGateOpen = true;
    return this.#order({ header: 'setMasterInhibit', data: [1] });
  }

  async #shutGate(): Promise<boolean> {
    if (!(await this.#order({ header: 'setMasterInhibit', data: [0] }))) return false;
    this.#isGateOpen = false;
    return true;
  }

  /** With the gate shut: what is under way falls, and is read. [misc §5.7] */
  async #drain(): Promise<boolean> {
    if (!(await this.#read())) return false;
    if (!this.#mayHoldCredits) return true;
    await delay(this.clock, FLIGHT_MS);
    // With the mask: a restart while the counter stood at 0 leaves no other trace.
    if (!(await this.#readAfterGap())) return false;
    this.#mayHoldCredits = false;
    return true;
  }

  /** On a person's order, with the gate shut and the buffer read. */
  async #restart(): Promise<boolean> {
    if (!(await this.#order({ header: 'reset' }))) return false;
    await delay(this.clock, RESTART_MS);
    // Whether it really restarted, mask and counter say: the answer may have been to another request. Its gate is open then, and only the mask keeps coins out.
    return (await this.#readAfterGap()) && (await this.#shutGate());
  }

  async #setMask(positions: readonly number[]): Promise<boolean> {
    const mask = encodeInhibitMask(positions);
    const text = Buffer.from(mask).toString('hex');
    // Sent and not answered, it may be either.
    this.#masks = [...(this.#masks ?? []), text];
    if (!(await this.#order({ header: 'setInhibitMask', data: mask }))) return false;
    this.#masks = [text];
    return true;
  }

  /** True: acknowledged. Setting the same twice is setting it once. */
  async #order(request: Pick<LinkRequest, 'header' | 'data'>): Promise<boolean> {
    const reply: LinkReply = await this.#link.request({ ...request, answerBytes: [0], isRepeatable: true });
    return reply.kind === 'answered';
  }

  #resume(): void {
    if (this.#handledCount !== null || this.#resumeMark === null) return;
    if (this.#resumeMark.serialNumber === this.#serialNumber) {
      this.#handledCount = this.#resumeMark.eventCount;
      this.#mayHoldCredits = true;
      // Another one stands here: what fell into the one before after the mark, only the box knows.
    } else this.#tell({ kind: 'creditsUncertain', cause: 'deviceRestarted', countMin: 0, countMax: null });
    this.#resumeMark = null;
  }

  #forgetDevice(): void {
    if (this.#mayHoldCredits) this.#tell({ kind: 'creditsUncertain', cause: 'deviceRestarted', countMin: 0, countMax: null });
    this.#mayHoldCredits = false;
    this.#handledCount = null;
    this.#durableCount = null;
    this.#masks = null;
    this.#wasRestarted = false;
    this.#table = EMPTY_TABLE;
  }

  protected override onDown(): void {
    this.#isAccepting = false;
  }

  #tell(event: CoinAcceptorEvent): void {
    if (event.kind === 'creditsUncertain') this.record('CIM_COIN_UNCERTAIN', event.cause);
    for (const listener of this.#listeners) listener(event);
  }
}
