import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { MessageAct } from '../contracts/intent.ts';
import { HostGateway } from '../core/host/host-gateway.ts';
import { loadHostCodec } from '../core/process/lazy-codec.ts';
import { openTerminalJournal } from '../core/process/journal-secrets.ts';
import { loadConfig } from '../core/process/load-config.ts';
import type { ActProblem } from '../core/service/message-acts.ts';
import { confirmMessageAct, proposeMessageAct } from '../core/service/message-acts.ts';
import { StaffStore } from '../core/service/staff-store.ts';
import { createIdSource } from '../foundation/ids.ts';
import { silentLog } from '../foundation/log.ts';
import { err } from '../foundation/outcome.ts';
import { cryptoRandom } from '../system/crypto-random.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { configAnswer } from './journal-source.ts';

/** Longer than any password. */
const LINE_LENGTH_MAX = 1_024;
const PROBLEMS: Readonly<Record<ActProblem, string>> = {
  notParked: 'only a parked message waits for a person; `qolma queue list` shows which are',
  notAllowed: 'a viewer may not do that',
  noReason: 'the reason is too short',
  nothingProposed: 'nobody has proposed anything for it in the last day: `qolma queue settle` or `qolma queue replace` first',
  samePerson: 'who proposed it cannot confirm it: another person must',
  notReplaceable: 'its document cannot be made anew; it can be settled',
};

export interface QueueActOptions {
  readonly config: string;
  readonly login: string;
  readonly why?: string;
}

export function registerQueueActs(queue: Command): void {
  const act = (name: MessageAct | 'confirm', description: string) => {
    const command = queue.command(name).description(`${description}, on a terminal whose core is stopped`).argument('<messageId>', 'as `qolma queue list` shows it').requiredOption('--config <file>', 'configuration of the terminal').requiredOption('--login <login>', 'staff account; its password is the first line of the standard input');
    if (name !== 'confirm') command.requiredOption('--why <reason>', 'is journaled and told to the bank');
    command.option('--json', 'one JSON object').action(async (messageId: string, options: QueueActOptions & { readonly json?: boolean }) => {
      tell(await queueActAnswer(name, messageId, options, await firstLine(process.stdin)), options.json === true);
    });
    return command;
  };
  act('settle', 'propose to end a parked message by hand: its cash becomes an item of money in doubt, of which the bank is told');
  act('replace', 'propose to send the instruction of a parked message as a new document');
  act('confirm', 'second person: do what another one proposed').addHelpText('after', '\nTwo persons, each with an own staff account as the bank gave it in the last day. Both stand in the journal.\n\nExample\n  $ qolma queue settle 01JZQ0Y3VX9K2M4N5P6Q7R8S9T --config /etc/qolma/terminal.json --login t-014 --why "bank booked it, ticket 4471" < password\n  $ qolma queue confirm 01JZQ0Y3VX9K2M4N5P6Q7R8S9T --config /etc/qolma/terminal.json --login t-021 < password');
}

/**
 * One of the two persons' steps. [host-messages §5.4 "operator, two persons"]
 * @returns exit code 1 while a core holds the journal, for a password that is not right, and where the step may not be taken
 */
export async function queueActAnswer(act: MessageAct | 'confirm', messageId: string, options: QueueActOptions, password: string): Promise<Answer> {
  // Forgotten, it would count as a wrong one.
  if (password === '') return problemAnswer({ code: 'USAGE', detail: 'the password is the first line of the standard input: there is none' });
  const loaded = loadConfig(options.config);
  if (!loaded.ok) return configAnswer(loaded.error);
  const { config } = loaded.value;
  const [clock, random, log] = [systemClock(), cryptoRandom(), silentLog];
  const opened = openTerminalJournal(config, { clock, random, log, bootId: `cli-${randomBytes(8).toString('hex')}`, mustExist: true });
  if (!opened.ok) return problemAnswer(opened.error.detail === 'another core holds this journal' ? { code: 'CORE_RUNNING', detail: 'a core runs on this terminal: turn the service key and use the page "Queue", or stop the core first' } : opened.error);
  const journal = opened.value;
  try {
    const ids = createIdSource(clock, random);
    const line = { exchange: () => Promise.resolve(err({ kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'not on the line' } as const)), close: () => Promise.resolve() };
    const codec = await loadHostCodec(config, { clock, random });
    const gateway = new HostGateway({ terminalId: config.terminal.terminalId, codec, line, journal, clock, random, ids, log, answerTimeoutMs: 1 });
    const login = await new StaffStore({ journal, gateway, random, log }).logIn({ login: options.login, password });
    if (login.kind === 'refused') return problemAnswer({ code: 'LOGIN_REFUSED', detail: login.problem === 'noHost' ? 'the staff accounts here are older than a day: start the core and let it reach the bank' : `the login is ${login.problem}` });
    if (login.mustChange !== null) return problemAnswer({ code: 'LOGIN_REFUSED', detail: 'the password must be changed in service mode first' });
    const parts = { journal, ids, gateway };
    const done = act === 'confirm' ? confirmMessageAct(parts, { staff: login.staff, messageId }) : proposeMessageAct(parts, { staff: login.staff, messageId, act, why: options.why ?? '' });
    if (!done.ok) return problemAnswer({ code: done.error, detail: PROBLEMS[done.error] });
    const text = act === 'confirm' ? `${messageId} is ended; the bank is told when the core starts` : `proposed; another person confirms with \`qolma queue confirm ${messageId}\` within a day`;
    return { json: { ok: true, messageId, act, by: login.staff.login }, text, exitCode: 0 };
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
