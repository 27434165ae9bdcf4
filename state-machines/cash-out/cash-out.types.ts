import type { DispenseCounts, RetractedItems } from '../../drivers/interfaces/cash-dispenser.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { NoteCount } from '../../main/foundation/money.ts';
import type { CustomerLeft, IntentEvent } from '../events.ts';

/** One device command: so many notes of one cassette. */
export interface DispenseStep {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

export interface CashOutInput {
  readonly operationId: string;
  /** In order; each at most the device's `notesPerCommandMax`. */
  readonly steps: readonly DispenseStep[];
  /** Notes that the exit hands out at once, of a device that gathers and presents; null: notes leave while they are dispensed. */
  readonly bunchNotesMax: number | null;
  readonly canRetract: boolean;
  readonly hasTakenSensor: boolean;
  readonly takeTimeoutMs: number;
}

export interface CashOutContext extends CashOutInput {
  /** What all steps together were to hand out. */
  readonly orderedMinor: number;
  /** Cassettes that gave less than they were asked for; what is owed comes from the others. */
  readonly failedCassettes: readonly number[];
  readonly stepIndex: number;
  /** What certainly left the exit. */
  readonly presented: readonly NoteCount[];
  /** What may have left besides. */
  readonly uncertainMinor: number;
  readonly stoppedShort: boolean;
  readonly take: 'taken' | 'notTaken' | 'notObservable' | null;
  /** Gathered and not presented yet. */
  readonly stacked: readonly NoteCount[];
  /** The bunch that is in reach. */
  readonly inReach: readonly NoteCount[];
  /** A present whose result is unknown: nobody knows what a retract would bring back. */
  readonly isReachUncertain: boolean;
  readonly retracted: RetractState;
}

/** none: nothing was drawn back · known: all of it, counted · unknown: what came back was not counted. */
export type RetractState = 'none' | 'known' | 'unknown';

/** What is still owed after a cassette failed, with certainty about all that moved. */
export interface RemixInput {
  readonly owedMinor: number;
  readonly failedCassettes: readonly number[];
  /** Handed out already. */
  readonly noteCount: number;
  readonly operationId: string;
}

/** One command to the exit, with what follows at once when it gives all: that goes into the journal with its outcome. */
export interface StepInput {
  readonly step: DispenseStep;
  /** null: it is the last. */
  readonly next: DispenseStep | null;
  /** By the commands before. */
  readonly presented: readonly NoteCount[];
  readonly operationId: string;
}

export interface BunchInput {
  readonly notes: readonly NoteCount[];
  readonly operationId: string;
}

export interface RetractInput extends BunchInput {
  readonly from: 'exit' | 'stacker';
}

/** What one command of a bunch came to: one outcome for each step, in order. */
export interface BunchOutcome {
  readonly outcomes: readonly DeviceOutcome<DispenseCounts>[];
}

export interface StepOutcome {
  readonly outcome: DeviceOutcome<DispenseCounts>;
}

export interface PresentOutcome {
  readonly outcome: DeviceOutcome<void>;
}

export interface RetractOutcome {
  readonly outcome: DeviceOutcome<RetractedItems>;
}

export type CashOutEvent = IntentEvent | CustomerLeft | { readonly type: 'dispenser.itemsTaken' };

export interface CashOutOutput {
  readonly presented: readonly NoteCount[];
  readonly presentedMinor: number;
  readonly uncertainMinor: number;
  /** Fewer came than ordered. */
  readonly stoppedShort: boolean;
  readonly take: CashOutContext['take'];
  readonly retracted: RetractState;
}
