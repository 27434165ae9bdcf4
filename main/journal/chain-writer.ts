import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import { ENTRY_KINDS } from './entry-kinds.ts';
import { canonicalJson, chainHash } from './hash-chain.ts';
import type { EntryDraft, JournalEntry } from './journal.ts';
import { passSecondNet } from './second-net.ts';
import type { TimeStamper } from './time-stamp.ts';

/** Where the chain and the counters stand; one row in the file, the same object in memory after a commit. */
export interface Head {
  readonly entryNumber: number;
  readonly hash: Buffer;
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
  return row && { entryNumber: row.entry_number, hash: Buffer.from(row.hash), atUtcMs: row.at_utc_ms, receiptCount: row.receipt_count, referenceCount: row.reference_count, seq: row.seq };
}

/** What the journal tells by itself and nobody else may: each belongs to a change beside the chain. */
const OWN_KINDS: ReadonlySet<string> = new Set(['message.staged', 'message.moved', 'counts.changed', 'receipt.recorded', 'clock.jumped']);

/** Kinds that open an operation until its `operation.closed`: the choice, and whatever shows that money may have moved. */
const OPENING_KINDS: ReadonlySet<string> = new Set([
  'operation.chosen', 'note.escrowed', 'intent.stack', 'outcome.stack', 'intent.return', 'outcome.return', 'deposit.accepted',
  'authorisation.received', 'intent.dispense', 'outcome.dispense', 'outcome.present', 'outcome.take',
]);

/** Appends entries to the chain inside a transaction that the caller holds. */
export class ChainWriter {
  readonly #insert: Statement;
  readonly #openOperation: Statement;
  readonly #closeOperation: Statement;
  readonly #bootId: string;
  readonly #stamper: TimeStamper;

  constructor(database: Database, options: { readonly bootId: string; readonly stamper: TimeStamper }) {
    this.#insert = database.prepare('INSERT INTO entries (entry_number, kind, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#openOperation = database.prepare('INSERT INTO operations (operation_id, first_entry_number, is_closed) VALUES (?, ?, 0) ON CONFLICT DO NOTHING');
    this.#closeOperation = database.prepare('INSERT INTO operations (operation_id, first_entry_number, is_closed) VALUES (?, ?, 1) ON CONFLICT (operation_id) DO UPDATE SET is_closed = 1');
    this.#bootId = options.bootId;
    this.#stamper = options.stamper;
  }

  /**
   * @returns  the entry and the head after it
   * @throws   AssertionFailure  the data are not of the kind's shape, or hold what must never be written
   */
  append(head: Head, draft: EntryDraft): { readonly entry: JournalEntry; readonly head: Head } {
    const parsed = ENTRY_KINDS[draft.kind].safeParse(draft.data);
    // Only the kind and the field's path are told: the value itself may be personal.
    assert(parsed.success, `entry ${draft.kind} has the shape of its kind: ${parsed.success ? '' : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ')}`);
    const data = passSecondNet(parsed.data);
    const { atUtcMs, monotonicMs } = this.#stamper.stampAfter(head.atUtcMs);
    const [sessionId, operationId] = [draft.sessionId ?? null, draft.operationId ?? null];
    const entryNumber = head.entryNumber + 1;
    const dataJson = canonicalJson(data);
    const hash = chainHash(head.hash, { entryNumber, kind: draft.kind, atUtcMs, monotonicMs, bootId: this.#bootId, sessionId, operationId, dataJson });
    this.#insert.run(entryNumber, draft.kind, atUtcMs, monotonicMs, this.#bootId, sessionId, operationId, dataJson, hash);
    if (operationId !== null && draft.kind === 'operation.closed') this.#closeOperation.run(operationId, entryNumber);
    else if (operationId !== null && OPENING_KINDS.has(draft.kind)) this.#openOperation.run(operationId, entryNumber);
    const entry = { entryNumber, kind: draft.kind, data, atUtcMs, monotonicMs, bootId: this.#bootId, hash: hash.toString('hex'), ...(sessionId === null ? {} : { sessionId }), ...(operationId === null ? {} : { operationId }) };
    return { entry: entry as JournalEntry, head: { ...head, entryNumber, hash, atUtcMs } };
  }
}

/** @throws AssertionFailure  a caller tells what only the journal tells */
export function assertNotOwnKind(draft: EntryDraft): void {
  assert(!OWN_KINDS.has(draft.kind), 'message.staged, message.moved, counts.changed, receipt.recorded and clock.jumped are written by the journal itself');
}
