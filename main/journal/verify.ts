import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../foundation/outcome.ts';
import { corrupt, type ChainProblem } from './chain-problem.ts';
import { readHead, type Head } from './chain-writer.ts';
import { chainHash, entryDigest, FIRST_FORM, firstFormHash, GENESIS_HASH, sha256Hex } from './hash-chain.ts';
import type { Journal } from './journal.ts';
import { readPurgeCover, type PurgeCover } from './purge-cover.ts';
import { compareBooks, type RebuildOptions } from './rebuild.ts';
import { verifySeals, type VerifiedSeals } from './verify-seals.ts';

/** Absent: those that the chain itself introduces. */
export interface TrustedKeys {
  /** The terminal's sealing keys by key id. */
  readonly trustedKeys?: ReadonlyMap<string, KeyObject>;
  /** The bank's keys by key id, for its retention policies. */
  readonly bankKeys?: ReadonlyMap<string, KeyObject>;
}

type Verdict = ReturnType<Journal['verify']>;

/** Part of the chain: entries after `afterEntryNumber`, whose hash is `afterHash`, up to and with `upToEntryNumber`. */
export interface ChainRange {
  readonly afterEntryNumber: number;
  readonly afterHash: string;
  readonly upToEntryNumber: number;
  /** Whether payloads are read and hashed too. */
  readonly withPayloads: boolean;
  /** Purges that reach into this range; absent: tombstones are taken as they are. */
  readonly cover?: PurgeCover;
}

/** Columns as an array, which is quicker than an object; hashes as hex, which is quicker than a blob each. */
type ChainRow = readonly [
  entryNumber: number, kind: string, version: number, atUtcMs: number, monotonicMs: number, bootId: string, sessionId: string | null, operationId: string | null,
  data: string, dataSha256: string, payloadSha256: string, hash: string, hasPayload: 0 | 1, payload: Uint8Array | null,
];
const CHAIN_COLUMNS = 'entry_number, kind, version, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hex(data_sha256), hex(payload_sha256), lower(hex(hash)), payload IS NOT NULL';

/**
 * Walks the whole chain, checks each seal against its certificate and each payload against its hash, then makes the books from the chain and compares.
 * An edited, deleted, inserted or cut-off entry shows here; a forger who rewrites the chain to its end and has the key shows only against a seal
 * that the bank or the second copy holds.
 *
 * A tombstone without a purge under a policy of the bank is a deletion, and the chain is broken there.
 */
export function verifyJournal(database: Database, options: RebuildOptions & TrustedKeys): Verdict {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const cover = readPurgeCover(database, { afterEntryNumber: 0, upToEntryNumber: head.entryNumber, bankKeys: options.bankKeys });
  if (!cover.ok) return cover;
  const walked = walkChain(database, { afterEntryNumber: 0, afterHash: GENESIS_HASH.toString('hex'), upToEntryNumber: head.entryNumber, withPayloads: true, cover: cover.value });
  if (!walked.ok) return walked;
  const ended = checkEnd(database, head, walked.value);
  if (!ended.ok) return ended;
  const seals = verifySeals(database, options);
  if (!seals.ok) return seals;
  const [difference] = compareBooks(database, options);
  if (difference !== undefined) return corrupt(head.entryNumber, `the book ${difference.table} is not what the chain tells: ${difference.key} is ${difference.problem}`);
  return ok({ entryCount: head.entryNumber, headHash: head.hash, ...seals.value });
}

/**
 * The last `entryCountMax` entries and the head: bounded work at each start, enough to see that the end of the file is the one that was written.
 */
export function verifyTail(database: Database, entryCountMax: number): Result<{ readonly entryCount: number; readonly headHash: string } & VerifiedSeals, ChainProblem> {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const afterEntryNumber = Math.max(0, head.entryNumber - entryCountMax);
  const before = afterEntryNumber === 0 ? GENESIS_HASH : database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck().get(afterEntryNumber);
  if (before === undefined) return corrupt(afterEntryNumber, 'an entry is missing');
  const walked = walkChain(database, { afterEntryNumber, afterHash: Buffer.from(before).toString('hex'), upToEntryNumber: head.entryNumber, withPayloads: false });
  if (!walked.ok) return walked;
  const ended = checkEnd(database, head, walked.value);
  return ended.ok ? ok({ entryCount: head.entryNumber, headHash: head.hash, sealCount: 0, sealedUpTo: 0 }) : ended;
}

