/**
 * Goal: nothing of a chain can be changed, taken out, put in or cut off without its verification seeing it, at a start as in whole. Method: a small journal, sealed and with payloads; every cell of every entry
 * changed by itself, every entry taken out.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../main/journal/hash-chain.ts';
import { entry } from '../../../main/journal/journal.ts';
import { readHead } from '../../../main/journal/chain-writer.ts';
import { verifyChain, verifyTail, walkChain } from '../../../main/journal/verify.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';
import { sealer } from './purgeable-journal.ts';

const folder = makeFolder();
afterAll(() => folder.remove());

const scope = { operationId: 'o1', sessionId: 's1' };
const journal = mustOpen(journalOptions(folder.path, { sealer }));
journal.commit({ entries: [entry('session.started', { language: 'kk' }, { sessionId: 's1' }), entry('operation.chosen', { operation: 'op-01' }, scope)] });
journal.commit({ messages: [messageDraft(1, { operationId: 'o1' })], facts: { a: 'b' } });
journal.commit({ entries: [entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, scope)] });
journal.commit({ entries: [entry('session.ended', { reason: 'finished' }, { sessionId: 's1' })] });
journal.close();

const sound = (() => {
  const database = new Database(join(folder.path, 'journal.db'));
  for (const trigger of database.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) database.exec(`DROP TRIGGER ${trigger}`);
  // A database in memory has no log beside it.
  database.pragma('journal_mode = DELETE');
  const [journalId, bytes] = [database.prepare<unknown[], string>("SELECT value FROM identity WHERE key = 'journalId'").pluck().get()!, database.serialize()];
  database.close();
  return { journalId, bytes };
})();
const opened = () => new Database(Buffer.from(sound.bytes));
const COUNT = readHead(opened())!.entryNumber;

function verdicts(change: (database: Database.Database) => void, entryCountMax = 1_000) {
  const database = opened();
  change(database);
  const options = { journalId: sound.journalId, terminalNumber: '0427' };
  const [whole, tail] = [verifyChain(database, options), verifyTail(database, { journalId: sound.journalId, entryCountMax })];
  database.close();
  return { whole: whole.ok ? 'ok' : whole.error.entryNumber, tail: tail.ok ? 'ok' : tail.error.entryNumber };
}
const run = (sql: string, ...values: readonly unknown[]) => (database: Database.Database) => void database.prepare(sql).run(...values);

describe('a chain', () => {
  it('that nobody touched is sound, and says how long it is and how far it is sealed', () => {
    const database = opened();
    const head = readHead(database)!;
    expect(verifyChain(database, { journalId: sound.journalId, terminalNumber: '0427' })).toEqual({ ok: true, value: { entryCount: COUNT, headHash: head.hash, sealCount: 1, sealedUpTo: COUNT - 2 } });
    for (const entryCountMax of [1, 3, COUNT - 1, COUNT, COUNT + 1]) expect(verifyTail(database, { journalId: sound.journalId, entryCountMax })).toMatchObject({ ok: true, value: { entryCount: COUNT, headHash: head.hash } });
    database.close();
  });

  it.each(Array.from({ length: COUNT }, (_, index) => index + 1))('is broken at entry %i by any change of it', (entryNumber) => {
    for (const [column, value] of Object.entries({ kind: "kind || 'x'", at_utc_ms: 'at_utc_ms + 1', monotonic_ms: 'monotonic_ms + 1', boot_id: "boot_id || 'x'", session_id: "coalesce(session_id, '') || 'x'", operation_id: "coalesce(operation_id, '') || 'x'", data: "replace(data, '}', ' }')", hash: 'zeroblob(32)', version: 'version + 1', payload_sha256: 'zeroblob(32)' })) {
      const { whole, tail } = verdicts(run(`UPDATE entries SET ${column} = ${value} WHERE entry_number = ?`, entryNumber));
      expect([column, whole, tail]).toEqual([column, entryNumber, entryNumber]);
    }
    for (const column of ['session_id', 'operation_id', 'payload_sha256']) {
      const has = opened().prepare<unknown[], unknown>(`SELECT ${column} FROM entries WHERE entry_number = ?`).pluck().get(entryNumber) !== null;
      if (has) expect([column, verdicts(run(`UPDATE entries SET ${column} = NULL WHERE entry_number = ?`, entryNumber))]).toEqual([column, { whole: entryNumber, tail: entryNumber }]);
    }
  });

  it.each(Array.from({ length: COUNT }, (_, index) => index + 1))('is broken where entry %i is taken out, also with those behind it moved up', (entryNumber) => {
    expect(verdicts(run('DELETE FROM entries WHERE entry_number = ?', entryNumber)).whole).toBe(entryNumber);
    expect(verdicts(run('DELETE FROM entries WHERE entry_number = ?', entryNumber)).tail).toBe(entryNumber);
    const { whole, tail } = verdicts((database) => {
      database.prepare('DELETE FROM entries WHERE entry_number = ?').run(entryNumber);
      for (let moved = entryNumber + 1; moved <= COUNT; moved += 1) database.prepare('UPDATE entries SET entry_number = ? WHERE entry_number = ?').run(moved - 1, moved);
      database.prepare('UPDATE head SET entry_number = ?').run(COUNT - 1);
    });
    expect([whole === 'ok', tail === 'ok']).toEqual([false, false]);
  });

  it('is broken by a payload that is another, gone, or was not there', () => {
    const withPayload = opened().prepare<unknown[], number>('SELECT entry_number FROM entries WHERE payload IS NOT NULL').pluck().all();
    expect(withPayload).toHaveLength(2);
    for (const entryNumber of withPayload) for (const payload of [Buffer.from('x'), null]) expect(verdicts(run('UPDATE entries SET payload = ? WHERE entry_number = ?', payload, entryNumber)).whole).toBe(entryNumber);
    expect(verdicts(run('UPDATE entries SET payload = ? WHERE entry_number = 2', Buffer.from('x'))).whole).toBe(2);
  });

  it('is broken by content that is gone and left its hash, without a purge, and by a hash of what is not gone', () => {
    const buried = (database: Database.Database) => {
      database.function('sha256', { deterministic: true }, (text: unknown) => Buffer.from(sha256Hex(String(text)), 'hex'));
      database.prepare("UPDATE entries SET data_sha256 = sha256(data), data = '' WHERE entry_number = 2").run();
    };
    expect(verdicts(buried).whole).toBe(2);
    expect(verdicts(run('UPDATE entries SET data_sha256 = zeroblob(32) WHERE entry_number = 2')).whole).toBe(2);
    expect(verdicts(run("UPDATE entries SET data = '' WHERE entry_number = 2")).whole).toBe(2);
  });

  it('ends where its head says, and begins where it begins', () => {
    const last = 'INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, data, hash, version) SELECT ?, kind, at_utc_ms, monotonic_ms, boot_id, data, hash, version FROM entries WHERE entry_number = 1';
    for (const [change, whole] of [
      [run(last, COUNT + 1), COUNT + 1], [run(last, 0), 0], [run(last, -3), -3],
      [run(`UPDATE head SET entry_number = ${COUNT + 1}`), COUNT + 1], [run(`UPDATE head SET entry_number = ${COUNT - 1}`), COUNT], [run('UPDATE head SET entry_number = -5'), COUNT], [run('UPDATE head SET hash = zeroblob(32)'), COUNT], [run('DELETE FROM head'), 0],
    ] as const) expect(verdicts(change).whole).toBe(whole);
    expect(verdicts(run(last, -3)).tail).toBe(-3);
    expect(verdicts(run('UPDATE head SET hash = zeroblob(32)')).tail).toBe(COUNT);
    expect(verdicts(run('DELETE FROM head')).tail).toBe(0);
  });

  it('is looked at by a start no further back than it is told to, from a hash that is there', () => {
    expect(verdicts(run("UPDATE entries SET data = '{}' WHERE entry_number = 2"), COUNT - 2)).toEqual({ whole: 2, tail: 'ok' });
    expect(verdicts(run("UPDATE entries SET data = '{}' WHERE entry_number = 3"), COUNT - 2)).toEqual({ whole: 3, tail: 3 });
    expect(verdicts(run('UPDATE entries SET hash = zeroblob(32) WHERE entry_number = 2'), COUNT - 2).tail).toBe(3);
    expect(verdicts(run('DELETE FROM entries WHERE entry_number = 2'), COUNT - 2).tail).toBe(2);
  });

  it('has its seals, of this journal, and ends with one where it was sealed', () => {
    const database = opened();
    expect([verifyChain(database, { journalId: 'another', terminalNumber: '0427' }).ok, verifyTail(database, { journalId: 'another', entryCountMax: 9 }).ok]).toEqual([false, false]);
    database.close();
  });

  it('that was copied may end between what is sealed and its seal, as no other may', () => {
    const database = opened();
    const sealed = database.prepare<unknown[], number>("SELECT entry_number FROM entries WHERE kind = 'journal.sealed'").pluck().get()!;
    database.prepare('DELETE FROM entries WHERE entry_number >= ?').run(sealed);
    database.prepare('UPDATE head SET entry_number = ?, hash = (SELECT hash FROM entries WHERE entry_number = ?)').run(sealed - 1, sealed - 1);
    for (const [isCopy, ok] of [[true, true], [false, false], [undefined, false]] as const) {
      expect([isCopy, verifyChain(database, { journalId: sound.journalId, terminalNumber: '0427', isCopy }).ok, verifyTail(database, { journalId: sound.journalId, entryCountMax: 9, isCopy }).ok]).toEqual([isCopy, ok, ok]);
    }
    database.close();
  });

  it('has no payload beside data that are gone', () => {
    const withPayload = opened().prepare<unknown[], number>('SELECT entry_number FROM entries WHERE payload IS NOT NULL LIMIT 1').pluck().get()!;
    const { whole, tail } = verdicts((database) => {
      database.function('sha256', { deterministic: true }, (text: unknown) => Buffer.from(sha256Hex(String(text)), 'hex'));
      database.prepare("UPDATE entries SET data_sha256 = sha256(data), data = '' WHERE entry_number = ?").run(withPayload);
    });
    expect([whole, tail]).toEqual([withPayload, withPayload]);
  });

  it('can be walked in parts', () => {
    const database = opened();
    const hashes = [null, ...database.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries ORDER BY entry_number').pluck().all()];
    for (let after = 1; after < COUNT; after += 1) for (let upTo = after; upTo <= COUNT; upTo += 1) {
      const range = { afterEntryNumber: after, afterHash: hashes[after]!, upToEntryNumber: upTo, withPayloads: true };
      expect(walkChain(database, range)).toEqual({ ok: true, value: hashes[upTo] });
      expect(walkChain(database, { ...range, afterHash: hashes[after - 1] ?? '00'.repeat(32) }).ok).toBe(after === upTo);
    }
    expect(walkChain(database, { afterEntryNumber: 1, afterHash: hashes[1]!, upToEntryNumber: COUNT + 1, withPayloads: false })).toMatchObject({ ok: false, error: { entryNumber: COUNT + 1 } });
    database.close();
  });
});
