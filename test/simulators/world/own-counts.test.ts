import { describe, expect, it } from 'vitest';
import type { CashUnitRow, JournalEntry } from '../../../main/journal/journal.ts';
import { checkOwnCounts } from '../../../simulators/world/checkers/own-counts.ts';
import type { Surroundings } from '../../../simulators/world/virtual-terminal.ts';

/** Goal: the checker sees a count of a service that the last word of the journal does not explain. Method: told counts of two cassettes and a bin, of a box, and told entries. */
const FIVE = 500_000;

interface Told {
  readonly units: Readonly<Record<string, number>>;
  readonly unsure?: string;
  /** Of an acceptor behind a service; absent: another one, which counts nothing. */
  readonly boxCount?: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly compared?: readonly { readonly unitId: string; readonly deviceCount: number | null; readonly journalCount: number }[];
  readonly isReady?: boolean;
}

function findings({ units, unsure, boxCount, rows, compared = [], isReady = true }: Told): readonly string[] {
  const world = { cassettes: [{ cassetteNumber: 1 }, { cassetteNumber: 2 }], units: Object.entries(units).map(([name, countedCount]) => ({ name, denominationMinor: FIVE, countedCount, isAccurate: name !== unsure })) };
  const acceptor = { notes: [], ...(boxCount === undefined ? {} : { units: [{ name: 'unitB', denominationMinor: null, countedCount: boxCount, isAccurate: true }] }) };
  const surroundings = { acceptor: { world: () => acceptor }, dispenser: { world: () => world }, loaded: { recycler: null } } as unknown as Surroundings;
  const entries = compared.map((data) => ({ kind: 'counts.compared', data })) as unknown as readonly JournalEntry[];
  const counted = Object.entries(rows).map(([unitId, noteCount]) => ({ unitId, denominationMinor: FIVE, noteCount })) as unknown as readonly CashUnitRow[];
  return checkOwnCounts(surroundings, { acceptor: isReady, dispenser: isReady }, entries, counted).map(({ detail }) => detail);
}

const UNITS = { unit1: 10, unit2: 7, unitR: 2, unitT: 1 };
const ROWS = { 'dispenser.1': 10, 'dispenser.2': 7, 'dispenser.reject': 3 };

describe('what a dispenser counts for itself', () => {
  it('is what the journal counts, the bin as a whole', () => {
    expect(findings({ units: UNITS, rows: ROWS })).toEqual([]);
  });

  it('is found where it differs and no entry says so, or the last one says otherwise', () => {
    const units = { ...UNITS, unit2: 9, unitT: 0 };
    expect(findings({ units, rows: ROWS })).toEqual([expect.stringContaining('dispenser.2: the device counts 9, the journal 7'), expect.stringContaining('dispenser.reject: the device counts 2, the journal 3')]);
    const compared = [{ unitId: 'dispenser.2', deviceCount: 8, journalCount: 6 }, { unitId: 'dispenser.reject', deviceCount: 0, journalCount: 1 }];
    expect(findings({ units, rows: ROWS, compared })).toEqual([]);
    expect(findings({ units, rows: ROWS, compared: [...compared, { unitId: 'dispenser.2', deviceCount: 6, journalCount: 6 }] })).toHaveLength(1);
  });

  it('is the journal’s again where no device counted it in between', () => {
    const compared = [{ unitId: 'dispenser.2', deviceCount: 9, journalCount: 7 }, { unitId: 'dispenser.2', deviceCount: null, journalCount: 7 }];
    expect(findings({ units: UNITS, rows: ROWS, compared })).toEqual([]);
    expect(findings({ units: { ...UNITS, unit2: 9 }, rows: ROWS, compared })).toHaveLength(1);
  });

  it('says nothing of a unit of which it is not sure, nor of a dispenser that is not well', () => {
    const units = { ...UNITS, unit2: 9, unitT: 5 };
    expect(findings({ units, unsure: 'unitT', rows: ROWS })).toHaveLength(1);
    expect(findings({ units, rows: ROWS, isReady: false })).toEqual([]);
  });
});

describe('what an acceptor counts for itself', () => {
  it('is the box, and is found where it differs and no entry says so', () => {
    const told = { units: UNITS, rows: { ...ROWS, 'acceptor.box': 4 } };
    expect([findings({ ...told, boxCount: 4 }), findings(told)]).toEqual([[], []]);
    expect(findings({ ...told, boxCount: 6 })).toEqual([expect.stringContaining('acceptor.box: the device counts 6, the journal 4')]);
    expect(findings({ ...told, boxCount: 6, compared: [{ unitId: 'acceptor.box', deviceCount: 6, journalCount: 4 }] })).toEqual([]);
    expect(findings({ ...told, boxCount: 6, isReady: false })).toEqual([]);
  });
});
