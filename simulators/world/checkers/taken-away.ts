import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { CashUnitRow } from '../../../main/journal/journal.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { untoldRejectsMax } from './cassettes.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { countOf, isOfRecycler, sum, toldInstead } from './journal-money.ts';
import { UNSEEN, uncountedNotes } from './recycled.ts';

interface AcceptorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
}
interface DispenserWorld {
  readonly cassettes: readonly { readonly denominationMinor: number; readonly left: { readonly underWay: number; readonly tray: number; readonly removed: number } }[];
}

const [BOX, BOX_TRANSPORT, REJECT, TRANSPORT] = ['acceptor.box', 'acceptor.transport', 'dispenser.reject', 'dispenser.transport'] as const;
const OUTSIDE = 'outside';
const RECYCLER_UNITS = 'recycler.';

/**
 * What went away with box and bin is what the journal says was taken out of them, and what came into them since is what it counts there now: both, since a sum of the two hides a
 * collection that was written down wrong. Room is only for notes of which the journal once did not know, and for those that it says lie in a path.
 */
export function checkTakenAway({ acceptor, dispenser, handled, loaded }: Surroundings, money: JournalMoney, counted: readonly CashUnitRow[]): readonly Finding[] {
  const { notes } = acceptor.world() as unknown as AcceptorWorld;
  const { cassettes } = dispenser.world() as unknown as DispenserWorld;
  const books = booksOf(money, counted);
  const kinds = [...new Set([...notes, ...cassettes, ...counted, ...books.moves].map(({ denominationMinor }) => denominationMinor))].sort((left, right) => left - right);
  return kinds.flatMap((denominationMinor) => {
    const lyingCount = (...places: readonly string[]) => notes.filter((note) => note.denominationMinor === denominationMinor && places.includes(note.place)).length;
    const boxed = handled.boxed.get(denominationMinor) ?? 0;
    const rejected = handled.rejected.get(denominationMinor) ?? 0;
    const own = cassettes.filter((cassette) => cassette.denominationMinor === denominationMinor);
    const asideCount = sum(own.map(({ left }) => left.underWay + left.tray + left.removed)) - rejected;
    return [
      ...checkBox({ denominationMinor, awayCount: boxed, insideCount: lyingCount('box', 'collected') - boxed, stuckCount: lyingCount('transport', 'technician') }, books),
      ...(loaded.recycler === null ? [] : checkUnit(denominationMinor, lyingCount('store'), books)),
      ...(loaded.recycler?.isAlone === true ? [] : checkBin({ denominationMinor, awayCount: rejected, insideCount: asideCount }, books)),
    ];
  });
}

interface Books {
  readonly moves: EntryData<'notes.moved'>['moves'];
  readonly money: JournalMoney;
  readonly rows: readonly CashUnitRow[];
  counted(unitId: string, denominationMinor: number): number;
  takenOut(unitId: string, denominationMinor: number): number;
  /** Out of a recycler's units, on their way to the box when nobody could ask it: they may have gone away with the box before the journal heard that they are gone. */
  broughtUnseen(denominationMinor: number): number;
}

function booksOf(money: JournalMoney, rows: readonly CashUnitRow[]): Books {
  const moved = dataOf(money.entries, 'notes.moved');
  const moves = moved.flatMap((one) => one.moves);
  const unseen = moved.filter(({ evidence }) => evidence.endsWith(UNSEEN)).flatMap((one) => one.moves);
  return {
    moves, money, rows,
    counted: (unitId, denominationMinor) => sum(rows.filter((row) => row.unitId === unitId && row.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount)),
    takenOut: (unitId, denominationMinor) => sum(moves.filter((move) => move.fromUnitId === unitId && move.toUnitId === OUTSIDE && move.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount)),
    broughtUnseen: (denominationMinor) => sum(unseen.filter((move) => move.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount)),
  };
}

interface Lying {
  readonly denominationMinor: number;
  /** In the bag. */
  readonly awayCount: number;
  /** Since then. */
  readonly insideCount: number;
}

