/** Goal: what a start knows of the note that the acceptor moved last, and whether what it tells of one is that one. Method: both rules by themselves. */
import { describe, expect, it } from 'vitest';
import { lastNote } from '../../../main/core/cash/last-note.ts';
import { isAnotherKind, toldAs, type Order } from '../../../main/core/cash/note-order.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import { entry, type EntryDraft } from '../../../main/journal/journal.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FIVE = 500_000;
const SCOPE = { operationId: 'o', sessionId: 's' };
const NOTE = { noteId: 'n', denominationMinor: FIVE };
const ordered = entry('intent.stack', NOTE, SCOPE);
const stacked = (result: 'stacked' | 'returned' | 'unknown', more: object = {}, scope: object = SCOPE) => entry('outcome.stack', { ...NOTE, outcome: 'completed', result, evidence: 'e', ...more }, scope);
const returned = (result: 'stacked' | 'returned' | 'unknown') => entry('outcome.return', { ...NOTE, outcome: 'completed', result, evidence: 'e' }, SCOPE);
const nobodys = (more: object = {}) => entry('note.unassigned', { denominationMinor: FIVE, evidence: 'e', ...more });
const lost = (knownLostCount: number | null) => entry('journal.restored', { entryCount: 2, lastAtUtcMs: 0, knownLostCount, stoppedBecause: null });
const unknown = (verb: string) => ({ kind: 'unknown', verb, note: NOTE, owner: SCOPE });
const known = (toldMinor: number, entryNumber: number) => ({ kind: 'stacked', toldMinor, entryNumber });

describe('the last note', () => {
  it.each<[string, readonly EntryDraft[], object | null]>([
    ['none', [], null],
    ['on its way', [stacked('stacked'), ordered], null],
    ['on its way back', [stacked('stacked'), entry('intent.return', { ...NOTE, why: 'overLimit' }, SCOPE)], null],
    ['in the box', [ordered, stacked('stacked')], known(FIVE, 2)],
    ['in the box, told as another', [ordered, stacked('stacked', { toldMinor: 7 })], known(7, 2)],
    ['back with the customer', [ordered, stacked('returned')], null],
    ['of an order that was given up', [ordered, stacked('unknown')], unknown('stack')],
    ['of an order back that was given up', [ordered, returned('unknown')], unknown('return')],
    ['in the box though it was to go back', [ordered, returned('stacked')], known(FIVE, 2)],
    ['given back', [ordered, stacked('stacked'), returned('returned')], null],
    ['unknown, and nobody’s', [ordered, stacked('unknown', {}, {})], null],
    ['nobody’s', [ordered, nobodys()], known(FIVE, 2)],
    ['nobody’s, told as another', [ordered, nobodys({ denominationMinor: 0, toldMinor: 9 })], known(9, 2)],
    ['another one perhaps, where the journal lost what came after it', [ordered, stacked('stacked'), lost(3)], null],
    ['another one perhaps, also where it was given up', [ordered, stacked('unknown'), lost(null)], null],
    ['what it was, where nothing was lost', [ordered, stacked('stacked'), lost(0)], known(FIVE, 2)],
    ['what came after a loss', [lost(3), ordered, stacked('stacked')], known(FIVE, 3)],
    ['what it was before other things came', [stacked('stacked'), entry('session.ended', { reason: 'finished' })], known(FIVE, 1)],
  ])('is %s', (_, entries, expected) => {
    const journal = memoryJournal();
    for (const one of entries) expect(journal.commit({ entries: [one] }).ok).toBe(true);
    expect(lastNote(journal)).toEqual(expected);
  });
});

describe('a note that the acceptor tells of', () => {
  const order = { note: NOTE } as Order;
  const end = (denominationMinor: number, currency: Currency | null = 'KZT', isNamed = true) => ({ denominationMinor, currency, note: isNamed ? { ...NOTE, currency: 'KZT' } : null }) as Parameters<typeof isAnotherKind>[1];

  it('is another than that of the order by its value or its currency; one told without a value, and without its name, is that one', () => {
    expect([end(FIVE), end(FIVE, 'KZT', false), end(0, 'KZT', false), end(0), end(7), end(7, 'KZT', false), end(FIVE, 'USD' as Currency), end(FIVE, null)].map((one) => isAnotherKind(order, one))).toEqual([false, false, false, true, true, true, true, true]);
  });

  it('is named as it was told', () => {
    expect([toldAs(end(FIVE)), toldAs(end(100, 'USD' as Currency)), toldAs(end(0, null))]).toEqual(['500000', '100 USD', 'no money']);
  });
});
