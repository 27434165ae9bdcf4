import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChainAnswer } from '../../../main/cli/journal.ts';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { canonicalJson, chainHash, createEntryDigest, sha256Hex } from '../../../main/journal/hash-chain.ts';
import { headMarkPath } from '../../../main/journal/head-mark.ts';
import { tableProblem, unindexedEntry } from '../../../main/journal/index-check.ts';
import { JournalUnreadable } from '../../../main/journal/journal-unreadable.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal, openJournalForReading } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';

/**
 * Goal: whatever somebody with a database editor did to a stopped terminal's journal is told at its next start with a code, or by the question that meets it; nothing ends the core without a
 * word, nothing of it is served from. Method: a sealed journal, one change of its file each, its triggers put back as an editor who knows them would.
 */
const random = cryptoRandom();
const keys = createJournalKeys({ current: 'k1', keys: { k1: random.bytes(32) }, indexKey: random.bytes(32) }, random);
const { terminalSign } = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random: seededRandom(1) });
const signer = createFileSigner({ keyPem: terminalSign.keyPem, certPem: terminalSign.certificatePem });
const sealer = { keyId: signer.keyId, certificate: new X509Certificate(terminalSign.certificatePem).raw, sign: (bytes: Uint8Array) => signer.sign(bytes) };

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());
const path = () => join(folder.path, 'journal.db');
const options = () => journalOptions(folder.path, { keys, sealer });

function visit(journal: Journal, operationId: string, isClosed = true): void {
  const [receiptNumber, reference] = [journal.peekReceiptNumber(), journal.peekReference()];
  const scope = { operationId, sessionId: 's' };
  journal.commit({
    entries: [entry('operation.chosen', { operation: 'op-01' }, scope)],
    cashUnits: [{ unitId: 'acceptor.box', denominationMinor: 500_000, noteCountDelta: 1 }],
    messages: [messageDraft(journal.peekSeq(), { operationId, messageId: `m-${operationId}` })],
    receipts: [{ receiptNumber, reference, operationId, operation: 'op-01', recordJson: '{}', status: 'accepted' }],
    suspense: [{ suspenseId: `s-${operationId}`, operationId, reason: 'noteUncertain', amountMinor: 500_000, evidence: 'e', reference: null }],
    facts: { last: operationId },
  });
  if (isClosed) journal.commit({ entries: [entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 500_000, reference }, scope)] });
}

function makeJournal(): number {
  const journal = mustOpen(options());
  for (const operationId of ['o1', 'o2', 'o3']) visit(journal, operationId);
  visit(journal, 'o4', false);
  const last = journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber;
  journal.close();
  return last;
}

