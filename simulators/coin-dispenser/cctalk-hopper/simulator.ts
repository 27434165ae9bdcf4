import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { CctalkDevice, textBytes } from '../../cctalk-family/cctalk-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { HostCommand, WireCheck } from '../../cctalk-family/wire.ts';
import { HOPPER_FAULTS } from './faults.ts';
import type { Coin, PermanentMemory } from './model.ts';
import { CoinBowl, RunningMemory } from './model.ts';

export interface HopperSimulatorOptions {
  readonly address?: number;
  readonly check?: WireCheck;
  readonly denominationMinor?: number;
  readonly coinCount?: number;
  /** The adapter sends back what it is sent; so most do. */
  readonly hasEcho?: boolean;
  /** Of the command counter at the start, as if it had long been in use. */
  readonly eventCount?: number;
  /** Of the life total at the start; null: this model has none. */
  readonly total?: number | null;
  /** What a dispense must bring before its count. */
  readonly guard?: 'serialNumber' | 'none' | 'cipher';
  /** null: no sensors. */
  readonly levels?: { readonly lowCount: number; readonly highCount: number } | null;
  readonly serial?: readonly [number, number, number];
}

const SPIN_UP_MS = 150;
const COIN_MS = 180;
const FALL_MS = 60;
const REVERSE_MS = 600;
/** 10 to 30 s. [misc §5.7] */
const TIME_OUT_MS = 12_000;
const COINS_MAX = 5_000;
/** Of a spare, which was in use elsewhere. */
const SPARE_TOTAL = 50_021;
const DISPENSE = 167;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('loadCoins'), coinCount: z.number().int().min(1).max(COINS_MAX) }),
  z.strictObject({ do: z.literal('emptyHopper') }),
  z.strictObject({ do: z.literal('takeCoins') }),
  z.strictObject({ do: z.literal('clearJam') }),
  z.strictObject({ do: z.literal('blockOpto') }),
  z.strictObject({ do: z.literal('freeOpto') }),
]);
type Hand = z.infer<typeof hands>;

/** A serial hopper with its bowl, disc, exit opto and tray. [misc §5.9] */
export const createHopperSimulator: CreateSimulator<HopperSimulatorOptions> = (environment, options) => new HopperSimulator(environment, options);

class HopperSimulator extends CctalkDevice<typeof HOPPER_FAULTS, Hand> {
  readonly #options: Required<HopperSimulatorOptions>;
  readonly #bowl: CoinBowl;
  readonly #kept: PermanentMemory;
  #memory = new RunningMemory();
  #isOptoHeld = false;
  /** Of the command that runs. */
  #coinIndex = 0;
  #isMotorOn = false;
  /** Timers of an earlier run do nothing. */
  #runNumber = 0;
  #dispenseCommandCount = 0;

