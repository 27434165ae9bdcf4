import { dataOf } from '../../../main/journal/entry-data.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
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
export interface VisitedDevices {
  readonly acceptor: { world(): Json };
  readonly dispenser: { world(): Json };
}
interface Counts {
  /** Notes that the acceptor ever saw, in their order. */
  readonly noteCount: number;
  /** Out of the dispenser into hands, and out of a recycler's units. */
  readonly takenMinor: number;
  readonly paidOutMinor: number;
}
export interface Visit {
  readonly session: number;
  readonly before: Counts;
  readonly after: Counts;
}

/** Sums of a world may come out even with one customer's note in another's operation: what each put in and took is held against the operations that began while he stood there. */
export class VisitWatch {
  readonly #visits: Visit[] = [];
  readonly #sessionOf = new Map<string, number>();
  #open: Pick<Visit, 'session' | 'before'> | null = null;

  begin(session: number, devices: VisitedDevices): void {
    this.#open = { session, before: countsNow(devices) };
  }

  /** He has taken what lay there, and goes. */
  end(devices: VisitedDevices): void {
    if (this.#open !== null) this.#visits.push({ ...this.#open, after: countsNow(devices) });
    this.#open = null;
  }

  /** Of one commit. */
  take(entries: readonly JournalEntry[]): void {
    for (const { operationId } of entries) if (operationId !== undefined && !this.#sessionOf.has(operationId)) this.#sessionOf.set(operationId, this.#open?.session ?? -1);
  }

  check(devices: VisitedDevices, money: JournalMoney): readonly Finding[] {
    const { notes } = acceptorWorld(devices);
    return this.#visits.flatMap((visit) => {
      const isHis = (operationId: string | undefined) => operationId !== undefined && this.#sessionOf.get(operationId) === visit.session;
      const his = { operations: money.operations.filter(({ operationId }) => isHis(operationId)), entries: money.entries.filter(({ operationId }) => isHis(operationId)) };
      return [...checkPutIn(visit, notes, his, money), ...checkTaken(visit, his)].map((detail) => ({ rule: 'cash' as const, detail: `visit ${visit.session}: ${detail}` }));
    });
  }
}

type His = Pick<JournalMoney, 'operations' | 'entries'>;

const IN_BOX: readonly string[] = ['box', 'store', 'collected'];
const STUCK: readonly string[] = ['transport', 'technician'];

/** @param money  of the world: what is nobody's may be his */
function checkPutIn({ before, after }: Visit, notes: readonly SeenNote[], { operations, entries }: His, money: JournalMoney): readonly string[] {
  const put = notes.slice(before.noteCount, after.noteCount);
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

function checkTaken({ before, after }: Visit, { operations, entries }: His): readonly string[] {
  const payouts = dataOf(entries, 'outcome.dispense');
  const given = givenOut(operations, payouts.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber) || isOfHopper(cassetteNumber)));
  const paid = payouts.filter(({ cassetteNumber }) => isOfRecycler(cassetteNumber));
  const paidMinor = (count: (payout: (typeof paid)[number]) => number) => sum(paid.map((payout) => count(payout) * payout.denominationMinor));
  const recycled = paidMinor(({ presentedCount }) => presentedCount);
  return [
    ...wordsOf('took', after.takenMinor - before.takenMinor, given.presentedMinor, given.uncertainMinor + given.inPathMinor),
    ...wordsOf('was paid out of units', after.paidOutMinor - before.paidOutMinor, recycled, paidMinor(({ uncertainCount, pickedCount, rejectedCount, presentedCount }) => uncertainCount + Math.max(0, pickedCount - rejectedCount - presentedCount))),
  ];
}

function wordsOf(what: string, minor: number, presentedMinor: number, perhapsMinor: number): readonly string[] {
  return minor >= presentedMinor && minor <= presentedMinor + perhapsMinor ? [] : [`he ${what} ${minor}; the journal has ${presentedMinor} presented and ${perhapsMinor} perhaps`];
}

function acceptorWorld({ acceptor }: VisitedDevices): { readonly notes: readonly SeenNote[]; readonly paidOutMinor: number } {
  return acceptor.world() as unknown as ReturnType<typeof acceptorWorld>;
}

function countsNow(devices: VisitedDevices): Counts {
  const { notes, paidOutMinor } = acceptorWorld(devices);
  return { noteCount: notes.length, paidOutMinor, takenMinor: (devices.dispenser.world() as unknown as { readonly takenMinor: number }).takenMinor };
}
