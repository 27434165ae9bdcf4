import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { err, ok } from '../foundation/outcome.ts';
import { readHead, type Head } from './chain-writer.ts';
import { chainHash, GENESIS_HASH } from './hash-chain.ts';
import type { Journal } from './journal.ts';
import { ENTRY_COLUMNS, type EntryRow } from './rows.ts';

type Verdict = ReturnType<Journal['verify']>;

/** What the chain says of the tables beside it, gathered while walking. */
interface Witness {
  readonly counts: Map<string, number>;
  readonly messageSha256: Map<string, string>;
  readonly receiptSha256: Map<string, string>;
}

/**
 * Walks the whole chain, one row at a time, then compares head, counts, receipts and message bytes with what the chain tells of them.
 * An edited, deleted, inserted or cut-off entry shows here; a forger who rewrites the chain to its end shows only against a sealed head that the bank holds.
 */
export function verifyJournal(database: Database): Verdict {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const witness: Witness = { counts: new Map(), messageSha256: new Map(), receiptSha256: new Map() };
  const walked = walkChain(database, { fromEntryNumber: 1, previousHash: GENESIS_HASH, head, onEntry: (row) => witnessEntry(witness, row) });
  if (!walked.ok) return walked;
  const difference = compareCounts(database, witness) ?? compareHashes(database, witness);
  return difference === undefined ? walked : corrupt(head.entryNumber, difference);
}

/**
 * The last `entryCountMax` entries and the head: bounded work at each start, enough to see that the end of the file is the one that was written.
 */
export function verifyTail(database: Database, entryCountMax: number): Verdict {
  const head = readHead(database);
  if (head === undefined) return corrupt(0, 'the head is gone');
  const fromEntryNumber = Math.max(1, head.entryNumber - entryCountMax + 1);
  const before = database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck().get(fromEntryNumber - 1);
  if (before === undefined && fromEntryNumber > 1) return corrupt(fromEntryNumber - 1, 'an entry is missing');
  return walkChain(database, { fromEntryNumber, previousHash: before ?? GENESIS_HASH, head });
}

function walkChain(
  database: Database,
  walk: { readonly fromEntryNumber: number; readonly previousHash: Uint8Array; readonly head: Head; readonly onEntry?: (row: EntryRow) => void },
): Verdict {
  const rows = database.prepare<unknown[], EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE entry_number >= ? ORDER BY entry_number`);
  let expectedNumber = walk.fromEntryNumber;
  let hash = Buffer.from(walk.previousHash) as Buffer;
  // A break leaves the statement closed: the iterator's return() does it.
  for (const row of rows.iterate(walk.fromEntryNumber)) {
    if (row.entry_number !== expectedNumber) return corrupt(expectedNumber, 'an entry is missing');
    if (expectedNumber > walk.head.entryNumber) return corrupt(expectedNumber, 'an entry lies after the head');
    const expected = chainHash(hash, {
      entryNumber: row.entry_number, kind: row.kind, atUtcMs: row.at_utc_ms, monotonicMs: row.monotonic_ms, bootId: row.boot_id,
      sessionId: row.session_id, operationId: row.operation_id, dataJson: row.data,
    });
    if (!expected.equals(row.hash)) return corrupt(expectedNumber, 'the entry is not the one that was written');
    walk.onEntry?.(row);
    hash = expected;
    expectedNumber += 1;
  }
  if (expectedNumber - 1 !== walk.head.entryNumber) return corrupt(expectedNumber, 'the end of the chain is cut off');
  if (!hash.equals(walk.head.hash)) return corrupt(walk.head.entryNumber, 'the head is not that of the chain');
  return ok({ entryCount: walk.head.entryNumber, headHash: hash.toString('hex') });
}

function witnessEntry(witness: Witness, row: EntryRow): void {
  if (row.kind !== 'counts.changed' && row.kind !== 'message.staged' && row.kind !== 'receipt.recorded') return;
  const data = JSON.parse(row.data) as { units?: { unitId: string; denominationMinor: number; noteCountDelta: number }[]; messageId?: string; bytesSha256?: string; receiptNumber?: string; recordSha256?: string };
  for (const unit of data.units ?? []) {
    const key = JSON.stringify([unit.unitId, unit.denominationMinor]);
    witness.counts.set(key, (witness.counts.get(key) ?? 0) + unit.noteCountDelta);
  }
  if (data.messageId !== undefined && data.bytesSha256 !== undefined) witness.messageSha256.set(data.messageId, data.bytesSha256);
  if (data.receiptNumber !== undefined && data.recordSha256 !== undefined) witness.receiptSha256.set(data.receiptNumber, data.recordSha256);
}

function compareCounts(database: Database, witness: Witness): string | undefined {
  const left = new Map(witness.counts);
  const rows = database.prepare<unknown[], { unit_id: string; denomination_minor: number; note_count: number }>('SELECT unit_id, denomination_minor, note_count FROM cash_units');
  for (const row of rows.iterate()) {
    const key = JSON.stringify([row.unit_id, row.denomination_minor]);
    if ((left.get(key) ?? 0) !== row.note_count) return `the count of unit ${row.unit_id} is not the one that the chain tells`;
    left.delete(key);
  }
  return left.size === 0 ? undefined : 'a counted cash unit is missing';
}

function compareHashes(database: Database, witness: Witness): string | undefined {
  const tables = [
    { what: 'message', sql: 'SELECT message_id AS id, bytes AS content FROM messages', told: new Map(witness.messageSha256) },
    { what: 'receipt', sql: 'SELECT receipt_number AS id, record_json AS content FROM receipts', told: new Map(witness.receiptSha256) },
  ];
  for (const { what, sql, told } of tables) {
    for (const row of database.prepare<unknown[], { id: string; content: Uint8Array | string }>(sql).iterate()) {
      if (told.get(row.id) !== createHash('sha256').update(row.content).digest('hex')) return `${what} ${row.id} is not the one that the chain tells`;
      told.delete(row.id);
    }
    if (told.size > 0) return `a ${what} that the chain tells is missing`;
  }
  return undefined;
}

function corrupt(entryNumber: number, detail: string): { readonly ok: false; readonly error: { readonly code: 'JNL_CORRUPT'; readonly entryNumber: number; readonly detail: string } } {
  return err({ code: 'JNL_CORRUPT', entryNumber, detail });
}
