/** Where a coin can be. `gate`: it passed the gate and falls; nothing stops it. */
export type CoinPlace = 'mouth' | 'gate' | 'box' | 'collected' | 'tray';
export interface Coin {
  readonly serial: string;
  readonly denominationMinor: number;
  readonly kind: 'genuine' | 'slug';
  place: CoinPlace;
}

export interface CoinKindSlot {
  readonly id: string;
  readonly denominationMinor: number;
}

/** Tenge as ccTalk writes it, by position from 1. */
export const TENGE_COINS: readonly (CoinKindSlot | null)[] = [
  { id: 'KZ500A', denominationMinor: 500 }, { id: 'KZ1K0A', denominationMinor: 1_000 }, { id: 'KZ2K0A', denominationMinor: 2_000 }, { id: 'KZ5K0A', denominationMinor: 5_000 }, { id: 'KZ10KA', denominationMinor: 10_000 }, { id: 'KZ20KA', denominationMinor: 20_000 },
];

const EVENTS_KEPT = 5;

/** Volatile memory: the counter, the five newest pairs, masks. All of it is gone with the power. */
export class EventMemory {
  count = 0;
  pairs: (readonly [number, number])[] = [];
  mask = 0;
  isMasterOpen = true;
  readonly sorterPaths = new Map<number, number>();

  add(a: number, b: number): void {
    this.count = this.count === 255 ? 1 : this.count + 1;
    this.pairs = [[a, b] as const, ...this.pairs].slice(0, EVENTS_KEPT);
  }

  answer(): number[] {
    const pairs = [...this.pairs];
    while (pairs.length < EVENTS_KEPT) pairs.push([0, 0]);
    return [this.count, ...pairs.flat()];
  }
}
