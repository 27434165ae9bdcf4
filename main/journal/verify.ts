import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { corrupt, type ChainProblem } from './chain-problem.ts';
import { readHead, type Head } from './chain-writer.ts';
import { chainHash, createEntryDigest, FIRST_FORM, firstFormHash, GENESIS_HASH, sha256Hex, type ChainedEntry } from './hash-chain.ts';
import type { Journal } from './journal.ts';
import { readPurgeCover, type PurgeCover } from './purge-cover.ts';
import { compareBooks, type RebuildOptions } from './rebuild.ts';
import { readingError } from './sqlite-errors.ts';
import { newestSealProblem, unsealedEnd, verifySeals, type VerifiedSeals } from './verify-seals.ts';

/** Absent: those that the chain itself introduces. */
export interface TrustedKeys {
  /** The terminal's sealing keys by key id. */
  readonly trustedKeys?: ReadonlyMap<string, KeyObject>;
  /** The bank's keys by key id, for its retention policies. */
  readonly bankKeys?: ReadonlyMap<string, KeyObject>;
}

export interface VerifyOptions extends RebuildOptions, TrustedKeys {
  /** Made from the second copy, which may end between what is sealed and its seal. */
  readonly isCopy?: boolean | undefined;
  /** Told each tombstone that no purge of the chain explains, but a policy of the bank allows, which is then no problem: the purge may lie in what a copy lacks. */
  readonly onUntold?: (entryNumber: number) => void;
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
  data: string, hash: string, payloadSha256: string, hasPayload: 0 | 1, hasDataSha256: 0 | 1, payload: Uint8Array | null,
];
const CHAIN_COLUMNS = 'entry_number, kind, version, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, lower(hex(hash)), lower(hex(payload_sha256)), payload IS NOT NULL, data_sha256 IS NOT NULL';

/**
 * Walks the whole chain, checks each seal against its certificate and each payload against its hash, then makes the books from the chain and compares.
 * An edited, deleted, inserted or cut-off entry shows here; a forger who rewrites the chain to its end and has the key shows only against a seal
 * that the bank or the second copy holds.
 *
 * A tombstone without a purge under a policy of the bank is a deletion, and the chain is broken there.
 */
export function verifyJournal(database: Database, options: VerifyOptions): Verdict {
  const chain = verifyChain(database, options);
  if (!chain.ok) return chain;
  const [difference] = compareBooks(database, options);
  if (difference !== undefined) return corrupt(chain.value.entryCount, `the book ${difference.table} is not what the chain tells: ${difference.key} is ${difference.problem}`);
  return chain;
}

/** The chain, its seals and payloads, without the books. */
export function verifyChain(database: Database, options: VerifyOptions): Verdict {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const outside = headOutside(database, head);
  if (outside !== undefined) return outside;
  const cover = readPurgeCover(database, { afterEntryNumber: 0, upToEntryNumber: head.entryNumber, bankKeys: options.bankKeys });
  if (!cover.ok) return cover;
  const walked = walkChain(database, { afterEntryNumber: 0, afterHash: GENESIS_HASH.toString('hex'), upToEntryNumber: head.entryNumber, withPayloads: true, cover: options.onUntold === undefined ? cover.value : telling(cover.value, options.onUntold) });
  if (!walked.ok) return walked;
  const ended = checkEnd(database, head, walked.value);
  if (!ended.ok) return ended;
  const seals = verifySeals(database, options);
  if (!seals.ok) return seals;
  const unsealed = options.isCopy === true ? undefined : unsealedEnd(database);
  return unsealed ?? ok({ entryCount: head.entryNumber, headHash: head.hash, ...seals.value });
}

function telling(cover: PurgeCover, onUntold: (entryNumber: number) => void): PurgeCover {
  return { ...cover, covers: (entryNumber, kind, content) => {
    if (cover.covers(entryNumber, kind, content)) return true;
    if (!cover.allows(kind, content)) return false;
    onUntold(entryNumber);
    return true;
  } };
}

/** Before anything is made as long as the head says. */
export function headOutside(database: Database, head: Head): ReturnType<typeof corrupt> | undefined {
  const last = database.prepare<unknown[], number | null>('SELECT max(entry_number) FROM entries').pluck().get() ?? 0;
  if (head.entryNumber > last) return corrupt(last + 1, 'the end of the chain is cut off');
  return head.entryNumber < last ? corrupt(head.entryNumber < 0 ? last : head.entryNumber + 1, 'an entry lies outside the chain') : undefined;
}

/**
 * The last `entryCountMax` entries, the head and the newest seal: bounded work at each start, enough to see that the end of the file is the one that was written.
 */
export function verifyTail(database: Database, { entryCountMax, journalId, isCopy }: { readonly entryCountMax: number; readonly journalId: string } & Pick<VerifyOptions, 'isCopy'>): Result<{ readonly entryCount: number; readonly headHash: string } & VerifiedSeals, ChainProblem> {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const afterEntryNumber = Math.max(0, head.entryNumber - entryCountMax);
  const before = afterEntryNumber === 0 ? GENESIS_HASH : database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck().get(afterEntryNumber);
  if (before === undefined) return corrupt(afterEntryNumber, 'an entry is missing');
  const walked = walkChain(database, { afterEntryNumber, afterHash: Buffer.from(before).toString('hex'), upToEntryNumber: head.entryNumber, withPayloads: false });
  if (!walked.ok) return walked;
  const ended = checkEnd(database, head, walked.value);
  if (!ended.ok) return ended;
  return newestSealProblem(database, journalId) ?? (isCopy === true ? undefined : unsealedEnd(database)) ?? ok({ entryCount: head.entryNumber, headHash: head.hash, sealCount: 0, sealedUpTo: 0 });
}

