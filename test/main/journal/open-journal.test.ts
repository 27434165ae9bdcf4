import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entry } from '../../../main/journal/journal.ts';
import { migrate, MIGRATIONS, schemaVersion } from '../../../main/journal/migrations/migrate.ts';
import { openJournal, openJournalForReading } from '../../../main/journal/open-journal.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen, standingClock } from './journal-fixture.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());
const path = () => join(folder.path, 'journal.db');
function codeOf(opened: ReturnType<typeof openJournal>): string {
  if (!opened.ok) return opened.error.code;
  opened.value.close();
  return 'ok';
}

/** A journal of ten entries with counts, a message and a receipt, closed. */
function makeJournal(): void {
  const journal = mustOpen(journalOptions(folder.path));
  for (let step = 1; step <= 6; step++) journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: `operation-${step}` })] });
  journal.commit({
    cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 4 }],
    messages: [messageDraft(1)],
    receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: 'operation-1', operation: 'op-01', recordJson: '{"sample":1}', status: 'accepted' }],
  });
  journal.close();
}

/** Changes the file as somebody with the disk in his hands would. */
function tamper(sql: string): void {
  const database = new Database(path());
  const triggers = database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const trigger of triggers) database.exec(`DROP TRIGGER ${trigger}`);
  database.exec(sql);
  database.close();
}

