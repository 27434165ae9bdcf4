/** Where a coin can be. `exit`: it passes the exit opto and falls; nothing stops it. `jammed`: held by the disc until hands take it. */
export type CoinPlace = 'hopper' | 'jammed' | 'exit' | 'tray' | 'taken' | 'removed';
export interface Coin {
  readonly serial: string;
  place: CoinPlace;
}

/** What outlives the power. [misc §5.8] */
export interface PermanentMemory {
  paidCount: number;
  unpaidCount: number;
  /** Every coin that the exit opto ever saw, by three bytes. */
  total: number;
  /** Power failed while it wrote. */
  isWriteCut: boolean;
}

/** What is gone with the power. */
export class RunningMemory {
  eventCount = 0;
  remainingCount = 0;
  isEnabled = false;
  isSingleCoin = false;
  hasPoweredUp = true;
  isOverCurrent = false;
  hasTimedOut = false;
  wasReversed = false;
  isOptoBlockedPaying = false;
  hasFraudAttempt = false;
  variables: readonly number[] = [0x32, 0x64, 0x1e, 0, 0];
  challenge: readonly number[] | null = null;

  countCommand(): void {
    this.eventCount = this.eventCount === 255 ? 1 : this.eventCount + 1;
  }
}

/** Coins in a bowl, a disc that throws them out one by one, an opto behind it, a tray that the customer reaches. */
export class CoinBowl {
  readonly coins: Coin[] = [];

  constructor(coinCount: number) {
    this.load(coinCount);
  }

  load(coinCount: number): void {
    for (let added = 0; added < coinCount; added++) this.coins.push({ serial: `c${this.coins.length + 1}`, place: 'hopper' });
  }

  countIn(place: CoinPlace): number {
    return this.coins.filter((coin) => coin.place === place).length;
  }

  /** The next that the disc takes up. */
  next(): Coin | undefined {
    return this.coins.find((coin) => coin.place === 'hopper');
  }

  /** @returns how many */
  moveAll(from: CoinPlace, to: CoinPlace): number {
    const moved = this.coins.filter((coin) => coin.place === from);
    for (const coin of moved) coin.place = to;
    return moved.length;
  }
}
