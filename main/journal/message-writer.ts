import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { FINAL_MESSAGE_STATES, MESSAGE_TRANSITIONS, type MessageState } from '../contracts/message-state.ts';
import { assert } from '../foundation/assert.ts';
import { entry, type EntryDraft, type MessageDraft, type MessageMove } from './journal.ts';
import { maskCardNumbers } from './second-net.ts';

/** As long as the text of an entry may be. */
const DETAIL_LENGTH_MAX = 500;
/** States in which the message waits for its next try, so that why it waits is worth keeping beside it. */
const KEEPS_ERROR: readonly MessageState[] = ['ready', 'unknown', 'parked', 'refused', 'inProcess', 'cancelled'];

interface CurrentRow {
  readonly state: MessageState;
  readonly operation_id: string;
  readonly session_id: string | null;
}

/** Outgoing messages inside a transaction that the caller holds; each change comes back as the entry that tells it in the chain. [host-messages §5.4] */
export class MessageWriter {
  readonly #insert: Statement;
  readonly #current: Statement<unknown[], CurrentRow>;
  readonly #move: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO messages (seq, message_id, operation, lane, operation_id, session_id, state, bytes, digest, created_at_utc_ms, attempt_count, not_before_utc_ms, last_error, answer_bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL)`,
    );
    this.#current = database.prepare('SELECT state, operation_id, session_id FROM messages WHERE message_id = ?');
    this.#move = database.prepare(
      `UPDATE messages SET state = ?, attempt_count = attempt_count + ?, not_before_utc_ms = ?,
         last_error = CASE WHEN ? THEN ? WHEN ? THEN NULL ELSE last_error END, answer_bytes = coalesce(?, answer_bytes) WHERE message_id = ?`,
    );
  }

  /** A draft in `sending` is on its first attempt. */
  stage(draft: MessageDraft, atUtcMs: number): EntryDraft {
    const attemptCount = draft.state === 'sending' ? 1 : 0;
    this.#insert.run(draft.seq, draft.messageId, draft.operation, draft.lane, draft.operationId, draft.sessionId, draft.state, draft.bytes, draft.digest, atUtcMs, attemptCount);
    const bytesSha256 = createHash('sha256').update(draft.bytes).digest('hex');
    return entry('message.staged', { messageId: draft.messageId, operation: draft.operation, digest: draft.digest, bytesSha256 }, { sessionId: draft.sessionId ?? undefined, operationId: draft.operationId });
  }

  /** @throws AssertionFailure  no such message, or a move that MESSAGE_TRANSITIONS forbids */
  move(move: MessageMove): EntryDraft {
    const row = this.#current.get(move.messageId);
    assert(row !== undefined, 'only a staged message moves');
    assert(MESSAGE_TRANSITIONS[row.state].includes(move.to), `a message does not move from ${row.state} to ${move.to}`);
    // The detail quotes the host: made short and clean here, never a reason to lose the move.
    const detail = maskCardNumbers(move.detail).slice(0, DETAIL_LENGTH_MAX);
    const keepsError = KEEPS_ERROR.includes(move.to) ? 1 : 0;
    const clearsError = FINAL_MESSAGE_STATES.includes(move.to) ? 1 : 0;
    this.#move.run(move.to, move.isNewAttempt === true ? 1 : 0, Math.floor(move.notBeforeUtcMs ?? 0), keepsError, detail, clearsError, move.answerBytes ?? null, move.messageId);
    return entry('message.moved', { messageId: move.messageId, from: row.state, to: move.to, detail }, { sessionId: row.session_id ?? undefined, operationId: row.operation_id });
  }
}
