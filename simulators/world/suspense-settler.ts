import type { CoreParts } from '../../main/core/core-parts.ts';
import { JournalUnavailable } from '../../main/core/require-commit.ts';
import { settleSuspense } from '../../main/core/service/settle-suspense.ts';
import type { Bank } from '../bank-host/bank.ts';
import type { Chance } from './chance.ts';
import type { StaffVisit } from './staff-visit.ts';

const ANSWER_LIMIT_MS = 15 * 60_000;
const ENDS = ['matched', 'paid', 'writtenOff'] as const;
const LEVELS = ['viewer', 'technician', 'cashOfficer', 'administrator'] as const;

/** Somebody at the bank looks at money in doubt: decides, thinks better of it, mistakes a sum, or has decided before the terminal's report is answered. */
export function decideAtBank(suspense: Bank['suspense'], chance: Chance): void {
  const item = chance.oneOf([...suspense.items(), null]);
  const ruling = { to: chance.oneOf(ENDS), authority: 'cash centre', reason: 'looked into' };
  if (item === null) return void (chance.isOnce(25) && suspense.decideNext(ruling));
  suspense.decide({ ...ruling, suspenseId: item.suspenseId, ...(chance.isOnce(25) ? { amountMinor: item.amountMinor + 100 } : {}) });
}

/** Somebody with the key and the right ends an item at the terminal: before, after or while the bank hears of it or decides. @param parts  null: the journal is not open yet */
export function settleHere(parts: CoreParts | null, { chance, dieAtNextCommit }: { readonly chance: Chance; readonly dieAtNextCommit: (when: 'before' | 'after') => void }): void {
  const open = parts === null || !chance.isOnce(60) ? [] : parts.journal.suspense({ state: 'open' });
  const item = open.length === 0 ? undefined : chance.oneOf(open);
  if (parts === null || item === undefined) return;
  settleItem(parts, { staff: { login: 't-014', name: 'T.', level: 'administrator' }, suspenseId: item.suspenseId, to: chance.oneOf(ENDS), why: 'countAgrees' });
  // Another one, of any level, who sees the page as it was; or the core dies of his act.
  if (!chance.isOnce(40)) return;
  const other = { login: 'c-007', name: 'C.', level: chance.oneOf(LEVELS) };
  if (chance.isOnce(30)) dieAtNextCommit(chance.oneOf(['before', 'after'] as const));
  settleItem(parts, { staff: other, suspenseId: chance.oneOf(open).suspenseId, to: chance.oneOf(ENDS), why: 'countAgrees' });
}

/** As when a technician opens the page; the answer may come or not. */
export async function hearDecisions({ parts, until }: Pick<StaffVisit, 'parts' | 'until'>): Promise<void> {
  let isOver = false;
  const asked = parts()?.suspense.ask();
  if (asked === undefined) return;
  void asked.finally(() => (isOver = true));
  await until(() => isOver, ANSWER_LIMIT_MS);
}

/** Where the disk did not take it nothing was ended, or it was and nobody heard of it. */
function settleItem(parts: CoreParts, wish: Parameters<typeof settleSuspense>[1]): void {
  try {
    settleSuspense(parts, wish);
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
  }
}
