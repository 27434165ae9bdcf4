/**
 * Goal: the comparison beside a core that works calls nothing different that is not: what comes, and what a purge takes, while it runs; what it cannot read ends the trust. Method: each of these between
 * any two of its steps.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BooksCheckStep } from '../../../main/journal/books-check.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { journalOptions, makeFolder, mustOpen } from './journal-fixture.ts';
import { purgeableJournal } from './purgeable-journal.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => (folder = makeFolder()));
afterEach(() => folder.remove());

const STEPS_MAX = 100;
/** @returns the last word, and how many steps came before it */
function compare(journal: Journal, between: (stepCount: number) => void): { readonly last: BooksCheckStep; readonly stepCount: number } {
  const check = journal.beginBooksCheck();
  for (let stepCount = 0; stepCount < STEPS_MAX; stepCount += 1) {
    between(stepCount);
    const last = check.step();
    if (last.kind !== 'more') return { last, stepCount };
  }
  throw new Error('it does not come to an end');
}

it.each<[string, (journal: Journal) => unknown]>([
  ['a purge takes content that it has read', (journal) => expect(finishPurge(journal.beginPurge()!)).toMatchObject({ ok: true, value: { purgedCount: 1 } })],
  ['a commit changes counts, facts and items', (journal) => journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'o2' })], cashUnits: [{ unitId: 'box', denominationMinor: 100, noteCountDelta: 3 }], facts: { a: 'b' }, suspense: [{ suspenseId: 's', operationId: null, reason: 'unassigned', amountMinor: 300, evidence: 'e', reference: null }] })],
])('finds the books equal when %s between two steps', (_what, happens) => {
  const first = purgeableJournal(folder.path);
  const { stepCount } = compare(first, () => {});
  first.close();
  for (let moment = 0; moment <= stepCount; moment += 1) {
    folder.remove();
    folder = makeFolder();
    const journal = purgeableJournal(folder.path);
    const { last } = compare(journal, (now) => void (now === moment && happens(journal)));
    expect([moment, last.kind, journal.distrust()]).toEqual([moment, 'equal', null]);
    journal.close();
  }
});

it('ends the trust where it meets an entry that it cannot read, before anybody else does', () => {
  const journal = purgeableJournal(folder.path);
  const other = new Database(join(folder.path, 'journal.db'));
  for (const trigger of other.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) other.exec(`DROP TRIGGER ${trigger}`);
  other.exec("UPDATE entries SET data = '{' WHERE kind = 'session.ended'");
  other.close();
  const { last } = compare(journal, () => expect(journal.distrust()).toBeNull());
  expect([last.kind, journal.distrust()?.code, journal.commit({ facts: { a: 'b' } }).ok]).toEqual(['different', 'JNL_PAGE_DAMAGED', false]);
  journal.close();
});

it('compares a book of more rows than one step takes to its last row', () => {
  const journal = mustOpen(journalOptions(folder.path, { durability: 'full' }));
  journal.commit({ facts: Object.fromEntries(Array.from({ length: 4_050 }, (_, row) => [`fact.${String(row).padStart(5, '0')}`, 'x'])) });
  expect(compare(journal, () => {}).last).toEqual({ kind: 'equal', entryCount: 4_050 });
  const other = new Database(join(folder.path, 'journal.db'));
  other.exec("UPDATE facts SET value = 'y' WHERE key = 'fact.04049'");
  other.close();
  expect(compare(journal, () => {}).last).toMatchObject({ kind: 'different', difference: { table: 'facts', key: 'fact.04049', problem: 'different' } });
  journal.close();
});

it.each([
  ['extra', "INSERT INTO facts (key, value, put_entry) VALUES ('fact.0', 'x', 1)", 'fact.0', []],
  ['extra', "INSERT INTO facts (key, value, put_entry) VALUES ('fact.2a', 'x', 1)", 'fact.2a', []],
  ['extra', "INSERT INTO facts (key, value, put_entry) VALUES ('fact.4', 'x', 1)", 'fact.4', []],
  ['missing', "DELETE FROM facts WHERE key = 'fact.1'", 'fact.1', []],
  ['missing', "DELETE FROM facts WHERE key = 'fact.2'", 'fact.2', []],
  ['missing', "DELETE FROM facts WHERE key = 'fact.3'", 'fact.3', []],
  ['missing', 'DELETE FROM facts', 'fact.1', []],
  ['different', "UPDATE facts SET value = 'y' WHERE key = 'fact.3'", 'fact.3', ['value']],
  ['different', "UPDATE facts SET value = 'y', put_entry = 1 WHERE key = 'fact.2'", 'fact.2', ['put_entry', 'value']],
] as const)('says which row is %s: %s', (problem, change, key, columns) => {
  const journal = mustOpen(journalOptions(folder.path));
  journal.commit({ facts: { 'fact.1': 'a', 'fact.2': 'b', 'fact.3': 'c' } });
  const other = new Database(join(folder.path, 'journal.db'));
  for (const trigger of other.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) other.exec(`DROP TRIGGER ${trigger}`);
  other.exec(change);
  other.close();
  expect(compare(journal, () => {}).last).toEqual({ kind: 'different', difference: { table: 'facts', key, problem, columns } });
  expect(journal.distrust()).toEqual({ code: 'JNL_BOOKS_DIFFER', detail: `facts, row ${key}: ${problem}${columns.length === 0 ? '' : ` (${columns.join(', ')})`}` });
  journal.close();
});

it('compares the counters of the head, from which the next receipt and message take their numbers', () => {
  const journal = purgeableJournal(folder.path);
  const other = new Database(join(folder.path, 'journal.db'));
  other.exec('UPDATE head SET receipt_count = receipt_count + 1');
  other.close();
  expect([compare(journal, () => {}).last, journal.distrust()?.code]).toMatchObject([{ kind: 'different', difference: { table: 'head' } }, 'JNL_BOOKS_DIFFER']);
  journal.close();
});
