/** Goal: which of a device's counts are believed to be counts at all, what is new of them, and what a technician reads. Method: the rules by themselves. */
import { describe, expect, it } from 'vitest';
import type { StoredUnit } from '../../../drivers/interfaces/cash-storage.ts';
import { storedUnitsOf } from '../../../main/core/cash/counting-devices.ts';
import type { UnitCounts } from '../../../main/core/cash/unit-counts.ts';
import { changesOf, countsText, deviceCountOf, journalCountOf, knownAfter, knownText, lastCompared, readKnown, standingDifferences } from '../../../main/core/cash/unit-counts.ts';
import { entry } from '../../../main/journal/journal.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FIVE = 500_000;
const BOX = { unitId: 'acceptor.box', denominationMinor: null };
const stored = (unit: Partial<StoredUnit>): StoredUnit => ({ unitId: 'unit1', role: 'cashIn', cassetteNumber: null, currency: 'KZT', denominationMinor: null, status: 'ok', level: 'ok', noteCount: 3, isCountSure: true, ...unit });
const counted = (unitId: string, deviceCount: number | null, journalCount: number): UnitCounts => ({ unitId, denominationMinor: null, deviceCount, journalCount });

describe('what a device says of a cash unit', () => {
  it('is the sum of all that make it up', () => {
    const units = [stored({}), stored({ unitId: 'unitR', role: 'reject', noteCount: 2 }), stored({ unitId: 'unitT', role: 'retract', noteCount: 0 }), stored({ unitId: 'unit5', role: 'cashInCashOut', cassetteNumber: 1, denominationMinor: FIVE, noteCount: 40 })];
    expect(deviceCountOf(BOX, units)).toEqual({ kind: 'sure', noteCount: 5 });
    expect(deviceCountOf({ unitId: 'dispenser.reject', denominationMinor: null }, units)).toEqual({ kind: 'sure', noteCount: 2 });
    expect(storedUnitsOf({ unitId: 'recycler.1', denominationMinor: FIVE }, units).map(({ unitId }) => unitId)).toEqual(['unit5']);
    expect(storedUnitsOf({ unitId: 'recycler.2', denominationMinor: 200_000 }, units)).toEqual([]);
    expect(storedUnitsOf({ unitId: 'dispenser.1', denominationMinor: FIVE }, units).map(({ unitId }) => unitId)).toEqual(['unit5']);
  });

  it.each([
    ['none of it', []],
    ['never set', [stored({}), stored({ role: 'reject', noteCount: null })]],
    ['not sure of one', [stored({}), stored({ role: 'reject', isCountSure: false })]],
  ])('is nothing for sure: %s', (_, units) => {
    expect(deviceCountOf(BOX, units)).toEqual({ kind: 'unsure' });
  });

  it.each([-1, 1.5, 1_000_001, Number.NaN, Number.POSITIVE_INFINITY])('is nonsense: %s notes', (noteCount) => {
    expect(deviceCountOf(BOX, [stored({}), stored({ unitId: 'unitR', role: 'reject', noteCount })])).toEqual({ kind: 'nonsense', detail: `unitR: ${noteCount}` });
  });

  it('is nonsense in all, where no one of them is', () => {
    expect(deviceCountOf(BOX, [stored({ noteCount: 1_000_000 }), stored({ noteCount: 1 })])).toEqual({ kind: 'nonsense', detail: 'in all: 1000001' });
  });
});

describe('what the journal counts of a cash unit', () => {
  it('is all notes in it, of a recycler\'s unit those of its kind only', () => {
    const rows = ['acceptor.box', 'recycler.1', 'dispenser.1'].flatMap((unitId) => [{ unitId, denominationMinor: FIVE, noteCount: 4 }, { unitId, denominationMinor: 200_000, noteCount: 3 }]);
    expect([BOX, { unitId: 'dispenser.1', denominationMinor: FIVE }, { unitId: 'recycler.1', denominationMinor: FIVE }].map((unit) => journalCountOf(unit, rows))).toEqual([7, 7, 4]);
  });
});

