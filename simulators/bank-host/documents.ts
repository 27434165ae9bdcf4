import { STATED_OPERATIONS, type HostOperation } from '../../main/contracts/host-operations.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { AnyAnswer } from './decision.ts';
import type { BankDatabase } from './schema.ts';

/** Operations whose effect happens once per operation id, whatever the number of documents asking for it. [host-messages §5.3] */
export const EFFECT_OPERATIONS: ReadonlySet<HostOperation> = new Set<HostOperation>(STATED_OPERATIONS);

export interface BankDocument {
  readonly terminalId: string;
  readonly messageId: string;
  readonly operationId: string;
  readonly operation: HostOperation;
  readonly sessionId: string | null;
  readonly digest: string;
  readonly state: 'executed' | 'refused' | 'notFound';
  readonly refusal: RefusalCode | null;
  readonly answer: AnyAnswer;
  /** What was signed and sent first; sent again byte for byte. */
  readonly answerBytes: Uint8Array;
  readonly businessDay: string;
  readonly receivedAtUtcMs: number;
}

export interface Documents {
  byMessage(key: { readonly terminalId: string; readonly messageId: string }): BankDocument | undefined;
  /** The document that had the effect of this operation, if any. */
  byEffect(key: { readonly terminalId: string; readonly operation: HostOperation; readonly operationId: string }): BankDocument | undefined;
  /** All that had an effect of this operation, in their order. */
  ofOperation(key: { readonly terminalId: string; readonly operationId: string }): readonly BankDocument[];
  /** Inside the transaction of the effect. */
  keep(document: BankDocument): void;
  all(): readonly Omit<BankDocument, 'answer' | 'answerBytes'>[];
  /** Clears away what no repeat can ask for any more: beats and sign-ons after a day, the rest after 46 days; what moved money stays. */
  forgetOld(nowUtcMs: number): void;
  /** Rising from 1, for references and document numbers. */
  nextNumber(name: string): number;
}

const COLUMNS =
  'terminal_id AS terminalId, message_id AS messageId, operation_id AS operationId, operation, session_id AS sessionId, digest, state, refusal, business_day AS businessDay, received_at_utc_ms AS receivedAtUtcMs';
type Row = Omit<BankDocument, 'answer'> & { readonly answerJson: string };

function fromRow(row: Row | undefined): BankDocument | undefined {
  if (row === undefined) return undefined;
  const { answerJson, ...rest } = row;
  return { ...rest, answer: JSON.parse(answerJson) as AnyAnswer };
}

const DAY_MS = 86_400_000;
/** Keys are kept 45 days at least (host-messages §5.7), nonces for the horizon of thirty days and one more (§3.6). */
const DOCUMENT_DAYS = 46;
const NONCE_DAYS = 31;

export function createDocuments(database: BankDatabase): Documents {
  const select = `SELECT ${COLUMNS}, answer_json AS answerJson, answer_bytes AS answerBytes FROM documents`;
  const byMessage = database.prepare(`${select} WHERE terminal_id = ? AND message_id = ?`);
  const byEffect = database.prepare(`${select} WHERE terminal_id = ? AND operation = ? AND operation_id = ? AND is_effect = 1`);
  const ofOperation = database.prepare(`${select} WHERE terminal_id = ? AND operation_id = ? AND is_effect = 1 ORDER BY document_id`);
  const insert = database.prepare(
    'INSERT INTO documents (terminal_id, message_id, operation_id, operation, session_id, digest, state, refusal, answer_json, answer_bytes, is_effect, business_day, received_at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const count = database.prepare('INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value').pluck();
  return {
    byMessage: (key) => fromRow(byMessage.get(key.terminalId, key.messageId) as Row | undefined),
    byEffect: (key) => fromRow(byEffect.get(key.terminalId, key.operation, key.operationId) as Row | undefined),
    ofOperation: (key) => (ofOperation.all(key.terminalId, key.operationId) as Row[]).flatMap((row) => fromRow(row) ?? []),
    keep(document) {
      const isEffect = EFFECT_OPERATIONS.has(document.operation) && byEffect.get(document.terminalId, document.operation, document.operationId) === undefined;
      insert.run(
        document.terminalId, document.messageId, document.operationId, document.operation, document.sessionId, document.digest, document.state, document.refusal,
        JSON.stringify(document.answer), document.answerBytes, Number(isEffect), document.businessDay, document.receivedAtUtcMs,
      );
    },
    all: () => database.prepare(`SELECT ${COLUMNS} FROM documents ORDER BY document_id`).all() as ReturnType<Documents['all']>,
    forgetOld(nowUtcMs) {
      database.prepare("DELETE FROM documents WHERE operation IN ('link.heartbeat', 'link.signon') AND received_at_utc_ms < ?").run(nowUtcMs - DAY_MS);
      database.prepare('DELETE FROM documents WHERE is_effect = 0 AND received_at_utc_ms < ?').run(nowUtcMs - DOCUMENT_DAYS * DAY_MS);
      database.prepare('DELETE FROM nonces WHERE at_utc_ms < ?').run(nowUtcMs - NONCE_DAYS * DAY_MS);
    },
    nextNumber: (name) => count.get(name) as number,
  };
}
