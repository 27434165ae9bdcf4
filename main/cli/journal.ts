import type { KeyObject } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';
import { ENTRY_KINDS, type EntryKind } from '../journal/entry-kinds.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { atOneMoment } from '../journal/one-moment.ts';
import { openJournalForReading, type ReadableJournal } from '../journal/open-journal.ts';
import { readingError } from '../journal/sqlite-errors.ts';
import { verifyChainParallel } from '../journal/verify-parallel.ts';
import { certificateKeyId } from '../host/signing/trust.ts';
import type { JournalReader } from '../journal/reader.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { journalPath, journalPlace, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { registerExport } from './journal-export.ts';
import { registerPurge } from './journal-purge.ts';
import { registerRebuild } from './journal-rebuild.ts';
import { registerRestore } from './journal-restore.ts';
import { registerRotateKey } from './journal-rotate-key.ts';
import { registerSearch } from './journal-search.ts';
import { textTable } from './text-table.ts';

interface OutputOptions extends JournalSourceOptions {
  readonly json?: boolean;
}

export interface VerifyOptions extends JournalSourceOptions {
  readonly chainOnly?: boolean;
  readonly certificate?: readonly string[];
  readonly bankCertificate?: readonly string[];
}

export interface ShowOptions extends JournalSourceOptions {
  readonly kind?: readonly string[];
  readonly operation?: string;
  readonly session?: string;
  readonly from: number;
  readonly limit: number;
  readonly newest?: boolean;
}

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 10_000;
/** Entries looked at in one go where no index answers the question. */
const PAGE_ENTRY_COUNT = 1000;
const DATA_WIDTH = 100;

