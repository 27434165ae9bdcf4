import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashStorage } from './cash-storage.ts';
import type { Device, Unsubscribe } from './device.ts';

/** Of any dispenser that there is a driver for: what `extraNoteCountMax` is where nobody can say which it was. */
export const EXTRA_NOTES_MAX = 1;

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
  /** Notes that one command may move on top of its order before the unit sees it (two that went as one): in doubt beside the ordered ones where the unit does not say how the command ended. [lcdm §4.3] */
  readonly extraNoteCountMax: number;
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
  /** Gathered in the intermediate stacker, to be presented as a bunch; 0 where notes leave during the dispense. */
  readonly stackedCount: number;
  /** Picked, but neither presented nor stacked nor rejected: still in the path. */
  readonly inTransportCount: number;
  /** Why this cassette stopped short; null on a full dispense, and where the command ended at another cassette before this one's turn. */
  readonly stoppedBy: ErrorCode | null;
  readonly rawErrorCode: number;
}

export interface CashDispenserSensors {
  readonly isExitBlocked: boolean;
  readonly isTransportBlocked: boolean;
  readonly isRejectTrayPresent: boolean;
  /** Notes that the newest command may have handed out on top of its order, by the device's last error; absent: it has no such word, and the most of its capabilities holds. [lcdm §4.3] */
  readonly extraNoteCountMax?: number;
  /** `denominationMinor`: what the device was told lies there; absent: it does not know. */
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly isPresent: boolean; readonly isNearEnd: boolean; readonly denominationMinor?: number }[];
}

/** What a retract brought back. */
export interface RetractedItems {
  /** null: the device did not count what it drew in; 0: nothing was there any more, all was taken. */
  readonly noteCount: number | null;
}

/**
 * The exit of a dispenser that gathers notes in an intermediate stacker and hands them out as a bunch: `stack`, `present`,
 * then `onItemsTaken` or `retract`. [XFS4IoT CashDispenser Dispense, Present, Retract, ItemsTakenEvent]
 */
export interface CashPresenter {
  /** Notes of one bunch. */
  readonly bunchNotesMax: number;
  /**
   * One device command: picks notes of several cassettes into the stacker, at most `bunchNotesMax`. Completed also when fewer
   * came; counts in the order of the request. No note is in reach: `presentedCount` is 0 in each. Each begins a bunch: where an earlier one still lies there it is
   * `failed` with CDM_ITEMS_LEFT, and the device faulty until a person has it cleared.
   */
  stack(request: readonly { readonly cassetteNumber: number; readonly noteCount: number }[]): Promise<DeviceOutcome<readonly DispenseCounts[]>>;
  /** Brings the bunch into the customer's reach. `failed`: it is still in the stacker. */
  present(): Promise<DeviceOutcome<void>>;
  /** Draws in what was presented and not taken, or clears the stacker, into the reject or retract box. `failed`: nothing moved. */
  retract(): Promise<DeviceOutcome<RetractedItems>>;
  /** All of a presented bunch is gone from the exit. */
  onItemsTaken(listener: () => void): Unsubscribe;
}

/** Where a bunch is whose present or taking nobody heard of. `unknown`: in the exit, or the device does not say it. */
export type BunchPlace = 'notPresented' | 'taken' | 'unknown';

/** Of a device that tells its newest command again, or counts over all of them. [lcdm §5 LAST STATUS; xfs4iot §14.10] */
export interface LastDispense {
  /** What it says of its newest command, in words of its own: to be durable before the next one, and given back to `resolve`. null: it does not answer. */
  readMark(): Promise<string | null>;
  /**
   * What became of a command that an earlier life of the core began. `completed`: the device tells of another command than at `mark`. `uncertain`: of the same one (ours was not taken, or ended just as
   * that), or of none. Of a command for several cassettes each is asked with the same mark.
   */
  resolve(request: { readonly cassetteNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>>;
  /** Of a bunch that lay in the stacker at `mark`, when it was to be presented. Absent: no bunches, or the device cannot say it. */
  findBunch?(request: { readonly noteCount: number; readonly mark: string }): Promise<BunchPlace>;
}

export interface CashDispenser extends Device {
  readonly capabilities: CashDispenserCapabilities;
  /** null: `presentsWhileDispensing`. */
  readonly presenter: CashPresenter | null;
  /** Absent: the device keeps no counts of its cassettes; loading them is the journal's matter alone. */
  readonly storage?: CashStorage;
  /** Absent: the device cannot say afterwards what became of a command. */
  readonly lastDispense?: LastDispense;
  /**
   * One device command: picks and presents (with a presenter: stacks) `noteCount` notes (1…notesPerCommandMax) of one cassette. Completed also when fewer came:
   * look at the counts. `failed`: nothing moved. `uncertain`: acknowledged by the device, result lost. Never retried by the driver after the device's ACK.
   */
  dispense(request: { readonly cassetteNumber: number; readonly noteCount: number }): Promise<DeviceOutcome<DispenseCounts>>;
  readSensors(): Promise<DeviceOutcome<CashDispenserSensors>>;
  /** Runs the transport, clears the path into the reject tray; destroys evidence, so only on an operator's order or with a clean journal. */
  purge(): Promise<DeviceOutcome<void>>;
}
