import type { Command } from 'commander';
import type { DayTotals } from '../core/day/day-totals.ts';
import type { DayDetail } from '../core/day/day-detail.ts';
import { dayDetail } from '../core/day/day-detail.ts';
import { reconciliationOf } from '../core/day/day-reporter.ts';
import { dayTotals } from '../core/day/day-totals.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import type { ReadableJournal } from '../journal/open-journal.ts';
import { withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { withJournal } from './journal.ts';
import type { Column } from './text-table.ts';
import { tengeText } from './tenge-text.ts';
import { textTable } from './text-table.ts';

export function registerDay(program: Command): void {
  withJournalSource(program.command('day').description('totals of a business day three ways: devices, journal, bank; each difference with its reason'))
    .option('--day <YYYY-MM-DD>', 'as the bank named it; left out: the day that runs')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nWorks while a core runs. With --day also what the bank answered to that day’s totals, else to the newest that it compared; where its sums are others, which operations it has booked otherwise. Exit code 1: a difference has no explanation, a device counts other notes in a unit than the journal, or the bank’s sums are others.\n\nExample\n  $ qolma day --config /etc/qolma/terminal.json')
    .action((options: JournalSourceOptions & { readonly day?: string; readonly json?: boolean }) => tell(dayAnswer(options), options.json === true));
}

/** @returns exit code 1 for a difference that nothing explains, where a device counts otherwise than the journal, where the bank's sums are others, and for a day that the journal does not know */
export function dayAnswer(options: JournalSourceOptions & { readonly day?: string }): Answer {
  return withJournal(options, (journal) => {
    const totals = dayTotals(journal, options.day);
    if (totals === null) return problemAnswer({ code: 'UNKNOWN_DAY', detail: `the journal knows no business day ${options.day ?? ''}` });
    const reconciled = withDetail(journal, reconciliationOf(journal, options.day));
    const ok = totals.isExplained && totals.units.every(({ compared }) => compared === null || compared.differenceCount === 0) && (reconciled === null || reconciled.result === 'agreed');
    return { json: { ok, ...totals, reconciled }, text: `${dayText(totals)}\n\n${bankText(reconciled)}`, exitCode: ok ? 0 : 1 };
  });
}

function dayText(totals: DayTotals): string {
  const operations = textTable(columns('operation', 'count', 'devices', 'journal', 'bank'), totals.operations.map((total) => [total.operation, String(total.count), tengeText(total.deviceMinor), tengeText(total.journalMinor), tengeText(total.hostMinor)]));
  const units = textTable(columns('cash unit', 'devices', 'journal'), totals.units.map((unit) => [unit.unitId, tengeText(unit.movedMinor), tengeText(unit.countedMinor)]));
  const different = totals.units.flatMap(({ unitId, compared }) => (compared === null || compared.differenceCount === 0 ? [] : [[unitId, String(compared.deviceCount), String(compared.journalCount), String(compared.differenceCount), new Date(compared.atUtcMs).toISOString()]]));
  const counts = different.length === 0 ? '' : `${textTable([...columns('notes in the unit', 'by the device', 'by the journal', 'difference'), { title: 'since (UTC)' }], different)}\n\n`;
  const differences = totals.differences.length === 0 ? 'no differences' : textTable([{ title: 'difference' }, { title: 'tenge', align: 'right' }, { title: 'operation' }, { title: 'why' }], totals.differences.map((difference) => [difference.kind, tengeText(difference.amountMinor), difference.operationId, difference.explanation]));
  return `business day ${totals.day ?? 'not named by the bank yet'}\n\n${operations}\n\n${units}\n\n${counts}${differences}`;
}

function withDetail(journal: ReadableJournal, reconciled: ReturnType<typeof reconciliationOf>) {
  return reconciled === null ? null : { ...reconciled, detail: dayDetail(journal, reconciled.day) };
}

function bankText(reconciled: ReturnType<typeof withDetail>): string {
  if (reconciled === null) return 'the bank has not answered to the totals of a day yet';
  const { day, result, bank, detail } = reconciled;
  if (result !== 'different') return result === 'agreed' ? `${day}: the bank agrees` : `${day}: the bank would not compare`;
  return `${day}: the bank DIFFERS\n${textTable(columns('operation', 'booked at the bank'), bank.map(({ operation, bookedMinor }) => [operation, tengeText(bookedMinor)]))}\n${detailText(detail)}`;
}

function detailText(detail: DayDetail | null): string {
  if (detail === null) return 'it is asked about each operation within a minute';
  const { state, operations, isCut } = detail;
  const rows = operations.map(({ operationId, operation, bookedMinor, confirmedMinor }) => [operationId, operation, tengeText(bookedMinor), tengeText(confirmedMinor)]);
  const table = rows.length === 0 ? [] : [textTable([{ title: 'booked otherwise' }, ...columns('kind', 'at the bank', 'confirmed here')], rows)];
  const rest = { asked: ['the bank has not answered about every operation yet'], refused: ['the bank would not compare every operation'], compared: rows.length === 0 ? ['it names no single operation that differs'] : [] }[state];
  return [...table, ...(isCut ? ['and more'] : []), ...rest].join('\n');
}

/** The first column names, the others are figures. */
function columns(first: string, ...figures: readonly string[]): readonly Column[] {
  return [{ title: first }, ...figures.map((title) => ({ title, align: 'right' as const }))];
}
