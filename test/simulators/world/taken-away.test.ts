import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { checkTakenAway } from '../../../simulators/world/checkers/taken-away.ts';
import { HandledNotes } from '../../../simulators/world/handled-notes.ts';
import type { Surroundings } from '../../../simulators/world/virtual-terminal.ts';

/** Goal: the checker of what was carried away sees a collection that was written down wrong though every sum is right. Method: a cash box and a reject bin, carried away once, and told entries. */
const FIVE = 500_000;
const TWO = 200_000;

interface Told {
  /** Of the cash box and reject bin when they were carried away; what came into the box since. */
  readonly boxed?: readonly number[];
  readonly binned?: number;
  readonly since?: readonly number[];
  readonly stored?: readonly number[];
  readonly entries?: readonly { readonly kind: string; readonly data: object }[];
  readonly units?: Readonly<Record<string, number>>;
}

function findings({ boxed = [], binned = 0, since = [], stored = [], entries: told = [], units = {} }: Told): readonly string[] {
  const notes = [...boxed.map((denominationMinor) => ({ denominationMinor, place: 'collected' })), ...since.map((denominationMinor) => ({ denominationMinor, place: 'box' })), ...stored.map((denominationMinor) => ({ denominationMinor, place: 'store' }))];
  const acceptor = { world: () => ({ notes }) };
  const dispenser = { world: () => ({ cassettes: [{ denominationMinor: FIVE, left: { underWay: 0, tray: 0, removed: binned } }] }) };
  const handled = new HandledNotes();
  const surroundings = { acceptor, dispenser, handled, loaded: { cassettes: [], recycler: stored.length > 0 ? { isAlone: false } : null, coinCounts: [] } } as unknown as Surroundings;
  handled.carryAway(surroundings);
  const entries = told.map((one, index) => ({ ...one, entryNumber: index + 1, operationId: 'operation-1' }) as unknown as JournalEntry);
  const money = readJournalMoney({ entries: ({ fromEntryNumber = 1 }: { readonly fromEntryNumber?: number }) => entries.slice(fromEntryNumber - 1) } as Parameters<typeof readJournalMoney>[0]);
  const rows = Object.entries(units).map(([unit, noteCount]) => ({ unitId: unit.split(' ')[0], denominationMinor: Number(unit.split(' ')[1]), noteCount })) as unknown as Parameters<typeof checkTakenAway>[2];
  return checkTakenAway(surroundings, money, rows).map(({ detail }) => detail);
}

const takenOut = (...moves: readonly (readonly [string, number, number])[]) => ({ kind: 'notes.moved', data: { moves: moves.map(([fromUnitId, denominationMinor, noteCount]) => ({ fromUnitId, toUnitId: 'outside', denominationMinor, noteCount })), evidence: 'taken out of the terminal by t-014' } });

describe('what was carried away', () => {
  it('is right where the journal has each kind as it lay there, and counts what came since', () => {
    expect(findings({ boxed: [FIVE, FIVE, TWO], binned: 3, since: [TWO], entries: [takenOut(['acceptor.box', FIVE, 2], ['acceptor.box', TWO, 1], ['dispenser.reject', FIVE, 3])], units: { [`acceptor.box ${TWO}`]: 1 } })).toEqual([]);
  });

  it('is found where one kind stayed in the box by the books', () => {
    expect(findings({ boxed: [FIVE, FIVE, TWO], entries: [takenOut(['acceptor.box', FIVE, 2])], units: { [`acceptor.box ${TWO}`]: 1 } })).toEqual([
      expect.stringContaining(`cash box: 1 notes of ${TWO} were carried away; the journal has 0`), expect.stringContaining(`cash box: 0 notes of ${TWO} came into it since it was carried away; the journal counts 1`),
    ]);
  });

  it('is found where the box was booked and not the reject bin, or more of it than lay there', () => {
    expect(findings({ binned: 3, units: { [`dispenser.reject ${FIVE}`]: 3 } })).toEqual([expect.stringContaining('reject bin: 3 notes'), expect.stringContaining('reject bin: 0 notes')]);
    expect(findings({ binned: 3, entries: [takenOut(['dispenser.reject', FIVE, 4])] })).toEqual([expect.stringContaining('reject bin: 3 notes')]);
  });

  it('may be fewer by what lay in the path of the dispenser', () => {
    expect(findings({ binned: 3, entries: [takenOut(['dispenser.reject', FIVE, 2], ['dispenser.transport', FIVE, 2])] })).toEqual([]);
    expect(findings({ binned: 5, entries: [takenOut(['dispenser.reject', FIVE, 2], ['dispenser.transport', FIVE, 2])] })).toHaveLength(1);
  });

  it('may be one note more or fewer for each of which the journal once did not know, and no more', () => {
    const note = { noteId: 'n-1', denominationMinor: FIVE };
    const unknown = [{ kind: 'intent.stack', data: note }, { kind: 'outcome.stack', data: { ...note, outcome: 'uncertain', result: 'unknown', evidence: '' } }];
    expect(findings({ boxed: [FIVE], entries: unknown })).toEqual([]);
    expect(findings({ boxed: [FIVE, FIVE], entries: unknown })).toHaveLength(1);
    expect(findings({ boxed: [TWO], entries: unknown })).toHaveLength(1);
  });

  it('may be fewer by what an item tells of: a unit could not be counted before it was opened', () => {
    const item = { kind: 'suspense.recorded', data: { suspenseId: 's-1', reason: 'unassigned', amountMinor: TWO, reference: null, evidence: `recycler.2 could not be counted before it was opened: 1 notes of ${TWO} in it were loaded, or lay there before` } };
    expect(findings({ stored: [TWO], entries: [takenOut(['acceptor.box', TWO, 1]), item], units: { [`recycler.2 ${TWO}`]: 1 } })).toEqual([]);
    expect(findings({ stored: [TWO], entries: [takenOut(['acceptor.box', TWO, 2]), item], units: { [`recycler.2 ${TWO}`]: 1 } })).toHaveLength(1);
    expect(findings({ entries: [takenOut(['acceptor.box', FIVE, 1]), item] })).toHaveLength(1);
  });

  it('leaves no note in the units of a recycler that does not count as payable', () => {
    expect(findings({ stored: [FIVE, FIVE], units: { [`recycler.1 ${FIVE}`]: 2 } })).toEqual([]);
    expect(findings({ stored: [FIVE, FIVE], units: { [`recycler.1 ${FIVE}`]: 1 } })).toEqual([expect.stringContaining(`recycler: 2 notes of ${FIVE} lie in its units, 1 count as payable`)]);
  });
});
