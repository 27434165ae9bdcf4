import { noteCountOf, type NoteCount } from '../../main/foundation/money.ts';

/** Notes that a device said it moved from its units to the cash box, until that is durable: whoever else looks at its units takes nothing of it away. */
export class MovedNotes {
  #notes: readonly NoteCount[] = [];

  get told(): readonly NoteCount[] {
    return this.#notes;
  }

  add(notes: readonly NoteCount[]): void {
    this.#notes = [...this.#notes, ...notes];
  }

  /** As they were told. What came since stays. */
  booked(notes: readonly NoteCount[]): void {
    const kinds = [...new Set(this.#notes.map(({ denominationMinor }) => denominationMinor))];
    this.#notes = kinds.map((denominationMinor) => ({ denominationMinor, noteCount: noteCountOf(this.#notes, denominationMinor) - noteCountOf(notes, denominationMinor) })).filter(({ noteCount }) => noteCount > 0);
  }
}