/** @returns the hash of the range's last entry */
export function walkChain(database: Database, range: ChainRange): Result<string, ChainProblem> {
  const quick = database.prepare<unknown[], QuickRow>(quickSql(range.withPayloads)).raw();
  const whole = database.prepare<unknown[], ChainRow>(`SELECT ${CHAIN_COLUMNS}${range.withPayloads ? ', payload' : ', NULL'} FROM entries WHERE entry_number = ?`).raw();
  const pageEntryCount = range.withPayloads ? PAGE_WITH_PAYLOADS : PAGE_ENTRY_COUNT;
  let entryNumber = range.afterEntryNumber;
  let hash = range.afterHash;
  for (let rows = page(); rows.length > 0; rows = page()) {
    for (const row of rows) {
      entryNumber += 1;
      if (row[0] !== entryNumber) return corrupt(entryNumber, 'an entry is missing');
      const next = chainHash(hash, sha256Hex(row[1] + sha256Hex(row[3]) + row[2]));
      if (next !== row[4] || row[5] === 0 || (row[6] !== null && sha256Hex(row[6]) !== row[7])) {
        const problem = entryProblem(whole.get(entryNumber) as ChainRow, hash, range.cover);
        if (problem !== undefined) return corrupt(entryNumber, problem);
      }
      hash = row[4];
    }
  }
  return entryNumber === range.upToEntryNumber ? ok(hash) : corrupt(entryNumber + 1, 'the end of the chain is cut off');

  function page(): readonly QuickRow[] {
    return quick.all(entryNumber, Math.min(range.upToEntryNumber, entryNumber + pageEntryCount)) as readonly QuickRow[];
  }
}

/** Rows at a time: quicker than one by one, and not many payloads in memory. */
const PAGE_ENTRY_COUNT = 1000;
const PAGE_WITH_PAYLOADS = 200;

/** The canonical entry before and after the hash of its data, put together by SQLite, which costs less than the columns one by one. `isPlain` 0: looked at in full. */
type QuickRow = readonly [entryNumber: number, before: string, after: string, data: string, hash: string, isPlain: 0 | 1, payload: Uint8Array | null, payloadSha256: string];

function quickSql(withPayloads: boolean): string {
  // ASCII without a zero byte: what `json_quote` and `||` write as it is. Anything else is put together by `canonicalEntry`.
  const isPlain = ['kind', 'boot_id', "ifnull(session_id, '')", "ifnull(operation_id, '')"].map((text) => `length(${text}) = octet_length(${text})`).join(' AND ');
  return `SELECT entry_number, '{"atUtcMs":' || at_utc_ms || ',"bootId":' || json_quote(boot_id) || ',"dataSha256":"',
    '","entryNumber":' || entry_number || ',"kind":"' || kind || '","monotonicMs":' || monotonic_ms || ',"operationId":' || json_quote(operation_id) || ',"payloadSha256":' ||
      CASE WHEN payload_sha256 IS NULL THEN 'null' ELSE '"' || lower(hex(payload_sha256)) || '"' END || ',"sessionId":' || json_quote(session_id) || ',"version":' || version || '}',
    data, lower(hex(hash)), version > 0 AND data <> '' AND (payload IS NULL) = (payload_sha256 IS NULL) AND ${isPlain}, ${withPayloads ? 'payload, lower(hex(payload_sha256))' : "NULL, ''"}
    FROM entries WHERE entry_number > ? AND entry_number <= ? ORDER BY entry_number`;
}

function entryProblem(row: ChainRow, previousHash: string, cover: PurgeCover | undefined): string | undefined {
  return hashOf(row, previousHash) === row[11] ? contentProblem(row, cover) : 'the entry is not the one that was written';
}

function contentProblem([entryNumber, kind, , , , , , , data, , payloadSha256, , hasPayload, payload]: ChainRow, cover: PurgeCover | undefined): string | undefined {
  if (payload !== null && sha256Hex(payload) !== payloadSha256.toLowerCase()) return 'the payload is not the one that was written';
  if (data === '') {
    if (hasPayload === 1) return 'a purged entry has a payload';
    return cover?.covers(entryNumber, kind, 'data') === false ? 'the data are gone and no purge says so' : undefined;
  }
  return hasPayload === 0 && payloadSha256 !== '' && cover?.covers(entryNumber, kind, 'payload') === false ? 'the payload is gone and no purge says so' : undefined;
}

function hashOf([entryNumber, kind, version, atUtcMs, monotonicMs, bootId, sessionId, operationId, data, dataSha256, payloadSha256]: ChainRow, previousHash: string): string {
  const head = { entryNumber, kind, atUtcMs, monotonicMs, bootId, sessionId, operationId };
  if (version === FIRST_FORM) return firstFormHash(previousHash, head, data);
  // A tombstone keeps the hash of what was there.
  const entry = { ...head, version, dataSha256: data === '' ? dataSha256.toLowerCase() : sha256Hex(data), payloadSha256: payloadSha256 === '' ? null : payloadSha256.toLowerCase() };
  return chainHash(previousHash, entryDigest(entry));
}

function checkEnd(database: Database, head: Head, hash: string): Result<void, ChainProblem> {
  if (hash !== head.hash) return corrupt(head.entryNumber, 'the head is not that of the chain');
  const after = database.prepare<unknown[], number>('SELECT entry_number FROM entries WHERE entry_number > ? OR entry_number < 1 LIMIT 1').pluck().get(head.entryNumber);
  return after === undefined ? ok(undefined) : corrupt(after, 'an entry lies outside the chain');
}
