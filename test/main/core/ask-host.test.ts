/** Goal: which operations the bank is asked about at a start, how often, how long that takes, and what counts as its word. Method: the asking by itself, with a bank that answers as told and virtual time. */
import { describe, expect, it } from 'vitest';
import type { MessageState } from '../../../main/contracts/message-state.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { askHost, type StatedDocument } from '../../../main/core/recovery/ask-host.ts';
import { entry, type MessageDraft } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

type Answer = { readonly outcome: 'approved' | 'partial' | 'inProcess'; readonly documents?: readonly StatedDocument[] } | { readonly outcome: 'declined'; readonly isRetryable: boolean };
type Word = Answer | 'fails' | 'never' | { readonly afterMs: number; readonly answer: Answer };

const EXECUTED = { operation: 'cash.withdraw', messageId: 'm', status: 'executed', refusal: null } as const satisfies StatedDocument;
const REFUSED = { operation: 'cash.withdraw.complete', messageId: 'n', status: 'refused', refusal: 'RF-24' } as const satisfies StatedDocument;

async function ask(words: readonly Word[], left: { readonly messages?: readonly MessageDraft[]; readonly movedTo?: MessageState; readonly isLost?: boolean; readonly operationIds?: readonly string[] } = {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock });
  const operationIds = left.operationIds ?? ['a'];
  journal.commit({ entries: operationIds.map((operationId) => entry('operation.chosen', { operation: 'op-10' }, { operationId })), messages: left.messages ?? [messageDraft(1, { operation: 'cash.withdraw', lane: 'online', operationId: 'a', state: 'sending' })] });
  if (left.movedTo !== undefined) journal.commit({ messageMoves: [{ messageId: 'message-1', to: left.movedTo, detail: '' }] });
  if (left.isLost === true) journal.commit({ entries: [entry('journal.restored', { entryCount: 9, lastAtUtcMs: 0, knownLostCount: 4, stoppedBecause: null })] });
  const askedAtMs: number[] = [];
  const outcomeOf = (word: Answer) => ({ kind: 'answered', answer: word.outcome === 'declined' ? { ...word, refusal: 'RF-24' } : { outcome: word.outcome, body: { documents: word.documents } } });
  const gateway = {
    ask: (_: string, body: { readonly operationId: string }) => {
      const word = words[Math.min(askedAtMs.length, words.length - 1)]!;
      askedAtMs.push(clock.monotonicMs());
      expect(operationIds).toContain(body.operationId);
      if (word === 'fails') return Promise.resolve({ kind: 'failed', failure: { code: 'HST_UNREACHABLE' } });
      if (word === 'never') return new Promise(() => undefined);
      if ('afterMs' in word) return new Promise((resolve) => clock.setTimeout(() => resolve(outcomeOf(word.answer)), word.afterMs));
      return Promise.resolve(outcomeOf(word));
    },
  };
  let heard: Awaited<ReturnType<typeof askHost>> | null = null;
  let tookMs = -1;
  void askHost({ journal, clock, gateway } as unknown as CoreParts, operationIds).then((said) => ([heard, tookMs] = [said, clock.monotonicMs()]));
  await clock.advance(60_000);
  expect(heard).not.toBeNull();
  return { askedAtMs, tookMs, heard: heard!.map(({ operationId, line, documents, isAnswered }) => [operationId, line.replace(`${operationId}: the bank was asked about it: `, ''), documents, isAnswered]) };
}

describe('a start asks the bank', () => {
  it.each(['sending', 'awaiting', 'unknown', 'inProcess'] as const)('about a request for money that is %s', async (state) => {
    expect((await ask([{ outcome: 'approved', documents: [EXECUTED] }], state === 'sending' ? {} : { movedTo: state })).heard).toEqual([['a', 'cash.withdraw executed', [EXECUTED], true]]);
  });

  it('about no other: one that has its answer, what is queued, and questions that move nothing', async () => {
    expect(await ask(['never'], { movedTo: 'executed' })).toMatchObject({ askedAtMs: [], heard: [] });
    for (const messages of [[], [messageDraft(1, { operation: 'fee.quote', lane: 'online', operationId: 'a', state: 'sending' }), messageDraft(2, { operation: 'cash.deposit', operationId: 'a', state: 'sending' })]]) {
      expect(await ask(['never'], { messages })).toMatchObject({ askedAtMs: [], tookMs: 0, heard: [] });
    }
  });

  it('about several at once, and none is given the word on another', async () => {
    const messages = ['a', 'b'].map((operationId, index) => messageDraft(index + 1, { operation: 'cash.withdraw', lane: 'online', operationId, state: 'sending' }));
    expect(await ask(['never', { outcome: 'approved', documents: [] }], { messages, operationIds: ['a', 'b'] })).toEqual({ askedAtMs: [0, 0], tookMs: 10_000, heard: [['a', 'no answer in 10 s', null, false], ['b', 'it knows nothing of it', [], true]] });
  });

  it('about every operation that a lost end left open', async () => {
    expect((await ask([{ outcome: 'partial', documents: [EXECUTED, REFUSED] }], { messages: [], isLost: true })).heard).toEqual([['a', 'cash.withdraw executed, cash.withdraw.complete refused RF-24', [EXECUTED, REFUSED], true]]);
  });
});

describe('its word', () => {
  it.each<[string, Word, string, boolean, number]>([
    ['a line that is down', 'fails', 'no answer (HST_UNREACHABLE)', false, 0],
    ['silence', 'never', 'no answer in 10 s', false, 10_000],
    ['a word that comes too late', { afterMs: 10_001, answer: { outcome: 'approved', documents: [] } }, 'no answer in 10 s', false, 10_000],
    ['not now', { outcome: 'declined', isRetryable: true }, 'not said (RF-24)', false, 0],
    ['never', { outcome: 'declined', isRetryable: false }, 'not said (RF-24)', true, 0],
    ['not yet', { outcome: 'inProcess' }, 'inProcess', true, 0],
  ])('%s: nothing is known of it, asked once', async (_, word, line, isAnswered, tookMs) => {
    expect(await ask([word])).toEqual({ askedAtMs: [0], tookMs, heard: [['a', line, null, isAnswered]] });
  });

  it('is asked for three times, ten seconds apart, where it decides: after a lost end', async () => {
    const lost = { isLost: true };
    expect(await ask(['fails'], lost)).toEqual({ askedAtMs: [0, 10_000, 20_000], tookMs: 20_000, heard: [['a', 'no answer (HST_UNREACHABLE)', null, false]] });
    expect(await ask(['never'], lost)).toMatchObject({ askedAtMs: [0, 10_000, 20_000], tookMs: 30_000 });
    expect(await ask([{ outcome: 'declined', isRetryable: true }, { outcome: 'approved', documents: [EXECUTED] }], lost)).toEqual({ askedAtMs: [0, 10_000], tookMs: 10_000, heard: [['a', 'cash.withdraw executed', [EXECUTED], true]] });
    expect(await ask([{ outcome: 'declined', isRetryable: false }], lost)).toMatchObject({ askedAtMs: [0], heard: [['a', 'not said (RF-24)', null, true]] });
  });
});