describe('a change of a difference', () => {
  const countable = [BOX, { unitId: 'dispenser.1', denominationMinor: FIVE }];
  const changes = (known: readonly UnitCounts[], told: readonly UnitCounts[]) => changesOf(known, told, { countable, rows: [{ unitId: 'dispenser.9', denominationMinor: FIVE, noteCount: 6 }] });

  it('is one where the difference is another, not where both counts moved on with it', () => {
    expect(changes([], [counted('acceptor.box', 5, 5)])).toEqual([]);
    expect(changes([], [counted('acceptor.box', 7, 5)])).toEqual([counted('acceptor.box', 7, 5)]);
    expect(changes([counted('acceptor.box', 7, 5)], [counted('acceptor.box', 9, 7), counted('dispenser.1', 3, 3)])).toEqual([]);
    expect(changes([counted('acceptor.box', 7, 5)], [counted('acceptor.box', 6, 5)])).toEqual([counted('acceptor.box', 6, 5)]);
    expect(changes([counted('acceptor.box', 7, 5)], [counted('acceptor.box', 5, 5)])).toEqual([counted('acceptor.box', 5, 5)]);
  });

  it('is its end where no device counts the unit any more, not where it says nothing for a while', () => {
    expect(changes([counted('dispenser.9', 7, 5), counted('dispenser.1', 1, 2)], [])).toEqual([counted('dispenser.9', null, 6)]);
  });

  it('leaves what stands', () => {
    const known = [counted('acceptor.box', 7, 5), counted('dispenser.1', 1, 2), counted('dispenser.9', 7, 5)];
    expect(knownAfter(known, [counted('acceptor.box', 5, 5), counted('dispenser.1', 0, 2), counted('dispenser.9', null, 6)])).toEqual([counted('dispenser.1', 0, 2)]);
    expect(knownAfter(known, [counted('dispenser.1', 0, 2)])).toEqual([counted('acceptor.box', 7, 5), counted('dispenser.9', 7, 5), counted('dispenser.1', 0, 2)]);
  });

  it('is kept as text, and what is no such text is none', () => {
    const known = [counted('acceptor.box', 7, 5), { ...counted('dispenser.1', 1, 2), denominationMinor: FIVE }];
    expect(readKnown(knownText(known))).toEqual(known);
    expect([knownText([]), ...[undefined, '', '{', '{}', '[{"unitId":"x"}]', 'null'].map(readKnown)]).toEqual(['', [], [], [], [], [], []]);
  });

  it('is read in words', () => {
    expect([counted('acceptor.box', 7, 5), counted('acceptor.box', 4, 5), counted('acceptor.box', null, 5)].map(countsText)).toEqual(['acceptor.box: 7 by the device, 5 by the journal (+2)', 'acceptor.box: 4 by the device, 5 by the journal (-1)', 'acceptor.box: – by the device, 5 by the journal (0)']);
  });
});

describe('the last word on each unit', () => {
  it('is that of the day asked for', () => {
    const journal = memoryJournal();
    const write = (counts: UnitCounts) => {
      const written = journal.commit({ entries: [entry('counts.compared', counts)] });
      return written.ok ? written.value.lastEntryNumber : 0;
    };
    write(counted('dispenser.1', 1, 2));
    write(counted('acceptor.box', 7, 5));
    const next = write(counted('acceptor.box', 5, 5));
    const words = (untilEntryNumber?: number) => lastCompared(journal, untilEntryNumber).map(({ unitId, deviceCount, journalCount }) => `${unitId} ${deviceCount} ${journalCount}`);
    expect([words(), words(next)]).toEqual([['acceptor.box 5 5', 'dispenser.1 1 2'], ['acceptor.box 7 5', 'dispenser.1 1 2']]);
    write(counted('dispenser.2', 3, 2));
    expect(words()).toEqual(['acceptor.box 5 5', 'dispenser.1 1 2', 'dispenser.2 3 2']);
    expect(standingDifferences(journal).map(({ unitId }) => unitId)).toEqual(['dispenser.1', 'dispenser.2']);
    write(counted('dispenser.1', null, 2));
    expect(standingDifferences(journal).map(({ unitId }) => unitId)).toEqual(['dispenser.2']);
  });
});