  constructor(environment: SimulatorEnvironment, options: HopperSimulatorOptions) {
    const all: Required<HopperSimulatorOptions> = { address: 3, check: 'sum', denominationMinor: 10_000, coinCount: 200, hasEcho: true, eventCount: 0, total: 0, guard: 'serialNumber', levels: { lowCount: 20, highCount: 400 }, serial: [0x56, 0x34, 0x12], ...options };
    super({ protocol: 'cctalk-hopper', environment, faults: HOPPER_FAULTS, hands }, all);
    this.#options = all;
    this.#bowl = new CoinBowl(this.#options.coinCount);
    this.#kept = { paidCount: 0, unpaidCount: 0, total: this.#options.total ?? 0, isWriteCut: false };
    this.#memory.eventCount = this.#options.eventCount;
    this.#memory.hasPoweredUp = this.#options.eventCount === 0;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { eventCount, remainingCount, isEnabled } = this.#memory;
    const places = Object.fromEntries((['hopper', 'jammed', 'exit', 'tray', 'taken', 'removed'] as const).map((place) => [`${place}Count`, this.#bowl.countIn(place)]));
    return { denominationMinor: this.#options.denominationMinor, ...places, eventCount, remainingCount, isEnabled, isOptoBlocked: this.#isOptoHeld, kept: { ...this.#kept }, dispenseCommandCount: this.#dispenseCommandCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'loadCoins':
        if (this.#bowl.countIn('hopper') + hand.coinCount > COINS_MAX) return err({ code: 'notNow', detail: `the bowl takes ${COINS_MAX} coins` });
        this.#bowl.load(hand.coinCount);
        return ok({ coinCount: this.#bowl.countIn('hopper') });
      case 'emptyHopper':
        if (this.#isMotorOn) return err({ code: 'notNow', detail: 'the motor runs' });
        return ok({ coinCount: this.#bowl.moveAll('hopper', 'removed') });
      case 'takeCoins':
        return ok({ coinCount: this.#bowl.moveAll('tray', 'taken') });
      case 'clearJam':
        this.#isOptoHeld = false;
        return ok({ coinCount: this.#bowl.moveAll('jammed', 'hopper') });
      case 'blockOpto':
        this.#isOptoHeld = true;
        this.#memory.hasFraudAttempt = true;
        return ok(null);
      case 'freeOpto':
        this.#isOptoHeld = false;
        return ok(null);
    }
  }

  // ——— mechanics

  #begin(coinCount: number): void {
    this.#dispenseCommandCount++;
    const memory = this.#memory;
    memory.countCommand();
    memory.remainingCount = coinCount;
    [memory.isOverCurrent, memory.hasTimedOut, memory.wasReversed, memory.isOptoBlockedPaying] = [false, false, false, false];
    this.#kept.paidCount = 0;
    this.#kept.unpaidCount = 0;
    this.#coinIndex = 0;
    this.tell('dispenseBegun', { coinCount });
    if (this.accident('taken')) return;
    this.#isMotorOn = true;
    this.#runNumber++;
    this.#inRun(SPIN_UP_MS, () => this.#turn());
  }

  #inRun(delayMs: number, action: () => void): void {
    const runNumber = this.#runNumber;
    this.after(delayMs, () => {
      if (this.#isMotorOn && runNumber === this.#runNumber) action();
    });
  }

  /** The disc takes up the next coin. */
  #turn(): void {
    const memory = this.#memory;
    if (memory.remainingCount === 0) return this.#end();
    const index = this.#coinIndex;
    if (this.accident('coin', index)) return;
    const coin = this.#bowl.next();
    if (coin === undefined || this.struck('noCoin', 'coin', { index })) return this.#waitInVain();
    if (this.struck('jamHard', 'coin', { index })) {
      coin.place = 'jammed';
      memory.isOverCurrent = true;
      return this.#halt();
    }
    if (this.struck('jam', 'coin', { index })) {
      memory.wasReversed = true;
      return this.#inRun(REVERSE_MS, () => this.#turn());
    }
    this.#inRun(COIN_MS, () => this.#throw(coin, index));
  }

  #throw(coin: Coin, index: number): void {
    if (this.struck('optoBlocked', 'exit', { index })) {
      coin.place = 'jammed';
      this.#memory.isOptoBlockedPaying = true;
      return this.#halt();
    }
    coin.place = 'exit';
    if (this.struck('writeCut', 'exit', { index })) return this.blink();
    this.after(FALL_MS, () => this.#count(coin, index));
  }

  /** Seen by the opto, written down, out. */
  #count(coin: Coin, index: number): void {
    this.#fall(coin);
    this.#kept.paidCount++;
    this.#kept.total = (this.#kept.total + 1) % 0x1_00_00_00;
    // Halted while it fell: it was counted as unpaid.
    if (this.#memory.remainingCount === 0) this.#kept.unpaidCount = Math.max(0, this.#kept.unpaidCount - 1);
    this.#memory.remainingCount = Math.max(0, this.#memory.remainingCount - 1);
    this.#coinIndex++;
    if (this.accident('counted', index) || !this.#isMotorOn) return;
    if (this.#memory.isSingleCoin) this.#halt();
    else this.#turn();
  }

  #fall(coin: Coin): void {
    coin.place = 'tray';
    this.tell('coinPaid', { serial: coin.serial, denominationMinor: this.#options.denominationMinor });
  }

  #waitInVain(): void {
    this.#inRun(TIME_OUT_MS, () => {
      this.#memory.hasTimedOut = true;
      if (this.struck('sticks', 'timeOut')) this.#isMotorOn = false;
      else this.#halt();
    });
  }

  /** Stops short: what is left is unpaid. */
  #halt(): void {
    this.#kept.unpaidCount = this.#memory.remainingCount;
    this.#memory.remainingCount = 0;
    this.#end();
  }

  #end(): void {
    if (!this.#isMotorOn) return;
    this.#isMotorOn = false;
    const isCounted = this.struck('overPay', 'told');
    const extra = isCounted || this.struck('overPay', 'end') ? this.#bowl.next() : undefined;
    if (extra !== undefined) {
      this.#fall(extra);
      if (isCounted) this.#kept.paidCount++;
      this.#kept.total = (this.#kept.total + 1) % 0x1_00_00_00;
    }
    this.tell('dispenseEnded', { paidCount: this.#kept.paidCount, unpaidCount: this.#kept.unpaidCount });
    this.accident('end');
  }

  // ——— wire

  protected override momentsOf({ header }: HostCommand): { readonly command: string; readonly reply: string } | null {
    return header === DISPENSE ? { command: 'dispenseCommand', reply: 'dispenseReply' } : null;
  }

  protected override execute({ header, data }: HostCommand): readonly number[] | 'nak' | null {
    const [memory, kept] = [this.#memory, this.#kept];
    switch (header) {
      case 254: return [];
      case 246: return textBytes('MCI');
      case 245: return textBytes('Payout');
      case 244: return textBytes(this.#options.guard === 'serialNumber' ? 'SUH1 USE_SER' : 'SUH1');
      case 242: return this.#serial;
      case 241: return textBytes('SUH-V3.0');
      case 217: return this.#levels();
      case 172:
        if (memory.remainingCount > 0) this.#halt();
        return [kept.unpaidCount];
      case 168: return this.#options.total === null ? 'nak' : [kept.total & 0xff, (kept.total >> 8) & 0xff, (kept.total >> 16) & 0xff];
      case DISPENSE: return this.#dispense(data);
      case 166: return [memory.eventCount, memory.remainingCount, kept.paidCount, kept.unpaidCount];
      case 247: return memory.variables;
      case 165:
        memory.isSingleCoin = ((data[3] ?? 0) & 1) === 1;
        return [];
      case 164:
        memory.isEnabled = data[0] === 0xa5;
        memory.hasPoweredUp &&= !memory.isEnabled;
        return [];
      case 163: return this.#test();
      case 161: return [];
      case 160:
        memory.challenge = [...this.environment.random.bytes(8)];
        return memory.challenge;
      case 1:
        kept.isWriteCut = false;
        this.blinkSoon();
        return [];
      default: return null;
    }
  }

  #dispense(data: readonly number[]): readonly number[] | 'nak' {
    const [guard, coinCount] = [data.slice(0, -1), data.at(-1) ?? 0];
    const expected = this.#options.guard === 'serialNumber' ? this.#serial : this.#options.guard === 'none' ? [] : (this.#memory.challenge ?? []).map((byte) => byte ^ 0x5a);
    const isRight = guard.length === expected.length && expected.every((byte, index) => byte === guard[index]);
    if (!this.#memory.isEnabled || !isRight || coinCount === 0 || this.#memory.remainingCount > 0 || this.#isMotorOn || this.#isOptoHeld) return 'nak';
    this.#memory.challenge = null;
    this.#begin(coinCount);
    return [this.#memory.eventCount];
  }

  #levels(): readonly number[] | 'nak' {
    const { levels } = this.#options;
    if (levels === null) return 'nak';
    const count = this.#bowl.countIn('hopper');
    return [0x30 | (count < levels.lowCount ? 1 : 0) | (count >= levels.highCount ? 2 : 0)];
  }

  #test(): readonly number[] {
    const memory = this.#memory;
    const isIdle = memory.remainingCount === 0;
    const bits = (values: readonly boolean[]) => values.reduce((byte, value, bit) => byte | (value ? 1 << bit : 0), 0);
    return [
      bits([memory.isOverCurrent, memory.hasTimedOut, memory.wasReversed, this.#isOptoHeld && isIdle, false, memory.isOptoBlockedPaying, memory.hasPoweredUp, !memory.isEnabled]),
      bits([memory.hasFraudAttempt, memory.isSingleCoin, false, false, false, false, this.#kept.isWriteCut, false]),
    ];
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#kept.unpaidCount = this.#memory.remainingCount > 0 ? this.#memory.remainingCount : this.#kept.unpaidCount;
    this.#memory = new RunningMemory();
    this.#isMotorOn = false;
    for (const coin of this.#bowl.coins.filter(({ place }) => place === 'exit')) {
      // It falls all the same, and nobody writes it down.
      this.#kept.isWriteCut = true;
      this.#fall(coin);
    }
  }

  protected override onSpare(): void {
    Object.assign(this.#kept, { paidCount: 0, unpaidCount: 0, total: SPARE_TOTAL * this.spareNumber, isWriteCut: false });
  }

  get #serial(): readonly number[] {
    const [first, ...others] = this.#options.serial;
    return [(first + this.spareNumber) & 0xff, ...others];
  }
}
