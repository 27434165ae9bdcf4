import type { BooksCheck } from './books-check.ts';
import type { HostLane } from '../contracts/host-operations.ts';
import type { MessageState, StoredMessage } from '../contracts/message-state.ts';
import type { OperationCode } from '../contracts/operations.ts';
import type { Result } from '../foundation/outcome.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import type { BookDifference } from './rebuild.ts';
import type { KeyProblem, SealedField, Secret } from './protection.ts';
import type { OperationQuery, SearchAnswer } from './search.ts';
import type { ClockDoubt } from './time-stamp.ts';

/** The journal as the core sees it. One SQLite file, one writer, synchronous calls; a commit that returned ok is on the disk. */

export interface EntryDraft<Kind extends EntryKind = EntryKind> {
  readonly kind: Kind;
  readonly data: EntryData<Kind>;
  readonly sessionId?: string | undefined;
  readonly operationId?: string | undefined;
  /** What must not stand in the data in the clear, by field; sealed with the journal's key, and found again by it. A journal without keys leaves it out. */
  readonly secrets?: Readonly<Record<string, Secret>> | undefined;
}

/** Builds a typed draft. */
export function entry<Kind extends EntryKind>(
  kind: Kind,
  data: EntryData<Kind>,
  scope: { readonly sessionId?: string | undefined; readonly operationId?: string | undefined; readonly secrets?: Readonly<Record<string, Secret>> | undefined } = {},
): EntryDraft {
  return { kind, data, ...scope } as EntryDraft;
}

export interface JournalEntry<Kind extends EntryKind = EntryKind> extends Omit<EntryDraft<Kind>, 'secrets'> {
  /** 1, 2, 3 … without a gap. */
  readonly entryNumber: number;
  readonly atUtcMs: number;
  /** One for all entries of a commit, and within a boot for no other's. */
  readonly monotonicMs: number;
  readonly bootId: string;
  /** Of the chain up to and with this entry (`hash-chain.ts`), hex. */
  readonly hash: string;
  /** What is sealed in it, by field; `secret` opens one. */
  readonly sealed?: Readonly<Record<string, SealedField>>;
}

/** A change of one unit's count of one denomination. Counts never go below zero: a larger negative delta is an assertion. */
export interface CashUnitChange {
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly noteCountDelta: number;
}

/**
 * What is in doubt: notes retained on the customer's wish, a note whose place is unknown, notes that may have left, notes picked but neither presented nor
 * rejected, a refused deposit or payment, another report of moved cash that the bank refused for good, a report that two persons ended by hand, notes nobody owns.
 */
export const SUSPENSE_REASONS = ['retained', 'noteUncertain', 'dispenseUncertain', 'inTransport', 'overDispensed', 'depositRefused', 'reportRefused', 'reportSettled', 'unassigned'] as const;
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number];

export interface SuspenseDraft {
  readonly suspenseId: string;
  readonly operationId: string | null;
  readonly reason: SuspenseReason;
  /** Signed as seen from the terminal: + money inside that is not booked to a client, − money that may have left. */
  readonly amountMinor: number;
  readonly evidence: string;
  readonly reference: string | null;
}

export interface ReceiptDraft {
  readonly receiptNumber: string;
  readonly reference: string;
  readonly operationId: string;
  readonly operation: OperationCode;
  /** The whole record as JSON text, immutable; statuses are appended beside it. */
  readonly recordJson: string;
  readonly status: string;
}

/** What became known of a receipt after it was written. */
export interface ReceiptStatusRow {
  readonly status: string;
  readonly atUtcMs: number;
  readonly hostRef: string | null;
  readonly documentNumber: string | null;
  readonly providerRef: string | null;
}

export interface MessageDraft {
  readonly messageId: string;
  readonly operation: StoredMessage['operation'];
  readonly lane: StoredMessage['lane'];
  readonly operationId: string;
  readonly sessionId: string | null;
  readonly seq: number;
  readonly state: 'staged' | 'sending' | 'parked';
  readonly bytes: Uint8Array;
  readonly digest: string;
}

export interface MessageMove {
  readonly messageId: string;
  readonly to: MessageState;
  readonly detail: string;
  readonly answerBytes?: Uint8Array;
  readonly notBeforeUtcMs?: number;
  /** +1 when a new attempt begins. */
  readonly isNewAttempt?: boolean;
}

