import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import type { BookEntry } from './books.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import { sha256Hex } from './hash-chain.ts';
import { runsOf } from './purge-cover.ts';
import { retentionClass, type RetentionClassId } from './retention-classes.ts';
import type { RetentionPolicy } from './retention-policy.ts';
import { readData } from './rows.ts';
import { searchTerms } from './search-terms.ts';

/** What one purge takes, as found by `PurgeSearch`. */
export interface PurgeOrder {
  readonly policy: Pick<RetentionPolicy, 'policyId' | 'version'>;
  readonly classId: RetentionClassId;
  /** Rising, not empty. */
  readonly entryNumbers: readonly number[];
}

interface PurgedRow {
  readonly kind: string;
  readonly version: number;
  readonly at_utc_ms: number;
  readonly session_id: string | null;
  readonly operation_id: string | null;
  readonly data: string;
  readonly has_payload: number;
}

/** Puts tombstones in the place of content, and takes out of the books what only that content told. Inside a transaction that the caller holds. */
export class Purger {
  readonly #select: Statement<unknown[], PurgedRow>;
  readonly #bury: Statement;
  readonly #dropPayload: Statement;
  readonly #dropTerm: Statement;
  readonly #forget: { readonly [Kind in EntryKind]?: (entry: BookEntry<Kind>) => void };

  constructor(database: Database) {
    this.#select = database.prepare('SELECT kind, version, at_utc_ms, session_id, operation_id, data, payload IS NOT NULL AS has_payload FROM entries WHERE entry_number = ?');
    this.#bury = database.prepare("UPDATE entries SET data = '', data_sha256 = ?, payload = NULL WHERE entry_number = ?");
    this.#dropPayload = database.prepare('UPDATE entries SET payload = NULL WHERE entry_number = ?');
    this.#dropTerm = database.prepare('DELETE FROM search_terms WHERE term = ? AND entry_number = ?');
    const dropOperation = database.prepare('DELETE FROM operations WHERE operation_id = ?');
    const dropMessage = database.prepare('DELETE FROM messages WHERE message_id = ?');
    const dropReceipt = database.prepare('DELETE FROM receipts WHERE receipt_number = ?');
    const dropStatus = database.prepare('DELETE FROM receipt_statuses WHERE entry_number = ?');
    this.#forget = {
      'message.staged': ({ data }) => void dropMessage.run(data.messageId),
      'receipt.recorded': ({ data }) => void dropReceipt.run(data.receiptNumber),
      'receipt.statusChanged': ({ entryNumber }) => void dropStatus.run(entryNumber),
      'operation.closed': ({ operationId }) => void dropOperation.run(operationId),
    };
  }

  /** @returns what the chain is told of it */
  bury({ policy, classId, entryNumbers }: PurgeOrder): EntryData<'retention.purged'> {
    const { content, kinds } = retentionClass(classId);
    for (const entryNumber of entryNumbers) {
      const row = this.#select.get(entryNumber);
      assert(row !== undefined && row.data !== '' && kinds.includes(row.kind), 'only what is there, and of the class, is purged');
      if (content === 'payload') this.#dropPayload.run(entryNumber);
      else {
        this.#bury.run(Buffer.from(sha256Hex(row.data), 'hex'), entryNumber);
        this.#forgetEntry(entryNumber, row);
      }
    }
    const [first, last] = [entryNumbers[0], entryNumbers.at(-1)];
    assert(first !== undefined && last !== undefined, 'a purge takes something');
    return { policyId: policy.policyId, policyVersion: policy.version, classId, content, fromEntryNumber: first, upToEntryNumber: last, entryCount: entryNumbers.length, runs: runsOf(entryNumbers) };
  }

  /** After the entry became a tombstone: the books let go of messages and receipts only then. */
  #forgetEntry(entryNumber: number, row: PurgedRow): void {
    const { kind, data, sealed } = readData(row.kind, row.version, row.data);
    const indices = Object.values(sealed ?? {}).flatMap((field) => field.index ?? []);
    const entry: BookEntry = { entryNumber, kind, data, atUtcMs: row.at_utc_ms, sessionId: row.session_id, operationId: row.operation_id, indices, hasPayload: row.has_payload === 1 };
    (this.#forget[kind] as ((entry: BookEntry) => void) | undefined)?.(entry);
    for (const term of searchTerms(entry)) this.#dropTerm.run(term, entryNumber);
  }
}
