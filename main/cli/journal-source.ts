import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config, ConfigProblem } from '../contracts/config.ts';
import { EXIT_CONFIG, loadConfig, problemLines } from '../core/process/load-config.ts';
import { JOURNAL_FILE, JOURNAL_KEY_FILE } from '../core/process/data-files.ts';
import { journalKeyPath } from '../core/process/journal-secrets.ts';
import type { Result } from '../foundation/outcome.ts';
import { err, ok } from '../foundation/outcome.ts';
import { createJournalKeys, type JournalKeys } from '../journal/protection.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { readJournalKeyFile } from '../system/journal-key-file.ts';
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

/** Where a journal lies and, where the configuration and the rights allow, what opens it. */
export interface JournalPlace {
  readonly path: string;
  readonly keys: JournalKeys | undefined;
  /** The configuration that named it; undefined with --data. */
  readonly config: Config | undefined;
}

/** @returns as `journalPath`; keys only for whoever may read the key file: without them chain and books are read all the same */
export function journalPlace(options: JournalSourceOptions): Result<JournalPlace, Answer> {
  const path = journalPath(options);
  if (!path.ok) return path;
  const loaded = options.config === undefined ? undefined : loadConfig(options.config);
  const config = loaded?.ok === true ? loaded.value.config : undefined;
  const keyFile = readJournalKeyFile(config === undefined ? join(dirname(path.value), JOURNAL_KEY_FILE) : journalKeyPath(config.storage));
  return ok({ path: path.value, keys: keyFile.ok ? createJournalKeys(keyFile.value, cryptoRandom()) : undefined, config });
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
