import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import type { Json } from '../../simulator.ts';
import { givenOut } from './cash.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney, OperationMoney } from './journal-money.ts';
import { countOf, isOfHopper, isOfRecycler, sum, toldInstead } from './journal-money.ts';

interface SeenNote {
  readonly denominationMinor: number;
  readonly place: string;
  /** It lay in a unit that pays out. */
  readonly wasStored: boolean;
}
/** The devices' own account. */
interface VisitedDevices {
  readonly acceptor: { world(): Json };
  readonly dispenser: { world(): Json };
}
/** Out of the dispenser into hands, and out of a recycler's units. */
interface Given {
  readonly takenMinor: number;
  readonly paidOutMinor: number;
}
interface Visit {
  readonly session: number;
  readonly before: Given;
  readonly after: Given;
  /** Notes that came while somebody stood there, by their places among all that the acceptor ever saw: between two customers technicians load. */
  readonly noteRanges: readonly (readonly [from: number, to: number])[];
}

/**
 * Sums of a world may come out even with one customer's note in another's operation: what each put in and took is held against the operations that began while he stood there. A device may go on after he
 * left, as long as his operation is not closed: whoever comes before that is counted with him.
 */
export class VisitWatch {
  readonly #visits: Visit[] = [];
  readonly #sessionOf = new Map<string, number>();
  readonly #openIds = new Set<string>();
  #open: Omit<Visit, 'after'> | null = null;
  #notesFrom = 0;

  begin(session: number, devices: VisitedDevices): void {
    this.#open ??= { session, before: givenBy(devices), noteRanges: [] };
    this.#notesFrom = acceptorWorld(devices).notes.length;
  }

  /** He has taken what lay there, and goes. */
  end(devices: VisitedDevices): void {
    if (this.#open !== null) this.#open = { ...this.#open, noteRanges: [...this.#open.noteRanges, [this.#notesFrom, acceptorWorld(devices).notes.length]] };
    if (this.#openIds.size === 0) this.#close(devices);
  }

  /** A core begins: an operation of which its journal does not know was never written. */
  coreStarted(journal: Pick<Journal, 'openOperationIds' | 'onCommitted'>): void {
    this.#openIds.clear();
    for (const operationId of journal.openOperationIds()) this.#openIds.add(operationId);
    journal.onCommitted((entries) => this.#take(entries));
  }

  /** When everything has come to its end. */
  check(devices: VisitedDevices, money: JournalMoney): readonly Finding[] {
    this.#close(devices);
    const { notes } = acceptorWorld(devices);
    const held = new HeldOrders();
    return this.#visits.flatMap((visit) => {
      const isHis = (operationId: string | undefined) => operationId !== undefined && this.#sessionOf.get(operationId) === visit.session;
      const his = { operations: money.operations.filter(({ operationId }) => isHis(operationId)), entries: money.entries.filter(({ operationId }) => isHis(operationId)) };
      return [...checkPutIn(visit, notes, his, money), ...checkTaken(visit, his, held)].map((detail) => ({ rule: 'cash' as const, detail: `visit ${visit.session}: ${detail}` }));
    });
  }

  #take(entries: readonly JournalEntry[]): void {
    for (const { kind, operationId } of entries) {
      if (operationId === undefined) continue;
      if (!this.#sessionOf.has(operationId)) this.#sessionOf.set(operationId, this.#open?.session ?? -1);
      if (kind === 'operation.chosen') this.#openIds.add(operationId);
      if (kind === 'operation.closed') this.#openIds.delete(operationId);
    }
  }

  #close(devices: VisitedDevices): void {
    if (this.#open !== null) this.#visits.push({ ...this.#open, after: givenBy(devices) });
    this.#open = null;
  }
}

type His = Pick<JournalMoney, 'operations' | 'entries'>;

const IN_BOX: readonly string[] = ['box', 'store', 'collected'];
const STUCK: readonly string[] = ['transport', 'technician'];

/** @param money  of the world: what is nobody's may be his */
function checkPutIn({ noteRanges }: Visit, notes: readonly SeenNote[], { operations, entries }: His, money: JournalMoney): readonly string[] {
  const put = noteRanges.flatMap(([from, to]) => notes.slice(from, to));
  const lying = (isThere: (note: SeenNote) => boolean) => put.filter(isThere).map(({ denominationMinor }) => denominationMinor);
  const inside = lying(({ place, wasStored }) => wasStored || IN_BOX.includes(place));
  const stuck = lying(({ place, wasStored }) => !wasStored && STUCK.includes(place));
  const all = (of: (operation: OperationMoney) => readonly number[]) => operations.flatMap(of);
  const stacked = all((operation) => operation.stacked);
  const unknown = [...all((operation) => operation.unknown), ...toldInstead(entries)];
  return [...new Set([...inside, ...stacked])].flatMap((denominationMinor) => {
    const [insideCount, stuckCount, stackedCount, unknownCount] = [inside, stuck, stacked, unknown].map((counted) => countOf(counted, denominationMinor)) as [number, number, number, number];
    const strayCount = countOf(money.unassigned, denominationMinor) + money.untoldNotes;
    if (stackedCount <= insideCount + stuckCount && insideCount <= stackedCount + unknownCount + strayCount) return [];
    return [`${insideCount} notes of ${denominationMinor} that he put in are inside and ${stuckCount} stuck; the journal has ${stackedCount} of his, ${unknownCount} unknown and ${strayCount} that are nobody's`];
  });
}

/** A line may bring the dispenser an order long after it was given up: a command without a result is in doubt with its own operation, and whoever stands there then has its notes. */
class HeldOrders {
  #doubtMinor = 0;

