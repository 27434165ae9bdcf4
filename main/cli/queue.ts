import type { Command } from 'commander';
import { HOST_LANES, QUEUED_LANES } from '../contracts/host-operations.ts';
import { MESSAGE_STATES, OPEN_MESSAGE_STATES, type MessageState, type StoredMessage } from '../contracts/message-state.ts';
import { loadConfig } from '../core/process/load-config.ts';
import { isTooOldToSend } from '../host/outbox/outbox.ts';
import { entry, type Journal } from '../journal/journal.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import { ageText } from './age-text.ts';
import { cliPerson } from './cli-person.ts';
import { configAnswer, withJournalSource, type JournalSourceOptions } from './journal-source.ts';
import { wholeNumber, withJournal } from './journal.ts';
import { registerQueueActs } from './queue-acts.ts';
import { openStopped } from './stopped-terminal.ts';
import { textTable } from './text-table.ts';

interface OutputOptions {
  readonly json?: boolean;
}

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 10_000;
const ERROR_WIDTH = 60;

export function registerQueue(program: Command): void {
  const queue = program.command('queue').description('messages to the bank: what waits, what is parked for a person');
  withJournalSource(queue.command('list').description('list messages that are not settled yet, oldest first'))
    .option('--all', 'settled ones too, after the others')
    .option('--limit <count>', `at most so many, 1 to ${LIMIT_MAX}`, wholeNumber(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nWorks while a core runs.\n\nExample\n  $ qolma queue list --config /etc/qolma/terminal.json')
    .action((options: JournalSourceOptions & OutputOptions & { readonly all?: boolean; readonly limit: number }) => tell(listAnswer(options, systemClock().nowUtcMs()), options.json === true));
  queue
    .command('retry')
    .description('make a parked message ready again, on a terminal whose core is stopped')
    .argument('<messageId>', 'as `qolma queue list` shows it')
    .requiredOption('--config <file>', 'configuration of the terminal')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nThe move and who asked for it are journaled. While a core runs, use its service mode (key switch, page "Queue"): only one program writes a journal.\n\nExample\n  $ qolma queue retry 01JZQ0Y3VX9K2M4N5P6Q7R8S9T --config /etc/qolma/terminal.json')
    .action((messageId: string, options: OutputOptions & { readonly config: string }) => tell(retryAnswer(messageId, options.config, systemClock().nowUtcMs()), options.json === true));
  registerQueueActs(queue);
}

/** @param nowUtcMs  for ages and waits */
export function listAnswer(options: JournalSourceOptions & { readonly all?: boolean; readonly limit: number }, nowUtcMs: number): Answer {
  return withJournal(options, (journal) => {
    const asked = options.all === true ? { states: MESSAGE_STATES, lanes: HOST_LANES } : { states: OPEN_MESSAGE_STATES, lanes: QUEUED_LANES };
    const messages = journal.messages({ ...asked, limit: options.limit });
    const messageCount = journal.messageCount(asked);
    const parkedCount = journal.messageCount({ states: ['parked'], lanes: asked.lanes });
    const json = { ok: true, messageCount, parkedCount, messages: messages.map(withoutContent) };
    if (messages.length === 0) return { json, text: 'nothing waits', exitCode: 0 };
    const more = messages.length === messageCount ? '' : `\n\n${messageCount - messages.length} more: --limit shows them.`;
    const note = parkedCount === 0 ? '' : `\n\n${parkedCount} parked: the bank refused to understand ${parkedCount === 1 ? 'it' : 'them'} or 30 days passed. Ask the bank, then \`qolma queue retry <message>\`, or two persons \`settle\` or \`replace\` and \`confirm\` it.`;
    return { json, text: `${messageTable(messages, nowUtcMs)}${more}${note}`, exitCode: 0 };
  });
}

/**
 * parked → ready, with the person as the operating system knows them. [host-messages §5.4]
 * @returns exit code 1 while a core holds the journal, for a message that is not parked, not there or too old to be sent
 */
export function retryAnswer(messageId: string, configFile: string, nowUtcMs: number): Answer {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return configAnswer(loaded.error);
  const opened = openStopped(loaded.value.config, { page: 'Queue' });
  if (!opened.ok) return opened.error;
  try {
    return retry(opened.value, messageId, nowUtcMs);
  } finally {
    opened.value.close();
  }
}

function retry(journal: Journal, messageId: string, nowUtcMs: number): Answer {
  const message = journal.message(messageId);
  if (message === undefined) return problemAnswer({ code: 'UNKNOWN_MESSAGE', detail: `there is no message ${JSON.stringify(messageId)}; \`qolma queue list\` shows which there are` });
  if (message.state !== 'parked') return problemAnswer({ code: 'NOT_PARKED', detail: `the message is ${message.state}: only a parked one waits for a person, the others go by themselves` });
  if (isTooOldToSend(message, nowUtcMs)) return problemAnswer({ code: 'TOO_OLD', detail: 'the message is older than 30 days, no bank takes it with its date: two persons `replace` or `settle` and `confirm` it' });
  const written = journal.commit({
    entries: [entry('service.acted', { login: cliPerson(), action: 'message.retry', target: messageId }, { operationId: message.operationId })],
    messageMoves: [{ messageId, to: 'ready', detail: 'retry by the technician' }],
  });
  if (!written.ok) return problemAnswer(written.error);
  return { json: { ok: true, messageId, from: 'parked', to: 'ready' }, text: `${messageId} (${message.operation}) is ready: it is sent when the core starts`, exitCode: 0 };
}

/** Neither what was sent nor what was answered: personal data stay in the journal. */
function withoutContent(message: StoredMessage) {
  const { messageId, operation, lane, operationId, sessionId, seq, state, digest, createdAtUtcMs, attemptCount, notBeforeUtcMs, lastError } = message;
  return { messageId, operation, lane, operationId, sessionId, seq, state: state satisfies MessageState, digest, createdAtUtcMs, attemptCount, notBeforeUtcMs, lastError };
}

function messageTable(messages: readonly StoredMessage[], nowUtcMs: number): string {
  const rows = messages.map((message) => [
    String(message.seq), message.state, message.operation, message.lane, String(message.attemptCount), ageText(nowUtcMs - message.createdAtUtcMs),
    message.notBeforeUtcMs > nowUtcMs ? `in ${ageText(message.notBeforeUtcMs - nowUtcMs)}` : '', message.messageId, message.lastError ?? '',
  ]);
  return textTable([{ title: 'seq', align: 'right' }, { title: 'state' }, { title: 'operation' }, { title: 'lane' }, { title: 'tries', align: 'right' }, { title: 'age', align: 'right' }, { title: 'next try' }, { title: 'message' }, { title: 'last error', widthMax: ERROR_WIDTH }], rows);
}
