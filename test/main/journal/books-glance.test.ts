/**
 * Goal: what a start sees of books that somebody changed while the core was stopped, by the newest entries alone, and that it sees nothing where nobody did. Method: a journal on disk, one row of it
 * changed behind its back.
 */
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { booksGlanceProblem } from '../../../main/journal/books-glance.ts';
import { entry } from '../../../main/journal/journal.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';

const FIVE = 500_000;
const folders: ReturnType<typeof makeFolder>[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder.remove()));

/** Two messages, one of them moved on; two items, one of them settled, and once more, which changes nothing; counts that moved twice. @returns entries from which on the second half of it stands */
function written(): { readonly path: string; readonly half: number } {
  const folder = makeFolder();
  folders.push(folder);
  const options = journalOptions(folder.path);
  const journal = mustOpen(options);
  const item = { operationId: null, reason: 'retained', amountMinor: FIVE, evidence: 'e', reference: null } as const;
  const first = journal.commit({ cashUnits: [{ unitId: 'box', denominationMinor: FIVE, noteCountDelta: 2 }, { unitId: 'box', denominationMinor: 2 * FIVE, noteCountDelta: 7 }, { unitId: 'another', denominationMinor: FIVE, noteCountDelta: 9 }], messages: [messageDraft(1), messageDraft(2)], suspense: [{ ...item, suspenseId: 'a' }, { ...item, suspenseId: 'b' }] });
  const settled = (to: 'paid' | 'matched') => entry('suspense.settled', { suspenseId: 'a', to, by: 'x', authority: 'cashOfficer', why: 'y', itemReason: 'retained', amountMinor: FIVE, reference: null });
  journal.commit({ cashUnits: [{ unitId: 'box', denominationMinor: FIVE, noteCountDelta: 1 }], messageMoves: [{ messageId: 'message-1', to: 'ready', detail: '' }], entries: [settled('paid')] });
  journal.commit({ entries: [settled('matched')], facts: { 'notes.exchange': 't-014' } });
  journal.close();
  return { path: options.path, half: first.ok ? first.value.lastEntryNumber : 0 };
}

function seen(change: string | null, from: 'all' | 'half' = 'all') {
  const { path, half } = written();
  const database = new Database(path);
  // An editor who knows triggers.
  for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
  if (change !== null) database.exec(change);
  const problem = booksGlanceProblem(database, { afterEntryNumber: from === 'all' ? 0 : half });
  database.close();
  return problem?.detail;
}

it.each(['all', 'half'] as const)('sees nothing where nobody changed them (%s)', (from) => {
  expect(seen(null, from)).toBeUndefined();
});

it.each([
  ['a count', "UPDATE cash_units SET note_count = 2 WHERE unit_id = 'box'", 'cash_units, row box 500000: different', 'half'],
  ['a count of another denomination', 'UPDATE cash_units SET note_count = 2 WHERE denomination_minor = 1000000', 'cash_units, row box 1000000: different', 'all'],
  ['a count of another unit', "UPDATE cash_units SET note_count = 3 WHERE unit_id = 'another'", 'cash_units, row another 500000: different', 'all'],
  ['a count that is gone', "DELETE FROM cash_units WHERE unit_id = 'box'", 'cash_units, row box 500000: different', 'all'],
  ['a message that moved on', "UPDATE messages SET state = 'staged' WHERE message_id = 'message-1'", 'messages, row message-1: different', 'half'],
  ['a message that did not', "UPDATE messages SET state = 'executed' WHERE message_id = 'message-2'", 'messages, row message-2: different', 'all'],
  ['an item that was settled', "UPDATE suspense SET state = 'open' WHERE suspense_id = 'a'", 'suspense, row a: different', 'all'],
  ['an item as it was worded the second time', "UPDATE suspense SET state = 'matched' WHERE suspense_id = 'a'", 'suspense, row a: different', 'all'],
  ['an item that was not', "UPDATE suspense SET state = 'paid' WHERE suspense_id = 'b'", 'suspense, row b: different', 'all'],
  ['the sum of an item', "UPDATE suspense SET amount_minor = amount_minor * 2 WHERE suspense_id = 'b'", 'suspense, row b: different', 'all'],
  ['whose item it is', "UPDATE suspense SET operation_id = 'o' WHERE suspense_id = 'b'", 'suspense, row b: different', 'all'],
  ['the lane of a message', "UPDATE messages SET lane = 'online' WHERE message_id = 'message-1'", 'messages, row message-1: different', 'all'],
  ['the digest of a message', "UPDATE messages SET digest = 'ac' WHERE message_id = 'message-2'", 'messages, row message-2: different', 'all'],
  ['which bytes a message has', "UPDATE messages SET staged_entry = staged_entry + 1 WHERE message_id = 'message-2'", 'messages, row message-2: different', 'all'],
  ['which word of a fact stands', "UPDATE facts SET put_entry = put_entry - 1 WHERE key = 'notes.exchange'", 'facts, row of a fact: different', 'half'],
  ['that a fact stands', "DELETE FROM facts WHERE key = 'notes.exchange'", 'facts, row of a fact: different', 'half'],
  ['the time of the head', 'UPDATE head SET at_utc_ms = at_utc_ms + 1', 'head, row 1: different', 'half'],
] as const)('sees %s changed', (_, change, detail, from) => {
  expect(seen(change, from)).toBe(detail);
});
