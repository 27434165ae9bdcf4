import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { CctalkDevice, textBytes } from '../../cctalk-family/cctalk-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { HostCommand, WireCheck } from '../../cctalk-family/wire.ts';
import type { Coin, CoinKindSlot } from './model.ts';
import { EventMemory, TENGE_COINS } from './model.ts';

export interface CoinAcceptorSimulatorOptions {
  readonly address?: number;
  readonly check?: WireCheck;
  readonly coins?: readonly (CoinKindSlot | null)[];
  /** The adapter sends back what it is sent; so most do. */
  readonly hasEcho?: boolean;
  /** Of the event counter at the start, as if it had long been in use. */
  readonly eventCount?: number;
}

const VALIDATION_MS = 100;
const FALL_MS = 120;

export const COIN_ACCEPTOR_FAULTS = {
  jam: { at: ['gate'], label: 'The credit sensor stays blocked (14)' },
  string: { at: ['gate'], label: 'A coin on a string (20)' },
  reject: { at: ['gate'], label: 'A good coin is not recognised (1)' },
  powerCut: { at: ['gate', 'credit', 'command', 'reply'], label: 'The power goes' },
  restart: { at: ['gate', 'credit', 'command', 'reply'], label: 'The power goes and comes back at once' },
  silence: { at: ['command'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command is refused (NAK)' },
  busy: { at: ['command'], label: 'The device is busy' },
  collision: { at: ['echo'], label: 'The echo comes back damaged' },
  replyLost: { at: ['reply'], label: 'The answer is lost' },
  badSum: { at: ['reply'], label: 'The answer arrives damaged' },
  noise: { at: ['reply'], label: 'Stray bytes on the line' },
  gap: { at: ['reply'], label: 'A silence inside the answer' },
  slow: { at: ['reply'], label: 'The answer comes after its time' },
  lineLoss: { at: ['gate', 'credit', 'reply'], label: 'The cable is pulled' },
} as const;

const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertCoin'), denominationMinor: z.number().int().positive(), kind: z.enum(['genuine', 'slug']).default('genuine') }),
  z.strictObject({ do: z.literal('pressLever') }),
  z.strictObject({ do: z.literal('takeCoins') }),
  z.strictObject({ do: z.literal('collectBox') }),
]);
type Hand = z.infer<typeof hands>;

/** A coin validator with a box and a return tray. [misc §5.9] */
export const createCoinAcceptorSimulator: CreateSimulator<CoinAcceptorSimulatorOptions> = (environment, options) => new CoinAcceptorSimulator(environment, options);

class CoinAcceptorSimulator extends CctalkDevice<typeof COIN_ACCEPTOR_FAULTS, Hand> {
  readonly #options: Required<CoinAcceptorSimulatorOptions>;
  readonly #coins: Coin[] = [];
  #memory = new EventMemory();

  constructor(environment: SimulatorEnvironment, options: CoinAcceptorSimulatorOptions) {
    const all = { address: 2, check: 'sum', coins: TENGE_COINS, hasEcho: true, eventCount: 0, ...options } as const;
    super({ protocol: 'cctalk-coin-acceptor', environment, faults: COIN_ACCEPTOR_FAULTS, hands }, all);
    this.#options = all;
    this.#memory.count = this.#options.eventCount;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { count, mask, isMasterOpen } = this.#memory;
    return { eventCount: count, mask, isMasterOpen, coins: this.#coins.map((coin) => ({ ...coin })) };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'insertCoin': {
        const coin: Coin = { serial: `c${this.#coins.length + 1}`, denominationMinor: hand.denominationMinor, kind: hand.kind, place: 'mouth' };
        this.#coins.push(coin);
        // Without power the gate is shut, and what is put in falls through.
        if (!this.isRunning) this.#move(coin, 'tray');
        else this.after(VALIDATION_MS, () => this.#validate(coin));
        return ok({ serial: coin.serial });
      }
      case 'pressLever':
        this.#memory.add(0, 254);
        return ok(null);
      case 'takeCoins':
        return ok({ coinCount: this.#coins.filter((coin) => coin.place === 'tray').length });
      case 'collectBox': {
        const inBox = this.#coins.filter((coin) => coin.place === 'box');
        if (inBox.length === 0) return err({ code: 'notNow', detail: 'the box is empty' });
        for (const coin of inBox) coin.place = 'collected';
        return ok({ coinCount: inBox.length });
      }
    }
  }

  #move(coin: Coin, place: Coin['place']): void {
    coin.place = place;
    this.tell('coinMoved', { serial: coin.serial, denominationMinor: coin.denominationMinor, place });
  }

  #validate(coin: Coin): void {
    const position = this.#options.coins.findIndex((slot) => slot?.denominationMinor === coin.denominationMinor) + 1;
    const refuse = (code: number) => {
      this.#memory.add(0, code);
      this.#move(coin, 'tray');
    };
    if (coin.kind === 'slug') return refuse(25);
    if (position === 0 || this.struck('reject', 'gate')) return refuse(1);
    if ((this.#memory.mask & (1 << (position - 1))) === 0 || !this.#memory.isMasterOpen) return refuse(2);
    if (this.struck('string', 'gate')) return refuse(20);
    if (this.struck('jam', 'gate')) return refuse(14);
    this.#move(coin, 'gate');
    this.after(FALL_MS, () => {
      this.#move(coin, 'box');
      this.#memory.add(position, this.#memory.sorterPaths.get(position) ?? 1);
      this.accident('credit');
    });
    this.accident('gate');
  }

  protected override execute({ header, data }: HostCommand): readonly number[] | null {
    const memory = this.#memory;
    switch (header) {
      case 254: return [];
      case 246: return textBytes('NRI');
      case 245: return textBytes('Coin Acceptor');
      case 244: return textBytes('G-13');
      case 242: return [0x56 + this.spareNumber, 0x34, 0x12];
      case 241: return textBytes('1.2');
      case 248: case 232: return [0];
      case 229: return memory.answer();
      case 230: return [memory.mask & 0xff, memory.mask >> 8];
      case 231:
        memory.mask = (data[0] ?? 0) + 256 * (data[1] ?? 0);
        return [];
      case 228:
        memory.isMasterOpen = ((data[0] ?? 0) & 1) === 1;
        return [];
      case 227: return [memory.isMasterOpen ? 1 : 0];
      case 210:
        memory.sorterPaths.set(data[0] ?? 0, data[1] ?? 1);
        return [];
      case 184: return textBytes(this.#options.coins[(data[0] ?? 0) - 1]?.id ?? '......');
      case 1:
        this.blinkSoon();
        return [];
      default: return null;
    }
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#memory = new EventMemory();
    for (const coin of this.#coins) {
      if (coin.place === 'mouth') this.#move(coin, 'tray');
      // It falls all the same, and nobody sees it.
      else if (coin.place === 'gate') this.#move(coin, 'box');
    }
  }
}
