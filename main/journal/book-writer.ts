import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import { entry, type CashUnitChange, type EntryDraft, type JournalBatch, type ReceiptDraft, type SuspenseDraft } from './journal.ts';

type ReceiptStatus = NonNullable<JournalBatch['receiptStatuses']>[number];

/** Counts, receipts, suspense and facts inside a transaction that the caller holds; each change comes back as the entry that tells it in the chain. */
export class BookWriter {
  readonly #unitCount: Statement<unknown[], number>;
  readonly #putUnit: Statement;
  readonly #insertReceipt: Statement;
  readonly #insertStatus: Statement;
  readonly #receiptOperation: Statement<unknown[], string>;
  readonly #insertSuspense: Statement;
  readonly #putFact: Statement;

  constructor(database: Database) {
    this.#unitCount = database.prepare<unknown[], number>('SELECT note_count FROM cash_units WHERE unit_id = ? AND denomination_minor = ?').pluck();
    this.#putUnit = database.prepare('INSERT INTO cash_units (unit_id, denomination_minor, note_count) VALUES (?, ?, ?) ON CONFLICT (unit_id, denomination_minor) DO UPDATE SET note_count = excluded.note_count');
    this.#insertReceipt = database.prepare('INSERT INTO receipts (receipt_number, reference, operation_id, operation, record_json, status, at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#insertStatus = database.prepare('INSERT INTO receipt_statuses (receipt_number, status, at_utc_ms, host_ref) VALUES (?, ?, ?, ?)');
    this.#receiptOperation = database.prepare<unknown[], string>('SELECT operation_id FROM receipts WHERE receipt_number = ?').pluck();
    this.#insertSuspense = database.prepare("INSERT INTO suspense (suspense_id, operation_id, reason, amount_minor, evidence, reference, opened_at_utc_ms, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')");
    this.#putFact = database.prepare('INSERT INTO facts (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  }

  /** @throws AssertionFailure  a count would fall below zero, or is not a whole number of notes */
  changeCounts(changes: readonly CashUnitChange[]): EntryDraft {
    const units = changes.map((change) => {
      assert(Number.isSafeInteger(change.noteCountDelta), 'notes are counted in whole numbers');
      assert(Number.isSafeInteger(change.denominationMinor) && change.denominationMinor > 0, 'a denomination is a positive integer of minor units');
      const noteCount = (this.#unitCount.get(change.unitId, change.denominationMinor) ?? 0) + change.noteCountDelta;
      assert(noteCount >= 0, 'a count of notes never goes below zero');
      this.#putUnit.run(change.unitId, change.denominationMinor, noteCount);
      return { unitId: change.unitId, denominationMinor: change.denominationMinor, noteCountDelta: change.noteCountDelta, noteCount };
    });
    return entry('counts.changed', { units });
  }

  recordReceipt(receipt: ReceiptDraft, atUtcMs: number): EntryDraft {
    this.#insertReceipt.run(receipt.receiptNumber, receipt.reference, receipt.operationId, receipt.operation, receipt.recordJson, receipt.status, atUtcMs);
    return entry('receipt.recorded', { receiptNumber: receipt.receiptNumber, recordSha256: createHash('sha256').update(receipt.recordJson, 'utf8').digest('hex') }, { operationId: receipt.operationId });
  }

  /** @throws AssertionFailure  no such receipt */
  appendStatus(status: ReceiptStatus, atUtcMs: number): EntryDraft {
    const operationId = this.#receiptOperation.get(status.receiptNumber);
    assert(operationId !== undefined, 'a status belongs to a receipt that was issued');
    this.#insertStatus.run(status.receiptNumber, status.status, atUtcMs, status.hostRef);
    return entry('receipt.statusChanged', { receiptNumber: status.receiptNumber, status: status.status, hostRef: status.hostRef }, { operationId });
  }

  openSuspense(item: SuspenseDraft, atUtcMs: number): EntryDraft {
    assert(Number.isSafeInteger(item.amountMinor), 'money is a safe integer of minor units');
    this.#insertSuspense.run(item.suspenseId, item.operationId, item.reason, item.amountMinor, item.evidence, item.reference, atUtcMs);
    return entry('suspense.opened', { suspenseId: item.suspenseId, reason: item.reason, amountMinor: item.amountMinor, reference: item.reference }, { operationId: item.operationId ?? undefined });
  }

  putFacts(facts: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(facts)) this.#putFact.run(key, value);
  }
}
