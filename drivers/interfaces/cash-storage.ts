import type { NoteCount } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Unsubscribe } from './device.ts';

/** XFS4IoT `cash.configuration.types`, the subset that our devices can tell apart. */
export type StoredUnitRole = 'cashIn' | 'cashOut' | 'cashInCashOut' | 'reject' | 'retract' | 'other';

/** XFS4IoT storage unit `status`. `manipulated`: it was out without an exchange, and pays nothing before one. */
export type StoredUnitStatus = 'ok' | 'inoperative' | 'missing' | 'notConfigured' | 'manipulated' | 'unknown';

/** XFS4IoT `replenishmentStatus`. */
export type StoredUnitLevel = 'ok' | 'full' | 'high' | 'low' | 'empty' | 'unknown';

/** A cash unit as the service itself keeps it. */
export interface StoredUnit {
  /** The service's own name of it. */
  readonly unitId: string;
  readonly role: StoredUnitRole;
  /** Of the dispenser whose unit it is; null: it pays nothing out. */
  readonly cassetteNumber: number | null;
  readonly currency: string | null;
  /** null: notes of several kinds. */
  readonly denominationMinor: number | null;
  readonly status: StoredUnitStatus;
  readonly level: StoredUnitLevel;
  /** What was set at the last exchange, and all that came and went since; null: never set, or the service does not count. A claim of the service, never a count by hand. */
  readonly noteCount: number | null;
  /** false: the service itself says that its count may be wrong, or does not say. */
  readonly isCountSure: boolean;
}

/** What was loaded, by hand count; an empty list: the unit is empty. */
export interface UnitLoad {
  readonly unitId: string;
  readonly notes: readonly NoteCount[];
}

export type CashStorageEvent =
  | { readonly kind: 'countsChanged' | 'unitChanged' | 'levelCrossed'; readonly unitIds: readonly string[] }
  /** Said before the command fails that it belongs to. @see XFS4IoT Storage.StorageErrorEvent `failure` */
  | { readonly kind: 'unitFailed'; readonly unitIds: readonly string[]; readonly failure: string };

/**
 * XFS4IoT Storage: units whose counts the device's service keeps, and the exchange in which people load and collect them. Nothing here moves a note. The journal's counts
 * stay the terminal's own; what the service counts is compared with them (`main/core/cash/unit-comparison.ts`), never put in their place.
 */
export interface CashStorage {
  readUnits(): Promise<DeviceOutcome<readonly StoredUnit[]>>;
  /** As the device last told; null: not known, or it has no exchange. */
  isExchanging(): boolean | null;
  /** Completed: the units are open, and no note moves before `endExchange`, whoever asks. uncertain: `isExchanging` tells when the device is back. @error failed sequenceError: a customer's notes are under way · unsupportedCommand: no exchange, set counts without one */
  startExchange(): Promise<DeviceOutcome<void>>;
  /** Tells the service what was loaded, and reads it back; what it counted before is forgotten. uncertain: `readUnits` tells; it may be said again. */
  setCounts(loads: readonly UnitLoad[]): Promise<DeviceOutcome<void>>;
  /** Completed: closed, also where a unit has a problem. */
  endExchange(): Promise<DeviceOutcome<{ readonly hasUnitProblem: boolean }>>;
  onEvent(listener: (event: CashStorageEvent) => void): Unsubscribe;
}
