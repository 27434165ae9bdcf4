import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Bank } from '../../bank-host/bank.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';

type Confirmed = EntryData<'message.actConfirmed'>;
type Step = JournalEntry<'message.actProposed' | 'message.actConfirmed' | 'message.moved'>;

const PROPOSAL_VALID_MS = 24 * 3_600_000;
const MAY_NOT_ACT = ['viewer'];
const SETTLED_DETAIL = 'settled by hand';

/**
 * What people did to messages that waited for them: each act has two of them, the second agreed to what the first had said last and nothing had happened to the message since. What they settled
 * is an item of that sum (that the bank has it once or not at all is looked at with the other operations); what they replaced is one new document of the same instruction.
 */
export function checkMessageActs(journal: Journal, bank: Bank, money: JournalMoney): readonly Finding[] {
  const confirmed = dataOf(money.entries, 'message.actConfirmed');
  return [...checkPersons(money), ...confirmed.flatMap((act) => (act.act === 'settle' ? checkSettled(act, { journal, money }) : checkReplaced(act, { journal, bank })))];
}

/** The two persons, from the order of the entries alone. */
function checkPersons({ entries, restedAfterNumber }: JournalMoney): readonly Finding[] {
  // A clock that was wrong is in the stamps for life; only what passed while the terminal stood dark is in them alone.
  const ageMs = (from: JournalEntry, to: JournalEntry) => (restedAfterNumber !== null && from.entryNumber <= restedAfterNumber && to.entryNumber > restedAfterNumber ? to.atUtcMs - from.atUtcMs : to.monotonicMs - from.monotonicMs);
  const findings: Finding[] = [];
  const last = new Map<string, Step>();
  const ended = new Set<string>();
  const find = (detail: string) => findings.push({ rule: 'queue', detail });
  for (const one of entries) {
    if (one.kind !== 'message.actProposed' && one.kind !== 'message.actConfirmed' && one.kind !== 'message.moved') continue;
    const { kind, data } = one as Step;
    const before = last.get(data.messageId);
    if (kind === 'message.actConfirmed') {
      const act = data as Confirmed;
      const said = before?.kind === 'message.actProposed' ? (before.data as EntryData<'message.actProposed'>) : null;
      if (said === null || said.act !== act.act || said.by !== act.proposedBy) find(`${act.messageId}: ${act.act} was confirmed by ${act.by}, and nobody had proposed it as it stood then`);
      else if (said.by === act.by) find(`${act.messageId}: ${act.by} confirmed what he had proposed himself`);
      else if (before !== undefined && ageMs(before, one) > PROPOSAL_VALID_MS) find(`${act.messageId}: ${act.by} confirmed what was proposed more than a day before`);
      if ([act.authority, said?.authority ?? ''].some((level) => MAY_NOT_ACT.includes(level))) find(`${act.messageId}: ${act.act} by one who may only look`);
      if (ended.has(act.messageId)) find(`${act.messageId}: ended by hand twice`);
      ended.add(act.messageId);
    }
    // The act's own move comes in its transaction, in whichever order.
    if (kind === 'message.moved' && ended.has(data.messageId) && (data as EntryData<'message.moved'>).to !== 'refused') find(`${data.messageId}: ended by hand, and yet it went on`);
    last.set(data.messageId, one as Step);
  }
  for (const { to, detail, messageId } of dataOf(entries, 'message.moved')) if (to === 'refused' && detail === SETTLED_DETAIL && !ended.has(messageId)) find(`${messageId}: settled by hand, and nobody confirmed it`);
  return findings;
}

/** Whether the bank has it or not, its cash lies as one item, with the sum that it told of. */
function checkSettled(act: Confirmed, { journal, money }: { readonly journal: Journal; readonly money: JournalMoney }): readonly Finding[] {
  const message = journal.message(act.messageId);
  const operation = money.operations.find(({ operationId }) => operationId === message?.operationId);
  const expectedMinor = operation === undefined ? null : toldMinor(act.operation, operation);
  if (message === undefined || operation === undefined || expectedMinor === null) return [];
  const { operationId } = operation;
  const own = journal.suspense().filter((item) => item.operationId === operationId);
  const items = own.filter((item) => item.reason === 'reportSettled' && item.evidence.includes(act.messageId));
  // What left on top of the authorisation has an item of its own.
  const leftMinor = own.filter((item) => item.reason === 'overDispensed').reduce((restMinor, { amountMinor }) => restMinor - amountMinor, expectedMinor);
  if (items.length === 1 && items[0]?.amountMinor === leftMinor) return [];
  return [{ rule: 'suspense', detail: `${operationId}: ${act.operation} of ${leftMinor} was settled by hand, in doubt are ${items.map(({ amountMinor }) => amountMinor).join(' and ') || 'no item'}` }];
}

/** Cash that a report tells of and no other item has; null: the message tells of none. */
function toldMinor(operation: string, money: OperationMoney): number | null {
  switch (operation) {
    case 'cash.deposit':
    case 'pay.provider':
      return money.settledInMinor ?? 0;
    case 'cash.withdraw.complete':
      return 0 - money.presentedMinor;
    case 'cash.deposit.complete':
      return 0;
    default:
      return null;
  }
}

/** What the bank booked is compared by operation; here that the new document is the same instruction. */
function checkReplaced(act: Confirmed, { journal, bank }: { readonly journal: Journal; readonly bank: Bank }): readonly Finding[] {
  const [old, renewed] = [journal.message(act.messageId), act.newMessageId === null ? undefined : journal.message(act.newMessageId)];
  if (old === undefined || renewed === undefined) return [{ rule: 'queue', detail: `${act.messageId}: replaced by a message that is not there` }];
  const told = bank.documents.all().filter(({ messageId }) => messageId === renewed.messageId);
  const isSame = [renewed, ...told].every(({ operationId, digest, operation }) => operationId === old.operationId && digest === old.digest && operation === old.operation);
  return isSame ? [] : [{ rule: 'money', detail: `${act.operation} ${act.messageId} of ${old.operationId} was replaced by another instruction, ${told[0]?.operationId ?? renewed.operationId}` }];
}
