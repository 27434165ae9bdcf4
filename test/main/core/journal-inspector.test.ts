import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalInspector } from '../../../main/core/keeping/journal-inspector.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { readDamage } from '../../../main/journal/distrust.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { createVirtualClock, type VirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from '../journal/journal-fixture.ts';

let folder: ReturnType<typeof makeFolder>;
let clock: VirtualClock;
let journal: Journal;
let isIdle: boolean;

beforeEach(() => {
  folder = makeFolder();
  clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  journal = mustOpen(journalOptions(folder.path, { clock }));
  isIdle = true;
  for (let batch = 0; batch < 12; batch++) journal.commit({ entries: Array.from({ length: 100 }, (_, index) => entry('terminal.stopped', { reason: `${batch}-${index}` })), messages: [messageDraft(journal.peekSeq())] });
});
afterEach(() => {
  journal.close();
  folder.remove();
});

const inspect = async (ms: number) => {
  const inspector = new JournalInspector({ journal, isIdle: () => isIdle, clock, log: silentLog });
  inspector.start();
  await clock.advance(ms);
  inspector.stop();
};
const inspectedCounts = () => journal.entries({ kinds: ['journal.inspected'], limit: 9 }).map(({ data }) => (data as { readonly entryCount: number }).entryCount);

function tamper(sql: string): void {
  const other = new Database(join(folder.path, 'journal.db'));
  for (const trigger of ['entries_are_not_changed', 'entries_become_tombstones_only']) other.exec(`DROP TRIGGER ${trigger}`);
  other.exec(sql);
  other.close();
}

it('reads every entry once a day, while nobody is served', async () => {
  isIdle = false;
  await inspect(3_600_000);
  expect(inspectedCounts()).toEqual([]);
  isIdle = true;
  await inspect(3_600_000);
  expect(inspectedCounts()).toEqual([1212]);
  await inspect(3_600_000);
  expect(inspectedCounts()).toHaveLength(2);
  expect([journal.distrust(), journal.compareBooks()]).toEqual([null, []]);
});

it.each([
  ['a payload', "UPDATE entries SET payload = zeroblob(length(payload)) WHERE kind = 'message.staged' AND entry_number > 600 AND entry_number < 720", 'payload'],
  ['an entry', "UPDATE entries SET data = replace(data, '7-', '8-') WHERE entry_number = 750", 'entry 750'],
] as const)('finds %s that is not what was written, long before anybody asks for it: nothing is written any more, the file is marked', async (_what, sql, detail) => {
  tamper(sql);
  await inspect(3_600_000);
  expect(journal.distrust()).toMatchObject({ code: 'JNL_PAGE_DAMAGED', detail: expect.stringContaining(detail) as string });
  expect(inspectedCounts()).toEqual([]);
  expect(readDamage(join(folder.path, 'journal.db'))).toMatchObject({ code: 'JNL_PAGE_DAMAGED' });
});
