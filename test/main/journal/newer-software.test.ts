import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHead } from '../../../main/journal/chain-writer.ts';
import { damagePath } from '../../../main/journal/distrust.ts';
import { newerEntry } from '../../../main/journal/file-checks.ts';
import { canonicalJson, chainHash, createEntryDigest, sha256Hex } from '../../../main/journal/hash-chain.ts';
import { entry } from '../../../main/journal/journal.ts';
import { openJournal, openJournalForReading } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { journalOptions, makeFolder, mustOpen } from './journal-fixture.ts';

/** A terminal that was updated and set back: what the newer software wrote is whole, and is neither guessed at nor called damaged, for the newer one is to go on with it. */
let folder: ReturnType<typeof makeFolder>;
const path = () => join(folder.path, 'journal.db');
const own = () => journalOptions(folder.path);
beforeEach(() => {
  folder = makeFolder();
  const journal = mustOpen(own());
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'o1' })] });
  journal.close();
});
afterEach(() => folder.remove());

function edit(work: (database: Database.Database) => void): void {
  const database = new Database(path());
  work(database);
  database.close();
}

/** As a newer software appends it. */
function append(kind: string, version: number, data: Readonly<Record<string, unknown>>): void {
  edit((database) => {
    const head = readHead(database)!;
    const text = canonicalJson(data);
    const cells = { entryNumber: head.entryNumber + 1, kind, version, atUtcMs: head.atUtcMs + 1, monotonicMs: 9, bootId: 'newer', sessionId: null, operationId: 'o1', payloadSha256: null };
    const hash = Buffer.from(chainHash(head.hash, createEntryDigest()({ ...cells, dataSha256: sha256Hex(text) })), 'hex');
    database.prepare('INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash, version) VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)').run(cells.entryNumber, kind, cells.atUtcMs, 9, 'newer', 'o1', text, hash, version);
    database.prepare('UPDATE head SET entry_number = ?, hash = ?, at_utc_ms = ?').run(cells.entryNumber, hash, cells.atUtcMs);
  });
}

const codeOf = (opened: { readonly ok: true } | { readonly ok: false; readonly error: { readonly code: string } }) => (opened.ok ? 'ok' : opened.error.code);

it.each([
  ['a kind of entry that this software does not know', () => append('note.levitated', 1, { noteId: 'n' })],
  ['a version of a kind that it does not know', () => append('message.moved', 3, { messageId: 'm' })],
  ['a shape that it does not know', () => append('terminal.stopped', 1, { reason: 'asked to', mood: 'good' })],
])('%s: the journal is of newer software, and nothing of it is called damaged', (_, write) => {
  write();
  const reading = openJournalForReading(path());
  if (reading.ok) reading.value.close();
  expect([codeOf(openJournal(own())), codeOf(reading), codeOf(rebuildJournal(own())), existsSync(damagePath(path()))]).toEqual(['JNL_NEWER', 'JNL_NEWER', 'JNL_NEWER', false]);
});

it('an entry that was changed since it was written is no word of newer software', () => {
  append('terminal.stopped', 1, { reason: 'asked to' });
  edit((database) => {
    for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
    database.exec("UPDATE entries SET kind = 'note.levitated' WHERE kind = 'terminal.stopped'");
  });
  expect([newerEntryOf(), codeOf(openJournal(own()))]).toEqual(['none', 'JNL_CORRUPT']);
});

function newerEntryOf(): string {
  const database = new Database(path());
  try {
    return newerEntry(database)?.code ?? 'none';
  } finally {
    database.close();
  }
}
