import { z } from 'zod';
import { REFUSAL_CODES } from '../../main/foundation/refusals.ts';
import { normalisePhone } from '../../main/contracts/identifiers.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { ControlTarget } from '../control/control-socket.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { Bank } from './bank.ts';
import { maskedClientName } from './clients.ts';
import { BANK_FAULTS, faultCommandSchema } from './faults.ts';
import type { BankFault } from './faults.ts';
import { LEDGER_ACCOUNTS } from './ledger.ts';
import { bankWorldJson } from './world.ts';

/** Commands of the workbench and of scripted customers; each is described in the README of this folder. */
const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('phones') }),
  /** The ONLY way to read a one-time code: the customer looks at his telephone. */
  z.strictObject({ do: z.literal('messages'), phone: z.string().max(20) }),
  z.strictObject({ do: z.literal('ledger') }),
  z.strictObject({ do: z.literal('documents') }),
  z.strictObject({ do: z.literal('setBusinessDay'), day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/).nullable() }),
  z.strictObject({ do: z.literal('blockClient'), clientId: z.string().max(64), refusal: z.enum(REFUSAL_CODES).nullable().default('RF-20') }),
  z.strictObject({ do: z.literal('setBalance'), accountRef: z.string().max(34), balanceMinor: z.number().int().min(0).max(1_000_000_000_000) }),
  /** `suspenseId` `open`: the oldest item that nobody ended; `next`: the next that a terminal tells of. `amountMinor` other than the item's: a mistake that the terminal must refuse. */
  z.strictObject({
    do: z.literal('decideSuspense'), suspenseId: z.string().min(1).max(64).default('open'), to: z.enum(['matched', 'paid', 'writtenOff']), authority: z.string().min(1).max(64).default('cash centre'), reason: z.string().min(1).max(200).default('claim decided'),
    amountMinor: z.number().int().optional(),
  }),
  z.strictObject({ do: z.literal('clearFaults') }),
  z.strictObject({ do: z.literal('pause') }),
  z.strictObject({ do: z.literal('resume') }),
  faultCommandSchema,
]);
type Command = z.infer<typeof commandSchema>;

const KNOWN_COMMANDS = commandSchema.options.map((option) => option.shape.do.value);

/** The bank as a target of the control socket, name `bank`. */
export function bankControlTarget(bank: Bank): ControlTarget {
  return {
    control(command) {
      const parsed = commandSchema.safeParse(command);
      if (!parsed.success) {
        const name = z.looseObject({ do: z.string() }).safeParse(command);
        const isKnown = name.success && (KNOWN_COMMANDS as readonly string[]).includes(name.data.do);
        return err({ code: isKnown ? 'invalid' : 'unknownCommand', detail: isKnown ? z.prettifyError(parsed.error) : `there are ${KNOWN_COMMANDS.join(', ')}` });
      }
      return obey(bank, parsed.data);
    },
    world: () => bankWorldJson(bank),
    faultBoard: () => Object.entries(BANK_FAULTS).map(([fault, { at, label }]) => ({ fault, at: [at], label })),
    onEvent: (listener) => bank.onEvent(listener),
  };
}

function obey(bank: Bank, command: Command): Result<Json, ControlError> {
  switch (command.do) {
    case 'phones':
      return ok(phonesOf(bank));
    case 'messages': {
      const phone = normalisePhone(command.phone);
      if (phone === undefined) return err({ code: 'invalid', detail: 'not a mobile number' });
      return ok(bank.telephones.messages(phone).map((message) => ({ ...message })));
    }
    case 'ledger':
      return ok(bank.ledger.balances().map((row) => ({ ...row })));
    case 'documents':
      return ok(bank.documents.all().map((document) => ({ ...document })));
    case 'setBusinessDay':
      bank.businessDay.set(command.day);
      return ok({ businessDay: bank.businessDay.today() });
    case 'blockClient':
      return bank.clients.setBlock(command.clientId, command.refusal) ? ok(null) : err({ code: 'invalid', detail: 'no such client' });
    case 'setBalance':
      return setBalance(bank, command);
    case 'fault':
      return armFault(bank, command);
    case 'decideSuspense':
      return decideSuspense(bank, command);
    case 'clearFaults':
      bank.clearFaults();
      return ok(null);
    case 'pause':
      bank.pause();
      return ok(null);
    case 'resume':
      bank.resume();
      return ok(null);
  }
}

function decideSuspense(bank: Bank, { suspenseId, to, authority, reason, amountMinor }: Extract<Command, { do: 'decideSuspense' }>): Result<Json, ControlError> {
  const ruling = { to, authority, reason, ...(amountMinor === undefined ? {} : { amountMinor }) };
  if (suspenseId === 'next') {
    bank.suspense.decideNext(ruling);
    return ok(null);
  }
  const wanted = suspenseId === 'open' ? bank.suspense.items().find(({ decision, settlement }) => decision === null && settlement === null)?.suspenseId : suspenseId;
  const decided = wanted === undefined ? err('unknown' as const) : bank.suspense.decide({ suspenseId: wanted, ...ruling });
  return decided.ok ? ok({ ...decided.value }) : err({ code: 'notNow', detail: 'no terminal has told of such an item' });
}

/** Every telephone of the samples and every other that has had a message, with the masked names of its owners. */
function phonesOf(bank: Bank): Json {
  const clients = bank.clients.all();
  const numbers = [...new Set([...clients.map((client) => client.phone), ...bank.telephones.phones().map(({ phone }) => phone)])].sort();
  return numbers.map((phone) => ({ phone, messageCount: bank.telephones.messages(phone).length, owners: clients.filter((client) => client.phone === phone).map(maskedClientName) }));
}

function armFault(bank: Bank, command: Extract<Command, { do: 'fault' }>): Result<Json, ControlError> {
  const needsDelay: readonly BankFault[] = ['clockSkew'];
  if (needsDelay.includes(command.fault) && command.delayMs === undefined) return err({ code: 'invalid', detail: `${command.fault} needs delayMs` });
  if (!bank.arm(command)) return err({ code: 'notNow', detail: 'too many faults are armed; clearFaults first' });
  return ok(bank.faults.armed().map((fault) => ({ ...fault })));
}

/** By an entry against the opening account, like everything else in the ledger. */
function setBalance(bank: Bank, command: Extract<Command, { do: 'setBalance' }>): Result<Json, ControlError> {
  if (bank.clients.account(command.accountRef) === undefined) return err({ code: 'invalid', detail: 'no such account' });
  const account = LEDGER_ACCOUNTS.client(command.accountRef);
  const differenceMinor = command.balanceMinor - bank.ledger.balanceMinor(account);
  bank.database.transaction(() => {
    bank.ledger.post({
      terminalId: null,
      operationId: null,
      purpose: 'setBalance',
      businessDay: bank.businessDay.today(),
      atUtcMs: bank.nowUtcMs(),
      lines: [{ account, amountMinor: differenceMinor }, { account: LEDGER_ACCOUNTS.opening, amountMinor: -differenceMinor }],
    });
  })();
  return ok({ balanceMinor: bank.ledger.balanceMinor(account) });
}