/** @returns the hash of the range's last entry */
export function walkChain(database: Database, range: ChainRange): Result<string, ChainProblem> {
  const rowsAfter = database.prepare<unknown[], ChainRow>(`SELECT ${CHAIN_COLUMNS}, ${range.withPayloads ? 'payload' : 'NULL'} FROM entries WHERE entry_number > ? AND entry_number <= ? ORDER BY entry_number`).raw();
  const dataSha256 = database.prepare<unknown[], string>('SELECT lower(hex(data_sha256)) FROM entries WHERE entry_number = ?').pluck();
  // A tombstone keeps the hash of what was there.
  const dataHash = (row: ChainRow): string => (row[8] === '' ? (dataSha256.get(row[0]) ?? '') : sha256Hex(row[8]));
  const digestOf = createEntryDigest();
  const pageEntryCount = range.withPayloads ? PAGE_WITH_PAYLOADS : PAGE_ENTRY_COUNT;
  let entryNumber = range.afterEntryNumber;
  let hash = range.afterHash;
  for (let rows = page(); rows.length > 0; rows = page()) {
    for (const row of rows) {
      entryNumber += 1;
      if (row[0] !== entryNumber) return corrupt(entryNumber, 'an entry is missing');
      hash = row[2] === FIRST_FORM ? firstHash(row, hash) : chainHash(hash, digestOf(chained(row, dataHash(row))));
      if (hash !== row[9]) return corrupt(entryNumber, 'the entry is not the one that was written');
      const problem = isWhole(row) ? undefined : contentProblem(row, range.cover);
      if (problem !== undefined) return corrupt(entryNumber, problem);
    }
  }
  return entryNumber === range.upToEntryNumber ? ok(hash) : corrupt(entryNumber + 1, 'the end of the chain is cut off');

  function page(): readonly ChainRow[] {
    return rowsAfter.all(entryNumber, Math.min(range.upToEntryNumber, entryNumber + pageEntryCount)) as readonly ChainRow[];
  }
}

/** Rows at a time: quicker than one by one, and not many payloads in memory. */
const PAGE_ENTRY_COUNT = 1000;
const PAGE_WITH_PAYLOADS = 200;

/** Nothing was purged, and no payload is to be looked at. */
const isWhole = (row: ChainRow): boolean => row[8] !== '' && (row[10] !== '') === (row[11] === 1) && row[12] === 0 && row[13] === null;

function contentProblem([entryNumber, kind, , , , , , , data, , payloadSha256, hasPayload, hasDataSha256, payload]: ChainRow, cover: PurgeCover | undefined): string | undefined {
  if (payload !== null && sha256Hex(payload) !== payloadSha256) return 'the payload is not the one that was written';
  if (data !== '' && hasDataSha256 === 1) return 'the hash of purged data stands beside data';
  if (data === '') {
    if (hasPayload === 1) return 'a purged entry has a payload';
    return cover?.covers(entryNumber, kind, 'data') === false ? 'the data are gone and no purge says so' : undefined;
  }
  return hasPayload === 0 && payloadSha256 !== '' && cover?.covers(entryNumber, kind, 'payload') === false ? 'the payload is gone and no purge says so' : undefined;
}

/** By index: taking the row apart by pattern costs a tenth of the walk. */
function chained(row: ChainRow, dataSha256: string): ChainedEntry {
  return { entryNumber: row[0], kind: row[1], version: row[2], atUtcMs: row[3], monotonicMs: row[4], bootId: row[5], sessionId: row[6], operationId: row[7], dataSha256, payloadSha256: row[10] === '' ? null : row[10] };
}

const firstHash = (row: ChainRow, previousHash: string): string =>
  firstFormHash(previousHash, { entryNumber: row[0], kind: row[1], atUtcMs: row[3], monotonicMs: row[4], bootId: row[5], sessionId: row[6], operationId: row[7] }, row[8]);

function checkEnd(database: Database, head: Head, hash: string): Result<void, ChainProblem> {
  if (hash !== head.hash) return corrupt(head.entryNumber, 'the head is not that of the chain');
  const after = database.prepare<unknown[], number>('SELECT entry_number FROM entries WHERE entry_number > ? OR entry_number < 1 LIMIT 1').pluck().get(head.entryNumber);
  return after === undefined ? ok(undefined) : corrupt(after, 'an entry lies outside the chain');
}

/** A page that SQLite cannot read, or an entry that no journal writes, is a broken chain too. */
export function safely(verify: () => Verdict): Verdict {
  try {
    return verify();
  } catch (thrown) {
    return err({ code: 'JNL_CORRUPT', entryNumber: 0, detail: readingError(thrown).detail });
  }
}
