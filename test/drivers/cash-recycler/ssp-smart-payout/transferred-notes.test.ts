import { expect, it } from 'vitest';
import { TransferredNotes } from '../../../../drivers/cash-recycler/ssp-smart-payout/transferred-notes.ts';

const [TWO, FIVE] = [200_000, 500_000];

it('a note is new once as long as the unit keeps telling it', () => {
  const notes = new TransferredNotes();
  expect(notes.take([FIVE])).toEqual([FIVE]);
  expect(notes.take([FIVE])).toEqual([]);
  expect(notes.take([FIVE, TWO, FIVE])).toEqual([TWO, FIVE]);
  expect(notes.take([])).toEqual([]);
  expect(notes.take([FIVE])).toEqual([FIVE]);
});

it('the same kind after the unit was told to forget it is another note', () => {
  const notes = new TransferredNotes();
  notes.take([FIVE, FIVE]);
  notes.acknowledged();
  expect(notes.take([FIVE])).toEqual([FIVE]);
  expect(notes.take([FIVE])).toEqual([]);
});