function edit(sql: string, isTriggersBack = true): void {
  const database = new Database(path());
  database.unsafeMode(true);
  const triggers = database.prepare<unknown[], { name: string; sql: string; tbl_name: string }>("SELECT name, sql, tbl_name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  if (isTriggersBack) for (const one of triggers) if (database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(one.tbl_name) !== undefined) database.exec(one.sql);
  database.close();
}

/** As a start does, then what a core asks first. */
function start(): string {
  const opened = openJournal(options());
  if (!opened.ok) return opened.error.code;
  const journal = opened.value;
  try {
    for (const message of journal.messages({ limit: 100 })) expect(message.bytes.length).toBeGreaterThan(0);
    expect(journal.fact('last')).toBe('o4');
    return 'ok';
  } catch (error) {
    if (!(error instanceof JournalUnreadable)) throw error;
    expect(journal.distrust()?.code).toBe(error.error.code);
    return error.error.code;
  } finally {
    journal.close();
  }
}

const rebuild = (): string => {
  const rebuilt = rebuildJournal(options());
  return rebuilt.ok ? 'ok' : rebuilt.error.code;
};
const newest = (kind: string) => `entry_number = (SELECT max(entry_number) FROM entries WHERE kind = '${kind}')`;

it('says nothing of a sound journal, however often it is started', () => {
  makeJournal();
  expect([start(), start(), rebuild(), start()]).toEqual(['ok', 'ok', 'ok', 'ok']);
});

describe('tables', () => {
  it.each(['operations', 'cash_units', 'messages', 'receipts', 'receipt_statuses', 'suspense', 'suspense_decisions', 'facts', 'devices', 'device_faults', 'seals', 'journal_keys', 'search_terms'])('beside the chain: %s is gone, and made again from it', (table) => {
    makeJournal();
    edit(`DROP TABLE ${table}`);
    const reader = openJournalForReading(path(), { keys });
    expect([reader.ok ? 'ok' : reader.error.code, start(), rebuild(), start()]).toEqual(['JNL_BOOKS_DIFFER', 'JNL_BOOKS_DIFFER', 'ok', 'ok']);
  });

  it.each(['entries', 'head', 'identity', 'books_form', 'probe'])('of the chain: %s is gone', (table) => {
    makeJournal();
    edit(`DROP TABLE ${table}`);
    const reader = openJournalForReading(path(), { keys });
    expect([reader.ok ? 'ok' : reader.error.code, start(), rebuild()]).toEqual(['JNL_CORRUPT', 'JNL_CORRUPT', 'JNL_CORRUPT']);
  });

  it.each([
    ['an index that is gone', 'DROP INDEX entries_by_kind', true],
    ['triggers that are gone', '', false],
    ['a trigger of somebody else', 'CREATE TRIGGER "of ours" AFTER INSERT ON entries BEGIN UPDATE cash_units SET note_count = 0; END', true],
  ] as const)('with %s', (_what, sql, isTriggersBack) => {
    makeJournal();
    edit(sql, isTriggersBack);
    expect([start(), rebuild(), start()]).toEqual(['JNL_BOOKS_DIFFER', 'ok', 'ok']);
  });

  it.each(['PRAGMA user_version = 0', 'PRAGMA user_version = 1', "DELETE FROM identity WHERE key = 'terminalNumber'", 'DELETE FROM head', 'UPDATE head SET entry_number = -5', 'UPDATE head SET entry_number = 9007199254740991'])('%s', (sql) => {
    makeJournal();
    edit(sql);
    expect(start()).toBe('JNL_CORRUPT');
  });
});

describe('an index that does not lead to its rows', () => {
  it.each([
    ['entries_by_operation', 'o4', 'oZ'],
    ['entries_by_kind', 'operation.chosen', 'operation.chosfn'],
    ['messages_by_state', 'staged', 'stagee'],
    ['suspense_by_state', 'open', 'opeo'],
  ])('%s: found at the start and by the daily round, and made again', (index, key, other) => {
    makeJournal();
    const database = new Database(path());
    const { rootpage } = database.prepare<unknown[], { rootpage: number }>('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(index)!;
    const pageBytes = Number(database.pragma('page_size', { simple: true }));
    database.close();
    const file = readFileSync(path());
    const page = file.subarray((rootpage - 1) * pageBytes, rootpage * pageBytes);
    page.write(other, page.lastIndexOf(key), 'latin1');
    writeFileSync(path(), file);
    const reading = new Database(path(), { readonly: true });
    const upToEntryNumber = Number(reading.prepare('SELECT entry_number FROM head').pluck().get());
    const found = [unindexedEntry(reading, { afterEntryNumber: 0, upToEntryNumber }), tableProblem(reading, 'messages'), tableProblem(reading, 'suspense')];
    expect([reading.pragma('quick_check', { simple: true }), found.filter((one) => one !== null)]).toEqual(['ok', [expect.anything()]]);
    reading.close();
    expect([start(), rebuild(), start()]).toEqual(['JNL_PAGE_DAMAGED', 'ok', 'ok']);
  });
});

describe('rows beside the chain', () => {
  it.each([
    'UPDATE cash_units SET note_count = 0', 'DELETE FROM cash_units', "UPDATE messages SET state = 'executed'", "UPDATE messages SET state = 'nonsense' WHERE seq = 1", 'DELETE FROM suspense', "UPDATE suspense SET state = 'paid'",
    'UPDATE head SET receipt_count = 1', 'UPDATE head SET seq = 1', 'UPDATE head SET at_utc_ms = at_utc_ms + 99999999999',
  ])('%s: no customer is served by it', (sql) => {
    makeJournal();
    edit(sql);
    expect([start(), rebuild(), start()]).toEqual(['JNL_BOOKS_DIFFER', 'ok', 'ok']);
  });

  it('that tell of keys: another key is still not let in, nor one introduced twice', async () => {
    makeJournal();
    edit('DELETE FROM journal_keys');
    const others = createJournalKeys({ current: 'k1', keys: { k1: random.bytes(32) }, indexKey: random.bytes(32) }, random);
    expect(openJournal({ ...options(), keys: others })).toMatchObject({ ok: false, error: { code: 'JNL_KEY_WRONG' } });
    const journal = mustOpen(options());
    journal.commit({ facts: { a: 'b' } });
    expect(journal.entries({ kinds: ['key.introduced'], limit: 9 })).toHaveLength(3);
    expect(journal.compareBooks()).toMatchObject([{ table: 'journal_keys' }, { table: 'journal_keys' }, { table: 'journal_keys' }]);
    journal.close();
  });
});

describe('what lies beside an entry', () => {
  it.each([
    ['a message that waits', `UPDATE entries SET payload = NULL WHERE ${newest('message.staged')}`],
    ['a message that waits, one byte', `UPDATE entries SET payload = CAST(substr(payload, 1, length(payload) - 1) || x'00' AS BLOB) WHERE ${newest('message.staged')}`],
    ['a fact in force', `UPDATE entries SET payload = NULL WHERE ${newest('fact.put')}`],
    ['a fact in force, one byte', `UPDATE entries SET payload = CAST(substr(payload, 1, length(payload) - 1) || x'00' AS BLOB) WHERE ${newest('fact.put')}`],
  ])('%s: the question says so, and so does each later start', (_what, sql) => {
    makeJournal();
    edit(sql);
    expect([start(), start(), rebuild()]).toEqual(['JNL_PAGE_DAMAGED', 'JNL_PAGE_DAMAGED', 'JNL_CORRUPT']);
  });

  it('taken away without a purge is found by the daily round', () => {
    makeJournal();
    edit(`UPDATE entries SET payload = NULL WHERE ${newest('receipt.recorded')}`);
    const journal = mustOpen(options());
    expect([journal.inspect(0), journal.distrust()]).toMatchObject([{ ok: false, error: { code: 'JNL_PAGE_DAMAGED' } }, { code: 'JNL_PAGE_DAMAGED' }]);
    journal.close();
  });
});

describe('an old entry that no journal writes', () => {
  /** Beyond what a start walks. */
  function makeLong(): void {
    makeJournal();
    const journal = mustOpen(options());
    journal.commit({ entries: Array.from({ length: 2100 }, () => entry('session.started', { language: 'kk' })) });
    journal.close();
  }

  it.each([['not JSON', 'xx'], ['of another shape', '{"a":1}']])('%s: told by whoever reads it, and by the comparison', (_what, data) => {
    makeLong();
    edit(`UPDATE entries SET data = '${data}' WHERE entry_number = (SELECT min(entry_number) FROM entries WHERE kind = 'operation.chosen')`);
    const journal = mustOpen(options());
    expect(() => journal.operationEntries('o1')).toThrow(JournalUnreadable);
    expect(journal.distrust()).toMatchObject({ code: 'JNL_PAGE_DAMAGED' });
    const check = journal.beginBooksCheck();
    let step = check.step();
    while (step.kind === 'more') step = check.step();
    expect([step.kind, journal.verify()]).toMatchObject(['different', { ok: false, error: { code: 'JNL_CORRUPT' } }]);
    journal.close();
    expect([start(), rebuild()]).toEqual(['JNL_PAGE_DAMAGED', 'JNL_CORRUPT']);
  });
});

describe('an older copy', () => {
  const stopped = { entries: [entry('terminal.stopped', { reason: 'test' })] };

  it('of the file is a sound chain, and is not gone on with', () => {
    makeJournal();
    copyFileSync(path(), `${path()}.yesterday`);
    const journal = mustOpen(options());
    visit(journal, 'today');
    journal.close();
    copyFileSync(`${path()}.yesterday`, path());
    expect([openJournal(options()), rebuild()]).toMatchObject([{ ok: false, error: { code: 'JNL_CORRUPT', detail: expect.stringContaining('older copy') as string } }, 'JNL_CORRUPT']);
  });

  it('of a file whose write-ahead log was lost with the power, or whose header was damaged', () => {
    for (const lose of [(log: string) => rmSync(log), (log: string) => writeFileSync(log, Buffer.from(readFileSync(log)).fill(0xff, 8, 24))]) {
      folder.remove();
      folder = makeFolder();
      const journal = mustOpen(options());
      visit(journal, 'o1');
      const at = join(folder.path, 'killed');
      mkdirSync(at);
      for (const name of ['journal.db', 'journal.db-wal', 'journal.marker', 'journal.head']) copyFileSync(join(folder.path, name), join(at, name));
      journal.close();
      lose(join(at, 'journal.db-wal'));
      expect(['JNL_CORRUPT', 'JNL_FOREIGN']).toContain(codeAt(at));
    }
  });

  it('cut at its end with its head is told as such', () => {
    makeJournal();
    edit('DELETE FROM entries WHERE entry_number > 12; UPDATE head SET entry_number = 12, hash = (SELECT hash FROM entries WHERE entry_number = 12), at_utc_ms = (SELECT at_utc_ms FROM entries WHERE entry_number = 12)');
    expect([openJournal(options()), rebuild()]).toMatchObject([{ ok: false, error: { code: 'JNL_CORRUPT' } }, 'JNL_CORRUPT']);
  });

  it('is not seen where the mark is gone or cannot be read, and a sound journal starts', () => {
    makeJournal();
    for (const garble of [() => rmSync(headMarkPath(path())), () => writeFileSync(headMarkPath(path()), 'x'), () => writeFileSync(headMarkPath(path()), '')]) {
      garble();
      expect([start(), existsSync(headMarkPath(path()))]).toEqual(['ok', true]);
    }
  });

  it('another journal of this terminal, marker taken away, is not the one that was written here', () => {
    makeJournal();
    rmSync(path());
    rmSync(join(folder.path, 'journal.marker'));
    expect(openJournal(options())).toMatchObject({ ok: false, error: { code: 'JNL_MISSING' } });
    const elsewhere = makeFolder();
    const other = mustOpen(journalOptions(elsewhere.path, { keys, sealer }));
    other.commit(stopped);
    other.close();
    copyFileSync(join(elsewhere.path, 'journal.db'), path());
    elsewhere.remove();
    expect(openJournal(options())).toMatchObject({ ok: false, error: { code: 'JNL_FOREIGN' } });
  });

  function codeAt(at: string): string {
    const opened = openJournal({ ...journalOptions(at, { keys, sealer }) });
    if (!opened.ok) return opened.error.code;
    opened.value.close();
    return 'ok';
  }
});

describe('an end written anew without the key', () => {
  /** What somebody can do who knows the form of the chain: change an entry and make all hashes after it again, seals left out, mark and books in step. */
  function forge(): void {
    const database = new Database(path());
    database.unsafeMode(true);
    for (const name of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${name}`);
    const from = database.prepare<unknown[], number>("SELECT max(entry_number) FROM entries WHERE kind = 'operation.closed'").pluck().get()!;
    database.prepare("UPDATE entries SET data = ? WHERE entry_number = ?").run(canonicalJson({ outcome: 'completed', refusal: null, movedMinor: 1, reference: null }), from);
    database.prepare("DELETE FROM entries WHERE entry_number > ?").run(from);
    const row = database.prepare<unknown[], Record<string, never>>('SELECT * FROM entries WHERE entry_number = ?').get(from)! as unknown as { kind: string; version: number; at_utc_ms: number; monotonic_ms: number; boot_id: string; session_id: string | null; operation_id: string | null; data: string };
    const before = Buffer.from(database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck().get(from - 1)!).toString('hex');
    const digest = createEntryDigest()({ entryNumber: from, kind: row.kind, version: row.version, atUtcMs: row.at_utc_ms, monotonicMs: row.monotonic_ms, bootId: row.boot_id, sessionId: row.session_id, operationId: row.operation_id, dataSha256: sha256Hex(row.data), payloadSha256: null });
    const hash = Buffer.from(chainHash(before, digest), 'hex');
    database.prepare('UPDATE entries SET hash = ? WHERE entry_number = ?').run(hash, from);
    database.prepare('UPDATE head SET entry_number = ?, hash = ?, at_utc_ms = ?').run(from, hash, row.at_utc_ms);
    database.close();
    rmSync(headMarkPath(path()));
  }

  it('leaves unsealed what is sealed at once, at the start and for every verification', async () => {
    makeJournal();
    forge();
    const reader = openJournalForReading(path(), { keys });
    if (!reader.ok) throw new Error(reader.error.detail);
    expect([reader.value.verify(), reader.value.verifyTail()]).toMatchObject([{ ok: false, error: { detail: expect.stringContaining('not sealed') as string } }, { ok: false }]);
    reader.value.close();
    copyFileSync(path(), join(folder.path, 'journal.sqlite'));
    expect(await verifyChainAnswer({ data: folder.path })).toMatchObject({ exitCode: 1 });
    expect(start()).toBe('JNL_CORRUPT');
  });

  it('or a seal that is not genuine', () => {
    makeJournal();
    edit("UPDATE identity SET value = '01KAJ1S7M2ZQ4VE0000000000J' WHERE key = 'journalId'");
    expect(start()).toBe('JNL_CORRUPT');
  });
});
