import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadJournalSealer } from '../core/process/journal-secrets.ts';
import { makeExtract } from '../journal/extract.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { journalPlace, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { withJournal } from './journal.ts';

export interface ExportOptions extends JournalSourceOptions {
  readonly receipt?: string;
  readonly operation?: string;
  readonly contents?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function registerExport(journal: Command): void {
  withJournalSource(journal.command('export').description('a sealed extract of one operation for a dispute, which anybody can verify'))
    .option('--receipt <number>', 'the operation of this receipt')
    .option('--operation <id>', 'or by its id')
    .option('--contents', 'signed messages, receipt record and sealed numbers too, each with its own key: for whoever may see them')
    .option('--out <file>', 'write it there, a file that does not exist yet; otherwise it is printed with --json')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nThe other side needs main/journal/verify-extract.mjs, Node, and the certificate of the terminal:\n  $ node verify-extract.mjs extract.json terminal-sign.pem\nWith --config, and the right to read the signing key, it is signed as complete: without, the other side cannot tell whether an entry of the operation was left out.\n\nExample\n  $ qolma journal export --config terminal.json --receipt 0427-008213 --out extract.json')
    .action((options: ExportOptions) => tell(exportAnswer(options), options.json === true));
}

export function exportAnswer(options: ExportOptions): Answer {
  if ((options.receipt === undefined) === (options.operation === undefined)) return problemAnswer({ code: 'USAGE', detail: 'say which operation: --receipt <number> or --operation <id>' });
  const place = journalPlace(options);
  if (!place.ok) return place.error;
  const { keys, config } = place.value;
  if (options.contents === true && keys === undefined) return problemAnswer({ code: 'JNL_KEY_MISSING', detail: '--contents needs the key file of the journal, and the right to read it' });
  return withJournal(options, ({ database, journalId, terminalNumber, receipt }) => {
    const operationId = options.operation ?? receipt(options.receipt!)?.receipt.operationId;
    if (operationId === undefined) return problemAnswer({ code: 'NOT_FOUND', detail: `there is no receipt ${options.receipt!}` });
    const sealer = config === undefined ? undefined : loadJournalSealer(config.host);
    const made = makeExtract(database, { journalId, terminalNumber, operationId, keys, sealer: sealer?.ok === true ? sealer.value : undefined, withContents: options.contents === true });
    if (!made.ok) return problemAnswer(made.error);
    const text = JSON.stringify(made.value, null, 1);
    const shownCount = made.value.parts.flatMap(({ links }) => links).filter((link) => 'entry' in link).length;
    if (options.out === undefined) return { json: { ok: true, extract: made.value }, text, exitCode: 0 };
    const path = resolve(options.out);
    try {
      // Never over what is there: a slip in the name would cost the journal or its keys.
      writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      return problemAnswer({ code: 'CANNOT_WRITE', detail: error instanceof Error ? error.message : path });
    }
    return { json: { ok: true, path, entryCount: shownCount }, text: `${shownCount} entries of operation ${operationId} written to ${path}`, exitCode: 0 };
  });
}
