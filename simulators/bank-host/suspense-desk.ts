import type { HostRequestBody, SuspenseDecision } from '../../main/contracts/host-operations.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { BusinessDay } from './business-day.ts';
import type { Documents } from './documents.ts';
import type { Ledger, LedgerLine } from './ledger.ts';
import { LEDGER_ACCOUNTS } from './ledger.ts';
import type { BankDatabase } from './schema.ts';

/** How somebody at the terminal ended an item. */
export type SuspenseSettlement = HostRequestBody<'suspense.settlement'>;

/** One item as the terminal told of it, with the newest decision on it and what a person there did. */
export interface BankSuspenseItem {
  readonly terminalId: string;
  readonly suspenseId: string;
  readonly kind: string;
  readonly amountMinor: number;
  readonly operationId: string | null;
  readonly reference: string | null;
  readonly openedAtUtcMs: number;
  readonly evidence: string;
  readonly decision: SuspenseDecision | null;
  readonly settlement: SuspenseSettlement | null;
}

/** What somebody at the bank decides. `amountMinor` left out: the item's own sum; another one is a mistake of the bank that the terminal must refuse. */
export interface SuspenseRuling {
  readonly suspenseId: string;
  readonly to: SuspenseDecision['to'];
  readonly authority: string;
  readonly reason: string;
  readonly amountMinor?: number;
}

export interface SuspenseDesk {
  /** Oldest first. */
  items(): readonly BankSuspenseItem[];
  decisions(): readonly (SuspenseDecision & { readonly terminalId: string })[];
  settlements(): readonly (SuspenseSettlement & { readonly terminalId: string })[];
  /** Decides and books it. A further decision on the same item stands beside the first and books nothing. */
  decide(ruling: SuspenseRuling): Result<SuspenseDecision, 'unknown'>;
  /** The next item that a terminal tells of is decided so at once: its report is answered with the decision. */
  decideNext(ruling: Omit<SuspenseRuling, 'suspenseId'>): void;
  /** Cash of this operation was booked by an item of it, after people at the terminal had ended its report by hand: no document may book it again. */
  isBookedByItem(key: { readonly terminalId: string; readonly operationId: string }): boolean;
  /** The journal of this terminal lost its end, and with it perhaps how people there ended items: each such end that was told becomes a decision, so that nobody ends the item another way. Books nothing. */
  confirmSettlements(terminalId: string): void;
  /** Inside the transaction of the report. */
  reported(terminalId: string, suspenseId: string): void;
  /** Inside the transaction of the message: the first word of a terminal on an item counts, and is booked once the item is known and unless the bank has decided on it. */
  settledThere(terminalId: string, settlement: SuspenseSettlement): void;
}

/** Items of all the cash that an operation took, or gave, whatever became of its report. */
const OF_REPORT: readonly string[] = ['retained', 'depositRefused', 'reportRefused', 'reportSettled'];
/** In the evidence of an item, for whoever reads it. */
const LOST_END = 'the journal goes on without what was written after';

