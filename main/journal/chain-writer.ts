import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import type { Log } from '../foundation/log.ts';
import type { Books } from './books.ts';
import { ENTRY_KINDS } from './entry-kinds.ts';
import { entryVersion } from './entry-versions.ts';
import { canonicalJson, chainHash, createEntryDigest, sha256Hex } from './hash-chain.ts';
import type { EntryDraft, JournalEntry } from './journal.ts';
import { sealField, wrapPayload, type JournalKeys, type Secret, type SealedField } from './protection.ts';
import { passSecondNet } from './second-net.ts';
import type { TimeStamper } from './time-stamp.ts';

/** Where the chain and the counters stand; one row in the file, the same object in memory after a commit. */
export interface Head {
  readonly entryNumber: number;
  /** Of the last entry, hex. */
  readonly hash: string;
  readonly atUtcMs: number;
  readonly receiptCount: number;
  readonly referenceCount: number;
  readonly seq: number;
}

interface HeadRow {
  readonly entry_number: number;
  readonly hash: Uint8Array;
  readonly at_utc_ms: number;
  readonly receipt_count: number;
  readonly reference_count: number;
  readonly seq: number;
}

export function readHead(database: Database): Head | undefined {
  const row = database.prepare<unknown[], HeadRow>('SELECT entry_number, hash, at_utc_ms, receipt_count, reference_count, seq FROM head WHERE id = 1').get();
  return row && { entryNumber: row.entry_number, hash: Buffer.from(row.hash).toString('hex'), atUtcMs: row.at_utc_ms, receiptCount: row.receipt_count, referenceCount: row.reference_count, seq: row.seq };
}

/** What the journal tells by itself and nobody else may: each belongs to a change beside the chain. */
const OWN_KINDS: ReadonlySet<string> = new Set([
  'message.staged', 'message.moved', 'counts.changed', 'receipt.recorded', 'suspense.recorded', 'reference.given', 'fact.put', 'journal.sealed', 'key.introduced', 'books.carried', 'retention.purged', 'clock.jumped',
]);

export interface ChainWriterOptions {
  readonly bootId: string;
  readonly stamper: TimeStamper;
  readonly books: Pick<Books, 'keep'>;
  readonly journalId: string;
  readonly keys: JournalKeys | undefined;
  readonly log: Log;
}

/** Appends entries to the chain, and what they say to the books, inside a transaction that the caller holds. */
export class ChainWriter {
  readonly #insert: Statement;
  readonly #digestOf = createEntryDigest();
  readonly #options: ChainWriterOptions;

  constructor(database: Database, options: ChainWriterOptions) {
    this.#insert = database.prepare('INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash, version, payload_sha256, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#options = options;
  }

  /**
   * @param monotonicMs  of the commit
   * @param payload  what belongs to the entry and is too long or too personal for its data; encrypted here
   * @returns  the entry and the head after it
   * @throws   AssertionFailure  the data are not of the kind's shape
   */
  append(head: Head, draft: EntryDraft, monotonicMs: number, payload?: Uint8Array): { readonly entry: JournalEntry; readonly head: Head } {
    const { bootId, stamper, books, journalId, keys, log } = this.#options;
    const parsed = ENTRY_KINDS[draft.kind].safeParse(draft.data);
    // Only the kind and the field's path are told: the value itself may be personal.
    assert(parsed.success, `entry ${draft.kind} has the shape of its kind: ${parsed.success ? '' : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ')}`);
    const { data, caught } = passSecondNet(parsed.data);
    if (caught.length > 0) log.error('journal.entry.masked', { kind: draft.kind, fields: caught.join(' ') });
    const atUtcMs = stamper.utcMsAfter(head.atUtcMs);
    const { kind, sessionId = null, operationId = null } = draft;
    const entryNumber = head.entryNumber + 1;
    const sealed = this.#seal(draft, entryNumber);
    const dataJson = canonicalJson(sealed === undefined ? data : { ...data, sealed });
    const stored = payload === undefined ? null : wrapPayload(keys, payload, { journalId, entryNumber, kind, field: 'payload' });
    const payloadSha256 = stored === null ? null : sha256Hex(stored);
    const version = entryVersion(kind);
    const digest = this.#digestOf({ entryNumber, kind, version, atUtcMs, monotonicMs, bootId, sessionId, operationId, dataSha256: sha256Hex(dataJson), payloadSha256 });
    const hash = chainHash(head.hash, digest);
    this.#insert.run(entryNumber, kind, atUtcMs, monotonicMs, bootId, sessionId, operationId, dataJson, Buffer.from(hash, 'hex'), version, payloadSha256 === null ? null : Buffer.from(payloadSha256, 'hex'), stored);
    const indices = sealed === undefined ? [] : Object.values(sealed).flatMap((field) => field.index ?? []);
    books.keep({ entryNumber, kind, data, atUtcMs, sessionId, operationId, indices, hasPayload: stored !== null });
    const entry = { entryNumber, kind, data, atUtcMs, monotonicMs, bootId, hash, ...(sessionId === null ? {} : { sessionId }), ...(operationId === null ? {} : { operationId }), ...(sealed === undefined ? {} : { sealed }) };
    return { entry: entry as JournalEntry, head: { ...head, entryNumber, hash, atUtcMs } };
  }

  /** Without keys a secret is left out: it is never written in the clear. */
  #seal(draft: EntryDraft, entryNumber: number): Readonly<Record<string, SealedField>> | undefined {
    const { keys, journalId } = this.#options;
    if (draft.secrets === undefined || keys === undefined) return undefined;
    const fields = Object.entries(draft.secrets) as [string, Secret][];
    return Object.fromEntries(fields.map(([field, secret]) => [field, sealField(keys, secret, { journalId, entryNumber, kind: draft.kind, field })]));
  }
}

/** @throws AssertionFailure  a caller tells what only the journal tells */
export function assertNotOwnKind(draft: EntryDraft): void {
  assert(!OWN_KINDS.has(draft.kind), `${draft.kind} is written by the journal itself`);
}
