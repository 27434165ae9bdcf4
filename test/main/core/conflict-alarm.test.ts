/** Goal: the alarm that the bank contradicted itself stands until somebody who can read it has been there, and comes back with a new one only. Method: the rule by itself, over a journal in memory. */
import { expect, it } from 'vitest';
import { seenFacts, unseenConflict } from '../../../main/core/host/conflict-alarm.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

function bench() {
  const journal = memoryJournal();
  let purgedUpTo = 0;
  // As the retention policy lets go of visits.
  const seen: Pick<Journal, 'entries' | 'fact'> = { fact: (key) => journal.fact(key), entries: (query) => journal.entries(query).filter(({ kind, entryNumber }) => kind !== 'service.left' || entryNumber > purgedUpTo) };
  return {
    alarm: () => unseenConflict(seen)?.data.messageId ?? null,
    contradicts: (messageId: string) => void journal.commit({ entries: [entry('message.conflicted', { messageId, operation: 'cash.deposit', state: 'executed', outcome: 'declined', detail: 'RF-24', answerSha256: '' })] }),
    leaves: (login: string | null) => void journal.commit({ entries: [entry('service.left', { login, reason: 'exit' })], facts: login === null ? {} : seenFacts(seen) }),
    purge: () => (purgedUpTo = journal.entries({ newestFirst: true, limit: 1 })[0]!.entryNumber),
  };
}

it('stands until somebody who had signed in has left, and again with the next contradiction', () => {
  const { alarm, contradicts, leaves } = bench();
  expect(alarm()).toBeNull();
  contradicts('m1');
  leaves(null);
  expect(alarm()).toBe('m1');
  leaves('t-014');
  expect(alarm()).toBeNull();
  contradicts('m2');
  expect(alarm()).toBe('m2');
});

it('does not come back when the visit that ended it is purged', () => {
  const { alarm, contradicts, leaves, purge } = bench();
  contradicts('m1');
  leaves('t-014');
  purge();
  leaves(null);
  expect(alarm()).toBeNull();
});

it('stays ended where it was ended before this was remembered', () => {
  const journal = memoryJournal();
  journal.commit({ entries: [entry('message.conflicted', { messageId: 'm1', operation: 'cash.deposit', state: 'executed', outcome: 'declined', detail: 'RF-24', answerSha256: '' }), entry('service.left', { login: 't-014', reason: 'exit' })] });
  expect([unseenConflict(journal), seenFacts(journal)]).toEqual([null, {}]);
});
