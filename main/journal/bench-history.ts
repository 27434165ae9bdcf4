import Database from 'better-sqlite3';
import type { Random } from '../foundation/random.ts';
import { BenchBooks } from './bench-books.ts';
import { BOOKS_FORM, CREATE_BOOKS_SQL, DROP_BOOKS_SQL } from './books-schema.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import { entryVersion } from './entry-versions.ts';
import { chainHash, createEntryDigest, GENESIS_HASH, sha256Hex } from './hash-chain.ts';
import { migrate } from './migrations/migrate.ts';
import { receiptNumber, referenceCode } from './numbering.ts';
import type { JournalKeys } from './protection.ts';
import { sealedBytes, type JournalSealer } from './seal.ts';

/**
 * Years of invented deposits for the benchmark: a real chain, real seals, real books, written without the writer's checks and with the end state of each
 * book's row at once; a test walks one and compares its books. Payloads are short: what is measured is the chain, the indices and the search, not the disk's bandwidth.
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
const BOOT_ID = 'bench';
const START_UTC_MS = Date.UTC(2016, 0, 1);
/** 500 operations a day. */
const OPERATION_EVERY_MS = 172_800;
const ENTRY_EVERY_MS = 300;
const ENTRIES_PER_COMMIT = 100_000;
const SEAL_EVERY_OPERATIONS = 20;
/** Clients who come again and again: in ten years each one some forty times. */
const CLIENT_COUNT = 50_000;
const AMOUNT_COUNT = 400;
const AMOUNT_STEP_MINOR = 50_000;
const NOTE_MINOR = 500_000;
const PAYLOAD_BYTES = 120;

export interface WrittenHistory {
  readonly operationCount: number;
  readonly lastUtcMs: number;
  /** Telephone of an operation in the middle. */
  readonly phone: string;
  readonly receiptNumber: string;
}

interface Client {
  readonly phone: string;
  readonly masked: string;
  readonly index: string;
}

interface Payload {
  readonly bytes: Buffer;
  readonly sha256: Buffer;
  readonly sha256Hex: string;
}

