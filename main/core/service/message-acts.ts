import type { StaffLevel, StaffMember } from '../../../state-machines/service/service.types.ts';
import type { MessageAct } from '../../contracts/intent.ts';
import type { StoredMessage } from '../../contracts/message-state.ts';
import type { IdSource } from '../../foundation/ids.ts';
import type { Result } from '../../foundation/outcome.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import type { Journal, JournalBatch, JournalEntry } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { HostGateway } from '../host/host-gateway.ts';
import { isDeposit, isReportOfMoney, settledReport } from '../host/refused-report.ts';
import { forgetDestination } from '../electronic-receipt.ts';
import { requireCommit } from '../require-commit.ts';

/** What the acts need; the terminal that runs and the command line have both. */
export interface MessageActParts {
  readonly journal: Journal;
  readonly ids: IdSource;
  readonly gateway: Pick<HostGateway, 'draft' | 'renew'>;
}

export type ActProblem = 'notParked' | 'notAllowed' | 'noReason' | 'nothingProposed' | 'samePerson' | 'notReplaceable';

/** A proposal that nobody confirmed is forgotten: whoever was asked looks at the message as it is then. */
const PROPOSAL_VALID_MS = 24 * 3_600_000;
const WHY_LENGTH_MIN = 3;
const MAY_ACT: readonly StaffLevel[] = ['technician', 'cashOfficer', 'administrator'];
const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;

export const mayActOnMessages = (level: StaffLevel): boolean => MAY_ACT.includes(level);

/** What somebody proposed for a parked message and nobody has confirmed; a retry meanwhile takes it back. */
export function proposalOf(journal: Pick<Journal, 'operationEntries' | 'nowUtcMs'>, message: Pick<StoredMessage, 'messageId' | 'operationId'>): EntryData<'message.actProposed'> | null {
  const own = journal.operationEntries(message.operationId).filter((one) => (one.data as { readonly messageId?: string }).messageId === message.messageId);
  const last = own.findLast((one) => one.kind === 'message.actProposed' || one.kind === 'message.moved') as JournalEntry<'message.actProposed' | 'message.moved'> | undefined;
  if (last?.kind !== 'message.actProposed' || journal.nowUtcMs() - last.atUtcMs > PROPOSAL_VALID_MS) return null;
  return last.data as EntryData<'message.actProposed'>;
}

/** The first of two persons: says what should be done with a message that waits for a person, and why. Nothing is done yet; a later proposal takes the place of an earlier one. [host-messages §5.4] */
export function proposeMessageAct(parts: MessageActParts, wish: { readonly staff: StaffMember; readonly messageId: string; readonly act: MessageAct; readonly why: string }): Result<void, ActProblem> {
  const { staff, messageId, act } = wish;
  const why = wish.why.trim();
  const message = parts.journal.message(messageId);
  if (message?.state !== 'parked') return err('notParked');
  if (!mayActOnMessages(staff.level)) return err('notAllowed');
  if (why.length < WHY_LENGTH_MIN) return err('noReason');
  if (act === 'replace' && parts.gateway.renew(message) === undefined) return err('notReplaceable');
  requireCommit(parts.journal, { entries: [
    entry('service.acted', { login: staff.login, action: `message.${act}.proposed`, target: messageId }),
    entry('message.actProposed', { messageId, operation: message.operation, act, by: staff.login, authority: staff.level, why }, scopeOf(message)),
  ] });
  return ok(undefined);
}

/**
 * The second person, another one: does what was proposed. One transaction holds both persons, the end of the message and what follows: settled by hand, its cash becomes a suspense item, of
 * which the bank is told; replaced, the same instruction is staged as a new document. Either way the bank is told that people ended the message.
 */
export function confirmMessageAct(parts: MessageActParts, { staff, messageId }: { readonly staff: StaffMember; readonly messageId: string }): Result<void, ActProblem> {
  const message = parts.journal.message(messageId);
  if (message?.state !== 'parked') return err('notParked');
  const proposal = proposalOf(parts.journal, message);
  if (proposal === null) return err('nothingProposed');
  if (!mayActOnMessages(staff.level)) return err('notAllowed');
  if (proposal.by === staff.login) return err('samePerson');
  const effect = proposal.act === 'replace' ? replaced(parts, message) : settled(parts, message, proposal, staff.login);
  if (effect === undefined) return err('notReplaceable');
  const { newMessageId, detail, batch } = effect;
  requireCommit(parts.journal, {
    ...batch,
    entries: [
      entry('service.acted', { login: staff.login, action: `message.${proposal.act}`, target: messageId }),
      entry('message.actConfirmed', { messageId, operation: message.operation, act: proposal.act, proposedBy: proposal.by, by: staff.login, authority: staff.level, why: proposal.why, newMessageId }, scopeOf(message)),
    ],
    messageMoves: [{ messageId, to: 'refused', detail }],
  });
  return ok(undefined);
}

interface Effect {
  readonly newMessageId: string | null;
  readonly detail: string;
  readonly batch: JournalBatch;
}

function replaced({ gateway }: MessageActParts, message: StoredMessage): Effect | undefined {
  const renewed = gateway.renew(message);
  return renewed === undefined ? undefined : { newMessageId: renewed.messageId, detail: `replaced by ${renewed.messageId}`, batch: { messages: [renewed, toldOf(gateway, message, 1)] } };
}

function settled({ journal, ids, gateway }: MessageActParts, message: StoredMessage, proposal: EntryData<'message.actProposed'>, by: string): Effect {
  const report = isReportOfMoney(message) ? settledReport(ids, { message, entries: journal.operationEntries(message.operationId), persons: [proposal.by, by], why: proposal.why }) : {};
  return { newMessageId: null, detail: 'settled by hand', batch: { ...report, messages: [toldOf(gateway, message, 0)], ...(isDeposit(message) ? { facts: forgetDestination(journal, message.operationId) } : {}) } };
}

/** The bank hears that people ended a message, whatever it was; of its cash it hears by the suspense item or the new document. */
function toldOf(gateway: MessageActParts['gateway'], { operation, messageId }: StoredMessage, position: number) {
  return gateway.draft('device.exception', { kind: 'malfunction', deviceId: 'outbox', errorCode: 'HST_MESSAGE_ENDED', detail: `${operation} ${messageId}` }, NOBODY, position);
}

const scopeOf = ({ operationId, sessionId }: StoredMessage) => ({ operationId, sessionId: sessionId ?? undefined });
