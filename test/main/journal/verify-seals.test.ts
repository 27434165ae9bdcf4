/** Goal: a seal holds for one chain, one entry and one key, and an end without the seal that it had is found. Method: the seals by themselves, on entries that no journal has written. */
import { sign, X509Certificate } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SEAL_INTERVAL_ENTRIES, sealedBytes } from '../../../main/journal/seal.ts';
import { newestSealProblem, unsealedEnd, verifySeals, type SealQuestion } from '../../../main/journal/verify-seals.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';

const JOURNAL_ID = 'J';
const pki = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random: cryptoRandom() });
const certificate = new X509Certificate(pki.terminalSign.certificatePem);
const keyId = certificate.serialNumber.toLowerCase();
const other = new X509Certificate(pki.hostSign.certificatePem);
const hashOf = (entryNumber: number) => entryNumber.toString(16).padStart(64, '0');

let database: Database.Database;
beforeEach(() => {
  database = new Database(':memory:');
  database.exec('CREATE TABLE entries (entry_number INTEGER PRIMARY KEY, kind TEXT, data TEXT, hash BLOB)');
});
afterEach(() => database.close());

const put = (entryNumber: number, kind: string, data: object | null = {}) => database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?)').run(entryNumber, kind, data === null ? '' : JSON.stringify(data), Buffer.from(hashOf(entryNumber), 'hex'));
const introduce = (entryNumber: number, more: object = {}) => put(entryNumber, 'key.introduced', { purpose: 'seal', keyId, certificate: certificate.raw.toString('base64'), check: null, ...more });
function seal(entryNumber: number, upToEntryNumber: number, more: { readonly hash?: string; readonly keyId?: string; readonly journalId?: string; readonly signature?: string } = {}) {
  const hash = more.hash ?? hashOf(upToEntryNumber);
  const signature = more.signature ?? sign('sha256', sealedBytes({ journalId: more.journalId ?? JOURNAL_ID, upToEntryNumber, hash }), { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  put(entryNumber, 'journal.sealed', { upToEntryNumber, hash, keyId: more.keyId ?? keyId, signature });
}
const verdict = (more: Partial<SealQuestion> = {}) => {
  const checked = verifySeals(database, { journalId: JOURNAL_ID, ...more });
  return checked.ok ? checked.value : `${checked.error.entryNumber} ${checked.error.detail}`;
};

describe('seals', () => {
  beforeEach(() => {
    introduce(1);
    for (const entryNumber of [2, 4, 6]) put(entryNumber, 'session.started');
  });

  it('are counted, and the newest says how far they vouch; none vouches for nothing', () => {
    expect(verdict()).toEqual({ sealCount: 0, sealedUpTo: 0 });
    seal(3, 2);
    seal(5, 4);
    expect(verdict()).toEqual({ sealCount: 2, sealedUpTo: 4 });
    expect([[0, 3], [2, 3], [3, 5], [3, 4], [5, 9]].map(([afterEntryNumber, upToEntryNumber]) => verdict({ afterEntryNumber: afterEntryNumber!, upToEntryNumber: upToEntryNumber! }))).toEqual([{ sealCount: 1, sealedUpTo: 2 }, { sealCount: 1, sealedUpTo: 2 }, { sealCount: 1, sealedUpTo: 4 }, { sealCount: 0, sealedUpTo: 0 }, { sealCount: 0, sealedUpTo: 0 }]);
  });

  it.each<[string, () => void, string]>([
    ['of another hash', () => seal(3, 2, { hash: hashOf(7) }), '3 the seal is of another chain'],
    ['of an entry that is not there', () => seal(3, 0), '3 the seal is of another chain'],
    ['of itself', () => seal(3, 3), '3 the seal is of another chain'],
    ['of what comes after it', () => seal(3, 4), '3 the seal is of another chain'],
    ['of another journal', () => seal(3, 2, { journalId: 'K' }), '3 the seal is not genuine'],
    ['with another signature', () => seal(3, 2, { signature: 'A'.repeat(86) }), '3 the seal is not genuine'],
    ['with a short signature', () => seal(3, 2, { signature: 'AA' }), '3 the seal is not genuine'],
    ['of a key that nobody introduced', () => seal(3, 2, { keyId: 'ab' }), '3 the seal is of a key that is not trusted: ab'],
  ])('%s do not hold, wherever they stand', (_, wrong, detail) => {
    wrong();
    seal(5, 2);
    expect(verdict()).toBe(detail);
  });

  it('hold by the keys that are pinned, where there are any, not by those that the chain brings along', () => {
    seal(3, 2);
    expect([verdict({ trustedKeys: new Map([[keyId, certificate.publicKey]]) }), verdict({ trustedKeys: new Map() }), verdict({ trustedKeys: new Map([[keyId, other.publicKey]]) })]).toEqual([{ sealCount: 1, sealedUpTo: 2 }, `3 the seal is of a key that is not trusted: ${keyId}`, '3 the seal is not genuine']);
  });

  it('of a key whose introduction cannot be read, or was of no certificate, do not hold', () => {
    seal(3, 2);
    for (const more of [{ certificate: null }, { certificate: 'AA==' }]) {
      database.exec('DELETE FROM entries WHERE entry_number = 1');
      introduce(1, more);
      expect(verdict()).toBe(`3 the seal is of a key that is not trusted: ${keyId}`);
    }
  });

  it('are looked at by a start as far as the newest alone', () => {
    expect(newestSealProblem(database, JOURNAL_ID)).toBeUndefined();
    seal(3, 2, { signature: 'AA' });
    seal(5, 4);
    expect(newestSealProblem(database, JOURNAL_ID)).toBeUndefined();
    seal(7, 6, { signature: 'AA' });
    expect(newestSealProblem(database, JOURNAL_ID)).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT', entryNumber: 7 } });
  });
});

describe('an end', () => {
  const end = () => unsealedEnd(database)?.error.entryNumber;
  const many = (from: number, count: number) => database.transaction(() => { for (let entryNumber = from; entryNumber < from + count; entryNumber += 1) put(entryNumber, 'session.started'); })();

  it('needs no seal where the journal never had a key for it', () => {
    put(1, 'key.introduced', { purpose: 'content', keyId: 'k', certificate: null, check: null });
    many(2, SEAL_INTERVAL_ENTRIES + 5);
    put(1_000, 'operation.closed');
    expect(end()).toBeUndefined();
  });

  it('has less than an interval behind its newest seal, or behind its key', () => {
    introduce(1);
    many(2, SEAL_INTERVAL_ENTRIES - 1);
    expect(end()).toBeUndefined();
    put(SEAL_INTERVAL_ENTRIES + 1, 'session.started');
    expect(end()).toBe(2);
    seal(SEAL_INTERVAL_ENTRIES + 2, 2);
    expect(end()).toBeUndefined();
    many(SEAL_INTERVAL_ENTRIES + 3, SEAL_INTERVAL_ENTRIES);
    expect(end()).toBe(SEAL_INTERVAL_ENTRIES + 3);
  });

  it.each(['operation.closed', 'service.acted', 'terminal.stopped', 'day.reconciled', 'suspense.settled', 'journal.restored', 'retention.purged'])('has no %s behind its newest seal, and may have had one before its key', (kind) => {
    put(1, kind);
    introduce(2);
    put(3, 'session.started');
    expect(end()).toBeUndefined();
    put(4, kind);
    put(5, 'session.started');
    expect(end()).toBe(4);
    seal(6, 5);
    expect(end()).toBeUndefined();
  });
});
