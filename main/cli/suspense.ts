import type { Command } from 'commander';
import { isByBank } from '../core/suspense/suspense-reporter.ts';
import { toldState } from '../core/suspense/told-state.ts';
import { mayBeEndedHere } from '../core/suspense/ends-unheard.ts';
import { settleSuspense } from '../core/service/settle-suspense.ts';
import type { JournalEntry, SuspenseRow } from '../journal/journal.ts';
import type { ReadableJournal } from '../journal/open-journal.ts';
import { systemClock } from '../system/system-clock.ts';
import { ageText } from './age-text.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { wholeNumber, withJournal } from './journal.ts';
import type { StaffActOptions } from './staff-act.ts';
import { asStaff, firstLine, withStaff } from './staff-act.ts';
import { tengeText } from './tenge-text.ts';
import { textTable } from './text-table.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;
const DECISIONS_MAX = 50;
/** Without the bank nobody is more than a technician. */
const SETTLED_AS = 'matched';
const PROBLEMS = {
  notOpen: 'there is no open item of this id; `qolma suspense list` shows which there are',
  notAllowed: 'a viewer may not do that',
  noReason: 'the reason is too short',
  bankNotHeard: 'the journal lost its end, and with it perhaps how this item was ended: the bank is asked first, by the core that runs',
} as const;

interface OutputOptions {
  readonly json?: boolean;
}

export interface SettleOptions extends StaffActOptions {
  readonly why: string;
}

