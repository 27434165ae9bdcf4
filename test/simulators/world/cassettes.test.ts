import { describe, expect, it } from 'vitest';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { checkCassettes } from '../../../simulators/world/checkers/cassettes.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';

/** Goal: the checker of cassettes sees what sums hide, and gives room only where the journal says that it does not know. Method: two cassettes of one denomination, each with 100 notes. */
const NOTE = 500_000;
const LOADED = [1, 2].map((cassetteNumber) => ({ cassetteNumber, denominationMinor: NOTE, noteCount: 100 }));

type Left = { readonly underWay?: number; readonly exit?: number; readonly taken?: number; readonly tray?: number; readonly removed?: number; readonly emptied?: number };
const cassette = (cassetteNumber: number, noteCount: number, left: Left = {}) => ({ cassetteNumber, denominationMinor: NOTE, noteCount, left: { underWay: 0, exit: 0, taken: 0, tray: 0, removed: 0, emptied: 0, ...left } });
const payout = (cassetteNumber: number, counts: Partial<EntryData<'outcome.dispense'>>): EntryData<'outcome.dispense'> => ({ cassetteNumber, denominationMinor: NOTE, outcome: 'completed', requestedCount: 5, presentedCount: 0, rejectedCount: 0, pickedCount: 0, uncertainCount: 0, rawErrorCode: null, evidence: '', ...counts });
const order = (cassetteNumber: number, noteCount: number) => ({ kind: 'intent.dispense', data: { cassetteNumber, denominationMinor: NOTE, noteCount } });

function findings(world: { readonly cassettes: readonly object[] }, told: readonly { readonly kind: string; readonly data: object }[], units: Readonly<Record<string, number>>): readonly string[] {
  const entries = told.map((one, index) => ({ ...one, entryNumber: index + 1, operationId: 'operation-1' }) as unknown as JournalEntry);
  const money = readJournalMoney({ entries: ({ fromEntryNumber = 1 }: { readonly fromEntryNumber?: number }) => entries.slice(fromEntryNumber - 1) } as Parameters<typeof readJournalMoney>[0]);
  const rows = Object.entries(units).map(([unitId, noteCount]) => ({ unitId, denominationMinor: NOTE, noteCount })) as unknown as Parameters<typeof checkCassettes>[2];
  return checkCassettes({ world: world as unknown as Parameters<typeof checkCassettes>[0]['world'], loaded: LOADED }, money, rows).map(({ detail }) => detail);
}

const given = (cassetteNumber: number, counts: Partial<EntryData<'outcome.dispense'>>) => [order(cassetteNumber, 5), { kind: 'outcome.dispense', data: payout(cassetteNumber, counts) }];

