import type { JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';

/** Notes of one kind that go from one of our cash units to another. */
export interface NoteMove {
  readonly fromUnitId: string;
  readonly toUnitId: string;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

/** Both sides of each move, and the entry that tells it, in one transaction. */
export function moveBatch(moves: readonly NoteMove[], evidence: string): JournalBatch {
  return {
    entries: [entry('notes.moved', { moves: [...moves], evidence })],
    cashUnits: moves.flatMap(({ fromUnitId, toUnitId, denominationMinor, noteCount }) => [{ unitId: fromUnitId, denominationMinor, noteCountDelta: -noteCount }, { unitId: toUnitId, denominationMinor, noteCountDelta: noteCount }]),
  };
}
