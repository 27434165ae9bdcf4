import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';

/** XFS4IoT Common.Status `device`, the subset that our devices can tell apart, plus the life cycle of a driver. */
export type DeviceState = 'offline' | 'initialising' | 'ready' | 'busy' | 'faulty' | 'recovering';

export type DeviceClass =
  | 'cashAcceptor'
  | 'cashDispenser'
  | 'cashRecycler'
  | 'coinAcceptor'
  | 'coinDispenser'
  | 'cardReader'
  | 'pinPad'
  | 'printer'
  | 'barcodeReader'
  | 'biometric'
  | 'lights'
  | 'watchdog'
  | 'powerSupply'
  | 'auxiliaries';

/** What every device shows to a technician; updated by the driver, read by service mode. */
export interface DeviceStatus {
  readonly deviceId: string;
  readonly deviceClass: DeviceClass;
  readonly protocol: string;
  readonly state: DeviceState;
  /** Why it is not fully usable; several may hold at once, the gravest first. */
  readonly faults: readonly ErrorCode[];
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serialNumber: string | null;
  readonly sinceUtcMs: number;
  /** Link counters: crcErrorCount, timeoutCount, duplicateCount … */
  readonly counters: Readonly<Record<string, number>>;
  /** Newest first, at most ten. */
  readonly lastFaults: readonly { readonly code: ErrorCode; readonly atUtcMs: number; readonly detail: string }[];
}

export type Unsubscribe = () => void;

/** Life cycle common to all devices. Verbs of the class come on top. */
export interface Device {
  readonly deviceId: string;
  /** Starts the life of the driver; returns at once, the device comes up (and comes back after a loss) by itself. */
  start(): void;
  /** Ends it: every waiter is settled with an outcome, the port is closed. */
  stop(): Promise<void>;
  status(): DeviceStatus;
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe;
  /** Technician's or core's reset: re-initialise from scratch, clear a latched fault. */
  reset(): void;
}