  /** @returns what of earlier visits' doubt may come out in this one; what does is nobody's any more */
  meet({ tookMinor, presentedMinor, uncertainMinor, inPathMinor }: { readonly tookMinor: number; readonly presentedMinor: number; readonly uncertainMinor: number; readonly inPathMinor: number }): number {
    const earlierMinor = this.#doubtMinor;
    const overMinor = Math.max(0, tookMinor - presentedMinor - uncertainMinor - inPathMinor);
    const leftMinor = Math.min(uncertainMinor, Math.max(0, presentedMinor + uncertainMinor - tookMinor));
    this.#doubtMinor = Math.max(0, earlierMinor - overMinor) + leftMinor;
    return earlierMinor;
  }
}

function checkTaken({ before, after }: Visit, { operations, entries }: His, held: HeldOrders): readonly string[] {
  const payouts = dataOf(entries, 'outcome.dispense');
  const given = givenOut(operations, payouts.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber) || isOfHopper(cassetteNumber)));
  const paid = payouts.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber));
  const paidMinor = (count: (payout: (typeof paid)[number]) => number) => sum(paid.map((payout) => count(payout) * payout.denominationMinor));
  const recycled = paidMinor(({ presentedCount }) => presentedCount);
  const tookMinor = after.takenMinor - before.takenMinor;
  return [
    ...wordsOf('took', tookMinor, given.presentedMinor, given.uncertainMinor + given.inPathMinor + held.meet({ tookMinor, ...given })),
    ...wordsOf('was paid out of units', after.paidOutMinor - before.paidOutMinor, recycled, paidMinor(({ uncertainCount, pickedCount, rejectedCount, presentedCount }) => uncertainCount + Math.max(0, pickedCount - rejectedCount - presentedCount))),
  ];
}

function wordsOf(what: string, minor: number, presentedMinor: number, perhapsMinor: number): readonly string[] {
  return minor >= presentedMinor && minor <= presentedMinor + perhapsMinor ? [] : [`he ${what} ${minor}; the journal has ${presentedMinor} presented and ${perhapsMinor} perhaps`];
}

function acceptorWorld({ acceptor }: VisitedDevices): { readonly notes: readonly SeenNote[]; readonly paidOutMinor: number } {
  return acceptor.world() as unknown as ReturnType<typeof acceptorWorld>;
}

function givenBy(devices: VisitedDevices): Given {
  return { paidOutMinor: acceptorWorld(devices).paidOutMinor, takenMinor: (devices.dispenser.world() as unknown as { readonly takenMinor: number }).takenMinor };
}
