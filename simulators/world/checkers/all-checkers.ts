import type { Journal } from '../../../main/journal/journal.ts';
import { SAMPLE_TERMINAL_ID } from '../../bank-host/sample-bank.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { checkBooks } from './books.ts';
import { checkBunches } from './bunches.ts';
import { checkCash } from './cash.ts';
import { checkClosings } from './closings.ts';
import { checkDays } from './days.ts';
import { checkDecisions } from './decisions.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { checkMessageActs } from './message-acts.ts';
import { checkMoney } from './money.ts';
import type { QuietDevices } from './own-counts.ts';
import { checkOwnCounts } from './own-counts.ts';
import type { ShownResult } from './promises.ts';
import { checkPromises } from './promises.ts';
import { checkQueue } from './queue.ts';
import { checkReceipts } from './receipts.ts';
import { checkRecoveryReports } from './recovery-reports.ts';
import { checkRecycled } from './recycled.ts';
import { checkTakenAway } from './taken-away.ts';

/** A world in which everything was put right and the queue has run empty, looked at with all eyes but those for secrets. */
export function checkSettled({ surroundings, journal, money, shown, isQuiet = { acceptor: false, dispenser: false } }: { readonly surroundings: Surroundings; readonly journal: Journal; readonly money: JournalMoney; readonly shown: readonly ShownResult[]; /** @default none */ readonly isQuiet?: QuietDevices }): readonly Finding[] {
  const { bank } = surroundings;
  const head = journal.verify();
  return [
    ...(head.ok ? [] : [{ rule: 'chain' as const, detail: `${head.error.entryNumber}: ${head.error.detail}` }]),
    ...checkCash(surroundings, money, journal.cashUnits()),
    ...checkBunches(surroundings.dispenser.world(), money),
    ...checkOwnCounts(surroundings, isQuiet, money.entries, journal.cashUnits()),
    ...checkTakenAway(surroundings, money, journal.cashUnits()),
    ...checkMoney(journal, bank, money, SAMPLE_TERMINAL_ID),
    ...checkPromises(shown, journal, bank, SAMPLE_TERMINAL_ID),
    ...checkRecycled(surroundings, journal, money),
    ...checkReceipts(journal, bank, money),
    ...checkClosings(money),
    ...checkDays(money, bank, SAMPLE_TERMINAL_ID),
    ...checkRecoveryReports(money.entries),
    ...checkQueue(journal),
    ...checkBooks(journal, money),
    ...checkDecisions(journal, bank),
    ...checkMessageActs(journal, bank, money),
  ];
}