export function registerSuspense(program: Command): void {
  const suspense = program.command('suspense').description('money in doubt: each item, what is known of it, what the bank says, and its end');
  withJournalSource(suspense.command('list').description('list open items, oldest first'))
    .option('--all', 'ended ones too')
    .option('--limit <count>', `at most so many, the newest, 1 to ${LIMIT_MAX}`, wholeNumber(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nWorks while a core runs. Sums: + money inside that is booked to nobody, - money that may have left; 0 where only a count can say how much.\n\nExample\n  $ qolma suspense list --config /etc/qolma/terminal.json')
    .action((options: JournalSourceOptions & OutputOptions & { readonly all?: boolean; readonly limit: number }) => tell(suspenseListAnswer(options, systemClock().nowUtcMs()), options.json === true));
  withJournalSource(suspense.command('show').description('one item with its evidence, its end and each word of the bank on it').argument('<suspenseId>', 'as `qolma suspense list` shows it'))
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nWorks while a core runs. `qolma journal export` gives the whole operation to a third party.\n\nExample\n  $ qolma suspense show 01JZQ0Y3VX9K2M4N5P6Q7R8S9T --config /etc/qolma/terminal.json')
    .action((suspenseId: string, options: JournalSourceOptions & OutputOptions) => tell(suspenseShowAnswer(suspenseId, options), options.json === true));
  withStaff(suspense.command('settle').description('end an open item as matched: the money was found and agrees; on a terminal whose core is stopped').argument('<suspenseId>', 'as `qolma suspense list` shows it'))
    .requiredOption('--why <reason>', 'is journaled and told to the bank')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nOnce and for all; counts are not touched. While a core runs, use its service mode (key switch, page "Suspense"); only there, with the bank’s word on the person, a claim is said to be paid or money is written off.\n\nExample\n  $ qolma suspense settle 01JZQ0Y3VX9K2M4N5P6Q7R8S9T --why "found in the reject bin, act 118" --config /etc/qolma/terminal.json --login t-014 < password')
    .action(async (suspenseId: string, options: SettleOptions & OutputOptions) => tell(await suspenseSettleAnswer(suspenseId, options, await firstLine(process.stdin)), options.json === true));
}

/** @param nowUtcMs  for ages */
export function suspenseListAnswer(options: JournalSourceOptions & { readonly all?: boolean; readonly limit: number }, nowUtcMs: number): Answer {
  return withJournal(options, (journal) => {
    const rows = journal.suspense(options.all === true ? {} : { state: 'open' });
    const open = rows.filter(({ state }) => state === 'open');
    const shown = rows.slice(-options.limit);
    const json = { ok: true, itemCount: rows.length, openCount: open.length, openMinor: open.reduce((sum, { amountMinor }) => sum + amountMinor, 0), items: shown.map((item) => withTold(journal, item)) };
    if (rows.length === 0) return { json, text: options.all === true ? 'there never was money in doubt' : 'no money is in doubt', exitCode: 0 };
    const more = shown.length === rows.length ? '' : `\n\n${rows.length - shown.length} older: --limit shows them.`;
    return { json, text: `${itemTable(json.items, nowUtcMs)}${more}`, exitCode: 0 };
  });
}

/** @returns exit code 1 for an item that is not there */
export function suspenseShowAnswer(suspenseId: string, options: JournalSourceOptions): Answer {
  return withJournal(options, (journal) => {
    const row = journal.suspense({ suspenseId })[0];
    if (row === undefined) return problemAnswer({ code: 'UNKNOWN_ITEM', detail: `there is no item ${JSON.stringify(suspenseId)}; \`qolma suspense list --all\` shows which there are` });
    const item = withTold(journal, row);
    const end = endOf(journal, suspenseId);
    const decisions = journal.suspenseDecisions({ suspenseId, limit: DECISIONS_MAX });
    const lines = [
      `${item.suspenseId}  ${item.reason}  ${tengeText(item.amountMinor)} tenge  ${item.state}`,
      `opened    ${moment(item.openedAtUtcMs)}`,
      `operation ${item.operationId ?? 'none'}, reference ${item.reference ?? 'none'}`,
      `evidence  ${item.evidence}`,
      `bank      ${item.told}`,
      ...(end === null ? [] : [`ended     ${moment(end.atUtcMs)} ${end.to} by ${end.by}, ${end.authority}: ${end.why}`]),
      ...decisions.map(({ decisionId, to, amountMinor, authority, reason, decidedAtUtcMs, result }) => `decision  ${moment(decidedAtUtcMs)} ${decisionId} ${to} ${tengeText(amountMinor)} tenge, ${authority}: ${reason} (${result})`),
    ];
    return { json: { ok: true, item, end, decisions }, text: lines.join('\n'), exitCode: 0 };
  });
}

/** @returns exit code 1 while a core holds the journal, for a password that is not right, for an item that is not open, and where this person may not end it */
export function suspenseSettleAnswer(suspenseId: string, { why, ...options }: SettleOptions, password: string): Promise<Answer> {
  return asStaff(options, password, {
    page: 'Suspense',
    act: (parts, staff) => {
      const done = settleSuspense(parts, { staff, suspenseId, to: SETTLED_AS, why });
      if (!done.ok) return problemAnswer({ code: done.error, detail: PROBLEMS[done.error] });
      return { json: { ok: true, suspenseId, to: SETTLED_AS, by: staff.login }, text: `${suspenseId} is ended as ${SETTLED_AS}; the bank is told when the core starts`, exitCode: 0 };
    },
  });
}

function withTold(journal: ReadableJournal, item: SuspenseRow) {
  return { ...item, told: item.state === 'open' && !mayBeEndedHere(journal, item) ? 'toAsk' : toldState(journal, item) };
}

/** null: it is open */
function endOf(journal: ReadableJournal, suspenseId: string) {
  const settled = journal.entries({ kinds: ['suspense.settled'], newestFirst: true, limit: LIMIT_MAX }) as readonly JournalEntry<'suspense.settled'>[];
  const found = settled.find(({ data }) => data.suspenseId === suspenseId);
  if (found === undefined) return null;
  const { to, by, authority, why } = found.data;
  return { to, by, authority, why, isByBank: isByBank(found.data), atUtcMs: found.atUtcMs };
}

function itemTable(items: readonly ReturnType<typeof withTold>[], nowUtcMs: number): string {
  const rows = items.map(({ suspenseId, reason, amountMinor, state, openedAtUtcMs, reference, told }) => [suspenseId, reason, tengeText(amountMinor), state, ageText(nowUtcMs - openedAtUtcMs), reference ?? '', told]);
  return textTable([{ title: 'item' }, { title: 'reason' }, { title: 'tenge', align: 'right' }, { title: 'state' }, { title: 'age', align: 'right' }, { title: 'reference' }, { title: 'bank' }], rows);
}

const moment = (utcMs: number): string => new Date(utcMs).toISOString();
