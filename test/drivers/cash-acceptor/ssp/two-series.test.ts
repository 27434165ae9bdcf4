/** Two series of a note have a channel each, and a power-up tells the value of what it brings in. Goal: it is the note that was told by its channel, not another one. [ssp §9, §13] */
import { expect, it } from 'vitest';
import { NoteCycle } from '../../../../drivers/life/note-cycle.ts';
import { decodePoll } from '../../../../drivers/ssp-family/codec.ts';
import { lookOf } from '../../../../drivers/ssp-family/polls.ts';

const KINDS = [200_000, 500_000, 500_000];
const noteTypes = KINDS.map((denominationMinor, index) => ({ noteType: index + 1, denominationMinor, currency: 'KZT' as const }));
const [READ_3, CREDIT_3, RESET] = ['EF03', 'EE03', 'F1'];
/** CA of 5 000.00 KZT. */
const BROUGHT_IN = 'CA20A107004B5A54';

function factsOf(polls: readonly string[]): readonly string[] {
  const cycle = new NoteCycle({ makeNoteId: () => 'note', restAfterStack: 'unknown' });
  const take = (hex: string) => lookOf(decodePoll(Buffer.from(hex, 'hex')), { isEnabled: true, wasReturnOrdered: false, rejectReason: 0, noteTypes }).reports.flatMap((report) => cycle.take(report));
  return polls.flatMap((hex) => {
    const facts = take(hex).map(({ fact }) => fact);
    cycle.order('stack');
    return facts;
  });
}

it.each([
  ['told by both', [READ_3, CREDIT_3, RESET + BROUGHT_IN], ['noteEscrowed', 'noteStacked', 'poweredUp', 'repeated']],
  ['told by its value alone', [READ_3, RESET + BROUGHT_IN], ['noteEscrowed', 'poweredUp', 'noteStacked']],
])('%s', (_, polls, expected) => {
  expect(factsOf(polls)).toEqual(expected);
});
