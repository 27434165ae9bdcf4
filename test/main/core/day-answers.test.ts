/** Goal: what the bank's answer to a day's totals, to its operations and to a seal leaves in the journal, and which seals are of another one. Method: the rules by themselves. */
import { describe, expect, it } from 'vitest';
import type { HostAnswer, HostOperation } from '../../../main/contracts/host-operations.ts';
import { dayAnswer, sealsAgainstJournal } from '../../../main/core/host/day-answers.ts';
import type { Settlement } from '../../../main/host/outbox/outbox.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';

const approved = (body: object) => ({ outcome: 'approved', hostRef: 'H1', body }) as unknown as HostAnswer<HostOperation>;
const declined = { outcome: 'declined', hostRef: 'H2', refusal: 'RF-24' } as unknown as HostAnswer<HostOperation>;
const settlement = (operation: string, to: string) => ({ message: { messageId: 'm', operationId: 'day-op', operation }, to }) as unknown as Settlement;

describe('what an answer leaves', () => {
  const sent = { 'day.totalsSent': { day: 'd1', messageId: 'm' }, 'day.detailSent': { day: 'd1', operation: 'op-01', messageId: 'm' } };
  const journal = (told: readonly (keyof typeof sent)[]) => ({ entries: () => [], operationEntries: (operationId: string, kinds: readonly string[]) => (operationId === 'day-op' ? told.filter((kind) => kinds.includes(kind)).map((kind) => ({ kind, data: sent[kind] })) : []) }) as unknown as Parameters<typeof dayAnswer>[0];
  const left = (operation: string, to: string, answer: HostAnswer<HostOperation> | undefined, told: readonly (keyof typeof sent)[] = ['day.totalsSent', 'day.detailSent']) => dayAnswer(journal(told), settlement(operation, to), answer)?.entries?.map(({ kind, data, operationId }) => [kind, data, operationId]);
  const bank = [{ operation: 'op-01', bookedMinor: 700 }];
  const differences = [{ operationId: 'a', bookedMinor: 0 }];

  it('of totals: the bank’s sums, or that it would not compare', () => {
    expect(left('recon.totals', 'executed', approved({ result: 'different', bank }))).toEqual([['day.reconciled', { day: 'd1', messageId: 'm', result: 'different', bank, hostRef: 'H1' }, 'day-op']]);
    expect(left('recon.totals', 'refused', declined)).toEqual([['day.reconciled', { day: 'd1', messageId: 'm', result: 'refused', bank: [], hostRef: 'H2' }, 'day-op']]);
    expect(left('recon.totals', 'refused', undefined)).toEqual([['day.reconciled', { day: 'd1', messageId: 'm', result: 'refused', bank: [], hostRef: null }, 'day-op']]);
    expect(left('recon.totals', 'refused', approved({ result: 'agreed', bank }))).toEqual([['day.reconciled', { day: 'd1', messageId: 'm', result: 'refused', bank: [], hostRef: 'H1' }, 'day-op']]);
  });

  it('of operations: which it has booked otherwise, or that it would not say', () => {
    expect(left('recon.detail', 'executed', approved({ differences, isCut: true }))).toEqual([['day.detailed', { day: 'd1', operation: 'op-01', messageId: 'm', result: 'compared', differences, isCut: true, hostRef: 'H1' }, 'day-op']]);
    expect(left('recon.detail', 'refused', declined)).toEqual([['day.detailed', { day: 'd1', operation: 'op-01', messageId: 'm', result: 'refused', differences: [], isCut: false, hostRef: 'H2' }, 'day-op']]);
    expect(left('recon.detail', 'refused', undefined)).toMatchObject([['day.detailed', { result: 'refused', hostRef: null }, 'day-op']]);
  });

  it('of a seal: up to where it is held, or why not', () => {
    expect(left('journal.seal', 'executed', approved({ heldUpTo: 40, previous: null }))).toEqual([['seal.held', { upToEntryNumber: 40, hostRef: 'H1' }, 'day-op']]);
    expect(left('journal.seal', 'refused', declined)).toEqual([['seal.refused', { messageId: 'm', refusal: 'RF-24' }, 'day-op']]);
    expect(left('journal.seal', 'refused', undefined)).toEqual([['seal.refused', { messageId: 'm', refusal: '' }, 'day-op']]);
    expect(left('journal.seal', 'executed', declined)).toBeUndefined();
    expect(left('journal.seal', 'parked', approved({ heldUpTo: 40, previous: null }))).toBeUndefined();
  });

  it('of what waits for a person, was never told, or is of another kind: nothing', () => {
    expect([left('recon.totals', 'parked', undefined), left('recon.detail', 'parked', undefined), left('recon.totals', 'refused', declined, []), left('recon.detail', 'refused', declined, []), left('cash.deposit', 'executed', approved({}))]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});

describe('a seal that the bank holds', () => {
  /** Entries 5 to 9: what came before was let go of. */
  const kept = [5, 6, 7, 8, 9].map((entryNumber) => ({ entryNumber, hash: `h${entryNumber}` }) as unknown as JournalEntry);
  const of = (entries: readonly JournalEntry[]) => ({ entries: ({ newestFirst = false, fromEntryNumber = 1, limit = 100, kinds }: { newestFirst?: boolean; fromEntryNumber?: number; limit?: number; kinds?: readonly string[] }) => (kinds !== undefined ? [] : newestFirst ? entries.toReversed() : entries.filter((one) => one.entryNumber >= fromEntryNumber)).slice(0, limit) }) as unknown as Parameters<typeof sealsAgainstJournal>[0];
  const against = (heldUpTo: number, previous: { readonly upToEntryNumber: number; readonly hash: string } | null, { operation = 'journal.seal', to = 'executed', entries = kept } = {}) => sealsAgainstJournal(of(entries), settlement(operation, to), approved({ heldUpTo, previous }));

  it('is of this journal where its entry is here as it was, or was let go of', () => {
    expect([against(9, null), against(8, { upToEntryNumber: 7, hash: 'h7' }), against(8, { upToEntryNumber: 3, hash: 'other' })]).toEqual([null, null, null]);
  });

  it('is of another where it lies beyond the end, or its entry is another', () => {
    expect(against(10, null)).toContain('ends at entry 9');
    expect(against(1, null, { entries: [] })).toContain('ends at entry 0');
    expect(against(9, { upToEntryNumber: 7, hash: 'other' })).toContain('another seal of entry 7');
  });

  it('is looked at in an answer to a seal that was taken', () => {
    expect([against(10, null, { operation: 'recon.totals' }), against(10, null, { to: 'refused' }), sealsAgainstJournal(of(kept), settlement('journal.seal', 'executed'), declined), sealsAgainstJournal(of(kept), settlement('journal.seal', 'executed'), undefined)]).toEqual([null, null, null, null]);
  });
});