describe('opening', () => {
  it('goes on where the last life ended', () => {
    makeJournal();
    const journal = mustOpen(journalOptions(folder.path, { bootId: 'boot-2', mustExist: true }));
    expect([journal.peekReceiptNumber(), journal.peekSeq(), journal.cashUnits()[0]?.noteCount]).toEqual(['0427-000002', 2, 4]);
    journal.commit({ entries: [entry('terminal.stopped', { reason: 'test' })] });
    expect([journal.verify().ok, journal.entries({ limit: 1, newestFirst: true })[0]?.bootId]).toEqual([true, 'boot-2']);
    journal.close();
  });

  it('is refused to a second core, allowed to a reader, free again after close', () => {
    const journal = mustOpen(journalOptions(folder.path));
    expect(openJournal(journalOptions(folder.path))).toEqual({ ok: false, error: { code: 'JNL_HELD', detail: 'another core holds this journal' } });
    const reader = openJournalForReading(path());
    journal.commit({ facts: { a: 'b' }, entries: [entry('terminal.stopped', { reason: 'test' })] });
    expect(reader.ok && [reader.value.fact('a'), reader.value.entries({ limit: 9 }).length, reader.value.verify().ok]).toEqual(['b', 2, true]);
    if (reader.ok) reader.value.close();
    journal.close();
    mustOpen(journalOptions(folder.path)).close();
  });

  it('never starts empty where there was a journal', () => {
    expect(codeOf(openJournal(journalOptions(folder.path, { mustExist: true })))).toBe('JNL_MISSING');
    makeJournal();
    rmSync(path());
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('JNL_MISSING');
    expect(existsSync(path())).toBe(false);
    writeFileSync(path(), '');
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('JNL_CORRUPT');
  });

  it('writes the marker again when only that is gone, and refuses the journal of another marker or terminal', () => {
    makeJournal();
    rmSync(join(folder.path, 'journal.marker'));
    mustOpen(journalOptions(folder.path)).close();
    expect(readFileSync(join(folder.path, 'journal.marker'), 'utf8')).toMatch(/^[0-9A-Z]{26}\n$/);
    expect(codeOf(openJournal(journalOptions(folder.path, { terminalNumber: '0428' })))).toBe('JNL_FOREIGN');
    writeFileSync(join(folder.path, 'journal.marker'), 'another\n');
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('JNL_FOREIGN');
  });

  it.each<[string, () => void, code?: string]>([
    ['text', () => writeFileSync(path(), 'this is not a database, '.repeat(400))],
    ['a file cut in half', () => truncateSync(path(), readFileSync(path()).length / 2), 'JNL_PAGE_DAMAGED'],
    ['zeros over a page', () => writeFileSync(path(), readFileSync(path()).fill(0, 3 * 4096, 5 * 4096)), 'JNL_PAGE_DAMAGED'],
    ['another program’s database', () => { rmSync(path()); new Database(path()).exec('CREATE TABLE t (a)').close(); }],
  ])('says corrupt of %s and leaves it as it is', (_what, damage, code = 'JNL_CORRUPT') => {
    makeJournal();
    damage();
    copyFileSync(path(), `${path()}.before`);
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe(code);
    expect(readFileSync(path()).equals(readFileSync(`${path()}.before`))).toBe(true);
  });

  it('says unwritable of a file that cannot be one, of newer software and of a full disk', () => {
    mkdirSync(path());
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('JNL_UNWRITABLE');
    rmSync(path(), { recursive: true });
    makeJournal();
    const journal = mustOpen(journalOptions(folder.path, { room: { freeBytesMin: Number.MAX_SAFE_INTEGER, reserveBytes: 65_536 } }));
    expect(journal.probe()).toMatchObject({ ok: false, error: { code: 'JNL_DISK_FULL' } });
    journal.close();
    tamper(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('JNL_NEWER');
  });

  it('notes at the first commit that the clock stands behind the last entry', () => {
    makeJournal();
    const journal = mustOpen(journalOptions(folder.path, { clock: standingClock(Date.UTC(2025, 0, 1)) }));
    journal.commit({ entries: [entry('terminal.stopped', { reason: 'test' })] });
    expect(journal.entries({ kinds: ['clock.jumped'], limit: 9 })).toHaveLength(1);
    journal.close();
  });
});

describe('tampering', () => {
  const verdicts = (): readonly string[] => {
    const reader = openJournalForReading(path());
    if (!reader.ok) return [reader.error.code];
    const verdict = reader.value.verify();
    reader.value.close();
    return [verdict.ok ? 'ok' : verdict.error.code, codeOf(openJournal(journalOptions(folder.path)))];
  };

  it.each([
    ['an edited entry', `UPDATE entries SET data = replace(data, 'op-01', 'op-05') WHERE entry_number = 3`],
    ['an edited time', 'UPDATE entries SET at_utc_ms = at_utc_ms + 1 WHERE entry_number = 3'],
    ['an entry moved to another operation', `UPDATE entries SET operation_id = 'operation-9' WHERE entry_number = 3`],
    ['a deleted entry', 'DELETE FROM entries WHERE entry_number = 3'],
    ['an inserted entry', 'INSERT INTO entries SELECT entry_number + 90, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash, version, data_sha256, payload_sha256, payload FROM entries WHERE entry_number = 3'],
    ['the end cut off', 'DELETE FROM entries WHERE entry_number > 8'],
    ['the first entry cut off', 'DELETE FROM entries WHERE entry_number = 1'],
    ['two swapped entries', 'UPDATE entries SET entry_number = -3 WHERE entry_number = 3; UPDATE entries SET entry_number = 3 WHERE entry_number = 4; UPDATE entries SET entry_number = 4 WHERE entry_number = -3'],
  ])('%s is found by verify and at the next start', (_what, sql) => {
    makeJournal();
    expect(verdicts()).toEqual(['ok', 'ok']);
    tamper(sql);
    expect(verdicts()).toEqual(['JNL_CORRUPT', 'JNL_CORRUPT']);
  });

  it.each([
    ['a count', 'UPDATE cash_units SET note_count = 3'],
    ['a cash unit taken away', 'DELETE FROM cash_units'],
    ['a receipt', `UPDATE entries SET payload = x'00' WHERE kind = 'receipt.recorded'`],
    ['a message', `UPDATE entries SET payload = x'00' WHERE kind = 'message.staged'`],
    ['the state of a message', `UPDATE messages SET state = 'ready'`],
    ['a status of a receipt', `UPDATE receipts SET status = 'executed'`],
    ['a head that counts wrong', 'UPDATE head SET receipt_count = receipt_count + 1'],
    ['a message taken away', 'DELETE FROM messages'],
  ])('%s that is not what the chain tells is found by verify', (_what, sql) => {
    makeJournal();
    tamper(sql);
    expect(verdicts()[0]).toBe('JNL_CORRUPT');
  });

  it('is refused by the file itself as long as its triggers stand', () => {
    makeJournal();
    const database = new Database(path());
    for (const sql of ['DELETE FROM entries', 'UPDATE entries SET data = 0', 'DELETE FROM receipts', 'DELETE FROM messages', `UPDATE messages SET bytes = x'00'`]) expect(() => database.exec(sql)).toThrow(/append-only|immutable|not deleted|not changed/);
    database.close();
  });
});

describe('migrations', () => {
  it('carry the rows of the version before, step by step, once', () => {
    const database = new Database(':memory:');
    migrate(database);
    database.exec(`INSERT INTO identity VALUES ('sample', '7')`);
    const next = { version: MIGRATIONS.length + 1, name: 'next', sql: "ALTER TABLE identity ADD COLUMN origin TEXT NOT NULL DEFAULT 'host'" };
    expect(migrate(database, [...MIGRATIONS, next])).toEqual([next.version]);
    expect(migrate(database, [...MIGRATIONS, next])).toEqual([]);
    expect([schemaVersion(database), database.prepare('SELECT * FROM identity').all()]).toEqual([next.version, [{ key: 'sample', value: '7', origin: 'host' }]]);
  });

  it('leave the file at the last whole step when one fails', () => {
    const database = new Database(':memory:');
    const broken = { version: MIGRATIONS.length + 1, name: 'broken', sql: 'CREATE TABLE half (a); SELECT * FROM nowhere' };
    expect(() => migrate(database, [...MIGRATIONS, broken])).toThrow('nowhere');
    expect([schemaVersion(database), database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()]).toEqual([MIGRATIONS.length, undefined]);
  });
});
