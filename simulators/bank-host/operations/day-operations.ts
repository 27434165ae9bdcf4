import type { HostHeader, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { DETAIL_OPERATIONS_MAX } from '../../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../../main/contracts/operations.ts';
import { approved, declined } from '../decision.ts';
import type { BankContext, Handlers } from './context.ts';

/** The bank's side of the business day: its own sums beside the terminal's, and the seals of the terminal's journal. [host-messages §5.6] */
export type DayOperation = 'recon.totals' | 'recon.detail' | 'journal.seal';

/** Booked by somebody else under the day, where the fault board wants a disagreement. */
const CONTRARY_MINOR = 100_000;
/** After each id: ids are printable ASCII. */
const LAST_ID = '\u{7f}';

export function dayOperations(context: BankContext): Handlers<DayOperation> {
  const { database, clock } = context;
  return {
    'recon.totals'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      if (context.takeContraryTotals()) database.prepare('INSERT INTO day_reports VALUES (?, ?, ?, ?, ?)').run(header.terminalId, body.day, body.operations[0]?.operation ?? 'op-01', `elsewhere-${body.day}`, CONTRARY_MINOR);
      const rows = database.prepare('SELECT operation, sum(amount_minor) AS bookedMinor FROM day_reports WHERE terminal_id = ? AND business_day = ? GROUP BY operation ORDER BY operation').all(header.terminalId, body.day) as { operation: OperationCode; bookedMinor: number }[];
      const operations = [...new Set([...rows.map(({ operation }) => operation), ...body.operations.map(({ operation }) => operation)])].sort();
      const bank = operations.flatMap((operation) => {
        const bookedMinor = rows.find((row) => row.operation === operation)?.bookedMinor ?? 0;
        return bookedMinor === (body.operations.find((told) => told.operation === operation)?.hostMinor ?? 0) ? [] : [{ operation, bookedMinor }];
      });
      const result = bank.length === 0 ? 'agreed' : 'different';
      database.prepare('INSERT OR REPLACE INTO day_totals VALUES (?, ?, ?, ?, ?)').run(header.terminalId, body.day, JSON.stringify(body), result, clock.nowUtcMs());
      if (body.seal !== null) keepSeal(context, header, body.seal);
      context.notice('host.day.reconciled', { day: body.day, result, terminalId: header.terminalId });
      return approved<'recon.totals'>({ result, bank });
    },

    'recon.detail'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      const { day, operation, afterOperationId, isLast, operations } = body;
      const upTo = isLast ? LAST_ID : (operations.at(-1)?.operationId ?? '');
      const rows = database.prepare('SELECT operation_id AS operationId, sum(amount_minor) AS bookedMinor FROM day_reports WHERE terminal_id = ? AND business_day = ? AND operation = ? AND operation_id > ? AND operation_id <= ? GROUP BY operation_id')
        .all(header.terminalId, day, operation, afterOperationId ?? '', upTo) as { operationId: string; bookedMinor: number }[];
      const booked = new Map(rows.map(({ operationId, bookedMinor }) => [operationId, bookedMinor]));
      const told = new Map(operations.map(({ operationId, hostMinor }) => [operationId, hostMinor]));
      const differences = [...new Set([...booked.keys(), ...told.keys()])].sort().map((operationId) => ({ operationId, bookedMinor: booked.get(operationId) ?? 0 })).filter(({ operationId, bookedMinor }) => bookedMinor !== (told.get(operationId) ?? 0));
      context.notice('host.day.detailed', { day, operation, count: differences.length, terminalId: header.terminalId });
      return approved<'recon.detail'>({ differences: differences.slice(0, DETAIL_OPERATIONS_MAX), isCut: differences.length > DETAIL_OPERATIONS_MAX });
    },

    'journal.seal'({ header, body, forcedRefusal }) {
      if (forcedRefusal !== null) return declined(forcedRefusal);
      // Another hash at the same place: the journal was rewritten since. A seal that the terminal's key did not make vouches for nothing.
      if (!keepSeal(context, header, body.seal)) return declined('RF-24');
      const held = database.prepare('SELECT up_to_entry_number AS upToEntryNumber, hash FROM journal_seals WHERE terminal_id = ? AND journal_id = ? AND is_lost = 0 ORDER BY up_to_entry_number DESC LIMIT 2').all(header.terminalId, body.seal.journalId) as { upToEntryNumber: number; hash: string }[];
      return approved<'journal.seal'>({ heldUpTo: held[0]!.upToEntryNumber, previous: held.find(({ upToEntryNumber }) => upToEntryNumber !== body.seal.upToEntryNumber) ?? null });
    },
  };
}

/** Inside the transaction of the booking. @param report.amountMinor  in positive, out negative */
export function reportOfDay(context: BankContext, header: HostHeader, report: { readonly operation: OperationCode; readonly amountMinor: number }): void {
  const day = header.businessDay ?? context.businessDay.today();
  context.database.prepare('INSERT INTO day_reports VALUES (?, ?, ?, ?, ?)').run(header.terminalId, day, report.operation, header.operationId, report.amountMinor);
}

/** @returns false when it is not genuine, or the bank holds another hash for this place */
function keepSeal(context: BankContext, { terminalId }: HostHeader, seal: HostRequestBody<'journal.seal'>['seal']): boolean {
  const { database, clock, isSealGenuine } = context;
  if (!isSealGenuine(seal)) return false;
  noteLoss(context, terminalId, seal);
  const held = database.prepare('SELECT hash FROM journal_seals WHERE terminal_id = ? AND journal_id = ? AND up_to_entry_number = ? AND is_lost = 0').pluck().get(terminalId, seal.journalId, seal.upToEntryNumber);
  if (held !== undefined) return held === seal.hash;
  database.prepare('INSERT INTO journal_seals (terminal_id, journal_id, up_to_entry_number, hash, key_id, signature, at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?)').run(terminalId, seal.journalId, seal.upToEntryNumber, seal.hash, seal.keyId, seal.signature, clock.nowUtcMs());
  return true;
}

/** Once for each: seals of the new end are not of the lost one. People at the bank ask what was lost. */
function noteLoss({ database, clock, notice, suspense }: BankContext, terminalId: string, { journalId, loss }: HostRequestBody<'journal.seal'>['seal']): void {
  if (loss === null) return;
  const noted = database.prepare('INSERT OR IGNORE INTO journal_losses VALUES (?, ?, ?, ?, ?)').run(terminalId, journalId, loss.entryHash, loss.afterEntryNumber, clock.nowUtcMs());
  if (noted.changes === 0) return;
  const lost = database.prepare('UPDATE journal_seals SET is_lost = 1 WHERE terminal_id = ? AND journal_id = ? AND up_to_entry_number > ?').run(terminalId, journalId, loss.afterEntryNumber);
  suspense.confirmSettlements(terminalId);
  notice('host.journal.lost', { terminalId, afterEntryNumber: loss.afterEntryNumber, sealCount: lost.changes });
}
