/** Goal: an outcome of moved cash is written exactly once, in its order, whatever the disk does, and nothing is built on it before. Method: the keeper of outcomes by itself, over a journal in memory whose disk the test fails. */
import { describe, expect, it } from 'vitest';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { JournalUnavailable } from '../../../main/core/require-commit.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { JournalBatch, JournalError } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FULL: JournalError = { code: 'JNL_DISK_FULL', detail: 'test' };
const taken = (presentedMinor: number) => entry('outcome.take', { result: 'taken', presentedMinor });
const outcome = (presentedMinor: number): JournalBatch => ({ entries: [taken(presentedMinor)], cashUnits: [{ unitId: 'box', denominationMinor: 100, noteCountDelta: 1 }] });

function bench() {
  const made = { failuresLeft: 0, written: [] as number[] };
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock, faults: { beforeCommit: () => (made.failuresLeft-- > 0 ? FULL : null) } });
  const held = new HeldOutcomes({ journal, clock, log: silentLog });
  const commit = (minor: number, follows = [] as readonly number[]) => held.commit(outcome(minor), { follows: follows.map(taken), onWritten: () => made.written.push(minor) });
  const inJournal = () => journal.entries({ kinds: ['outcome.take'], limit: 500 }).map(({ data }) => (data as { readonly presentedMinor: number }).presentedMinor);
  return { made, clock, journal, held, commit, inJournal, noteCount: () => journal.cashUnits()[0]?.noteCount ?? 0 };
}

describe('an outcome', () => {
  it('is written at once with what follows, where the disk takes it', async () => {
    const { commit, inJournal, made } = bench();
    expect([await commit(1, [2]), inJournal(), made.written]).toEqual([true, [1, 2], [1]]);
  });

  it('is waited for as long as half a minute', async () => {
    const { commit, inJournal, made, clock, noteCount } = bench();
    made.failuresLeft = 29;
    const done = commit(1, [2]);
    await clock.advance(28_000);
    expect(inJournal()).toEqual([]);
    await clock.advance(2_000);
    expect([await done, inJournal(), made.written, noteCount()]).toEqual([true, [1, 2], [1], 1]);
  });

  it('is held after it without what follows, and written once, before all that comes later', async () => {
    const { commit, inJournal, made, clock, held, noteCount } = bench();
    made.failuresLeft = 30;
    const done = commit(1, [2]);
    await clock.advance(30_000);
    expect([await done, inJournal(), made.written]).toEqual([false, [], []]);
    held.hold(outcome(3), () => made.written.push(3));
    expect([await commit(4), inJournal(), made.written, noteCount()]).toEqual([true, [1, 3, 4], [1, 3, 4], 3]);
    expect([held.write().ok, inJournal()]).toEqual([true, [1, 3, 4]]);
  });
});

describe('what is held', () => {
  it('keeps whoever builds on it waiting, until all of it is written', () => {
    const { held, made, inJournal } = bench();
    for (const minor of [1, 2, 3]) held.hold(outcome(minor), () => made.written.push(minor));
    made.failuresLeft = 1;
    expect(() => held.requireWritten()).toThrow(JournalUnavailable);
    expect([inJournal(), made.written]).toEqual([[], []]);
    held.requireWritten();
    expect([inJournal(), made.written]).toEqual([[1, 2, 3], [1, 2, 3]]);
    held.requireWritten();
    expect(inJournal()).toEqual([1, 2, 3]);
  });

  it('is written in part where the disk takes a part, and the rest after it', () => {
    const { held, made, journal, inJournal } = bench();
    for (const minor of [1, 2, 3]) held.hold(outcome(minor));
    const unsubscribe = journal.onCommitted(() => void (made.failuresLeft = 1));
    expect([held.write().ok, inJournal()]).toEqual([false, [1]]);
    unsubscribe();
    made.failuresLeft = 0;
    expect([held.write().ok, inJournal()]).toEqual([true, [1, 2, 3]]);
  });

  it('is not written twice by a listener that asks for it meanwhile', () => {
    const { held, journal, inJournal, noteCount } = bench();
    journal.onCommitted(() => void held.write());
    for (const minor of [1, 2]) held.hold(outcome(minor));
    expect([held.write().ok, inJournal(), noteCount()]).toEqual([true, [1, 2], 2]);
  });

  it('is as much as two hundred outcomes; what is more is in doubt, and nothing else is lost for it', () => {
    const { held, inJournal } = bench();
    for (let minor = 1; minor <= 205; minor += 1) held.hold(outcome(minor));
    held.requireWritten();
    expect(inJournal()).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });
});
