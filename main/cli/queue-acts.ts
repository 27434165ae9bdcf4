import type { Command } from 'commander';
import type { MessageAct } from '../contracts/intent.ts';
import type { ActProblem } from '../core/service/message-acts.ts';
import { confirmMessageAct, proposeMessageAct } from '../core/service/message-acts.ts';
import type { Answer } from './answer.ts';
import { problemAnswer, tell } from './answer.ts';
import type { StaffActOptions } from './staff-act.ts';
import { asStaff, firstLine, withStaff } from './staff-act.ts';

const PROBLEMS: Readonly<Record<ActProblem, string>> = {
  notParked: 'only a parked message waits for a person; `qolma queue list` shows which are',
  notAllowed: 'a viewer may not do that',
  noReason: 'the reason is too short',
  nothingProposed: 'nobody has proposed anything for it in the last day: `qolma queue settle` or `qolma queue replace` first',
  samePerson: 'who proposed it cannot confirm it: another person must',
  notReplaceable: 'its document cannot be made anew; it can be settled',
};

export interface QueueActOptions extends StaffActOptions {
  readonly why?: string;
}

export function registerQueueActs(queue: Command): void {
  const act = (name: MessageAct | 'confirm', description: string) => {
    const command = withStaff(queue.command(name).description(`${description}, on a terminal whose core is stopped`).argument('<messageId>', 'as `qolma queue list` shows it'));
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
export function queueActAnswer(act: MessageAct | 'confirm', messageId: string, options: QueueActOptions, password: string): Promise<Answer> {
  return asStaff(options, password, {
    page: 'Queue',
    act: (parts, staff) => {
      const done = act === 'confirm' ? confirmMessageAct(parts, { staff, messageId }) : proposeMessageAct(parts, { staff, messageId, act, why: options.why ?? '' });
      if (!done.ok) return problemAnswer({ code: done.error, detail: PROBLEMS[done.error] });
      const text = act === 'confirm' ? `${messageId} is ended; the bank is told when the core starts` : `proposed; another person confirms with \`qolma queue confirm ${messageId}\` within a day`;
      return { json: { ok: true, messageId, act, by: staff.login }, text, exitCode: 0 };
    },
  });
}
