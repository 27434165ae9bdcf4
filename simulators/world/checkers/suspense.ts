import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { Journal, SuspenseRow } from '../../../main/journal/journal.ts';
import { CREDITS } from './cash-messages.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { countOf, isOfHopper, sum } from './journal-money.ts';
import { uncountedNotes } from './recycled.ts';

const MESSAGES_MAX = 10_000;
/** Of a withdrawal that the bank refused, or never had, nothing can have been ordered, whatever is lost. */
const NEVER_AGREED = /^(\S+): the bank was asked about it: (?:it knows nothing of it|cash\.withdraw refused)/;

/** What nobody knows of, and what nobody booked, stands as an item: each sum once, no more and no less of it than the entries leave in doubt. */
export function checkSuspense(journal: Journal, money: JournalMoney): readonly Finding[] {
  const items = journal.suspense();
  const refused = refusedCredits(journal);
  const untold = new Set(money.entries.filter((one) => one.kind === 'outcome.dispense' && isUntold(one.data as EntryData<'outcome.dispense'>)).map((one) => one.operationId));
  const withdrawals = new Set(money.entries.filter((one) => one.kind === 'operation.chosen' && (one.data as EntryData<'operation.chosen'>).operation === 'op-10').map(({ operationId }) => operationId));
  const neverAgreed = new Set(dataOf(money.entries, 'recovery.report').flatMap(({ lines }) => lines.map((line) => NEVER_AGREED.exec(line)?.[1]).filter((operationId) => withdrawals.has(operationId))));
  return [...money.operations.flatMap((operation) => {
    const own = items.filter(({ operationId }) => operationId === operation.operationId);
    return [...ofOperation({ ...operation, isEndLost: operation.isEndLost && !neverAgreed.has(operation.operationId) }, own, refused), ...(untold.has(operation.operationId) ? ofUntoldRejects(operation, own) : [])];
  }), ...ofNobody(items, money)];
}

function isUntold({ outcome, cassetteNumber }: EntryData<'outcome.dispense'>): boolean {
  return outcome === 'uncertain' && !isOfHopper(cassetteNumber);
}

/** Of a dispense without a result nobody knows what it rejected, also where each of its notes was seen to leave. */
function ofUntoldRejects({ operationId, isClosed }: OperationMoney, own: readonly SuspenseRow[]): readonly Finding[] {
  if (!isClosed || own.some(({ reason }) => reason === 'dispenseUncertain')) return [];
  return [{ rule: 'suspense', detail: `${operationId}: a dispense without a result, no item says so` }];
}

function ofOperation(operation: OperationMoney, all: readonly SuspenseRow[], refused: ReadonlySet<string>): readonly Finding[] {
  const { operationId, isClosed, ordered, unknown, uncertainOutMinor, inPathMinor, retainedMinor, presentedMinor, authorisedMinor, settledInMinor } = operation;
  // What is not ended yet is another rule's finding.
  if (!isClosed) return [];
  const [own, ofLostEnd] = operation.isEndLost ? ofLoss(operation, all) : [all, []];
  const amounts = (reason: SuspenseRow['reason']): readonly number[] => own.filter((item) => item.reason === reason).map(({ amountMinor }) => amountMinor);
  const compare = (reason: SuspenseRow['reason'], expectedMinor: number, what: string): readonly Finding[] => {
    const standsMinor = sum(amounts(reason));
    return standsMinor === expectedMinor ? [] : [{ rule: 'suspense', detail: `${operationId}: ${expectedMinor} ${what}, ${standsMinor} in suspense` }];
  };
  const doubted = amounts('noteUncertain');
  // A note that was found since keeps its item; no note has two.
  const wrong = [...new Set([...doubted, ...unknown])].filter((minor) => countOf(doubted, minor) < countOf(unknown, minor) || countOf(doubted, minor) > countOf(ordered, minor));
  return [
    ...ofLostEnd,
    ...wrong.map((minor): Finding => ({ rule: 'suspense', detail: `${operationId}: nobody knows of ${countOf(unknown, minor)} notes of ${minor}, ${countOf(doubted, minor)} in suspense` })),
    ...compare('dispenseUncertain', 0 - uncertainOutMinor, 'may have left'),
    ...compare('inTransport', 0 - inPathMinor, 'left in the path'),
    ...compare('overDispensed', 0 - Math.max(0, presentedMinor - (authorisedMinor ?? presentedMinor)), 'left unauthorised'),
    ...compare('retained', retainedMinor, 'kept'),
    ...compare('depositRefused', refused.has(operationId) ? settledInMinor ?? 0 : 0, 'refused by the bank'),
  ];
}

/** An authorised withdrawal has what its lost end may have paid among its doubt, to the tenge; any other operation an item of its own, without a sum where nobody can say one. @returns the other items, and what is wrong */
function ofLoss({ operationId, authorisedMinor, presentedMinor, uncertainOutMinor }: OperationMoney, own: readonly SuspenseRow[]): readonly [readonly SuspenseRow[], readonly Finding[]] {
  const say = (what: string): readonly Finding[] => [{ rule: 'suspense', detail: `${operationId}: was open where the journal lost its end, ${what}` }];
  if (authorisedMinor !== null) return [own, presentedMinor + uncertainOutMinor >= authorisedMinor ? [] : say(`${authorisedMinor} authorised, ${presentedMinor} presented and only ${uncertainOutMinor} in doubt`)];
  const isOfLoss = ({ evidence }: SuspenseRow) => evidence.startsWith('the journal goes on without');
  const count = own.filter(isOfLoss).length;
  return [own.filter((item) => !isOfLoss(item)), count === 1 ? [] : say(`${count} items say so`)];
}

/** Operations whose cash the bank said no to for good, itself: not where people ended the report, nor where its instruction went out again. */
function refusedCredits(journal: Journal): ReadonlySet<string> {
  const settled = new Set(journal.suspense().filter(({ reason }) => reason === 'reportSettled').map(({ operationId }) => operationId));
  const newest = new Map(journal.messages({ lanes: ['mustDeliver'], limit: MESSAGES_MAX }).filter(({ operation }) => CREDITS.includes(operation)).map((message) => [message.operationId, message.state]));
  return new Set([...newest].filter(([operationId, state]) => state === 'refused' && !settled.has(operationId)).map(([operationId]) => operationId));
}

/** Notes and coins inside that are no operation's: each its item, and no item besides, but for coins that nobody counted and notes of a recycler that nobody counted (`recycled.ts`). */
function ofNobody(items: readonly SuspenseRow[], { entries, strayCoins }: JournalMoney): readonly Finding[] {
  const found = [...dataOf(entries, 'note.unassigned').map(({ denominationMinor }) => denominationMinor), ...strayCoins];
  const claims = items.filter(({ reason, operationId, evidence }) => reason === 'unassigned' && operationId === null && uncountedNotes(evidence) === null).map(({ amountMinor }) => amountMinor);
  return [...new Set([...found, ...claims])].filter((minor) => (minor === 0 ? countOf(claims, 0) < countOf(found, 0) : countOf(claims, minor) !== countOf(found, minor))).map((minor) => ({ rule: 'suspense', detail: `${countOf(found, minor)} pieces of ${minor} are nobody's, ${countOf(claims, minor)} in suspense` }));
}
