import type { StaffLevel } from '../../../state-machines/service/service.types.ts';
import type { ScreenData } from '../../contracts/screen-model.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import type { DayTotals } from '../day/day-totals.ts';
import { dayDetail } from '../day/day-detail.ts';
import { dayTotals } from '../day/day-totals.ts';
import { reconciliationOf } from '../day/day-reporter.ts';
import { mayBeEndedHere } from '../suspense/ends-unheard.ts';
import { endToldState, isByBank } from '../suspense/suspense-reporter.ts';
import { toldState } from '../suspense/told-state.ts';
import { maySettleAs } from '../service/settle-suspense.ts';

const SETTLED_ROWS_MAX = 20;
const ITEM_ROWS_MAX = 200;
const DECISIONS_LOOKED_AT = 50;
const UNFOLLOWED_MAX = 5;
const DETAIL_ROWS_MAX = 50;

type Frame = 'login' | 'name' | 'level' | 'softwareVersion' | 'businessDay' | 'incidentCount' | 'queueCount';

export function suspensePage(parts: CoreParts, level: StaffLevel): Omit<ScreenData<'service-suspense'>, Frame> {
  const settled = parts.journal.entries({ kinds: ['suspense.settled'], newestFirst: true, limit: SETTLED_ROWS_MAX }) as readonly JournalEntry<'suspense.settled'>[];
  return {
    items: parts.journal.suspense({ state: 'open' }).slice(0, ITEM_ROWS_MAX).map((item) => ({
      suspenseId: item.suspenseId, amountMinor: item.amountMinor, kind: item.reason, openedAtUtcMs: item.openedAtUtcMs, reference: item.reference, operationId: item.operationId, evidence: item.evidence,
      told: mayBeEndedHere(parts.journal, item) ? toldState(parts.journal, item) : 'toAsk',
    })),
    unfollowed: unfollowed(parts),
    maySettleAs: [...maySettleAs(level)],
    settled: settled.map(({ data, atUtcMs }) => ({ suspenseId: data.suspenseId, to: data.to, by: data.by, authority: data.authority, why: data.why, amountMinor: data.amountMinor, reference: data.reference, atUtcMs, bankAuthority: isByBank(data) ? authorityOf(parts, data) : null, told: isByBank(data) ? null : endToldState(parts.journal, data.suspenseId) })),
  };
}

function unfollowed({ journal }: CoreParts): ScreenData<'service-suspense'>['unfollowed'] {
  return journal.suspenseDecisions({ limit: DECISIONS_LOOKED_AT }).flatMap(({ result, entryNumber: _, ...decision }) => (result === 'settled' || result === 'agrees' ? [] : [{ ...decision, result }])).slice(0, UNFOLLOWED_MAX);
}

function authorityOf({ journal }: CoreParts, { suspenseId, authority: decisionId }: { readonly suspenseId: string; readonly authority: string }): string | null {
  return journal.suspenseDecisions({ suspenseId, limit: DECISIONS_LOOKED_AT }).find((decision) => decision.decisionId === decisionId)?.authority ?? null;
}

/** Of one journal's newest entry: the page is drawn again and again while a person reads it. */
const lastTotals = new WeakMap<object, { readonly entryNumber: number; readonly totals: DayTotals | null; readonly reconciled: ScreenData<'service-day'>['reconciled'] }>();

export function dayPage(parts: CoreParts): Omit<ScreenData<'service-day'>, Frame> {
  const entryNumber = parts.journal.entries({ newestFirst: true, limit: 1 })[0]?.entryNumber ?? 0;
  const known = lastTotals.get(parts.journal);
  const drawn = known?.entryNumber === entryNumber ? known : { entryNumber, totals: dayTotals(parts.journal), reconciled: reconciledRow(parts) };
  lastTotals.set(parts.journal, drawn);
  const { totals, reconciled } = drawn;
  const report = parts.journal.entries({ kinds: ['recovery.report'], newestFirst: true, limit: 1 })[0] as JournalEntry<'recovery.report'> | undefined;
  return {
    day: totals?.day ?? null,
    sinceUtcMs: totals?.sinceUtcMs ?? null,
    operations: (totals?.operations ?? []).map((total) => ({ ...total })),
    units: (totals?.units ?? []).map(({ unitId, movedMinor, countedMinor, compared }) => ({
      unitId, movedMinor, countedMinor,
      byDevice: compared === null || compared.deviceCount === null || compared.differenceCount === 0 ? null : { deviceCount: compared.deviceCount, journalCount: compared.journalCount, differenceCount: compared.differenceCount },
    })),
    differences: (totals?.differences ?? []).map((difference) => ({ ...difference })),
    reconciled,
    recovery: report === undefined ? null : { atUtcMs: report.atUtcMs, openOperations: report.data.openOperations, suspendedItems: report.data.suspendedItems, lines: [...report.data.lines].slice(0, 6) },
  };
}

/** What the bank said to the newest totals that it answered. */
function reconciledRow({ journal }: CoreParts): ScreenData<'service-day'>['reconciled'] {
  const answer = reconciliationOf(journal);
  if (answer === null) return null;
  const detail = dayDetail(journal, answer.day);
  return {
    day: answer.day, result: answer.result, atUtcMs: answer.atUtcMs, bank: answer.bank.map((booked) => ({ ...booked })),
    detail: detail === null ? null : { ...detail, operations: detail.operations.slice(0, DETAIL_ROWS_MAX).map((one) => ({ ...one })), isCut: detail.isCut || detail.operations.length > DETAIL_ROWS_MAX },
  };
}