/** @returns what can be searched for in it */
export function writeBenchHistory(options: HistoryOptions): WrittenHistory {
  const database = new Database(options.path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -512000');
  database.pragma('temp_store = MEMORY');
  makeTables(database);
  const history = new BenchHistory(database, options);
  const [begin, commit] = [database.prepare('BEGIN'), database.prepare('COMMIT')];
  begin.run();
  history.introduceKey();
  let committedCount = 0;
  while (history.entryCount < options.entryCount) {
    history.addDeposit();
    if (history.entryCount - committedCount < ENTRIES_PER_COMMIT) continue;
    commit.run();
    committedCount = history.entryCount;
    options.onProgress?.(committedCount);
    begin.run();
  }
  const written = history.end();
  commit.run();
  database.close();
  return written;
}

function makeTables(database: Database.Database): void {
  migrate(database);
  database.exec(DROP_BOOKS_SQL + CREATE_BOOKS_SQL);
  for (const table of ['cash_units', 'messages', 'receipt_statuses', 'receipts', 'suspense', 'facts']) database.exec(`DROP TABLE first_${table}`);
  database.prepare('UPDATE books_form SET form = ?').run(BOOKS_FORM);
  const identity = database.prepare('INSERT INTO identity VALUES (?, ?)');
  for (const [key, value] of Object.entries({ journalId: JOURNAL_ID, terminalNumber: TERMINAL_NUMBER, createdAtUtcMs: String(START_UTC_MS) })) identity.run(key, value);
}

class BenchHistory {
  readonly #options: HistoryOptions;
  readonly #insert: Database.Statement;
  readonly #putHead: Database.Statement;
  readonly #books: BenchBooks;
  readonly #clients = new Map<number, Client>();
  readonly #payloads = Array.from({ length: 256 }, (_, fill) => toPayload(Buffer.alloc(PAYLOAD_BYTES, fill)));
  readonly #digestOf = createEntryDigest();
  #hash = GENESIS_HASH.toString('hex');
  #entryCount = 0;
  #operationCount = 0;
  #atUtcMs = START_UTC_MS;
  #chance: Uint8Array = new Uint8Array();

  constructor(database: Database.Database, options: HistoryOptions) {
    this.#options = options;
    this.#insert = database.prepare('INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash, version, payload_sha256, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putHead = database.prepare('INSERT INTO head VALUES (1, ?, ?, ?, ?, ?, ?)');
    this.#books = new BenchBooks(database);
  }

  get entryCount(): number {
    return this.#entryCount;
  }

  introduceKey(): void {
    const { sealer } = this.#options;
    const certificate = Buffer.from(sealer.certificate).toString('base64');
    this.#append('key.introduced', { certificate, check: null, keyId: sealer.keyId, purpose: 'seal' });
    this.#books.key({ keyId: sealer.keyId, certificate, entryNumber: this.#entryCount });
  }

  /** One deposit of one note. The keys of all data stand in order: their JSON is canonical as it is. */
  addDeposit(): void {
    const operationNumber = (this.#operationCount += 1);
    this.#atUtcMs = Math.max(this.#atUtcMs, START_UTC_MS + operationNumber * OPERATION_EVERY_MS);
    const operationId = `O${String(operationNumber).padStart(12, '0')}`;
    const sessionId = `S${operationId.slice(1)}`;
    const amountMinor = this.#amountMinor();
    const client = this.#client(operationNumber);
    const payload = this.#payloads[operationNumber & 0xff]!;
    const [number, reference] = [receiptNumber(TERMINAL_NUMBER, operationNumber), referenceCode(TERMINAL_NUMBER, operationNumber)];
    const tell = <Kind extends EntryKind>(kind: Kind, data: EntryData<Kind>, beside?: Payload): number => this.#append(kind, data, operationId, sessionId, beside);
    const first = tell('operation.chosen', { operation: 'op-01' });
    // The sealed text is not opened here: as long as a sealed number, encrypted by nobody.
    const sealed = { phone: { index: client.index, keyId: this.#options.keys.currentKeyId, text: 'A'.repeat(54) } };
    this.#books.terms(tell('client.found', { by: 'phone', masked: client.masked, match: 'one', sealed } as EntryData<'client.found'>), client);
    tell('quote.received', { feeMinor: 0, quoteId: operationId, tariffId: 'T1' });
    tell('intent.stack', { denominationMinor: amountMinor, noteId: operationId });
    tell('outcome.stack', { denominationMinor: amountMinor, evidence: '81', noteId: operationId, outcome: 'completed', result: 'stacked' });
    const counted = tell('counts.changed', { units: [{ denominationMinor: NOTE_MINOR, noteCount: operationNumber, noteCountDelta: 1, unitId: 'acceptor.box' }] });
    tell('deposit.accepted', { by: 'customer', changeMinor: 0, creditMinor: amountMinor, feeMinor: 0, insertedMinor: amountMinor, notes: [] });
    const recorded = tell('receipt.recorded', { operation: 'op-01', receiptNumber: number, reference, status: 'accepted' }, payload);
    const receiptAtUtcMs = this.#atUtcMs;
    const staged = tell('message.staged', { digest: 'd', lane: 'mustDeliver', messageId: operationId, operation: 'cash.deposit', seq: operationNumber, state: 'staged' }, payload);
    const stagedAtUtcMs = this.#atUtcMs;
    tell('message.moved', { detail: '', from: 'staged', isNewAttempt: true, messageId: operationId, notBeforeUtcMs: 0, to: 'executed' });
    const closed = tell('operation.closed', { movedMinor: amountMinor, outcome: 'completed', reference, refusal: null });
    this.#books.deposit({ operationNumber, operationId, sessionId, amountMinor, receiptNumber: number, reference, first, counted, recorded, closed, receiptAtUtcMs, staged, stagedAtUtcMs });
    if (operationNumber % SEAL_EVERY_OPERATIONS === 0) this.#seal();
  }

  end(): WrittenHistory {
    // No journal ends with a closed operation unsealed.
    if (this.#operationCount % SEAL_EVERY_OPERATIONS !== 0) this.#seal();
    this.#books.end({ unitId: 'acceptor.box', denominationMinor: NOTE_MINOR });
    this.#putHead.run(this.#entryCount, Buffer.from(this.#hash, 'hex'), this.#atUtcMs, this.#operationCount, this.#operationCount, this.#operationCount);
    const middle = Math.ceil(this.#operationCount / 2);
    return { operationCount: this.#operationCount, lastUtcMs: this.#atUtcMs, phone: this.#client(middle).phone, receiptNumber: receiptNumber(TERMINAL_NUMBER, middle) };
  }

  #seal(): void {
    const { sealer } = this.#options;
    const [upToEntryNumber, hash] = [this.#entryCount, this.#hash];
    const signature = Buffer.from(sealer.sign(sealedBytes({ journalId: JOURNAL_ID, upToEntryNumber, hash }))).toString('base64url');
    this.#books.seal(this.#append('journal.sealed', { hash, keyId: sealer.keyId, signature, upToEntryNumber }), upToEntryNumber);
  }

  /** @returns its number */
  #append<Kind extends EntryKind>(kind: Kind, data: EntryData<Kind>, operationId: string | null = null, sessionId: string | null = null, payload?: Payload): number {
    const entryNumber = (this.#entryCount += 1);
    this.#atUtcMs += ENTRY_EVERY_MS;
    const dataJson = JSON.stringify(data);
    const version = entryVersion(kind);
    const entry = { entryNumber, kind, version, atUtcMs: this.#atUtcMs, monotonicMs: entryNumber, bootId: BOOT_ID, sessionId, operationId, dataSha256: sha256Hex(dataJson), payloadSha256: payload?.sha256Hex ?? null };
    this.#hash = chainHash(this.#hash, this.#digestOf(entry));
    this.#insert.run(entryNumber, kind, this.#atUtcMs, entryNumber, BOOT_ID, sessionId, operationId, dataJson, Buffer.from(this.#hash, 'hex'), version, payload?.sha256 ?? null, payload?.bytes ?? null);
    return entryNumber;
  }

  #amountMinor(): number {
    const place = (this.#operationCount * 2) % 4096;
    if (place === 0 || this.#chance.length === 0) this.#chance = this.#options.random.bytes(4096);
    return (1 + (((this.#chance[place]! << 8) | this.#chance[place + 1]!) % AMOUNT_COUNT)) * AMOUNT_STEP_MINOR;
  }

  #client(operationNumber: number): Client {
    const clientNumber = (operationNumber * 7919) % CLIENT_COUNT;
    const known = this.#clients.get(clientNumber);
    if (known !== undefined) return known;
    const phone = `+7700${String((clientNumber * 199) % 10_000_000).padStart(7, '0')}`;
    const client = { phone, masked: `+7 7•• ••• ${phone.slice(-4, -2)} ${phone.slice(-2)}`, index: this.#options.keys.blindIndex({ kind: 'phone', value: phone }) ?? '' };
    this.#clients.set(clientNumber, client);
    return client;
  }
}

function toPayload(bytes: Buffer): Payload {
  const hex = sha256Hex(bytes);
  return { bytes, sha256: Buffer.from(hex, 'hex'), sha256Hex: hex };
}
