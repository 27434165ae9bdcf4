import type { RecyclerAct, RecyclerActResult, StaffLevel, StaffMember } from '../../../state-machines/service/service.types.ts';
import { entry } from '../../journal/journal.ts';
import { isNoteExchangeOpen } from '../cash/note-exchange.ts';
import type { RecyclerDesk } from '../cash/recycler-desk.ts';
import { moveBatch } from '../cash/note-moves.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

/** Whoever collects and loads cash; a viewer only looks. [requirements SV-8; **decision**] */
const LEVELS: readonly StaffLevel[] = ['technician', 'cashOfficer', 'administrator'];

export function mayActOnRecycler(level: StaffLevel): boolean {
  return LEVELS.includes(level);
}

type Parts = Pick<CoreParts, 'journal' | 'heldOutcomes' | 'recyclerDesk' | 'log'>;

/**
 * One act of a person on the units of the recycler: everything above `keepCount` of each kind, or all, into the cash box. Who does what is durable before a note moves; counts
 * follow in one transaction with the outcome. What the device does not say for certain, or the core did not live to hear, is left to the comparison of its counts with the
 * journal's: what is missing there and was not told is a suspense item. While hands are at the units
 * or the box (`note-acts.ts`), while these are uncounted, while it still brings notes and while a customer's operation is open, nothing moves.
 * @throws JournalUnavailable nothing was written, and nothing moved
 */
export async function actOnRecycler(parts: Parts, { staff, act, keepCount: wishedCount }: { readonly staff: StaffMember; readonly act: RecyclerAct; readonly keepCount: number }): Promise<RecyclerActResult> {
  const desk = parts.recyclerDesk;
  if (desk === null || !mayActOnRecycler(staff.level) || desk.isExchanging || desk.isPayoutOpen || isNoteExchangeOpen(parts.journal) || parts.journal.openOperationIds().length > 0) return 'failed';
  const keepCount = act === 'empty' ? 0 : wishedCount;
  parts.heldOutcomes.requireWritten();
  requireCommit(parts.journal, { entries: [entry('service.acted', { login: staff.login, action: keepCount === 0 ? 'recycler.empty' : 'recycler.float', target: `${desk.recycler.deviceId} keeps ${keepCount} of each` })], facts: desk.bringingFacts(staff.login) });
  desk.beginPayout();
  const outcome = await bring(desk, keepCount);
  if (outcome.kind !== 'completed') {
    desk.endPayout();
    parts.log.warn('svc.recycler.notDone', { kind: outcome.kind, completionCode: outcome.completionCode });
    return outcome.kind;
  }
  const moves = desk.movesToBox(outcome.value.movedToBox);
  const onWritten = () => {
    desk.endPayout();
    desk.countsMoved();
  };
  await parts.heldOutcomes.commit({ ...(moves.length === 0 ? {} : moveBatch(moves, `brought to the cash box by ${staff.login}`)), facts: desk.broughtFacts }, { onWritten });
  return outcome.value.movedToBox.length === 0 ? 'nothing' : 'moved';
}

async function bring(desk: RecyclerDesk, keepCount: number) {
  try {
    return await (keepCount === 0 ? desk.recycler.empty() : desk.recycler.floatTo(desk.keptMinor.map((denominationMinor) => ({ denominationMinor, noteCount: keepCount }))));
  } catch (error) {
    desk.endPayout();
    throw error;
  }
}