/** The person at the bank who looks at money in doubt. */
export function createSuspenseDesk(parts: { readonly database: BankDatabase; readonly clock: Clock; readonly ledger: Ledger; readonly documents: Documents; readonly businessDay: BusinessDay }): SuspenseDesk {
  const { database, clock, ledger, documents, businessDay } = parts;
  const rows = database.prepare('SELECT terminal_id AS terminalId, suspense_id AS suspenseId, kind, amount_minor AS amountMinor, operation_id AS operationId, reference, opened_at_utc_ms AS openedAtUtcMs, evidence FROM suspense_items ORDER BY rowid');
  const decided = database.prepare(
    'SELECT terminal_id AS terminalId, suspense_id AS suspenseId, decision_id AS decisionId, settled_as AS "to", amount_minor AS amountMinor, authority, reason, decided_at_utc_ms AS decidedAtUtcMs FROM suspense_decisions ORDER BY rowid',
  );
  const insert = database.prepare('INSERT INTO suspense_decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const settled = database.prepare(
    'SELECT terminal_id AS terminalId, suspense_id AS suspenseId, settled_as AS "to", amount_minor AS amountMinor, login AS "by", authority, why, evidence, settled_at_utc_ms AS settledAtUtcMs FROM suspense_settlements ORDER BY rowid',
  );
  const insertSettlement = database.prepare('INSERT OR IGNORE INTO suspense_settlements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const standing: Omit<SuspenseRuling, 'suspenseId'>[] = [];
  const items = () => rows.all() as Omit<BankSuspenseItem, 'decision' | 'settlement'>[];
  const decisions = () => decided.all() as (SuspenseDecision & { terminalId: string })[];
  const settlements = () => settled.all() as (SuspenseSettlement & { terminalId: string })[];
  const itemOf = (terminalId: string, suspenseId: string) => items().find((one) => one.terminalId === terminalId && one.suspenseId === suspenseId);
  type Item = ReturnType<typeof items>[number];
  const endsIt = (item: Item) => (word: { readonly terminalId: string; readonly suspenseId: string; readonly amountMinor: number }) => word.suspenseId === item.suspenseId && word.terminalId === item.terminalId && word.amountMinor === item.amountMinor;
  /** The terminal's own report of that operation came after all, in some document. */
  const isBooked = ({ terminalId, operationId }: Item) => operationId !== null && ledger.postings().some((posting) => posting.operationId === operationId && posting.account === LEDGER_ACCOUNTS.transit(terminalId));
  const nextDecisionId = () => `D${String(documents.nextNumber('decision')).padStart(8, '0')}`;
  const isEnded = (item: Item) => [...decisions(), ...settlements()].some(endsIt(item));
  const othersOf = (item: Item) => (item.operationId === null ? [] : items().filter((other) => other.suspenseId !== item.suspenseId && other.terminalId === item.terminalId && other.operationId === item.operationId));
  /** A terminal whose journal was restored without its end may find, and tell, cash of an operation a second time, under another name and not all of it. One operation has one item of each kind that is booked here. */
  const isToldTwice = (item: Item) => othersOf(item).some((other) => (other.kind === item.kind || isSameReport(item, other)) && other.amountMinor !== 0 && isEnded(other));
  /** How the cash of this operation was ended before, under another name: a claim on it is paid once. */
  const endedBefore = (item: Item) => {
    const same = othersOf(item).filter((other) => isSameReport(item, other) && Math.abs(other.amountMinor) >= Math.abs(item.amountMinor));
    return [...decisions(), ...settlements()].find((word) => same.some((other) => endsIt(other)(word)));
  };
  const release = database.prepare("UPDATE holds SET state = 'released' WHERE terminal_id = ? AND operation_id = ? AND state = 'held'");
  const book = (item: Item, purpose: 'suspense.decision' | 'suspense.settlement') => {
    // Of a withdrawal whose request the terminal has lost no report will ever come: who decides frees the account, and claims what the count says.
    if (item.kind === 'dispenseUncertain' && item.evidence.includes(LOST_END)) release.run(item.terminalId, item.operationId);
    if (isToldTwice(item)) return;
    ledger.post({ terminalId: item.terminalId, operationId: null, purpose, businessDay: businessDay.today(), atUtcMs: clock.nowUtcMs(), lines: bookingOf(item, { isOperationBooked: isBooked(item), isKept: item.operationId !== null && ledger.isInSuspense({ terminalId: item.terminalId, operationId: item.operationId }) }) });
  };
  /** Cash that was kept and whose report was refused here, or ended by hand by people at the terminal: no document will ever bring it here, so the item does. */
  const bringIn = (terminalId: string, operationId: string | null) => {
    const own = items().filter((one) => one.terminalId === terminalId && one.operationId === operationId && operationId !== null);
    const kept = own.find(({ kind }) => kind === 'retained');
    if (kept === undefined || isBooked(kept) || !own.some(({ kind }) => kind === 'reportSettled' || kind === 'reportRefused')) return;
    ledger.post({ terminalId, operationId, purpose: 'suspense.report', businessDay: businessDay.today(), atUtcMs: clock.nowUtcMs(), lines: [{ account: LEDGER_ACCOUNTS.transit(terminalId), amountMinor: -kept.amountMinor }, { account: LEDGER_ACCOUNTS.suspenseIn(terminalId), amountMinor: kept.amountMinor }] });
  };
  const desk: SuspenseDesk = {
    decideNext: (ruling) => void standing.push(ruling),
    settlements,
    confirmSettlements: (terminalId) => {
      const known = decisions();
      // A decision of another sum, which no terminal takes, says nothing of it.
      const isDecided = (end: SuspenseSettlement) => known.some((word) => word.terminalId === terminalId && word.suspenseId === end.suspenseId && word.amountMinor === end.amountMinor);
      for (const { suspenseId, to, amountMinor, by, why } of settlements().filter((one) => one.terminalId === terminalId && !isDecided(one))) {
        insert.run(terminalId, suspenseId, nextDecisionId(), to, amountMinor, 'as the terminal told', `${by}: ${why}`, clock.nowUtcMs());
      }
    },
    isBookedByItem: ({ terminalId, operationId }) => items().some((item) => item.terminalId === terminalId && item.operationId === operationId && item.kind === 'reportSettled' && item.amountMinor !== 0 && isEnded(item) && !isBooked(item)),
    settledThere: (terminalId, settlement) => {
      const { suspenseId, to, amountMinor, by, authority, why, evidence, settledAtUtcMs } = settlement;
      const added = insertSettlement.run(terminalId, suspenseId, to, amountMinor, by, authority, why, evidence, settledAtUtcMs, clock.nowUtcMs());
      const item = itemOf(terminalId, suspenseId);
      if (added.changes === 1 && item !== undefined && item.amountMinor === amountMinor && !decisions().some(endsIt(item))) book(item, 'suspense.settlement');
    },
    reported: (terminalId, suspenseId) => {
      // Its end may have come before it.
      const item = itemOf(terminalId, suspenseId);
      if (item !== undefined) bringIn(terminalId, item.operationId);
      if (item !== undefined && settlements().some(endsIt(item))) book(item, 'suspense.settlement');
      const before = item === undefined ? undefined : endedBefore(item);
      const ruling = before === undefined ? standing.shift() : { to: before.to, authority: 'as before', reason: `ended as ${before.suspenseId}` };
      if (ruling !== undefined) desk.decide({ ...ruling, suspenseId });
    },
    items: () => {
      const [ruled, ended] = [decisions(), settlements()];
      return items().map((item) => ({ ...item, decision: wordOn(item, ruled), settlement: wordOn(item, ended) }));
    },
    decisions,
    decide: (ruling) =>
      database.transaction((): Result<SuspenseDecision, 'unknown'> => {
        const { suspenseId, to, authority, reason } = ruling;
        const item = items().find((one) => one.suspenseId === suspenseId);
        if (item === undefined) return err('unknown');
        const wasEnded = isEnded(item);
        const decision: SuspenseDecision = { suspenseId, decisionId: nextDecisionId(), to, amountMinor: ruling.amountMinor ?? item.amountMinor, authority, reason, decidedAtUtcMs: clock.nowUtcMs() };
        insert.run(item.terminalId, suspenseId, decision.decisionId, to, decision.amountMinor, authority, reason, decision.decidedAtUtcMs);
        if (!wasEnded && decision.amountMinor === item.amountMinor) {
          book(item, 'suspense.decision');
        }
        return ok(decision);
      })(),
  };
  return desk;
}

/** The same cash: it came in, or it left. */
function isSameReport(item: Pick<BankSuspenseItem, 'kind' | 'amountMinor'>, other: Pick<BankSuspenseItem, 'kind' | 'amountMinor'>): boolean {
  return OF_REPORT.includes(item.kind) && OF_REPORT.includes(other.kind) && item.amountMinor * other.amountMinor > 0;
}

/** The newest of many. */
function wordOn<Word extends { readonly terminalId: string; readonly suspenseId: string }>(item: { readonly terminalId: string; readonly suspenseId: string }, words: readonly Word[]): Omit<Word, 'terminalId'> | null {
  const newest = words.findLast(({ terminalId, suspenseId }) => terminalId === item.terminalId && suspenseId === item.suspenseId);
  if (newest === undefined) return null;
  const { terminalId: _, ...word } = newest;
  return word;
}

/** Out of where the bank kept the doubt, where it did (what it has credited meanwhile is nobody's claim), or, where it had booked nothing, with the cash itself; what may have left or lies in the path is booked by the count. */
function bookingOf({ terminalId, kind, amountMinor }: Pick<BankSuspenseItem, 'terminalId' | 'kind' | 'amountMinor'>, { isOperationBooked, isKept }: { readonly isOperationBooked: boolean; readonly isKept: boolean }): readonly LedgerLine[] {
  const settled = LEDGER_ACCOUNTS.settledDoubts(terminalId);
  switch (kind) {
    case 'retained':
      return isOperationBooked && !isKept ? [] : [{ account: LEDGER_ACCOUNTS.suspenseIn(terminalId), amountMinor: -amountMinor }, { account: settled, amountMinor }];
    case 'depositRefused':
      // Refused unbooked: its document came too late, or was about nothing that is known here.
      return isOperationBooked && !isKept ? [] : [{ account: isKept ? LEDGER_ACCOUNTS.suspenseIn(terminalId) : LEDGER_ACCOUNTS.transit(terminalId), amountMinor: -amountMinor }, { account: settled, amountMinor }];
    case 'reportSettled':
      return isOperationBooked ? [] : [{ account: LEDGER_ACCOUNTS.transit(terminalId), amountMinor: -amountMinor }, { account: settled, amountMinor }];
    case 'reportRefused':
    case 'unassigned':
    case 'overDispensed':
      return [{ account: LEDGER_ACCOUNTS.transit(terminalId), amountMinor: -amountMinor }, { account: settled, amountMinor }];
    default:
      return [];
  }
}
