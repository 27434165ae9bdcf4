import { expect, it } from 'vitest';
import type { JournalEntry } from '../../../main/journal/journal.ts';
import { checkCountsAfterLoss } from '../../../simulators/world/checkers/counts-after-loss.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { HandledNotes } from '../../../simulators/world/handled-notes.ts';
import type { Surroundings } from '../../../simulators/world/virtual-terminal.ts';

/** Goal: what a restored journal has counted since its loss is what moved since, in the box and in a cassette; what the lost part counted is missing in it, and nothing else. Method: devices as they are, and told entries. */
const FIVE = 500_000;
const LOADED = 100;

type Told = { readonly kind: string; readonly data: object };
const counted = (unitId: string, noteCount: number): Told => ({ kind: 'counts.changed', data: { units: [{ unitId, denominationMinor: FIVE, noteCountDelta: 0, noteCount }] } });
const picked = (pickedCount: number, uncertainCount = 0): Told => ({ kind: 'outcome.dispense', data: { cassetteNumber: 1, denominationMinor: FIVE, outcome: uncertainCount === 0 ? 'completed' : 'uncertain', requestedCount: pickedCount, presentedCount: pickedCount, rejectedCount: 0, pickedCount, uncertainCount, rawErrorCode: null, evidence: 'full' } });
const TAKEN_OUT: Told = { kind: 'notes.moved', data: { moves: [{ fromUnitId: 'acceptor.box', toUnitId: 'outside', denominationMinor: FIVE, noteCount: 1 }], evidence: 'taken out by t-014' } };

const moneyOf = (told: readonly Told[]) => {
  const entries = told.map((one, index) => ({ ...one, entryNumber: index + 1, operationId: one.kind.startsWith('outcome.') ? 'operation-1' : undefined }) as unknown as JournalEntry);
  return readJournalMoney({ entries: ({ fromEntryNumber = 1 }: { readonly fromEntryNumber?: number }) => entries.slice(fromEntryNumber - 1) } as Parameters<typeof readJournalMoney>[0]);
};

/** @param world  notes in the box, and out of the cassette in customers' hands @param told  entries that the copy has, those that it lacks, those since */
function findings({ boxed = 0, gone = 0 }: { readonly boxed?: number; readonly gone?: number }, told: { readonly kept?: readonly Told[]; readonly lost?: readonly Told[]; readonly since?: readonly Told[] }): readonly string[] {
  const { kept = [], lost = [], since = [] } = told;
  const left = { underWay: 0, exit: 0, taken: gone, tray: 0, removed: 0, emptied: 0 };
  const surroundings = {
    acceptor: { world: () => ({ notes: Array.from({ length: boxed }, () => ({ denominationMinor: FIVE, place: 'box' })) }) },
    dispenser: { world: () => ({ cassettes: [{ cassetteNumber: 1, denominationMinor: FIVE, noteCount: LOADED - gone, left }] }) },
    handled: new HandledNotes(), loaded: { cassettes: [{ cassetteNumber: 1, denominationMinor: FIVE, noteCount: LOADED }], recycler: null, coinCounts: [] },
  } as unknown as Surroundings;
  const begun = [counted('dispenser.1', LOADED), ...kept];
  return checkCountsAfterLoss(surroundings, { before: moneyOf([...begun, ...lost]), after: moneyOf([...begun, { kind: 'journal.restored', data: { knownLostCount: lost.length } }, ...since]) }).map(({ detail }) => detail);
}

it('a box of which the lost part counted some and the restored journal the others is right', () => {
  expect(findings({ boxed: 6 }, { kept: [counted('acceptor.box', 2)], lost: [counted('acceptor.box', 5)], since: [counted('acceptor.box', 3)] })).toEqual([]);
});

it('a note that came since and was not counted is found, one counted that never came too', () => {
  expect(findings({ boxed: 6 }, { kept: [counted('acceptor.box', 2)], lost: [counted('acceptor.box', 5)] })).toEqual([expect.stringContaining('6 notes of 500000 lie there, the lost and the restored journal count 5 together')]);
  expect(findings({ boxed: 2 }, { kept: [counted('acceptor.box', 2)], since: [counted('acceptor.box', 3)] })).toEqual([expect.stringContaining('2 notes of 500000 lie there, the restored journal counts 3')]);
});

it('what the device tells a second time of the lost part is counted for the first time', () => {
  expect(findings({ boxed: 5 }, { kept: [counted('acceptor.box', 2)], lost: [counted('acceptor.box', 5)], since: [counted('acceptor.box', 5)] })).toEqual([]);
});

it('a cassette is right where both journals together count what left it, and a payout of since that is counted twice is found', () => {
  const lost = [picked(4), counted('dispenser.1', 96)];
  expect(findings({ gone: 7 }, { lost, since: [picked(3), counted('dispenser.1', 97)] })).toEqual([]);
  expect(findings({ gone: 7 }, { lost, since: [picked(3), counted('dispenser.1', 94)] })).toEqual([expect.stringContaining('cassette 1: 93 notes lie there, the journal counts 90')]);
});

it('once somebody took out what the restored journal counted nothing is compared any more', () => {
  expect(findings({ boxed: 9 }, { kept: [counted('acceptor.box', 2)], since: [TAKEN_OUT] })).toEqual([]);
});