describe('cassettes, one by one', () => {
  it('finds nothing where journal and device agree to the note', () => {
    const world = { cassettes: [cassette(1, 93, { taken: 5, tray: 2 }), cassette(2, 100)] };
    expect(findings(world, given(1, { presentedCount: 5, pickedCount: 7, rejectedCount: 2 }), { 'dispenser.1': 93, 'dispenser.2': 100, 'dispenser.reject': 2 })).toEqual([]);
  });

  it('finds notes that were counted off the other cassette, though every sum is right', () => {
    const world = { cassettes: [cassette(1, 95, { taken: 5 }), cassette(2, 100)] };
    expect(findings(world, given(1, { presentedCount: 5, pickedCount: 5 }), { 'dispenser.1': 100, 'dispenser.2': 95 })).toEqual(['cassette 1: 95 notes lie there, the journal counts 100, 0 uncertain', 'cassette 2: 100 notes lie there, the journal counts 95, 0 uncertain']);
  });

  it('finds an outcome that names the other cassette', () => {
    const world = { cassettes: [cassette(1, 95, { taken: 5 }), cassette(2, 100)] };
    expect(findings(world, given(2, { presentedCount: 5, pickedCount: 5 }), { 'dispenser.1': 95, 'dispenser.2': 100 })).toEqual(expect.arrayContaining(['cassette 1: 5 notes left it, the journal has 0 picked and 0 uncertain', 'cassette 2: 0 notes left it, the journal has 5 picked and 0 uncertain']));
  });

  it('finds rejects that are still counted in their cassette, and a bin that was not counted', () => {
    const world = { cassettes: [cassette(1, 93, { taken: 5, tray: 2 }), cassette(2, 100)] };
    const told = given(1, { presentedCount: 5, pickedCount: 7, rejectedCount: 2 });
    expect(findings(world, told, { 'dispenser.1': 95, 'dispenser.2': 100, 'dispenser.reject': 2 })).toEqual(['cassette 1: 93 notes lie there, the journal counts 95, 0 uncertain']);
    expect(findings(world, told, { 'dispenser.1': 93, 'dispenser.2': 100 })).toEqual([expect.stringContaining('reject bin: 2 notes of 500000')]);
  });

  it.each([['an outcome that is uncertain', given(1, { outcome: 'uncertain', uncertainCount: 5 })], ['an order without an outcome', [order(1, 5)]]])('gives room for %s to that cassette only', (_name, told) => {
    const units = { 'dispenser.1': 100, 'dispenser.2': 100 };
    expect(findings({ cassettes: [cassette(1, 97, { exit: 3 }), cassette(2, 100)] }, told, units)).toEqual([]);
    expect(findings({ cassettes: [cassette(1, 100), cassette(2, 97, { exit: 3 })] }, told, units)).toEqual(expect.arrayContaining(['cassette 2: 97 notes lie there, the journal counts 100, 0 uncertain']));
    expect(findings({ cassettes: [cassette(1, 94, { exit: 6 }), cassette(2, 100)] }, told, units)).toEqual(['cassette 1: 6 of its notes went out, the journal has 0 presented and 5 perhaps']);
  });

  it('gives room for the one note that jams before a bunch is counted, and for no other', () => {
    const told = given(1, { pickedCount: 1, stackedCount: 1, presentedCount: 0, evidence: 'CDM_JAMMED' });
    const units = { 'dispenser.1': 99, 'dispenser.2': 100, 'dispenser.transport': 1 };
    expect(findings({ cassettes: [cassette(1, 98, { taken: 1, tray: 1 }), cassette(2, 100)] }, told, units)).toEqual([]);
    expect(findings({ cassettes: [cassette(1, 97, { taken: 1, tray: 2 }), cassette(2, 100)] }, told, units)).toEqual(expect.arrayContaining(['cassette 1: 97 notes lie there, the journal counts 99, 0 uncertain']));
    expect(findings({ cassettes: [cassette(1, 98, { taken: 1, tray: 1 }), cassette(2, 100)] }, given(1, { pickedCount: 1, presentedCount: 1, evidence: 'CDM_JAMMED' }), units), 'a device that counts at its exit').not.toEqual([]);
  });

  it('gives that room also where it was the first note of the bunch, to a dispenser that counts behind its path', () => {
    const units = { 'dispenser.1': 100, 'dispenser.2': 100 };
    const found = (counts: { readonly stackedCount?: number }, trayCount: number) => findings({ cassettes: [cassette(1, 100 - trayCount, { tray: trayCount }), cassette(2, 100)] }, given(1, { ...counts, evidence: 'CDM_JAMMED' }), units);
    expect(found({ stackedCount: 0 }, 1)).toEqual([]);
    expect(found({ stackedCount: 0 }, 2)).not.toEqual([]);
    expect(found({}, 1)).not.toEqual([]);
  });

  it('finds notes that were taken out of a cassette and written down as fewer or more, or as out of the other one', () => {
    const emptied = (cassetteNumber: number, noteCount: number) => [{ kind: 'notes.moved', data: { moves: [{ fromUnitId: `dispenser.${cassetteNumber}`, toUnitId: 'outside', denominationMinor: NOTE, noteCount }], evidence: 'taken out of the terminal by t-014' } }];
    const world = { cassettes: [cassette(1, 0, { emptied: 100 }), cassette(2, 100)] };
    expect(findings(world, emptied(1, 100), { 'dispenser.2': 100 })).toEqual([]);
    expect(findings(world, emptied(1, 99), { 'dispenser.2': 100 })).toEqual(['cassette 1: 100 notes were taken out of it by hand, the journal has 99, 0 uncertain']);
    expect(findings(world, emptied(1, 101), { 'dispenser.2': 100 })).toHaveLength(1);
    expect(findings(world, emptied(2, 100), { 'dispenser.1': 100 })).toEqual(expect.arrayContaining([expect.stringContaining('cassette 1: 100 notes were taken out'), expect.stringContaining('cassette 2: 0 notes were taken out')]));
  });

  it('finds a note that is nowhere', () => {
    expect(findings({ cassettes: [cassette(1, 99), cassette(2, 100)] }, [], { 'dispenser.1': 99, 'dispenser.2': 100 })).toEqual(['cassette 1: 100 notes loaded, 99 found']);
  });
});
