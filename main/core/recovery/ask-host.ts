import type { HostAnswerBody } from '../../contracts/host-operations.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import { delay } from '../../foundation/clock.ts';
import type { CoreParts } from '../core-parts.ts';
import { isEndLost } from './lost-end.ts';

export type StatedDocument = HostAnswerBody<'doc.status'>['documents'][number];

export interface HeardOfOperation {
  readonly operationId: string;
  /** Of the recovery report: what was asked and what came. */
  readonly line: string;
  /** What the bank has of it; null: it said nothing that is believed, or would not say. */
  readonly documents: readonly StatedDocument[] | null;
  /** There is no use in asking again. */
  readonly isAnswered: boolean;
}

/** How long a start waits for the bank's word; what it would change is evidence, not a decision. */
const HOST_WAIT_MS = 10_000;
/** Where the journal lost its end it is a decision: asked so often, then again while nobody is served. */
const TRIES_OF_LOSS = 3;
/** Sent, and no believed answer is in the journal. */
const UNSURE: readonly StoredMessage['state'][] = ['sending', 'awaiting', 'unknown', 'inProcess'];
/** One operation asks the bank for money once. */
const MESSAGES_MAX = 100;

/**
 * Asks the bank what it has of each operation whose request for money was sent and has no answer in the journal, and of each that a journal without its end left open (`doc.status`), all at once and not for long. What
 * was queued is not asked about: the outbox sends the same bytes again, and the bank answers what it answered.
 *
 * No answer of it lets anything be dispensed or booked: an authorisation that its own life did not hear ends through its reversal, whatever the bank says of it
 * now, later or never (host-messages §5.2: a reversal of what was declined or never arrived is answered, and remembered). So a late word is only evidence, too. Only where the journal lost what its own life heard
 * does it say what that may have ordered and told (`settle-operation.ts`).
 */
export async function askHost(parts: CoreParts, operationIds: readonly string[]): Promise<readonly HeardOfOperation[]> {
  const asked = operationIds.flatMap((operationId) => {
    const isLost = isEndLost(parts, parts.journal.operationEntries(operationId));
    const isUnsure = isLost || parts.journal.messages({ operationId, states: UNSURE, limit: MESSAGES_MAX }).some(({ operation }) => operation === 'cash.withdraw');
    return isUnsure ? [{ operationId, triesLeft: isLost ? TRIES_OF_LOSS : 1 }] : [];
  });
  return Promise.all(asked.map(({ operationId, triesLeft }) => heardOf(parts, operationId, triesLeft)));
}

async function heardOf(parts: CoreParts, operationId: string, triesLeft: number): Promise<HeardOfOperation> {
  const untilMs = parts.clock.monotonicMs() + HOST_WAIT_MS;
  const heard = await ask(parts, operationId);
  if (heard.isAnswered || triesLeft <= 1) return heard;
  await delay(parts.clock, Math.max(0, untilMs - parts.clock.monotonicMs()));
  return heardOf(parts, operationId, triesLeft - 1);
}

async function ask({ gateway, clock }: CoreParts, operationId: string): Promise<HeardOfOperation> {
  const said = (words: string, more: Partial<Pick<HeardOfOperation, 'documents' | 'isAnswered'>> = {}): HeardOfOperation => ({ operationId, line: `${operationId}: the bank was asked about it: ${words}`, documents: null, isAnswered: false, ...more });
  // Under an id of its own: on the wire it would hold back the reversal of its operation.
  const asked = gateway.ask('doc.status', { operationId }, { operationId: null, sessionId: null, language: 'kk' }).then((outcome) => {
    if (outcome.kind === 'failed') return said(`no answer (${outcome.failure.code})`);
    const { answer } = outcome;
    if (answer.outcome === 'declined') return said(`not said (${answer.refusal})`, { isAnswered: !answer.isRetryable });
    if (answer.outcome !== 'approved' && answer.outcome !== 'partial') return said(answer.outcome, { isAnswered: true });
    const { documents } = answer.body;
    return said(documents.length === 0 ? 'it knows nothing of it' : documents.map(({ operation, status, refusal }) => `${operation} ${status}${refusal === null ? '' : ` ${refusal}`}`).join(', '), { documents, isAnswered: true });
  });
  return Promise.race([asked, delay(clock, HOST_WAIT_MS).then(() => said(`no answer in ${HOST_WAIT_MS / 1000} s`))]);
}
