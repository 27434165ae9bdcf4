import type { RecyclerAct, RecyclerActResult, StaffLevel, StaffMember } from '../../../state-machines/service/service.types.ts';
import { entry } from '../../journal/journal.ts';
import { moveBatch } from '../cash/recycler-desk.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';

/** Whoever collects and loads cash; a viewer only looks. [requirements SV-8; **decision**] */
const LEVELS: readonly StaffLevel[] = ['technician', 'cashOfficer', 'administrator'];

export function mayActOnRecycler(level: StaffLevel): boolean {
  return LEVELS.includes(level);
}

type Parts = Pick<CoreParts, 'journal' | 'recyclerDesk' | 'log'>;

/**
 * One act of a person on the units of the recycler. Who does what is durable before a note moves; counts follow in one transaction with the outcome. What the device does not
 * say for certain is left to the comparison of its counts with the journal's.
 * @throws JournalUnavailable nothing was written; before the outcome: nothing moved
 */
export async function actOnRecycler(parts: Parts, { staff, act, keepCount }: { readonly staff: StaffMember; readonly act: RecyclerAct; readonly keepCount: number }): Promise<RecyclerActResult> {
  const desk = parts.recyclerDesk;
  if (desk === null || !mayActOnRecycler(staff.level)) return 'failed';
  switch (act) {
    case 'startExchange':
      if (!desk.isExchanging) desk.startExchange(staff.login);
      return 'exchangeOpen';
    case 'endExchange':
      return (await desk.endExchange()) ? 'exchangeEnded' : 'failed';
    case 'float':
      return bringToBox(parts, { staff, keepCount });
    case 'empty':
      return bringToBox(parts, { staff, keepCount: 0 });
  }
}

/** Everything above `keepCount` of each kind into the cash box. */
async function bringToBox(parts: Parts, { staff, keepCount }: { readonly staff: StaffMember; readonly keepCount: number }): Promise<RecyclerActResult> {
  const desk = parts.recyclerDesk;
  if (desk === null || desk.isExchanging) return 'failed';
  const { recycler } = desk;
  requireCommit(parts.journal, { entries: [entry('service.acted', { login: staff.login, action: keepCount === 0 ? 'recycler.empty' : 'recycler.float', target: `${recycler.deviceId} keeps ${keepCount} of each` })] });
  desk.beginPayout();
  try {
    const outcome = keepCount === 0 ? await recycler.empty() : await recycler.floatTo(desk.keptMinor.map((denominationMinor) => ({ denominationMinor, noteCount: keepCount })));
    if (outcome.kind !== 'completed') {
      parts.log.warn('svc.recycler.notDone', { kind: outcome.kind, completionCode: outcome.completionCode });
      return outcome.kind;
    }
    const moves = desk.movesToBox(outcome.value.movedToBox);
    if (moves.length > 0) requireCommit(parts.journal, moveBatch(moves, `brought to the cash box by ${staff.login}`));
    desk.countsMoved();
    return outcome.value.movedToBox.length === 0 ? 'nothing' : 'moved';
  } finally {
    desk.endPayout();
  }
}
