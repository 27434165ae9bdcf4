import { assert } from '../../../main/foundation/assert.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Random } from '../../../main/foundation/random.ts';
import type { Checksum } from '../../cctalk-family/frames.ts';
import type { Identity } from '../../cctalk-family/identity.ts';
import { readIdentity } from '../../cctalk-family/identity.ts';
import type { LinkReply } from '../../cctalk-family/link.ts';
import { CctalkLink } from '../../cctalk-family/link.ts';
import type { CoinCounts, CoinDispenser, CoinDispenserCapabilities, CoinDispenserSensors } from '../../interfaces/coin-dispenser.ts';
import { EXTRA_COINS_MAX } from '../../interfaces/coin-dispenser.ts';
import type { Occasion } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { HopperLevel, HopperStatus, HopperTest } from './codec.ts';
import { MEMORY_BITS, eventAfter } from './codec.ts';
import type { HopperCipher, Reading } from './hopper-line.ts';
import { HopperLine } from './hopper-line.ts';
import type { DispenseEnd, FinalVerdict } from './open-dispense.ts';
import { OpenDispense } from './open-dispense.ts';
import type { Registers, Verdict } from './registers.ts';
import { decodeMark, encodeMark, judge } from './registers.ts';
import { faultsOf } from './test-faults.ts';

/** So that an uncertain command is uncertain about few. */
export const COINS_PER_COMMAND_MAX = 50;
const POLL_INTERVAL_MS = 2_000;
/** While it pays. [misc §5.7: 100 to 300 ms] */
const PAYING_POLL_MS = 200;
/** An empty hopper says so itself after 10 to 30 s; one that says nothing for longer is stopped. [misc §5.7] */
const STANDSTILL_MS = 40_000;
/** From the order to where nobody waits any more: over power cuts and lost lines. */
const LIMIT_MS = 120_000;
const LIMIT_PER_COIN_MS = 2_000;
/** After payout was switched off. [misc §5.7] */
const REST_MS = 500;
const RESTART_MS = 500;
const STOPS_MAX = 50;

/** What stands before the count in a dispense. [misc §5.7 a to c] */
export type DispenseGuard = 'auto' | 'serialNumber' | 'none' | 'cipher';

export interface HopperOptions {
  readonly deviceId: string;
  /** 9600 8N1. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly address?: number;
  readonly checksum?: Checksum;
  /** `auto`: the serial number where the product's name says USE_SER; another hopper pays nothing until a person set this. */
  readonly dispenseGuard?: DispenseGuard;
  /** For `cipher`. */
  readonly cipher?: HopperCipher;
  readonly random?: Random;
}

/** A ccTalk serial hopper. What it says of coins: README, "Money". */
export function createCctalkHopper(options: HopperOptions): CoinDispenser {
  return new CctalkHopper(options);
}

class CctalkHopper extends LineDevice implements CoinDispenser {
  readonly capabilities: CoinDispenserCapabilities = { coinsPerCommandMax: COINS_PER_COMMAND_MAX, presentsWhileDispensing: true, itemsTakenSensor: false };
  readonly #link: CctalkLink;
  readonly #line: HopperLine;
  readonly #options: HopperOptions;
  readonly #open: OpenDispense;
  #identity: Identity | null = null;
  /** As last read at rest; null: not known now. */
  #registers: Registers | null = null;
  #reading: Reading | null = null;
  #test: HopperTest = { bits: [], rawHex: '' };
  #level: HopperLevel = { isBelowLow: null, isAboveHigh: null };
  #isForeign = false;
  #isHaltRequested = false;
  /** Seen since the last order: a reset clears the bit, and not what it says of the registers. */
  #wasWriteCut = false;

  constructor(options: HopperOptions) {
    const link = new CctalkLink({ ...options, address: options.address ?? 3, checksum: options.checksum ?? 'sum' });
    super({ ...options, deviceClass: 'coinDispenser', protocol: 'cctalk-hopper', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'CDM_COIN_OFFLINE', logArea: 'cdm' });
    this.#link = link;
    this.#line = new HopperLine(link);
    this.#options = options;
    this.#open = new OpenDispense(options.clock);
  }

  async dispense({ coinCount }: { readonly coinCount: number }): Promise<DeviceOutcome<CoinCounts>> {
    assert(Number.isInteger(coinCount) && coinCount >= 1 && coinCount <= COINS_PER_COMMAND_MAX, `a dispense asks for 1 to ${COINS_PER_COMMAND_MAX} coins`);
    return this.#pay(coinCount, () => this.#begin(coinCount));
  }

