import { describe, expect, it } from 'vitest';
import type { EntryData, EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';

/** Goal: the checkers read what dispensers with a stacker did as what it means. Method: entries of one operation as a bundle dispenser leaves them; tenge notes in minor units. */
const NOTE = 500_000;
const notes = (noteCount: number) => [{ denominationMinor: NOTE, noteCount }];
type Told = { [Kind in EntryKind]: readonly [Kind, EntryData<Kind>] }[EntryKind];

function given(...told: readonly Told[]) {
  const all: readonly Told[] = [['operation.chosen', { operation: 'op-10' }], ...told];
  const entries = all.map(([kind, data], index) => ({ entryNumber: index + 1, kind, data, operationId: 'operation-1' }) as unknown as JournalEntry);
  const journal = { entries: ({ fromEntryNumber = 1 }) => entries.slice(fromEntryNumber - 1) } as Partial<Journal> as Journal;
  const { presentedMinor, uncertainOutMinor, inPathMinor } = readJournalMoney(journal).operations[0]!;
  return [presentedMinor / NOTE, uncertainOutMinor / NOTE, inPathMinor / NOTE];
}

const gathered = (stackedCount: number, left: { readonly pickedCount?: number; readonly rejectedCount?: number; readonly uncertainCount?: number } = {}): Told => [
  'outcome.dispense',
  { cassetteNumber: 1, denominationMinor: NOTE, outcome: 'completed', requestedCount: stackedCount, presentedCount: 0, rejectedCount: 0, pickedCount: stackedCount, uncertainCount: 0, stackedCount, rawErrorCode: null, evidence: '', ...left },
];
const presenting: Told = ['intent.present', { presentedMinor: 3 * NOTE, notes: notes(3) }];
const presented = (outcome: 'completed' | 'failed' | 'uncertain'): Told => ['outcome.present', { presentedMinor: 3 * NOTE, notes: notes(3), outcome, evidence: '' }];
const retracting = (from: 'exit' | 'stacker'): Told => ['intent.retract', { from, notes: notes(3) }];
const retracted = (from: 'exit' | 'stacker', outcome: 'completed' | 'failed' | 'uncertain', back: number | null): Told => ['outcome.retract', { from, outcome, notes: back === null ? null : notes(back), evidence: '' }];
const taken: Told = ['outcome.take', { result: 'taken', presentedMinor: 3 * NOTE }];

describe('money of a bundle dispenser', () => {
  it.each([
    ['gathered only', [gathered(3)], [0, 0, 3]],
    ['one on the way is in the path, one rejected is not', [gathered(3, { pickedCount: 5, rejectedCount: 1 })], [0, 0, 4]],
    ['a note in doubt', [gathered(2, { pickedCount: 2, uncertainCount: 1 })], [0, 1, 2]],
    ['presented and taken', [gathered(3), presenting, presented('completed'), taken], [3, 0, 0]],
    ['presented, and nobody saw more', [gathered(3), presenting, presented('completed')], [0, 3, 0]],
    ['ordered to present and never heard of', [gathered(3), presenting], [0, 3, 0]],
    ['presented perhaps', [gathered(3), presenting, presented('uncertain')], [0, 3, 0]],
    ['not presented and drawn back', [gathered(3), presenting, presented('failed'), retracting('stacker'), retracted('stacker', 'completed', 3)], [0, 0, 0]],
    ['not presented, back in doubt', [gathered(3), retracting('stacker'), retracted('stacker', 'uncertain', null)], [0, 0, 3]],
    ['left and drawn back, all of it', [gathered(3), presenting, presented('completed'), retracting('exit'), retracted('exit', 'completed', 3)], [0, 0, 0]],
    ['one note was taken before the rest was drawn back', [gathered(3), presenting, presented('completed'), retracting('exit'), retracted('exit', 'completed', 2)], [1, 0, 0]],
    ['drawn back uncounted', [gathered(3), presenting, presented('completed'), retracting('exit'), retracted('exit', 'uncertain', null)], [0, 3, 0]],
    ['could not be drawn back: it lies in the exit', [gathered(3), presenting, presented('completed'), retracting('exit'), retracted('exit', 'failed', null), taken], [3, 0, 0]],
  ] as const)('%s', (_what, told, expected) => {
    expect(given(...told)).toEqual(expected);
  });
});
