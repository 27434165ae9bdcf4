import { randomBytes } from 'node:crypto';
import type { Config } from '../contracts/config.ts';
import { openTerminalJournal } from '../core/process/journal-secrets.ts';
import { silentLog } from '../foundation/log.ts';
import type { Result } from '../foundation/outcome.ts';
import { err } from '../foundation/outcome.ts';
import type { Journal } from '../journal/journal.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer } from './answer.ts';

/**
 * The journal of a terminal whose core is stopped, for a command by which a person acts; to be closed.
 * @param page  of the service mode, where the same is done while a core runs
 * @error what to tell; while a core or another command holds it: CORE_RUNNING
 */
export function openStopped(config: Config, { page }: { readonly page: string }): Result<Journal, Answer> {
  const opened = openTerminalJournal(config, { clock: systemClock(), random: cryptoRandom(), log: silentLog, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (opened.ok) return opened;
  const isHeld = opened.error.detail === 'another core holds this journal';
  return err(problemAnswer(isHeld ? { code: 'CORE_RUNNING', detail: `a core runs on this terminal, or another command works on its journal, and only one writes it: turn the service key and use the page "${page}", stop the core, or wait for the other command` } : opened.error));
}