function checkBox({ denominationMinor, awayCount, insideCount, stuckCount }: Lying & { readonly stuckCount: number }, books: Books): readonly Finding[] {
  const [takenCount, heldCount] = [books.takenOut(BOX, denominationMinor), books.counted(BOX, denominationMinor)];
  const pathTakenCount = books.takenOut(BOX_TRANSPORT, denominationMinor) + books.broughtUnseen(denominationMinor);
  const pathHeldCount = books.counted(BOX_TRANSPORT, denominationMinor);
  const doubtCount = doubtfulNotes(books.money, denominationMinor);
  const isBetween = (count: number, low: number, high: number) => count >= low && count <= high;
  return [
    ...(isBetween(awayCount, takenCount - stuckCount - doubtCount, takenCount + pathTakenCount + doubtCount) ? [] : [found(`cash box: ${awayCount} notes of ${denominationMinor} were carried away; the journal has ${takenCount}, ${pathTakenCount} of its path, ${stuckCount} stuck and ${doubtCount} of which it once did not know`)]),
    ...(isBetween(insideCount, heldCount - stuckCount - doubtCount, heldCount + pathHeldCount + doubtCount) ? [] : [found(`cash box: ${insideCount} notes of ${denominationMinor} came into it since it was carried away; the journal counts ${heldCount}, ${pathHeldCount} in its path, ${stuckCount} stuck and ${doubtCount} of which it once did not know`)]),
  ];
}

/** What lies in a unit and does not count as payable is nobody's. */
function checkUnit(denominationMinor: number, storedCount: number, { money, rows }: Books): readonly Finding[] {
  const payableCount = sum(rows.filter((row) => row.unitId.startsWith(RECYCLER_UNITS) && row.denominationMinor === denominationMinor).map(({ noteCount }) => noteCount));
  const doubtCount = doubtfulNotes(money, denominationMinor);
  return payableCount >= storedCount - doubtCount ? [] : [found(`recycler: ${storedCount} notes of ${denominationMinor} lie in its units, ${payableCount} count as payable, ${doubtCount} of which nobody knew`)];
}

function checkBin({ denominationMinor, awayCount, insideCount }: Lying, books: Books): readonly Finding[] {
  const { takenOut, counted, money } = books;
  const [takenCount, heldCount] = [takenOut(REJECT, denominationMinor), counted(REJECT, denominationMinor)];
  const [pathTakenCount, pathHeldCount] = [takenOut(TRANSPORT, denominationMinor), counted(TRANSPORT, denominationMinor)];
  const doubtMax = untoldRejectsMax(money, denominationMinor);
  return [
    ...(awayCount >= takenCount && awayCount <= takenCount + pathTakenCount + doubtMax ? [] : [found(`reject bin: ${awayCount} notes of ${denominationMinor} were carried away; the journal has ${takenCount}, ${pathTakenCount} of its path and ${doubtMax} of which it does not know`)]),
    ...(insideCount >= heldCount && insideCount <= heldCount + pathHeldCount + doubtMax ? [] : [found(`reject bin: ${insideCount} notes of ${denominationMinor} came into it since; the journal counts ${heldCount}, ${pathHeldCount} in its path and ${doubtMax} of which it does not know`)]),
  ];
}

/** Notes whose place the journal once did not know, whatever it learned since, and those that no operation owns: they may have lain there before it counted them. */
function doubtfulNotes({ entries, unassigned, untoldNotes }: JournalMoney, denominationMinor: number): number {
  const told = new Map<string, boolean>();
  for (const one of entries) {
    if (one.kind === 'intent.stack' || one.kind === 'intent.return') {
      const { noteId, denominationMinor: ofNote } = one.data as EntryData<'intent.stack'>;
      if (ofNote === denominationMinor) told.set(noteId, told.get(noteId) ?? false);
    }
    if (one.kind === 'outcome.stack' || one.kind === 'outcome.return') {
      const { noteId, result, denominationMinor: ofNote } = one.data as EntryData<'outcome.stack'>;
      if (ofNote === denominationMinor && told.get(noteId) !== undefined) told.set(noteId, told.get(noteId) === true || result === 'unknown');
    }
  }
  const uncertainPayouts = dataOf(entries, 'outcome.dispense').filter((payout) => isOfRecycler(payout.cassetteNumber) && payout.denominationMinor === denominationMinor);
  const uncounted = dataOf(entries, 'suspense.recorded').map(({ evidence }) => uncountedNotes(evidence)).filter((notes) => notes?.denominationMinor === denominationMinor);
  return [...told.values()].filter(Boolean).length + countOf(toldInstead(entries), denominationMinor) + unassigned.filter((note) => note === denominationMinor).length + untoldNotes + sum(uncounted.map((notes) => notes?.noteCount ?? 0)) + sum(uncertainPayouts.map(({ uncertainCount }) => uncertainCount));
}

const found = (detail: string): Finding => ({ rule: 'cash', detail });
