import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { NoteReport } from './note-cycle.ts';

/** A kind of note that the device's own table names and the configuration maps to money. */
export interface NoteType {
  readonly noteType: number;
  readonly denominationMinor: number;
  readonly currency: Currency;
}

/** What an answer of the device comes to. */
export interface Look {
  /** In the order in which they happened; faults and rest come from the same answer. */
  readonly reports: readonly NoteReport[];
  /** As this answer shows them, the gravest first. */
  readonly faults: readonly ErrorCode[];
  /** null: a note is under way, or the answer does not say. */
  readonly isAccepting: boolean | null;
  /** It lost its settings: it is brought up again. */
  readonly hasRestarted?: boolean;
  /** It says nothing of itself at all. */
  readonly isMute?: boolean;
  readonly detail: string;
}