  async resolveDispense({ coinCount, mark }: { readonly coinCount: number; readonly mark: string }): Promise<DeviceOutcome<CoinCounts>> {
    const before = decodeMark(mark);
    if (before === null) return { kind: 'failed', completionCode: 'invalidData', detail: 'not a mark of this driver' };
    const outcome = await this.#pay(coinCount, async () => {
      const ended = this.#wait(before, coinCount);
      await this.#follow();
      return { kind: 'completed', value: { ended } };
    });
    // Of the command that the mark belongs to nothing came out; this is no command that failed.
    return outcome.kind === 'failed' && outcome.detail === NOT_TAKEN ? { kind: 'completed', value: this.#counts(coinCount, 0) } : outcome;
  }

  halt(): void {
    this.#isHaltRequested = this.#open.order !== null;
  }

  async readSensors(): Promise<DeviceOutcome<CoinDispenserSensors>> {
    return this.run(async (): Promise<DeviceOutcome<CoinDispenserSensors>> => {
      if (this.#isForeign || !(await this.#look())) {
        this.lineLost();
        return { kind: 'failed', completionCode: 'timeOut', errorCode: 'CDM_COIN_OFFLINE', detail: 'test not answered' };
      }
      return { kind: 'completed', value: { isPayable: this.faults.length === 0, isBelowLowLevel: this.#level.isBelowLow, isAboveHighLevel: this.#level.isAboveHigh } };
    });
  }

  dispenseMark(): string | null {
    return this.#registers === null || this.#open.order !== null ? null : encodeMark(this.#registers);
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#open.end(null);
  }

  // ——— a dispense

  /** One job sends it; its outcome may come only after the line was lost and found again. */
  async #pay(coinCount: number, begin: () => Promise<DeviceOutcome<{ readonly ended: Promise<DispenseEnd> }>>): Promise<DeviceOutcome<CoinCounts>> {
    const begun = await this.run(async (): Promise<DeviceOutcome<{ readonly ended: Promise<DispenseEnd> }>> =>
      this.#open.order === null ? begin() : { kind: 'failed', completionCode: 'sequenceError', detail: 'another dispense is not ended' });
    return begun.kind === 'completed' ? this.#outcomeOf(await begun.value.ended, coinCount) : begun;
  }

  #wait(before: Registers, coinCount: number): Promise<DispenseEnd> {
    this.#isHaltRequested = false;
    this.engage();
    return this.#open.begin({ before, requestedCount: coinCount, limitMs: LIMIT_MS + LIMIT_PER_COIN_MS * coinCount });
  }

  async #begin(coinCount: number): Promise<DeviceOutcome<{ readonly ended: Promise<DispenseEnd> }>> {
    const unanswered = (detail: string): DeviceOutcome<never> => {
      this.lineLost();
      return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'CDM_COIN_OFFLINE', detail };
    };
    if (!(await this.#look())) return unanswered('no answer before the dispense');
    const blocking = this.faults[0];
    if (blocking !== undefined) return { kind: 'failed', completionCode: 'hardwareError', errorCode: blocking };
    if (!(await this.#line.enable(true))) return unanswered('payout was not switched on');
    const guard = await this.#guard();
    if (guard === null) return unanswered('no challenge for the dispense');
    // Once more, as near to the order as can be: what is compared afterwards.
    const before = await this.#readRegisters();
    if (before === null) return unanswered('registers were not told before the dispense');
    this.#wasWriteCut = false;
    const ended = this.#wait(before, coinCount);
    const reply = await this.#line.dispense(guard, coinCount);
    if (reply.kind === 'silent' && !reply.wasSent) this.#open.end({ kind: 'notTaken' });
    else await this.#follow(reply);
    return { kind: 'completed', value: { ended } };
  }

  async #guard(): Promise<readonly number[] | null> {
    const { dispenseGuard, cipher, random } = this.#options;
    if (dispenseGuard === 'none') return [];
    if (dispenseGuard !== 'cipher') return this.#identity?.serialBytes ?? null;
    assert(cipher !== undefined && random !== undefined, 'a hopper with a cipher is made with its algorithm and a source of chance');
    return this.#line.answerToChallenge(random, cipher);
  }

  /**
   * Reads until what runs has ended, then switches payout off, so that nothing can move any more, and judges by what stands in the registers. What is not
   * answered leaves it open: it is followed again when the line is back.
   */
  async #follow(reply?: LinkReply): Promise<void> {
    const order = this.#open.order;
    if (order === null) return;
    for (;;) {
      if (!(await this.#untilRest(order))) return this.lineLost();
      if (!(await this.#line.enable(false))) return this.lineLost();
      await delay(this.clock, REST_MS);
      const after = await this.#readRegisters();
      if (after === null) return this.lineLost();
      const verdict = this.#judge(order, after);
      // It took the command late, before payout was off: followed to its end.
      if (verdict.kind === 'running') continue;
      this.#endWith(verdict, reply);
      return this.settle(verdict.kind);
    }
  }

  #judge({ before, requestedCount }: { readonly before: Registers; readonly requestedCount: number }, after: Registers): Verdict {
    const { bits } = this.#test;
    return judge(before, after, requestedCount, { isMemoryBad: bits.some((bit) => MEMORY_BITS.includes(bit)), isWriteCut: this.#wasWriteCut });
  }

  #endWith(verdict: FinalVerdict, reply: LinkReply | undefined): void {
    // It acknowledged a command that its counter does not know, and has no second count that would bear this out.
    const isContradicted = verdict.kind === 'notTaken' && reply?.kind === 'answered' && this.#registers?.total === null;
    this.#open.end(isContradicted ? { kind: 'doubt', countMin: 0, countMax: (this.#open.order?.requestedCount ?? 0) + EXTRA_COINS_MAX, why: 'acknowledgedButNotCounted' } : verdict);
  }

  /**
   * Until nothing remains of what runs. One that stands still, or is to be halted, is stopped.
   * @param order  null: of an earlier life of ours, of which nothing is known
   * @returns false: no answer, or nobody waits any more
   */
  async #untilRest(order: { readonly before: Registers; readonly requestedCount: number } | null): Promise<boolean> {
    let remainingCount = -1;
    let movedAtMs = this.clock.monotonicMs();
    for (let stopCount = 0; stopCount < STOPS_MAX;) {
      const status = await this.#line.status();
      if (status === null || (order !== null && this.#open.order === null)) return false;
      if (status.remainingCount === 0) return true;
      if (order !== null && isRunning(status, order.before, order.requestedCount)) this.#open.paying(status.paidCount);
      if (status.remainingCount !== remainingCount) movedAtMs = this.clock.monotonicMs();
      remainingCount = status.remainingCount;
      const test = await this.#line.test();
      if (test === null) return false;
      const isStill = this.clock.monotonicMs() - movedAtMs > STANDSTILL_MS || faultsOf(test).length > 0;
      if (isStill || this.#isHaltRequested) {
        stopCount++;
        const unpaidCount = await this.#line.emergencyStop();
        this.log.warn('cdm.dispense.halted', { deviceId: this.deviceId, remainingCount, unpaidCount, bits: test.bits.join() });
      }
      await delay(this.clock, PAYING_POLL_MS);
    }
    return false;
  }

  #outcomeOf({ verdict: end, paidCountMin }: DispenseEnd, coinCount: number): DeviceOutcome<CoinCounts> {
    if (end?.kind === 'notTaken') return { kind: 'failed', completionCode: 'hardwareError', errorCode: this.faults[0] ?? 'CDM_COIN_FAILURE', detail: NOT_TAKEN };
    if (end?.kind === 'ended') {
      if (end.paidCount > coinCount) {
        this.latch('CDM_COIN_FAILURE', `paid ${end.paidCount} coins, asked for ${coinCount}`);
        this.settle('paid more than asked for');
      }
      return { kind: 'completed', value: this.#counts(coinCount, end.paidCount) };
    }
    const [countMin, countMax, why] = end === null ? [paidCountMin, coinCount + EXTRA_COINS_MAX, 'notHeardOfAgain'] : [Math.max(end.countMin, paidCountMin), end.countMax, end.why];
    this.latch('CDM_COIN_UNCERTAIN', why);
    this.log.error('cdm.dispense.uncertain', { deviceId: this.deviceId, requestedCount: coinCount, countMin, countMax, why });
    this.settle(why);
    return { kind: 'uncertain', completionCode: end === null ? 'timeOut' : 'hardwareError', lastKnown: { stage: why, noteCountMin: countMin, noteCountMax: Math.max(countMin, countMax), ...(this.#test.rawHex === '' ? {} : { rawHex: this.#test.rawHex }) } };
  }

  #counts(requestedCount: number, presentedCount: number): CoinCounts {
    return { requestedCount, presentedCount, stoppedBy: presentedCount < requestedCount ? (faultsOf(this.#test)[0] ?? 'CDM_COIN_SHORT') : null, rawStatusHex: this.#test.rawHex };
  }

  // ——— its life

  protected override async bringUp({ isReset }: Occasion): Promise<boolean> {
    const identity = await readIdentity(this.#link);
    if (identity === null) return false;
    this.identified({ ...(identity.model === null ? {} : { model: identity.model }), ...(identity.firmware === null ? {} : { firmware: identity.firmware }), ...(identity.serialNumber === null ? {} : { serialNumber: identity.serialNumber }) });
    this.#line.forget();
    this.#isForeign = !/payout|hopper/i.test(identity.category);
    if (this.#isForeign) {
      this.latch('LNK_PROTOCOL', `it says of itself that it is ${identity.category.slice(0, 30)}`);
      this.becomeReady('identify');
      return true;
    }
    this.#identity = identity;
    if (isGuardOpen(this.#options.dispenseGuard ?? 'auto', identity)) this.latch('CDM_COIN_FAILURE', 'what it wants before the count of a dispense is not known: set dispenseGuard');
    if (this.#open.order !== null) {
      await this.#follow();
      if (this.#open.order !== null) return false;
    }
    if (!(await this.#rest())) return false;
    // On a person's order: fault bits of the last payout go, the registers of it stay.
    if (isReset) {
      if (!(await this.#line.restart())) return false;
      await delay(this.clock, RESTART_MS);
      if (!(await this.#look())) return false;
    }
    this.becomeReady(this.#test.rawHex);
    return true;
  }

  /** A dispense of an earlier life may still run: it is let end, because its coins are a customer's. Then payout is off. @returns false: no answer */
  async #rest(): Promise<boolean> {
    const status = await this.#line.status();
    if (status === null) return false;
    if (status.remainingCount > 0 && !(await this.#untilRest(null))) return false;
    return (await this.#line.enable(false)) && this.#look();
  }

  protected override async poll(): Promise<boolean> {
    if (this.#isForeign) return (await this.#link.request({ header: 'simplePoll', isRepeatable: true })).kind !== 'silent';
    const eventCount = this.#registers?.eventCount;
    if (!(await this.#look())) return false;
    // Restarted, or exchanged for another: who it is, is asked again.
    if (this.#registers?.eventCount !== eventCount) this.bringUpAgain();
    this.settle(this.#test.rawHex);
    return true;
  }

  /** Registers, faults and level as they are now. @returns false: no answer */
  async #look(): Promise<boolean> {
    if ((await this.#readRegisters()) === null) return false;
    const level = await this.#line.level();
    if (level === undefined) return false;
    this.#level = level;
    return true;
  }

  async #readRegisters(): Promise<Registers | null> {
    const reading = await this.#line.read(this.#reading);
    if (reading === null) return null;
    this.#reading = reading;
    this.#test = reading.test;
    this.#wasWriteCut ||= reading.test.bits.includes('powerFailedWriting');
    this.see(faultsOf(reading.test));
    this.#registers = registersOf(reading, this.#identity);
    return this.#registers;
  }

  protected override onDown(): void {
    this.#registers = null;
    this.#reading = null;
  }
}

const NOT_TAKEN = 'the hopper did not take the command: its counter stands where it stood';

function registersOf({ status, total }: Reading, identity: Identity | null): Registers {
  return { serialNumber: identity?.serialNumber ?? null, ...status, total };
}

/** Of our command, and in itself right: a spoiled answer is not taken for coins that fell. */
function isRunning(status: HopperStatus, before: Registers, requestedCount: number): boolean {
  return status.eventCount === eventAfter(before.eventCount) && status.paidCount + status.remainingCount === requestedCount;
}

function isGuardOpen(guard: DispenseGuard, { model, serialBytes }: Identity): boolean {
  return guard === 'auto' ? !/USE_SER/.test(model ?? '') || serialBytes.length === 0 : guard === 'serialNumber' && serialBytes.length === 0;
}
