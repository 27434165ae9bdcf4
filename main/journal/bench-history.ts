import Database from 'better-sqlite3';
import type { Random } from '../foundation/random.ts';
import { randomInteger } from '../foundation/random.ts';
import { BOOKS_FORM, CREATE_BOOKS_SQL, DROP_BOOKS_SQL } from './books-schema.ts';
import { Books } from './books.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import { entryVersion } from './entry-versions.ts';
import { canonicalJson, chainHash, entryDigest, GENESIS_HASH, sha256Hex } from './hash-chain.ts';
import { migrate } from './migrations/migrate.ts';
import { receiptNumber, referenceCode } from './numbering.ts';
import type { JournalKeys } from './protection.ts';
import { sealedBytes, type JournalSealer } from './seal.ts';

/**
 * Years of invented deposits for the benchmark: real chain, real seals, real books, made without the checks of the writer, which would take an hour.
 * Payloads are short: what is measured is the chain, the indices and the search, not the disk's bandwidth.
 */
export interface HistoryOptions {
  readonly path: string;
  readonly entryCount: number;
  readonly random: Random;
  readonly keys: JournalKeys;
  readonly sealer: JournalSealer;
  /** Told after each transaction. */
  readonly onProgress?: (entryCount: number) => void;
}

const TERMINAL_NUMBER = '0427';
const JOURNAL_ID = '01JZZZZZZZZZZZZZZZZZZZZZZZ';
const START_UTC_MS = Date.UTC(2016, 0, 1);
/** 500 operations a day. */
const OPERATION_EVERY_MS = 172_800;
const ENTRIES_PER_COMMIT = 100_000;
const SEAL_EVERY_OPERATIONS = 20;

export interface WrittenHistory {
  readonly operationCount: number;
  readonly lastUtcMs: number;
  /** Telephone of an operation in the middle. */
  readonly phone: string;
  readonly receiptNumber: string;
}

