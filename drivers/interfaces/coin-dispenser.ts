import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

/** Coins that one command may let fall on top of its order, carried over its end by the disc: in doubt beside the ordered ones where the device does not say how it ended. [misc §5.7; that it is one: unverified] */
export const EXTRA_COINS_MAX = 1;

/** XFS4IoT CashDispenser, as a hopper offers it: one storage unit of loose coins of one kind, no stacker, no shutter, nothing that comes back. */
export interface CoinDispenserCapabilities {
  /** Coins of one command. */
  readonly coinsPerCommandMax: number;
  /** Coins are in the customer's reach one by one while they are dispensed; nobody sees whether they are taken. */
  readonly presentsWhileDispensing: true;
  readonly itemsTakenSensor: false;
}

/** What one dispense came to, as the device itself counts it. */
export interface CoinCounts {
  readonly requestedCount: number;
  /** Passed the exit: the only number the customer is debited for. */
  readonly presentedCount: number;
  /** Why fewer came; null on a full dispense. */
  readonly stoppedBy: ErrorCode | null;
  /** Of the device's own status register. */
  readonly rawStatusHex: string;
}

export interface CoinDispenserSensors {
  /** The device would pay out: nothing it reports stands in the way. */
  readonly isPayable: boolean;
  /** null: it has no such sensor. */
  readonly isBelowLowLevel: boolean | null;
  readonly isAboveHighLevel: boolean | null;
}

export interface CoinDispenser extends Device {
  readonly capabilities: CoinDispenserCapabilities;
  /**
   * One device command for 1…coinsPerCommandMax coins. Completed also when fewer came: look at the counts. `failed`: nothing moved. `uncertain`: the device's
   * own registers do not say it, or contradict each other, or it was not heard of again in time. Never sent twice by the driver.
   */
  dispense(request: { readonly coinCount: number }): Promise<DeviceOutcome<CoinCounts>>;
  /** Ends a running dispense after the coin that falls; its own promise tells what had moved. */
  halt(): void;
  readSensors(): Promise<DeviceOutcome<CoinDispenserSensors>>;
  /** The device's registers as last read at rest, in words of its own: to be durable before a dispense, and given back to `resolveDispense`. null: not known now. */
  dispenseMark(): string | null;
  /** What became of a dispense that an earlier life of the core began: by the registers since `mark`. Completed with `presentedCount` 0 when it was never taken. */
  resolveDispense(request: { readonly coinCount: number; readonly mark: string }): Promise<DeviceOutcome<CoinCounts>>;
}
