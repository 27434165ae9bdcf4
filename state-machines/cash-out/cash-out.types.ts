import type { DispenseCounts } from '../../drivers/interfaces/cash-dispenser.ts';
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
  readonly canRetract: boolean;
  readonly hasTakenSensor: boolean;
  readonly takeTimeoutMs: number;
}

export interface CashOutContext extends CashOutInput {
  readonly stepIndex: number;
  /** What certainly left the exit. */
  readonly presented: readonly NoteCount[];
  /** What may have left besides. */
  readonly uncertainMinor: number;
  readonly stoppedShort: boolean;
  readonly take: 'taken' | 'notTaken' | 'notObservable' | null;
}

export interface StepOutcome {
  readonly outcome: DeviceOutcome<DispenseCounts>;
}

export type CashOutEvent = IntentEvent | CustomerLeft | { readonly type: 'dispenser.itemsTaken' };

export interface CashOutOutput {
  readonly presented: readonly NoteCount[];
  readonly presentedMinor: number;
  readonly uncertainMinor: number;
  /** Fewer came than ordered. */
  readonly stoppedShort: boolean;
  readonly take: CashOutContext['take'];
}
