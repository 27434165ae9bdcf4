import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ConfigProblem } from '../contracts/config.ts';
import { EXIT_CONFIG, loadConfig, problemLines } from '../core/process/load-config.ts';
import { JOURNAL_FILE } from '../core/process/data-files.ts';
import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';
import type { Answer } from './answer.ts';
import { problemAnswer } from './answer.ts';

export interface JournalSourceOptions {
  readonly config?: string;
  readonly data?: string;
}

/** Where the journal is said: by the terminal's configuration or by its data folder. */
export function withJournalSource(command: Command): Command {
  return command.option('--config <file>', 'configuration of the terminal').option('--data <folder>', 'data folder of the terminal, instead of --config');
}

/** @returns the path of the journal's file, or what to tell: neither or both options given, or a wrong configuration (exit 78) */
export function journalPath(options: JournalSourceOptions): Result<string, Answer> {
  if ((options.config === undefined) === (options.data === undefined)) return err(problemAnswer({ code: 'USAGE', detail: 'say which terminal: --config <file> or --data <folder>' }));
  if (options.data !== undefined) return ok(join(resolve(options.data), JOURNAL_FILE));
  const loaded = loadConfig(options.config!);
  return loaded.ok ? ok(join(loaded.value.config.storage.dataFolder, JOURNAL_FILE)) : err(configAnswer(loaded.error));
}

/** A configuration that cannot be used: each wrong field, exit 78. */
export function configAnswer(problems: readonly ConfigProblem[]): Answer {
  return { json: { ok: false, problems }, text: problemLines(problems), exitCode: EXIT_CONFIG };
}
