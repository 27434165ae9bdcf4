import type { EntryKind } from '../../journal/entry-kinds.ts';
import type { Journal } from '../../journal/journal.ts';
import { dataOf } from '../../journal/entry-data.ts';

const SETTLING_KINDS: readonly EntryKind[] = ['deposit.accepted', 'deposit.cancelled', 'withdrawal.completed'];

/** Cash of an operation as it was settled, minor units: agreed to be inside, credited or kept, with fee and change in it; or certainly gone out, authorised or not. 0: none moved. */
export function movedMinor(journal: Pick<Journal, 'operationEntries'>, operationId: string): number {
  const settled = journal.operationEntries(operationId, SETTLING_KINDS);
  const [sum = 0] = [
    ...dataOf(settled, 'deposit.accepted').map(({ insertedMinor }) => insertedMinor),
    ...dataOf(settled, 'deposit.cancelled').map(({ retainedMinor }) => retainedMinor),
    ...dataOf(settled, 'withdrawal.completed').map(({ presentedMinor }) => presentedMinor),
  ];
  return sum;
}
