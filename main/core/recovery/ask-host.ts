import type { HostAnswerBody } from '../../contracts/host-operations.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import { delay } from '../../foundation/clock.ts';
import type { CoreParts } from '../core-parts.ts';

export interface HeardOfRequest {
  readonly operationId: string;
  /** Of the recovery report: what was asked and what came. */
  readonly line: string;
  /** null: the bank said nothing that is believed. */
  readonly status: HostAnswerBody<'doc.status'>['status'] | null;
}

/** How long a start waits for the bank's word; what it would change is evidence, not a decision. */
const HOST_WAIT_MS = 10_000;
/** Sent, and no believed answer is in the journal. */
const UNSURE: readonly StoredMessage['state'][] = ['sending', 'awaiting', 'unknown', 'inProcess'];
/** One operation asks the bank for money once. */
const MESSAGES_MAX = 100;

/**
 * Asks the bank what became of each request for money that an earlier life sent and has no answer to (`doc.status`), all at once and not for long. What
 * was queued is not asked about: the outbox sends the same bytes again, and the bank answers what it answered.
 *
 * No answer of it lets anything be dispensed or booked: an authorisation that its own life did not hear ends through its reversal, whatever the bank says of it
 * now, later or never (host-messages §5.2: a reversal of what was declined or never arrived is answered, and remembered). So a late word is only evidence, too. Only where the journal lost what its own life heard
 * does it say what that may have ordered (`settle-operation.ts`).
 */
export async function askHost(parts: CoreParts, operationIds: readonly string[]): Promise<readonly HeardOfRequest[]> {
  const unsure = operationIds.flatMap((operationId) => parts.journal.messages({ operationId, states: UNSURE, limit: MESSAGES_MAX }).filter((message) => message.operation === 'cash.withdraw'));
  return Promise.all(unsure.map(async (message) => {
    const said = await statusOf(parts, message);
    return { operationId: message.operationId, line: `${message.operationId}: the bank was asked about ${message.operation} ${message.messageId}: ${said.words}`, status: said.status };
  }));
}

async function statusOf({ gateway, clock }: CoreParts, message: StoredMessage): Promise<{ readonly words: string; readonly status: HeardOfRequest['status'] }> {
  // Under an id of its own: on the wire it would hold back the reversal of its operation.
  const asked = gateway.ask('doc.status', { messageId: message.messageId }, { operationId: null, sessionId: null, language: 'kk' }).then((outcome) => {
    const unsaid = (words: string) => ({ words, status: null });
    if (outcome.kind === 'failed') return unsaid(`no answer (${outcome.failure.code})`);
    const { answer } = outcome;
    if (answer.outcome === 'declined') return unsaid(`not said (${answer.refusal})`);
    if (answer.outcome !== 'approved' && answer.outcome !== 'partial') return unsaid(answer.outcome);
    const { status, refusal } = answer.body;
    return { words: refusal === null ? status : `${status} ${refusal}`, status };
  });
  return Promise.race([asked, delay(clock, HOST_WAIT_MS).then(() => ({ words: `no answer in ${HOST_WAIT_MS / 1000} s`, status: null }))]);
}
