import type { Currency } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device, Unsubscribe } from './device.ts';

/** XFS4IoT CashAcceptor, as a coin validator without escrow offers it: what it accepts is in the box at once. */
export interface CoinAcceptorCapabilities {
  readonly currencies: readonly Currency[];
  /** Of the device's own coin table, ascending, minor units. Empty until the device told them. */
  readonly denominationsMinor: readonly number[];
}

/** A coin in the box. The id is unique per driver instance and start. */
export interface AcceptedCoin {
  readonly coinId: string;
  /** Place in the device's coin table, from 1. */
  readonly position: number;
  /** 0: the table has no value for the position; the amount is then a person's to find. */
  readonly denominationMinor: number;
  readonly currency: Currency;
  readonly sorterPath: number;
}

export type CoinAcceptorEvent =
  /**
   * One coin, one credit; told one after the other: the next is told when this one was acknowledged. `mark` is to be kept in the same transaction as the
   * credit, and given to the driver at its next start. `postpone()`: it could not be made durable; it is told again with the next poll.
   */
  | { readonly kind: 'coinAccepted'; readonly coin: AcceptedCoin; readonly mark: string; acknowledge(): void; postpone(): void }
  /** Given back; `reason` is the device's own code. */
  | { readonly kind: 'coinRejected'; readonly reason: number; readonly means: string }
  /** So many coins may have been accepted without a credit; null: nobody knows how many. Never guessed: a suspense item. */
  | { readonly kind: 'creditsUncertain'; readonly cause: 'bufferOverrun' | 'deviceRestarted' | 'noMark'; readonly countMin: 0; readonly countMax: number | null }
  | { readonly kind: 'returnRequested' }
  | { readonly kind: 'fraudSuspected'; readonly reason: number; readonly means: string };

export interface CoinAcceptor extends Device {
  readonly capabilities: CoinAcceptorCapabilities;
  onEvent(listener: (event: CoinAcceptorEvent) => void): Unsubscribe;
  /** Up to where all is durable; kept by the core before it enables, so that a first coin is not lost with the process. null: the device was not met yet, or a coin that was read is not acknowledged. */
  mark(): string | null;
  /** Before `start()`: the newest mark that is durable. @returns false: not a mark */
  resumeFrom(mark: string): boolean;
  /** Accepts coins of these kinds. Ends with `disable()` and with the line. */
  enable(request: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): Promise<DeviceOutcome<void>>;
  /** Completed when no coin is under way any more and all credits were read. */
  disable(): Promise<DeviceOutcome<void>>;
}