export function registerJournal(program: Command): void {
  const journal = program.command('journal').description('read and prove the electronic journal, also while a core runs');
  withJournalSource(journal.command('verify').description('walk the whole chain and compare counts, receipts and messages with it'))
    .option('--chain-only', 'chain, seals and payloads on all processors, without the other tables')
    .option('--certificate <file...>', 'trust only these certificates of the terminal (PEM), not those that the journal names')
    .option('--bank-certificate <file...>', 'trust only these certificates of the bank (PEM) for its retention policies')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code 0: every entry is the one that was written. 1: not, with the number of the first entry that is wrong.\n\nExample\n  $ qolma journal verify --config /etc/qolma/terminal.json')
    .action(async (options: VerifyOptions & OutputOptions) => {
      tell(options.chainOnly === true ? await verifyChainAnswer(options) : verifyAnswer(options), options.json === true);
    });
  registerRebuild(journal);
  registerSearch(journal);
  registerExport(journal);
  registerPurge(journal);
  registerRestore(journal);
  registerRotateKey(journal);
  withJournalSource(journal.command('show').description('list entries, oldest first unless --newest'))
    .option('--kind <kind...>', 'only these kinds; intent.* for all that begin so')
    .option('--operation <id>', 'only entries of this operation')
    .option('--session <id>', 'only entries of this session')
    .option('--from <number>', 'only from this entry number on', wholeNumber(1, Number.MAX_SAFE_INTEGER), 1)
    .option('--limit <count>', `at most so many, 1 to ${LIMIT_MAX}`, wholeNumber(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option('--newest', 'newest first')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples\n  $ qolma journal show --data /var/lib/qolma --newest --limit 20\n  $ qolma journal show --config terminal.json --kind "intent.*" "outcome.*" --json')
    .action((options: ShowOptions & OutputOptions) => tell(showAnswer(options), options.json === true));
}

/** Chain, seals and payloads by as many threads as there are processors. */
export async function verifyChainAnswer(options: VerifyOptions): Promise<Answer> {
  const path = journalPath(options);
  if (!path.ok) return path.error;
  // Opened first for what it says of a file that is no journal.
  const opened = withJournal(options, () => ({ json: {}, text: '', exitCode: 0 }));
  if (opened.exitCode !== 0) return opened;
  const [trusted, bank] = [trustedKeys(options.certificate), trustedKeys(options.bankCertificate)];
  if (!trusted.ok) return trusted.error;
  if (!bank.ok) return bank.error;
  const pemOf = (keys: ReadonlyMap<string, KeyObject>) => Object.fromEntries([...keys].map(([keyId, key]) => [keyId, key.export({ type: 'spki', format: 'pem' }).toString()]));
  return verdictAnswer(await verifyChainParallel(path.value, {
    threadCount: cpus().length, withPayloads: true, ...(trusted.value === undefined ? {} : { trustedKeysPem: pemOf(trusted.value) }), ...(bank.value === undefined ? {} : { bankKeysPem: pemOf(bank.value) }),
  }));
}

/** @returns undefined when no certificate was named */
function trustedKeys(files: readonly string[] | undefined): Result<ReadonlyMap<string, KeyObject> | undefined, Answer> {
  if (files === undefined) return ok(undefined);
  try {
    const certificates = files.map((file) => new X509Certificate(readFileSync(file)));
    return ok(new Map(certificates.map((certificate) => [certificateKeyId(certificate), certificate.publicKey])));
  } catch (error) {
    return err(problemAnswer({ code: 'USAGE', detail: `a certificate cannot be read: ${error instanceof Error ? error.message : ''}` }));
  }
}

/** @returns exit code 1 also when the journal cannot be opened */
export function verifyAnswer(options: VerifyOptions): Answer {
  const [trusted, bank] = [trustedKeys(options.certificate), trustedKeys(options.bankCertificate)];
  if (!trusted.ok) return trusted.error;
  if (!bank.ok) return bank.error;
  return withJournal(options, (journal) => verdictAnswer(journal.verify({ ...(trusted.value === undefined ? {} : { trustedKeys: trusted.value }), ...(bank.value === undefined ? {} : { bankKeys: bank.value }) })));
}

function verdictAnswer(verdict: ReturnType<ReadableJournal['verify']>): Answer {
  if (verdict.ok) {
    const { entryCount, headHash, sealCount, sealedUpTo } = verdict.value;
    return { json: { ok: true, entryCount, headHash, sealCount, sealedUpTo }, text: `journal is sound: ${entryCount} entries, ${sealCount} seals up to entry ${sealedUpTo}, head ${headHash}`, exitCode: 0 };
  }
  const { entryNumber, detail } = verdict.error;
  return { json: { ok: false, problem: verdict.error }, text: `journal is DAMAGED at entry ${entryNumber}: ${detail}\nKeep the file as it is and restore from the second copy.`, exitCode: 1 };
}

export function showAnswer(options: ShowOptions): Answer {
  const kinds = kindsOf(options.kind);
  if (!kinds.ok) return kinds.error;
  return withJournal(options, (journal) => {
    const entries = select(journal, options, kinds.value);
    const json = { ok: true, entries: entries.map((entry) => ({ ...entry, at: new Date(entry.atUtcMs).toISOString() })) };
    return { json, text: entries.length === 0 ? 'no entries' : entryTable(entries), exitCode: 0 };
  });
}

/** @returns undefined for all kinds; a pattern ends in `*` and stands for all kinds that begin so */
function kindsOf(patterns: readonly string[] | undefined): Result<readonly EntryKind[] | undefined, Answer> {
  if (patterns === undefined) return ok(undefined);
  const all = Object.keys(ENTRY_KINDS) as EntryKind[];
  const chosen = new Set<EntryKind>();
  for (const pattern of patterns) {
    const matching = all.filter((kind) => (pattern.endsWith('*') ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern));
    if (matching.length === 0) return err(problemAnswer({ code: 'UNKNOWN_KIND', detail: `no entry kind is called ${JSON.stringify(pattern)}; there are ${all.join(', ')}` }));
    for (const kind of matching) chosen.add(kind);
  }
  return ok([...chosen]);
}

function select(journal: JournalReader, options: ShowOptions, kinds: readonly EntryKind[] | undefined): readonly JournalEntry[] {
  const { operation, session, from, limit, newest = false } = options;
  if (operation === undefined && session === undefined) {
    return journal.entries({ fromEntryNumber: from, limit, newestFirst: newest, ...(kinds === undefined ? {} : { kinds }) });
  }
  const isWanted = (entry: JournalEntry) => entry.entryNumber >= from && (session === undefined || entry.sessionId === session) && (kinds === undefined || kinds.includes(entry.kind));
  // An operation has an index; a session does not and is looked for page by page, keeping no more than is shown.
  const pages = operation === undefined ? pagesOf(journal, from, kinds) : [journal.operationEntries(operation)];
  let found: JournalEntry[] = [];
  for (const page of pages) {
    found.push(...page.filter(isWanted));
    if (newest) found = found.slice(-limit);
    else if (found.length >= limit) break;
  }
  return newest ? found.reverse() : found.slice(0, limit);
}

function* pagesOf(journal: JournalReader, from: number, kinds: readonly EntryKind[] | undefined): Generator<readonly JournalEntry[]> {
  for (let fromEntryNumber = from; ; ) {
    const page = journal.entries({ fromEntryNumber, limit: PAGE_ENTRY_COUNT, ...(kinds === undefined ? {} : { kinds }) });
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ENTRY_COUNT) return;
    fromEntryNumber = last.entryNumber + 1;
  }
}

function entryTable(entries: readonly JournalEntry[]): string {
  const rows = entries.map((entry) => [String(entry.entryNumber), new Date(entry.atUtcMs).toISOString(), entry.kind, entry.operationId ?? '', JSON.stringify(entry.data)]);
  return textTable([{ title: 'entry', align: 'right' }, { title: 'time (UTC)' }, { title: 'kind' }, { title: 'operation' }, { title: 'data', widthMax: DATA_WIDTH }], rows);
}

/** Opens, asks, closes. A journal that cannot be opened is told with its catalogue code. */
export function withJournal(options: JournalSourceOptions, ask: (journal: ReadableJournal) => Answer): Answer {
  const place = journalPlace(options);
  if (!place.ok) return place.error;
  const { path, keys } = place.value;
  const opened = openJournalForReading(path, keys === undefined ? {} : { keys });
  if (!opened.ok) return problemAnswer({ code: opened.error.code, detail: `${opened.error.detail} (${path})` });
  try {
    // A core may write meanwhile: all of the answer is of one moment.
    return atOneMoment(opened.value.database, () => ask(opened.value));
  } catch (thrown) {
    const problem = readingError(thrown);
    return problemAnswer({ code: problem.code, detail: `${problem.detail} (${path})` });
  } finally {
    opened.value.close();
  }
}

/** For commander: a decimal whole number within limits, or a message that names them. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || value < min || value > max) throw new InvalidArgumentError(max === Number.MAX_SAFE_INTEGER ? `It is a whole number from ${min} on.` : `It is a whole number from ${min} to ${max}.`);
    return value;
  };
}
