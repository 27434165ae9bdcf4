import { addNotes } from '../../../state-machines/cash-out/bunch.ts';
import type { NoteCount } from '../../foundation/money.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import type { EntryData, EntryKind } from '../../journal/entry-kinds.ts';
import type { JournalEntry } from '../../journal/journal.ts';

/** Where the notes of an operation are that went through a stacker, as the journal tells it. */
export interface BunchAccount {
  /** Certainly handed out and not drawn back. */
  readonly presented: readonly NoteCount[];
  /** Handed out or drawn back without a word or a count of how many. */
  readonly uncertainMinor: number;
  /** Gathered, never in reach. */
  readonly inStacker: readonly NoteCount[];
}

/** A bunch of which the journal does not say where it is. */
export interface BunchInQuestion {
  /** `presenting`: in the stacker, or in reach. `inReach`: it was presented; there, taken or drawn in. */
  readonly stage: 'presenting' | 'inReach';
  readonly notes: readonly NoteCount[];
}

/** @returns null: it says so of every bunch, or a retract is open */
export function bunchInQuestion(entries: readonly JournalEntry[]): BunchInQuestion | null {
  const account = new Replay();
  for (const one of entries) account.take(one);
  return account.inQuestion;
}

/** How a bunch is in doubt that no outcome doubts. `retracting`: told to be drawn in, and no word since. `inReach`: it was presented, and nobody saw what became of it. */
export function untoldBunch(entries: readonly JournalEntry[]): 'retracting' | 'inReach' | null {
  const account = new Replay();
  for (const one of entries) account.take(one);
  return account.untold;
}

/**
 * Replays the entries. What has an intent and no outcome is doubted; so is a bunch in reach of which nobody saw whether it was taken.
 *
 * @returns null for an operation whose notes left during the dispenses
 */
export function bunchAccount(entries: readonly JournalEntry[]): BunchAccount | null {
  const account = new Replay();
  for (const one of entries) account.take(one);
  return account.isUsed ? account.end() : null;
}

class Replay {
  isUsed = false;
  #stacked: readonly NoteCount[] = [];
  #presented: readonly NoteCount[] = [];
  #inReach: readonly NoteCount[] = [];
  #uncertainMinor = 0;
  #open: 'present' | 'retract' | null = null;

  take(one: JournalEntry): void {
    const data = <Kind extends EntryKind>(kind: Kind) => (one.kind === kind ? (one.data as EntryData<Kind>) : null);
    const stacked = data('outcome.dispense');
    if (stacked !== null && (stacked.stackedCount ?? 0) > 0) {
      this.isUsed = true;
      this.#stacked = addNotes(this.#stacked, stacked.denominationMinor, stacked.stackedCount ?? 0);
    }
    if (data('intent.present') !== null) this.#open = 'present';
    const present = data('outcome.present');
    if (present?.outcome !== undefined) this.#present(present.outcome);
    const intent = data('intent.retract');
    if (intent !== null) this.#open = 'retract';
    const retract = data('outcome.retract');
    if (retract !== null) this.#retract(retract);
    // Not taken and not drawn back: it lies in the exit, the customer's.
    if (data('outcome.take') !== null && this.#open === null) this.#inReach = [];
  }

  get inQuestion(): BunchInQuestion | null {
    if (this.#open === 'present') return { stage: 'presenting', notes: this.#stacked };
    return this.#open === null && this.#inReach.length > 0 ? { stage: 'inReach', notes: this.#inReach } : null;
  }

  get untold(): 'retracting' | 'inReach' | null {
    if (this.#open === 'present' || this.#inReach.length === 0) return null;
    return this.#open === 'retract' ? 'retracting' : 'inReach';
  }

  end(): BunchAccount {
    if (this.#open === 'present') this.#present('uncertain');
    if (this.#inReach.length > 0) this.#doubtReach();
    return { presented: this.#presented, uncertainMinor: this.#uncertainMinor, inStacker: this.#stacked };
  }

  #present(outcome: 'completed' | 'failed' | 'uncertain'): void {
    this.#open = null;
    if (outcome === 'failed') return;
    if (outcome === 'uncertain') this.#uncertainMinor += sumOfNotesMinor(this.#stacked);
    else {
      this.#presented = this.#stacked.reduce((sum, note) => addNotes(sum, note.denominationMinor, note.noteCount), this.#presented);
      this.#inReach = this.#stacked;
    }
    this.#stacked = [];
  }

  #retract({ from, outcome, notes }: EntryData<'outcome.retract'>): void {
    this.#open = null;
    if (outcome === 'failed') return;
    if (from === 'stacker') {
      if (outcome === 'completed') this.#stacked = [];
    } else if (notes === null) this.#doubtReach();
    else this.#presented = notes.reduce((sum, note) => addNotes(sum, note.denominationMinor, -note.noteCount), this.#presented);
    if (from === 'exit') this.#inReach = [];
  }

  #doubtReach(): void {
    this.#presented = this.#inReach.reduce((sum, note) => addNotes(sum, note.denominationMinor, -note.noteCount), this.#presented);
    this.#uncertainMinor += sumOfNotesMinor(this.#inReach);
  }
}
