import { expect, it } from 'vitest';
import { AnswerRecord } from '../../../main/core/host/answer-record.ts';
import { HostTime } from '../../../main/core/host/host-time.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { Journal, JournalBatch, JournalEntry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

/** Goal: what hangs on the host is neither dated by a wrong clock nor lost to a failing disk. Method: a clock that jumps, a disk that fails twice. */
const START_UTC_MS = Date.UTC(2026, 3, 24);
const YEAR_MS = 365 * 86_400_000;

const journalOf = (facts: Readonly<Record<string, string>>, newestMonotonicMs = 0) => ({ fact: (key: string) => facts[key], entries: () => [{ monotonicMs: newestMonotonicMs } as JournalEntry] });

it('dates by the bank when the wall clock jumps, by the wall clock while it agrees', async () => {
  const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
  const time = new HostTime(clock, journalOf({}));
  expect(time.nowUtcMs()).toBe(START_UTC_MS);
  time.note(START_UTC_MS + 20_000);
  await clock.advance(5_000);
  expect(time.nowUtcMs()).toBe(START_UTC_MS + 5_000);
  clock.jumpWallClock(-11 * YEAR_MS);
  await clock.advance(1_000);
  expect(time.nowUtcMs()).toBe(START_UTC_MS + 26_000);
  clock.jumpWallClock(22 * YEAR_MS);
  expect(time.nowUtcMs()).toBe(START_UTC_MS + 26_000);
});

it('dates reports after a restart by what the bank had said before, until it speaks again', async () => {
  const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
  const before = new HostTime(clock, journalOf({}));
  await clock.advance(5_000);
  const facts = before.note(START_UTC_MS + 5_500);
  expect(before.note(START_UTC_MS + 5_600)).toEqual({});
  await clock.advance(3_000);
  const lastEntryMs = clock.monotonicMs();
  for (const jumpMs of [-11 * YEAR_MS, 22 * YEAR_MS]) {
    clock.jumpWallClock(jumpMs);
    const after = new HostTime(clock, journalOf(facts, lastEntryMs));
    await clock.advance(1_000);
    expect(after.reportUtcMs()).toBe(START_UTC_MS + 5_500 + 3_000 + 1_000);
    expect(after.nowUtcMs()).toBe(clock.nowUtcMs());
    expect(after.note(START_UTC_MS + 90_000)).not.toEqual({});
    expect(after.reportUtcMs()).toBe(START_UTC_MS + 90_000);
    expect(after.nowUtcMs()).toBe(START_UTC_MS + 90_000);
  }
  // Another life's monotonic clock may have begun again.
  expect(new HostTime(clock, journalOf(facts, 100)).reportUtcMs()).toBe(START_UTC_MS + 5_500);
});

it('writes answers in their order as soon as the disk takes them', async () => {
  const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
  const written: string[] = [];
  let failuresLeft = 2;
  const commit = (batch: JournalBatch) => {
    if (failuresLeft-- > 0) return err({ code: 'JNL_UNWRITABLE' as const, detail: 'full' });
    written.push(batch.messageMoves?.[0]?.messageId ?? '');
    return ok({ lastEntryNumber: 1 });
  };
  const record = new AnswerRecord({ journal: { commit } as unknown as Journal, clock, log: silentLog });
  const moved = (messageId: string): JournalBatch => ({ messageMoves: [{ messageId, to: 'executed', detail: '' }] });
  record.write(moved('first'));
  record.write(moved('second'));
  await clock.advance(999);
  expect(written).toEqual([]);
  await clock.advance(3_000);
  expect(written).toEqual(['first', 'second']);
  failuresLeft = 1;
  record.write(moved('third'));
  record.close();
  await clock.advance(10_000);
  expect(written).toEqual(['first', 'second']);
});
