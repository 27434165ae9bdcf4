import { assert } from '../../main/foundation/assert.ts';
import type { BankDatabase } from './schema.ts';

/**
 * Double entry: a credit is positive, a debit negative, each entry sums to zero, nothing is ever changed.
 * Client, provider, income and suspense accounts are liabilities, so what the bank owes is positive; the transit account of a terminal is the
 * cash in its boxes, so a deposit makes it more negative and a withdrawal less.
 */
export const LEDGER_ACCOUNTS = {
  client: (accountRef: string) => `client:${accountRef}`,
  transit: (terminalId: string) => `transit:${terminalId}`,
  provider: (providerId: string) => `provider:${providerId}`,
  /** Cash that stayed inside uncredited, or was refused after it was stacked: owed to somebody, settled by a person. */
  suspenseIn: (terminalId: string) => `suspense-in:${terminalId}`,
  /** Cash that may have left the exit: debited from the client, settled by the count of the cassettes. [host-messages §5.2, DOBT] */
  suspenseOut: (terminalId: string) => `suspense-out:${terminalId}`,
  /** Notes that may lie inside besides those counted, and the claim that they would be: both settled at the collection. */
  doubtfulCash: (terminalId: string) => `doubtful-cash:${terminalId}`,
  doubtfulClaim: (terminalId: string) => `doubtful-claim:${terminalId}`,
  /** Money in doubt that somebody at the bank or at the terminal ended: as what, stands with the decision or the settlement. */
  settledDoubts: (terminalId: string) => `settled-doubts:${terminalId}`,
  feeIncome: 'income:fees',
  /** Over-payments that become a top-up of a telephone. */
  phoneTopUps: 'top-ups:phones',
  /** Where the samples' money comes from. */
  opening: 'opening',
} as const;

export interface LedgerLine {
  readonly account: string;
  /** Credit positive, debit negative; zero lines are left out. */
  readonly amountMinor: number;
}

export interface LedgerEntry {
  readonly terminalId: string | null;
  readonly operationId: string | null;
  /** The operation that caused it, or `opening`. */
  readonly purpose: string;
  readonly businessDay: string;
  readonly atUtcMs: number;
  readonly lines: readonly LedgerLine[];
}

export interface TerminalCash {
  /** Cash booked to somebody from this terminal: credits, fees and change together. */
  readonly cashInMinor: number;
  /** Cash that the terminal certainly gave out. */
  readonly cashOutMinor: number;
  /** Cash inside that is nobody's yet. */
  readonly suspenseInMinor: number;
  /** Cash that may have left. */
  readonly suspenseOutMinor: number;
  /** Cash that may lie inside besides what was counted; in none of the others. */
  readonly doubtfulInMinor: number;
}

export interface Ledger {
  /** Call inside the transaction of the document that causes it. */
  post(entry: LedgerEntry): void;
  /** Credits minus debits; what the client may call his money. Holds are not subtracted. */
  balanceMinor(account: string): number;
  /** True when this operation has already put cash into `suspense-in`. */
  isInSuspense(key: { readonly terminalId: string; readonly operationId: string }): boolean;
  terminalCash(terminalId: string): TerminalCash;
  balances(): readonly { readonly account: string; readonly balanceMinor: number }[];
  postings(): readonly { readonly entryId: number; readonly account: string; readonly amountMinor: number; readonly terminalId: string | null; readonly operationId: string | null; readonly purpose: string; readonly businessDay: string }[];
}

export function createLedger(database: BankDatabase): Ledger {
  const insert = database.prepare('INSERT INTO postings (entry_id, account, amount_minor, terminal_id, operation_id, purpose, business_day, at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const nextEntry = database.prepare('SELECT coalesce(max(entry_id), 0) + 1 FROM postings').pluck();
  const balance = database.prepare('SELECT coalesce(sum(amount_minor), 0) FROM postings WHERE account = ?').pluck();
  const suspended = database.prepare("SELECT 1 FROM postings WHERE terminal_id = ? AND operation_id = ? AND account LIKE 'suspense-in:%'").pluck();
  // A posting of the transit account is cash in when negative; the line beside it says whether somebody owns it.
  const ofTransit = database.prepare('SELECT coalesce(-sum(min(amount_minor, 0)), 0) AS inMinor, coalesce(sum(max(amount_minor, 0)), 0) AS outMinor FROM postings WHERE account = ?');
  return {
    post(entry) {
      const lines = entry.lines.filter((line) => line.amountMinor !== 0);
      assert(lines.every((line) => Number.isSafeInteger(line.amountMinor)), 'money is a safe integer of minor units');
      assert(lines.reduce((sum, line) => sum + line.amountMinor, 0) === 0, 'a ledger entry sums to zero');
      if (lines.length === 0) return;
      const entryId = nextEntry.get() as number;
      for (const line of lines) insert.run(entryId, line.account, line.amountMinor, entry.terminalId, entry.operationId, entry.purpose, entry.businessDay, entry.atUtcMs);
    },
    balanceMinor: (account) => balance.get(account) as number,
    isInSuspense: ({ terminalId, operationId }) => suspended.get(terminalId, operationId) !== undefined,
    terminalCash(terminalId) {
      const transit = ofTransit.get(LEDGER_ACCOUNTS.transit(terminalId)) as { inMinor: number; outMinor: number };
      const suspenseInMinor = balance.get(LEDGER_ACCOUNTS.suspenseIn(terminalId)) as number;
      return { cashInMinor: transit.inMinor - suspenseInMinor, cashOutMinor: transit.outMinor, suspenseInMinor, suspenseOutMinor: balance.get(LEDGER_ACCOUNTS.suspenseOut(terminalId)) as number, doubtfulInMinor: balance.get(LEDGER_ACCOUNTS.doubtfulClaim(terminalId)) as number };
    },
    balances: () => database.prepare('SELECT account, sum(amount_minor) AS balanceMinor FROM postings GROUP BY account ORDER BY account').all() as { account: string; balanceMinor: number }[],
    postings: () =>
      database.prepare('SELECT entry_id AS entryId, account, amount_minor AS amountMinor, terminal_id AS terminalId, operation_id AS operationId, purpose, business_day AS businessDay FROM postings ORDER BY posting_id').all() as ReturnType<Ledger['postings']>,
  };
}
