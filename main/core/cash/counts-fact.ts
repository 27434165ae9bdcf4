import type { NoteCount } from '../../foundation/money.ts';

/** Notes by kind as a fact of the journal, `denomination:count`; empty: none. */
export function countsFact(notes: readonly NoteCount[]): string {
  return notes.filter(({ noteCount }) => noteCount > 0).map(({ denominationMinor, noteCount }) => `${denominationMinor}:${noteCount}`).join(' ');
}

export function readCountsFact(text: string | undefined): readonly NoteCount[] {
  return (text ?? '').split(' ').filter((one) => one !== '').map((one) => one.split(':').map(Number)).map(([denominationMinor = 0, noteCount = 0]) => ({ denominationMinor, noteCount }));
}
