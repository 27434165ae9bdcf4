import type { HostRequestBody } from '../../contracts/host-operations.ts';
import { DETAIL_OPERATIONS_MAX } from '../../contracts/host-operations.ts';
import { OPERATIONS, type OperationCode } from '../../contracts/operations.ts';
import type { JournalEntry } from '../../journal/journal.ts';
import type { DaySource } from './day-totals.ts';
import { operationsOfDay } from './day-totals.ts';

/** An operation that the bank has booked otherwise than it once confirmed it here; `confirmedMinor` 0: it confirmed nothing, or the journal does not know the operation. Minor units, in positive and out negative. */
export interface BookedOtherwise {
  readonly operationId: string;
  readonly operation: string;
  readonly bookedMinor: number;
  readonly confirmedMinor: number;
}

export interface DayDetail {
  /** `asked`: the bank has not answered every page; `refused`: it would not compare at least one. */
  readonly state: 'asked' | 'compared' | 'refused';
  readonly operations: readonly BookedOtherwise[];
  /** The bank has more than these. */
  readonly isCut: boolean;
}

/** Pages that ask the bank about each operation of a day of the kinds whose sums differ; of all where it names none. [host-messages §6] */
export function detailPages(journal: DaySource, day: string, different: readonly OperationCode[]): readonly HostRequestBody<'recon.detail'>[] {
  const ofDay = operationsOfDay(journal, day);
  return (different.length === 0 ? OPERATIONS : different).flatMap((operation) => {
    const told = ofDay.filter((one) => one.operation === operation).map(({ operationId, hostMinor }) => ({ operationId, hostMinor })).sort((left, right) => (left.operationId < right.operationId ? -1 : 1));
    const pageCount = Math.max(1, Math.ceil(told.length / DETAIL_OPERATIONS_MAX));
    return Array.from({ length: pageCount }, (_, page) => ({
      day, operation,
      afterOperationId: told[page * DETAIL_OPERATIONS_MAX - 1]?.operationId ?? null,
      isLast: page === pageCount - 1,
      operations: told.slice(page * DETAIL_OPERATIONS_MAX, (page + 1) * DETAIL_OPERATIONS_MAX),
    }));
  });
}

/** What the bank named of a day, beside what it has confirmed here by now: one that it confirms since is left out. @returns null: nothing was asked */
export function dayDetail(journal: DaySource, day: string): DayDetail | null {
  const asked = entriesOf(journal, 'day.detailSent', day);
  if (asked.length === 0) return null;
  const answers = entriesOf(journal, 'day.detailed', day);
  const confirmed = new Map(operationsOfDay(journal, day).map(({ operationId, hostMinor }) => [operationId, hostMinor]));
  return {
    state: answers.some(({ data }) => data.result === 'refused') ? 'refused' : answers.length < asked.length ? 'asked' : 'compared',
    operations: answers
      .flatMap(({ data }) => data.differences.map(({ operationId, bookedMinor }) => ({ operationId, operation: data.operation, bookedMinor, confirmedMinor: confirmed.get(operationId) ?? 0 })))
      .filter(({ bookedMinor, confirmedMinor }) => bookedMinor !== confirmedMinor),
    isCut: answers.some(({ data }) => data.isCut),
  };
}

/** Days whose details were asked for. */
export function detailedDays(journal: Pick<DaySource, 'entries'>): ReadonlySet<string> {
  return new Set(newest(journal, 'day.detailSent').map(({ data }) => data.day));
}

/** Far more pages than the days that are looked at have. */
const PAGES_LOOKED_AT = 2_000;

function entriesOf<Kind extends 'day.detailSent' | 'day.detailed'>(journal: Pick<DaySource, 'entries'>, kind: Kind, day: string): readonly JournalEntry<Kind>[] {
  return newest(journal, kind).filter(({ data }) => data.day === day).toReversed();
}

function newest<Kind extends 'day.detailSent' | 'day.detailed'>(journal: Pick<DaySource, 'entries'>, kind: Kind): readonly JournalEntry<Kind>[] {
  return journal.entries({ kinds: [kind], newestFirst: true, limit: PAGES_LOOKED_AT }) as readonly JournalEntry<Kind>[];
}
