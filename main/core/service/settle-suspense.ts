import type { StaffLevel, StaffMember } from '../../../state-machines/service/service.types.ts';
import type { Result } from '../../foundation/outcome.ts';
import { err, ok } from '../../foundation/outcome.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { mayBeEndedHere } from '../suspense/ends-unheard.ts';
import { endOf } from '../suspense/suspense-messages.ts';

export type SettledAs = EntryData<'suspense.settled'>['to'];

/**
 * Whose authority goes how far: a technician may say that the money was found and agrees (matched), a cash officer also that a claim was paid, and only an
 * administrator writes off. [KP-8.1 levels, requirements SV-8; **decision**]
 */
const AUTHORITY: Readonly<Record<StaffLevel, readonly SettledAs[]>> = {
  viewer: [],
  technician: ['matched'],
  cashOfficer: ['matched', 'paid'],
  administrator: ['matched', 'paid', 'writtenOff'],
};
const WHY_LENGTH_MIN = 3;

export function maySettleAs(level: StaffLevel): readonly SettledAs[] {
  return AUTHORITY[level];
}

/**
 * Ends an open item, once and for all, with the person, the authority, the reason and the message that tells the bank in one transaction. Money and counts are not touched: what the
 * person found is told by the count, not by this.
 */
export function settleSuspense(parts: Pick<CoreParts, 'journal' | 'gateway'>, act: { readonly staff: StaffMember; readonly suspenseId: string; readonly to: SettledAs; readonly why: string }): Result<void, 'notOpen' | 'notAllowed' | 'noReason' | 'bankNotHeard'> {
  const { staff, suspenseId, to } = act;
  const why = act.why.trim();
  const item = parts.journal.suspense({ state: 'open' }).find((candidate) => candidate.suspenseId === suspenseId);
  if (item === undefined) return err('notOpen');
  if (staff.level === 'viewer' || !AUTHORITY[staff.level].includes(to)) return err('notAllowed');
  if (why.length < WHY_LENGTH_MIN) return err('noReason');
  if (!mayBeEndedHere(parts.journal, item)) return err('bankNotHeard');
  const end = { to, by: staff.login, authority: staff.level, why };
  const told = endOf(parts, item, end);
  requireCommit(parts.journal, {
    entries: [
      entry('service.acted', { login: staff.login, action: `suspense.${to}`, target: suspenseId }),
      entry('suspense.settled', { ...end, suspenseId, itemReason: item.reason, amountMinor: item.amountMinor, reference: item.reference }, { operationId: item.operationId ?? undefined }),
      ...told.entries,
    ],
    messages: told.messages,
  });
  return ok(undefined);
}
