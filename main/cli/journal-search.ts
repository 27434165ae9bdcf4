import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { readReference } from '../journal/numbering.ts';
import type { SecretKind } from '../journal/protection.ts';
import { searchOperations, SEARCH_LIMIT_MAX, type FoundOperation, type OperationQuery } from '../journal/search.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { journalPlace, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { wholeNumber, withJournal } from './journal.ts';
import { textTable } from './text-table.ts';

export interface SearchOptions extends JournalSourceOptions {
  readonly from?: number;
  readonly to?: number;
  readonly receipt?: string;
  readonly reference?: string;
  readonly masked?: string;
  readonly phone?: string;
  readonly card?: string;
  readonly iin?: string;
  readonly account?: string;
  /** Minor units. */
  readonly amount?: number;
  readonly amountMin?: number;
  readonly amountMax?: number;
  readonly limit: number;
  readonly json?: boolean;
}

const LIMIT_DEFAULT = 50;
const SECRET_KINDS = ['phone', 'card', 'iin', 'account'] as const satisfies readonly SecretKind[];
/** In full, without what people put between the digits: a number that lacks one is found in no journal, and that is no answer. */
const FORMS = {
  phone: { form: /^\+?\d{10,15}$/, words: '10 to 15 digits' },
  card: { form: /^\d{12,19}$/, words: '12 to 19 digits' },
  iin: { form: /^\d{12}$/, words: '12 digits' },
  account: { form: /^\w{8,64}$/, words: 'as the bank writes it, 8 characters at least' },
} as const satisfies Record<(typeof SECRET_KINDS)[number], object>;

export function registerSearch(journal: Command): void {
  withJournalSource(journal.command('search').description('find operations by what a customer can tell, newest first'))
    .option('--from <time>', 'begun at or after, ISO 8601', time)
    .option('--to <time>', 'begun before, ISO 8601', time)
    .option('--receipt <number>', 'receipt number, as printed')
    .option('--reference <code>', 'reference from screen, paper or message, such as Q7K-482', parsedReference)
    .option('--masked <digits>', 'last four digits of telephone, card, IIN or account', lastFour)
    .option('--phone <number>', 'telephone in full; needs the key file, as do the next three')
    .option('--card <number>', 'card in full; where the terminal knew only the account behind it, by its last four digits')
    .option('--iin <number>', 'IIN in full')
    .option('--account <number>', 'account in full')
    .option('--amount <tenge>', 'cash that moved, exactly', tenge)
    .option('--amount-min <tenge>', 'at least', tenge)
    .option('--amount-max <tenge>', 'at most', tenge)
    .option('--limit <count>', `at most so many, 1 to ${SEARCH_LIMIT_MAX}`, wholeNumber(1, SEARCH_LIMIT_MAX), LIMIT_DEFAULT)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nAll that is said must hold. Works while a core runs.\n\nExamples\n  $ qolma journal search --config terminal.json --receipt 0427-008213\n  $ qolma journal search --config terminal.json --reference Q7K-482\n  $ qolma journal search --config terminal.json --masked 1234 --amount 5000 --from 2026-03-01')
    .action((options: SearchOptions) => tell(searchAnswer(options), options.json === true));
}

export function searchAnswer(options: SearchOptions): Answer {
  const kinds = SECRET_KINDS.filter((kind) => options[kind] !== undefined);
  if (kinds.length > 1) return problemAnswer({ code: 'USAGE', detail: 'say one of --phone, --card, --iin, --account' });
  const [kind] = kinds;
  if (kind !== undefined && !FORMS[kind].form.test(options[kind]!.replace(/[\s()-]/g, ''))) return problemAnswer({ code: 'USAGE', detail: `--${kind} is the number in full: ${FORMS[kind].words}` });
  const place = journalPlace(options);
  if (!place.ok) return place.error;
  const { from, to, receipt, reference: code, masked, amount, amountMin, amountMax, limit } = options;
  const query: OperationQuery = {
    limit,
    ...(from === undefined ? {} : { fromUtcMs: from }),
    ...(to === undefined ? {} : { toUtcMs: to }),
    ...(receipt === undefined ? {} : { receiptNumber: receipt }),
    ...(code === undefined ? {} : { reference: code }),
    ...(masked === undefined ? {} : { lastFour: masked }),
    ...(kind === undefined ? {} : { secret: { kind, value: options[kind]! } }),
    ...(amount === undefined && amountMin === undefined && amountMax === undefined ? {} : { amountMinor: { min: amount ?? amountMin ?? 0, max: amount ?? amountMax ?? Number.MAX_SAFE_INTEGER } }),
  };
  return withJournal(options, (journal) => {
    const answer = searchOperations(journal.database, place.value.keys, query);
    if (!answer.ok) return problemAnswer(answer.error);
    const { operations, isComplete } = answer.value;
    const json = { ok: true, isComplete, operations: operations.map((operation) => ({ ...operation, at: new Date(operation.atUtcMs).toISOString() })) };
    return { json, text: operations.length === 0 ? 'no operation' : `${operationTable(operations)}${isComplete ? '' : '\n\nThere may be more: ask more narrowly or raise --limit.'}`, exitCode: 0 };
  });
}

function operationTable(operations: readonly FoundOperation[]): string {
  const rows = operations.map((found) => [new Date(found.atUtcMs).toISOString(), found.operation ?? '', found.isClosed ? (found.outcome ?? '') : 'open', found.amountMinor === null ? '' : (found.amountMinor / 100).toFixed(2), found.receiptNumbers.join(' '), found.operationId]);
  return textTable([{ title: 'time (UTC)' }, { title: 'operation' }, { title: 'outcome' }, { title: 'cash', align: 'right' }, { title: 'receipt' }, { title: 'id' }], rows);
}

function time(text: string): number {
  const utcMs = Date.parse(text);
  if (Number.isNaN(utcMs)) throw new InvalidArgumentError('It is a time such as 2026-03-01 or 2026-03-01T09:30:00Z.');
  return utcMs;
}

export function parsedReference(text: string): string {
  const reference = readReference(text);
  if (reference === null) throw new InvalidArgumentError('It is a reference such as Q7K-482.');
  return reference;
}

function lastFour(text: string): string {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('It is four digits.');
  return text;
}

function tenge(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It is whole tenge.');
  return Number(text) * 100;
}