/** All or nothing: entries, counters, messages, receipts, suspense in one durable transaction. */
export interface JournalBatch {
  readonly entries?: readonly EntryDraft[];
  readonly cashUnits?: readonly CashUnitChange[];
  readonly messages?: readonly MessageDraft[];
  readonly messageMoves?: readonly MessageMove[];
  readonly suspense?: readonly SuspenseDraft[];
  readonly receipts?: readonly ReceiptDraft[];
  readonly receiptStatuses?: readonly EntryData<'receipt.statusChanged'>[];
  /** Reference codes given without a receipt (a refusal that moved nothing), each the next one; an entry of the batch tells what for. */
  readonly references?: readonly string[];
  /** Small durable facts by key: session-independent state such as the catalogue or staff accounts. */
  readonly facts?: Readonly<Record<string, string>>;
  /** The certificate (DER, base64) of a key that will seal from a later life on: vouched for by the key of this one. */
  readonly nextSealingKey?: { readonly keyId: string; readonly certificate: string };
}

/** Codes of the catalogue (`error-catalogue.ts`): each is a state of the world that a person puts right, and the catalogue says how. */
export type JournalErrorCode =
  | 'JNL_UNWRITABLE' | 'JNL_DISK_FULL' | 'JNL_READ_ONLY' | 'JNL_DISK_FAILED' | 'JNL_HELD' | 'JNL_NEWER'
  | 'JNL_MISSING' | 'JNL_CORRUPT' | 'JNL_PAGE_DAMAGED' | 'JNL_BOOKS_DIFFER' | 'JNL_FOREIGN' | 'JNL_KEY_MISSING' | 'JNL_KEY_WRONG' | 'JNL_NAMES_CHANGED';
export type JournalError = { readonly code: JournalErrorCode; readonly detail: string };

