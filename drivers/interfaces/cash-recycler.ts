import type { Currency, NoteCount } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashAcceptor } from './cash-acceptor.ts';
import type { CashDispenser, DispenseCounts } from './cash-dispenser.ts';
import type { Unsubscribe } from './device.ts';

/** What a storage unit is for. `cashInCashOut`: a note that was accepted into it may be paid out again. [XFS4IoT Storage, cash.configuration.types cashIn · cashOut] */
export type UnitRole = 'cashIn' | 'cashInCashOut';

/** One kind of note inside the payout part of a recycler, as the device itself counts it. */
export interface RecyclerUnit {
  /** From 1, the same over restarts of one device; `cassetteNumber` of its `dispenser`. */
  readonly unitNumber: number;
  readonly denominationMinor: number;
  readonly currency: Currency;
  /** `cashIn`: notes of this kind go to the cash box from now on. What lies in the unit already stays payable. */
  readonly role: UnitRole;
  readonly noteCount: number;
}

export interface RecyclerInventory {
  /** Those that it counts now: of a kind that is not among them nothing is known. */
  readonly units: readonly RecyclerUnit[];
  /** Notes that the device said it moved from its units to the cash box, but for those that were booked. */
  readonly movedToBox: readonly NoteCount[];
}

/** Notes that a payout by amount handed out. */
export interface PaidOut {
  readonly presented: readonly NoteCount[];
  /** Picked, and brought to the cash box. */
  readonly toBox: readonly NoteCount[];
  /** It was halted, timed out or jammed before all was out. */
  readonly isShort: boolean;
}

/**
 * An acceptor whose storage units are a dispenser's cassettes as well: CashAcceptor and CashDispenser of one XFS4IoT service over shared storage.
 * A note is payable only after the device has counted it into a unit (`inventory`), never because it was accepted.
 */
export interface CashRecycler extends CashAcceptor {
  /** The same device as a dispenser: `cassetteNumber` is a `unitNumber`. Its notes leave while they are dispensed. */
  readonly dispenser: CashDispenser;
  /** null: it has no unit for such notes, or has not told its units yet. */
  unitNumberOf(denominationMinor: number): number | null;
  /** What lies in the units now. @error failed sequenceError: a note is under way, its place is not settled */
  inventory(): Promise<DeviceOutcome<RecyclerInventory>>;
  readonly moved: {
    /** What an inventory told as moved to the cash box is durable, and not told again. */
    booked(notes: readonly NoteCount[]): void;
  };
  /** Counts may have changed: take an inventory. */
  onUnitsChanged(listener: () => void): Unsubscribe;
  /** Where notes of a kind go from now on; kept over restarts of the device by the driver. */
  setRole(request: { readonly denominationMinor: number; readonly role: UnitRole }): Promise<DeviceOutcome<void>>;
  /** Whether the device could pay this sum out now, by its own counts. Nothing moves. */
  canPayOut(amountMinor: number): Promise<DeviceOutcome<boolean>>;
  /** The device chooses the notes. Uncertain: bounds in minor units of notes are not told, only their number. */
  payOutAmount(amountMinor: number): Promise<DeviceOutcome<PaidOut>>;
  /** Everything above `keep` to the cash box, counted. */
  floatTo(keep: readonly NoteCount[]): Promise<DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>>;
  /** All to the cash box. */
  empty(): Promise<DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>>;
  /** Ends a running payout, float or emptying; its own promise tells what had moved. */
  halt(): void;
  /** The device's registers as last read, in words of its own: to be durable before a payout, and given back to `resolvePayout`. null: not known now. */
  payoutMark(): string | null;
  /**
   * What became of a payout of one unit that an earlier life of the core began: by the event that the device still keeps and by its registers since `mark`.
   * uncertain: they do not say it, or do not agree.
   */
  resolvePayout(request: { readonly unitNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>>;
  /** Before `start`: an earlier life of the core left a payout without an outcome, so that what the device clears from its path is a note of it and no customer's, until a note comes in. */
  expectCutPayout(): void;
  /** The outcome of the last payout is durable: the device may forget it. A further payout says so as well. */
  confirmPayout(): void;
}

export function isRecycler(acceptor: CashAcceptor | null): acceptor is CashRecycler {
  return acceptor !== null && 'dispenser' in acceptor;
}
