/** Goal: what each word of the bank on an item in doubt comes to, beside what was heard before and what stands in the same answer. Method: the rule by itself. */
import { describe, expect, it } from 'vitest';
import type { HostAnswer, HostOperation, SuspenseDecision } from '../../../main/contracts/host-operations.ts';
import { decisionBatch, suspenseAnswer } from '../../../main/core/suspense/bank-decisions.ts';
import type { Settlement } from '../../../main/host/outbox/outbox.ts';
import type { SuspenseDecisionRow, SuspenseRow } from '../../../main/journal/journal.ts';

type Heard = Pick<SuspenseDecisionRow, 'suspenseId' | 'decisionId' | 'to' | 'amountMinor'>;

const item = (more: Partial<SuspenseRow> = {}) => ({ suspenseId: 'A', operationId: 'op', reason: 'retained', amountMinor: 500, evidence: '', reference: 'R1', state: 'open', ...more }) as SuspenseRow;
const decision = (more: Partial<SuspenseDecision> = {}): SuspenseDecision => ({ suspenseId: 'A', decisionId: 'D1', to: 'paid', amountMinor: 500, authority: 'cash centre', reason: 'claim 7', decidedAtUtcMs: 1, ...more });
const known = (items: readonly SuspenseRow[], heard: readonly Heard[] = []) =>
  ({ suspense: ({ suspenseId }: { readonly suspenseId?: string } = {}) => items.filter((one) => one.suspenseId === suspenseId), suspenseDecisions: ({ suspenseId }: { readonly suspenseId?: string }) => heard.filter((one) => one.suspenseId === suspenseId) }) as unknown as Parameters<typeof decisionBatch>[0];
const batchOf = (items: readonly SuspenseRow[], decisions: readonly SuspenseDecision[], heard: readonly Heard[] = []) => decisionBatch(known(items, heard), decisions, 'm')?.entries ?? null;
const results = (items: readonly SuspenseRow[], decisions: readonly SuspenseDecision[], heard: readonly Heard[] = []) =>
  batchOf(items, decisions, heard)?.map(({ kind, data }) => (kind === 'suspense.settled' ? `ends ${(data as { suspenseId: string }).suspenseId}` : (data as { result: string }).result)) ?? null;

describe('the bank’s word on an item', () => {
  it('ends it with its figures, in the scope of its operation', () => {
    expect(batchOf([item()], [decision()])).toEqual([
      expect.objectContaining({ kind: 'suspense.decided', operationId: 'op', data: { ...decision(), result: 'settled', messageId: 'm' } }),
      expect.objectContaining({ kind: 'suspense.settled', operationId: 'op', data: { suspenseId: 'A', to: 'paid', by: 'bank', authority: 'D1', why: 'claim 7', itemReason: 'retained', amountMinor: 500, reference: 'R1' } }),
    ]);
  });

  it.each([
    ['another item', [], ['unknownItem']],
    ['another sum', [item({ amountMinor: 600 })], ['otherSum']],
    ['ended the same way', [item({ state: 'paid' })], ['agrees']],
    ['ended another way', [item({ state: 'matched' })], ['contradicts']],
  ] as const)('is only written down: %s', (_, items, expected) => {
    expect(results(items, [decision()])).toEqual(expected);
  });

  it.each([
    ['the same words', {}, null],
    ['by another decision', { decisionId: 'D2' }, ['agrees']],
    ['as something else', { to: 'writtenOff' }, ['contradicts']],
    ['with another sum', { amountMinor: 600 }, ['otherSum']],
  ] as const)('after it was heard before, %s', (_, change, expected) => {
    expect(results([item({ state: 'paid' })], [decision(change)], [decision()])).toEqual(expected);
  });
});

describe('several words in one answer', () => {
  it('are of their items each, also under one decision', () => {
    expect(results([item(), item({ suspenseId: 'B' })], [decision(), decision({ suspenseId: 'B' })])).toEqual(['settled', 'ends A', 'settled', 'ends B']);
    expect(results([item(), item({ suspenseId: 'B' })], [decision(), decision({ suspenseId: 'B', to: 'matched' })])).toEqual(['settled', 'ends A', 'settled', 'ends B']);
  });

  it('end an item once: the first that may, and what follows is held against it', () => {
    expect(results([item()], [decision({ amountMinor: 600 }), decision(), decision({ decisionId: 'D2' }), decision({ decisionId: 'D3', to: 'matched' }), decision()])).toEqual(['otherSum', 'settled', 'ends A', 'agrees', 'contradicts']);
  });
});

describe('the answer to a report', () => {
  const answered = (to: string, answer: object | undefined) => suspenseAnswer(known([item()]), { message: { messageId: 'm' }, to } as unknown as Settlement, answer as HostAnswer<HostOperation> | undefined)?.entries?.length;

  it('counts where the bank has taken it', () => {
    expect(answered('executed', { outcome: 'approved', body: { decision: decision() } })).toBe(2);
    expect(answered('executed', { outcome: 'approved', body: { decision: null } })).toBeUndefined();
    expect(answered('refused', { outcome: 'approved', body: { decision: decision() } })).toBeUndefined();
    expect(answered('executed', { outcome: 'declined', body: { decision: decision() } })).toBeUndefined();
    expect(answered('executed', undefined)).toBeUndefined();
  });
});