export interface CashUnitRow {
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

export interface SuspenseRow extends SuspenseDraft {
  readonly openedAtUtcMs: number;
  readonly state: 'open' | 'matched' | 'paid' | 'writtenOff';
  /** The message that told it to the bank; null: not told yet. */
  readonly toldMessageId: string | null;
}

/** A decision of the bank on an item, and what came of it here (`suspense.decided`). */
export interface SuspenseDecisionRow {
  readonly suspenseId: string;
  readonly decisionId: string;
  readonly to: Exclude<SuspenseRow['state'], 'open'>;
  readonly amountMinor: number;
  readonly authority: string;
  readonly reason: string;
  readonly decidedAtUtcMs: number;
  readonly result: 'settled' | 'agrees' | 'contradicts' | 'unknownItem' | 'otherSum';
  readonly entryNumber: number;
}

/** What the journal knows of one device over all starts. */
export interface DeviceRecord {
  readonly deviceId: string;
  /** null: it never said who it is. */
  readonly identity: { readonly protocol: string; readonly model: string | null; readonly firmware: string | null; readonly serialNumber: string | null; readonly identifiedAtUtcMs: number } | null;
  /** Newest first, at most ten. `recoveredAtUtcMs` null: not told since. */
  readonly faults: readonly { readonly code: string; readonly detail: string; readonly atUtcMs: number; readonly recoveredAtUtcMs: number | null }[];
}

export interface NewestSeal {
  readonly upToEntryNumber: number;
  /** Hash of that entry, hex. */
  readonly hash: string;
  readonly keyId: string;
  /** base64url of 64 bytes r‖s over `sealedBytes`. */
  readonly signature: string;
}

/** A purge under way. What it may take was settled when it began: what was open then is left alone. */
export interface PurgeRun {
  /** Looks through some entries and purges what it finds; done: nothing is left to look through. */
  step(): Result<PurgeProgress, JournalError>;
}

export interface PurgeProgress {
  readonly purgedCount: number;
  /** Old enough, but of something unsettled or in force. */
  readonly keptCount: number;
  readonly isDone: boolean;
}

export interface Journal {
  readonly journalId: string;
  /** Durable when it returns ok. An invalid draft is an assertion (our mistake), a full disk is an error (the world's). Listeners run after the commit. */
  commit(batch: JournalBatch): Result<{ readonly lastEntryNumber: number }, JournalError>;
  /** The numbers the next commit may use: single writer, so valid until the next commit. `terminalNumber-counter` and `Q7K-482`. */
  peekReceiptNumber(): string;
  peekReference(): string;
  /** seq of the next message; the n-th message of a batch has seq + n. */
  peekSeq(): number;
  /** Entries of one operation, oldest first. @param kinds  left out: all */
  operationEntries(operationId: string, kinds?: readonly EntryKind[]): readonly JournalEntry[];
  /** Operations by what a customer can tell, newest first. @error JNL_KEY_MISSING  a number in full was asked for and there are no keys */
  findOperations(query: OperationQuery): Result<SearchAnswer, KeyProblem>;
  /** Operations with `operation.chosen` (or money) and no `operation.closed`, oldest first. */
  openOperationIds(): readonly string[];
  entries(query: { readonly fromEntryNumber?: number; readonly limit: number; readonly kinds?: readonly EntryKind[]; readonly newestFirst?: boolean }): readonly JournalEntry[];
  cashUnits(): readonly CashUnitRow[];
  message(messageId: string): StoredMessage | undefined;
  /** Non-final first; for the queue page, `qolma queue` and the dispatcher. */
  messages(query: { readonly states?: readonly MessageState[]; /** @default all of them */ readonly lanes?: readonly HostLane[]; readonly operationId?: string; readonly afterSeq?: number; readonly limit: number }): readonly StoredMessage[];
  /** How many there are, however many a list shows. */
  messageCount(query: { readonly states: readonly MessageState[]; readonly lanes: readonly HostLane[] }): number;
  receipt(receiptNumber: string): { readonly receipt: ReceiptDraft; readonly statuses: readonly ReceiptStatusRow[] } | undefined;
  suspense(query?: { readonly state?: SuspenseRow['state']; readonly isTold?: boolean; readonly suspenseId?: string; readonly operationId?: string }): readonly SuspenseRow[];
  /** Newest first. @param query.suspenseId  left out: of all items */
  suspenseDecisions(query: { readonly suspenseId?: string; readonly limit: number }): readonly SuspenseDecisionRow[];
  fact(key: string): string | undefined;
  /** Each device that ever identified itself or had a fault, by id. */
  deviceRecords(): readonly DeviceRecord[];
  /** Opens a sealed field of an entry. undefined: the entry has no such field. */
  secret(entryNumber: number, field: string): Result<string, KeyProblem> | undefined;
  /** The newest seal, for whoever keeps it elsewhere; null before the first. */
  newestSeal(): NewestSeal | null;
  /** Called after each commit with what was written; for the time-line, the dispatcher, the presenter. */
  onCommitted(listener: (entries: readonly JournalEntry[], batch: JournalBatch) => void): () => void;
  /** Walks the whole chain, checks seals and payloads, and compares the books with what the chain tells. */
  verify(): Result<{ readonly entryCount: number; readonly headHash: string; readonly sealCount: number; readonly sealedUpTo: number }, { readonly code: 'JNL_CORRUPT'; readonly entryNumber: number; readonly detail: string }>;
  /** Makes the books from the chain a second time, aside, and compares bit for bit; empty: equal. */
  compareBooks(): readonly BookDifference[];
  /** The same in short steps, for moments in which nobody waits. A difference ends the trust: the books of this file are not believed until they are made anew. */
  beginBooksCheck(): BooksCheck;
  /**
   * Begins a purge under the newest policy that the journal knows; each `step` is one short transaction, for moments in which nobody waits.
   * @returns null: no policy
   */
  beginPurge(): PurgeRun | null;
  /** Looks at rights and room, and writes a probe row durably: is the disk (still) writable? */
  probe(): Result<void, JournalError>;
  /** Room and rights alone, without a write: may something that needs several commits begin? */
  room(): Result<void, JournalError>;
  /** Reads and walks some hundred entries after one, payloads included. An error ends the trust: the file is damaged. */
  inspect(afterEntryNumber: number): Result<{ readonly upToEntryNumber: number; readonly isEnd: boolean }, JournalError>;
  /** Somebody outside (bank, second copy) holds what this file should and does not: as a damage, remembered beside it. @param detail  for a technician */
  endTrust(detail: string): void;
  /** Why this connection takes nothing any more (a failed sync, a damaged page); null: it is trusted. Only a new life of the core ends it. */
  distrust(): JournalError | null;
  /** Told of each write or read that the world did not let happen. */
  onTrouble(listener: (error: JournalError) => void): () => void;
  /**
   * What time it is: the wall clock as long as nothing speaks against it. Ages of what the journal keeps are counted by it, and receipts and consents dated. Behind the stamp of the newest entry where that was
   * written with a clock that ran ahead and was not known to.
   */
  nowUtcMs(): number;
  /** By how far the wall clock cannot be right, seen from the chain, the monotonic clock and what `confirmClock` was told; null: nothing speaks against it. */
  clockDoubt(): ClockDoubt | null;
  /** @param bankUtcMs  what time it is by the bank: where the wall clock agrees, stamps follow it again, else that until it does */
  confirmClock(bankUtcMs: number): void;
  close(): void;
}
