/** Goal: notes that may have left a recycler without a word are remembered by kind until a comparison says what is missing, so that they have one item and not two. Method: the facts of payouts and comparisons, one after the other. */
import { expect, it } from 'vitest';
import { closeOpenDispenses } from '../../../main/core/cash/open-dispenses.ts';
import { comparedDoubtFacts, payoutDoubt, payoutDoubtFacts } from '../../../main/core/cash/payout-doubt.ts';
import { entry } from '../../../main/journal/journal.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const [FIVE, TEN, TWENTY] = [500_000, 1_000_000, 2_000_000];
const step = (cassetteNumber: number, denominationMinor: number, uncertainCount: number) => ({ cassetteNumber, denominationMinor, uncertainCount });

it('those of one payout add to those of the payouts before, and a comparison ends those of the kinds that it counted', () => {
  const journal = memoryJournal();
  const keep = (facts: Readonly<Record<string, string>>) => void (Object.keys(facts).length > 0 && journal.commit({ facts }));
  keep(payoutDoubtFacts(journal, [step(101, TEN, 2), step(102, FIVE, 1)]));
  keep(payoutDoubtFacts(journal, [step(101, TEN, 3), step(103, TWENTY, 4)]));
  expect(payoutDoubt(journal)).toEqual([{ denominationMinor: FIVE, noteCount: 1 }, { denominationMinor: TEN, noteCount: 5 }, { denominationMinor: TWENTY, noteCount: 4 }]);
  keep(comparedDoubtFacts(journal, [{ denominationMinor: TEN }]));
  expect(payoutDoubt(journal)).toEqual([{ denominationMinor: FIVE, noteCount: 1 }, { denominationMinor: TWENTY, noteCount: 4 }]);
  expect(comparedDoubtFacts(journal, [{ denominationMinor: TEN }])).toEqual({});
});

it('those of a dispenser or hopper, and of a payout that is certain, are none of them', () => {
  expect(payoutDoubtFacts(memoryJournal(), [step(1, TEN, 2), step(201, FIVE, 3), step(101, TEN, 0)])).toEqual({});
});

it('those of a command that a death of the core left without an outcome are remembered with it, in its transaction', () => {
  const journal = memoryJournal();
  const scope = { sessionId: 'session-1', operationId: 'operation-1' };
  journal.commit({ entries: [entry('intent.dispense', { cassetteNumber: 101, denominationMinor: TEN, noteCount: 3 }, scope)] });
  const batches: string[][] = [];
  journal.onCommitted((entries) => void batches.push(entries.map(({ kind }) => kind)));
  closeOpenDispenses({ journal }, 'operation-1', journal.operationEntries('operation-1'), { evidence: 'restarted', extraNoteCountMax: 1 });
  expect([batches, payoutDoubt(journal)]).toEqual([[['outcome.dispense', 'fact.put']], [{ denominationMinor: TEN, noteCount: 3 }]]);
});