/** @returns what can be searched for in it */
export function writeBenchHistory(options: HistoryOptions): WrittenHistory {
  const { keys, random, sealer } = options;
  const database = new Database(options.path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -512000');
  migrate(database);
  database.exec(DROP_BOOKS_SQL + CREATE_BOOKS_SQL);
  for (const table of ['cash_units', 'messages', 'receipt_statuses', 'receipts', 'suspense', 'facts']) database.exec(`DROP TABLE first_${table}`);
  database.prepare('UPDATE books_form SET form = ?').run(BOOKS_FORM);
  const identity = database.prepare('INSERT INTO identity VALUES (?, ?)');
  for (const [key, value] of Object.entries({ journalId: JOURNAL_ID, terminalNumber: TERMINAL_NUMBER, createdAtUtcMs: String(START_UTC_MS) })) identity.run(key, value);
  const insert = database.prepare('INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash, version, payload_sha256, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const books = new Books(database);
  const [transaction, commit] = [database.prepare('BEGIN'), database.prepare('COMMIT')];
  let [entryNumber, hash, atUtcMs, operationCount, noteCount] = [0, GENESIS_HASH.toString('hex'), START_UTC_MS, 0, 0];
  const phoneOf = (operation: number) => `+7700${String((operation * 7919) % 10_000_000).padStart(7, '0')}`;
  const append = <Kind extends EntryKind>(kind: Kind, data: EntryData<Kind>, operationId: string | null = null, more: { readonly phone?: string; readonly payload?: Buffer } = {}) => {
    entryNumber += 1;
    atUtcMs += 300;
    const index = more.phone === undefined ? undefined : (keys.blindIndex({ kind: 'phone', value: more.phone }) ?? undefined);
    // The text is not opened here: as long as a sealed number, encrypted by nobody.
    const dataJson = canonicalJson(index === undefined ? data : { ...data, sealed: { phone: { keyId: keys.currentKeyId, text: 'A'.repeat(54), index } } });
    const payloadSha256 = more.payload === undefined ? null : sha256Hex(more.payload);
    const sessionId = operationId === null ? null : `S${operationId.slice(1)}`;
    const version = entryVersion(kind);
    hash = chainHash(hash, entryDigest({ entryNumber, kind, version, atUtcMs, monotonicMs: entryNumber, bootId: 'bench', sessionId, operationId, dataSha256: sha256Hex(dataJson), payloadSha256 }));
    insert.run(entryNumber, kind, atUtcMs, entryNumber, 'bench', sessionId, operationId, dataJson, Buffer.from(hash, 'hex'), version, payloadSha256 === null ? null : Buffer.from(payloadSha256, 'hex'), more.payload ?? null);
    books.keep({ entryNumber, kind, data, atUtcMs, sessionId, operationId, indices: index === undefined ? [] : [index], hasPayload: more.payload !== undefined });
  };
  transaction.run();
  append('key.introduced', { purpose: 'seal', keyId: sealer.keyId, certificate: Buffer.from(sealer.certificate).toString('base64'), check: null });
  let committed = 0;
  while (entryNumber < options.entryCount) {
    operationCount += 1;
    atUtcMs = Math.max(atUtcMs, START_UTC_MS + operationCount * OPERATION_EVERY_MS);
    const operationId = `O${String(operationCount).padStart(12, '0')}`;
    const amountMinor = (1 + randomInteger(random, 400)) * 50_000;
    const phone = phoneOf(operationCount);
    const [number, reference] = [receiptNumber(TERMINAL_NUMBER, operationCount), referenceCode(TERMINAL_NUMBER, operationCount)];
    noteCount += 1;
    append('operation.chosen', { operation: 'op-01' }, operationId);
    append('client.found', { by: 'phone', masked: `+7 7•• ••• ${phone.slice(-4, -2)} ${phone.slice(-2)}`, match: 'one' }, operationId, { phone });
    append('quote.received', { quoteId: operationId, tariffId: 'T1', feeMinor: 0 }, operationId);
    append('intent.stack', { noteId: operationId, denominationMinor: amountMinor }, operationId);
    append('outcome.stack', { noteId: operationId, denominationMinor: amountMinor, outcome: 'completed', result: 'stacked', evidence: '81' }, operationId);
    append('counts.changed', { units: [{ unitId: 'acceptor.box', denominationMinor: 500_000, noteCountDelta: 1, noteCount }] }, operationId);
    append('deposit.accepted', { insertedMinor: amountMinor, feeMinor: 0, creditMinor: amountMinor, changeMinor: 0, notes: [], by: 'customer' }, operationId);
    append('receipt.recorded', { receiptNumber: number, reference, operation: 'op-01', status: 'accepted' }, operationId, { payload: Buffer.alloc(120, operationCount & 0xff) });
    append('message.staged', { messageId: operationId, operation: 'cash.deposit', digest: 'd', lane: 'mustDeliver', state: 'staged', seq: operationCount }, operationId, { payload: Buffer.alloc(120, operationCount & 0xff) });
    append('message.moved', { messageId: operationId, from: 'staged', to: 'executed', detail: '', notBeforeUtcMs: 0, isNewAttempt: true }, operationId);
    append('operation.closed', { outcome: 'completed', refusal: null, movedMinor: amountMinor, reference }, operationId);
    if (operationCount % SEAL_EVERY_OPERATIONS === 0) {
      const signature = Buffer.from(sealer.sign(sealedBytes({ journalId: JOURNAL_ID, upToEntryNumber: entryNumber, hash }))).toString('base64url');
      append('journal.sealed', { upToEntryNumber: entryNumber, hash, keyId: sealer.keyId, signature });
    }
    if (entryNumber - committed >= ENTRIES_PER_COMMIT) {
      commit.run();
      committed = entryNumber;
      options.onProgress?.(entryNumber);
      transaction.run();
    }
  }
  commit.run();
  database.prepare('INSERT INTO head VALUES (1, ?, ?, ?, ?, ?, ?)').run(entryNumber, Buffer.from(hash, 'hex'), atUtcMs, operationCount, operationCount, operationCount);
  database.close();
  const middle = Math.ceil(operationCount / 2);
  return { operationCount, lastUtcMs: atUtcMs, phone: phoneOf(middle), receiptNumber: receiptNumber(TERMINAL_NUMBER, middle) };
}
