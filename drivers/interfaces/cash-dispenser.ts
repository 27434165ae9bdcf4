import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device } from './device.ts';

/** XFS4IoT CashDispenser capabilities that change the flow. */
export interface CashDispenserCapabilities {
  readonly cassetteCount: number;
  /** Notes of one command and cassette. [lcdm §8: at most 5, so that an uncertain command is uncertain about at most 5] */
  readonly notesPerCommandMax: number;
  readonly itemsTakenSensor: boolean;
  readonly retractArea: boolean;
  readonly shutter: boolean;
  /** Notes leave the device during `dispense` itself; there is no separate present. [lcdm §7] */
  readonly presentsWhileDispensing: boolean;
}

/** Counts of one dispense command, as the device reports them. [lcdm §4.1 CHK EXIT REJ] */
export interface DispenseCounts {
  /** From 1, as printed on the box. */
  readonly cassetteNumber: number;
  readonly requestedCount: number;
  /** Left through the exit: the only number the customer is debited for. */
  readonly presentedCount: number;
  readonly rejectedCount: number;
  /** Left the cassette: `max(CHK, EXIT + REJ)`. */
  readonly pickedCount: number;
  /** Picked, but neither presented nor rejected: still in the path. */
  readonly inTransportCount: number;
  /** Why it stopped short; null on a full dispense. */
  readonly stoppedBy: ErrorCode | null;
  readonly rawErrorCode: number;
}

export interface CashDispenserSensors {
  readonly isExitBlocked: boolean;
  readonly isTransportBlocked: boolean;
  readonly isRejectTrayPresent: boolean;
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly isPresent: boolean; readonly isNearEnd: boolean }[];
}

export interface CashDispenser extends Device {
  readonly capabilities: CashDispenserCapabilities;
  /**
   * One device command: picks and presents `noteCount` notes (1…notesPerCommandMax) of one cassette. Completed also when fewer came:
   * look at the counts. `failed`: nothing moved. `uncertain`: acknowledged by the device, result lost. Never retried by the driver after the device's ACK.
   */
  dispense(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>>;
  readSensors(): Promise<DeviceOutcome<CashDispenserSensors>>;
  /** Runs the transport, clears the path into the reject tray; destroys evidence, so only on an operator's order or with a clean journal. */
  purge(): Promise<DeviceOutcome<void>>;
}
