import type { Command } from 'commander';
import type { StaffMember } from '../../state-machines/service/service.types.ts';
import { HostGateway } from '../core/host/host-gateway.ts';
import { loadHostCodec } from '../core/process/lazy-codec.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { StaffStore } from '../core/service/staff-store.ts';
import { createIdSource, type IdSource } from '../foundation/ids.ts';
import { silentLog } from '../foundation/log.ts';
import { err } from '../foundation/outcome.ts';
import type { Journal } from '../journal/journal.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer } from './answer.ts';
import { configAnswer } from './journal-source.ts';
import { openStopped } from './stopped-terminal.ts';

/** Longer than any password. */
const LINE_LENGTH_MAX = 1_024;

export interface StaffActOptions {
  readonly config: string;
  readonly login: string;
}

/** What a person's act on a stopped terminal may use. */
export interface StaffActParts {
  readonly journal: Journal;
  readonly gateway: HostGateway;
  readonly ids: IdSource;
}

/** Which terminal and who: of each command by which a person with a staff account acts. */
export function withStaff(command: Command): Command {
  return command.requiredOption('--config <file>', 'configuration of the terminal').requiredOption('--login <login>', 'staff account; its password is the first line of the standard input');
}

/**
 * Lets a person with a staff account, as the bank gave it in the last day, act on the journal of a terminal whose core is stopped.
 * @param page  of the service mode, where the same is done while a core runs
 * @returns what `act` says; exit code 1 without it while a core holds the journal and for a password that is not right or must be changed, 78 for a wrong configuration
 */
export async function asStaff(options: StaffActOptions, password: string, { page, act }: { readonly page: string; readonly act: (parts: StaffActParts, staff: StaffMember) => Answer }): Promise<Answer> {
  // Forgotten, it would count as a wrong one.
  if (password === '') return problemAnswer({ code: 'USAGE', detail: 'the password is the first line of the standard input: there is none' });
  const loaded = loadConfig(options.config);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const opened = openStopped(config, { page });
  if (!opened.ok) return opened.error;
  const journal = opened.value;
  try {
    const [clock, random, log] = [systemClock(), cryptoRandom(), silentLog];
    const ids = createIdSource(clock, random);
    const line = { exchange: () => Promise.resolve(err({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'not on the line' } as const)), close: () => Promise.resolve() };
    const codec = await loadHostCodec(config, { clock, random });
    const gateway = new HostGateway({ terminalId: config.terminal.terminalId, codec, line, journal, clock, random, ids, log, answerTimeoutMs: 1 });
    const login = await new StaffStore({ journal, gateway, random, log }).logIn({ login: options.login, password });
    if (login.kind === 'refused') return problemAnswer({ code: 'LOGIN_REFUSED', detail: login.problem === 'noHost' ? 'the staff accounts here are older than a day: start the core and let it reach the bank' : `the login is ${login.problem}` });
    if (login.mustChange !== null) return problemAnswer({ code: 'LOGIN_REFUSED', detail: 'the password must be changed in service mode first' });
    return act({ journal, ids, gateway }, login.staff);
  } finally {
    journal.close();
  }
}

/** @returns empty where there is none, or it cannot be read */
export async function firstLine(input: AsyncIterable<string | Uint8Array>): Promise<string> {
  let text = '';
  try {
    for await (const chunk of input) {
      text += chunk.toString();
      if (text.includes('\n') || text.length > LINE_LENGTH_MAX) break;
    }
  } catch {
    return '';
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
