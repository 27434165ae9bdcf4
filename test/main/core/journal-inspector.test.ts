import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalInspector } from '../../../main/core/keeping/journal-inspector.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { readDamage } from '../../../main/journal/distrust.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
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

const comparedCounts = () => journal.entries({ kinds: ['books.compared'], limit: 9 }).map(({ data }) => (data as { readonly entryCount: number }).entryCount);

it('compares the books with the chain after each round, while entries go on being written', async () => {
  journal.commit({ cashUnits: [{ unitId: 'acceptor.box', denominationMinor: 500_000, noteCountDelta: 3 }], facts: { a: '1' } });
  const inspector = new JournalInspector({ journal, isIdle: () => isIdle, clock, log: silentLog });
  inspector.start();
  for (let minute = 0; minute < 20; minute += 1) {
    await clock.advance(60_000);
    journal.commit({ cashUnits: [{ unitId: 'acceptor.box', denominationMinor: 500_000, noteCountDelta: 1 }], messages: [messageDraft(journal.peekSeq())], facts: { a: String(minute) } });
  }
  await clock.advance(600_000);
  inspector.stop();
  expect([inspectedCounts().length, comparedCounts().length, journal.distrust()]).toEqual([1, 1, null]);
});

it.each([
  ['a count of notes', "UPDATE cash_units SET note_count = 2 WHERE unit_id = 'acceptor.box'", 'cash_units, row acceptor.box 500000: different (note_count)'],
  ['a message of the queue', "UPDATE messages SET state = 'executed' WHERE seq = 3", 'messages, row 3: different (state)'],
  ['a fact that is gone', "DELETE FROM facts WHERE key = 'a'", 'facts, row a: missing'],
  ['an item in doubt that nobody opened', "INSERT INTO suspense SELECT 'S-forged', operation_id, reason, amount_minor, evidence, reference, opened_at_utc_ms, state, told_message_id FROM suspense LIMIT 1", 'suspense, row S-forged: extra'],
] as const)('finds %s that the chain does not tell of: nothing is written any more, the file is marked, and a rebuild makes it good', async (_what, sql, detail) => {
  journal.commit({ cashUnits: [{ unitId: 'acceptor.box', denominationMinor: 500_000, noteCountDelta: 3 }], facts: { a: '1' }, suspense: [{ suspenseId: 'S1', operationId: null, reason: 'unassigned', amountMinor: 5, evidence: 'e', reference: null }] });
  const other = new Database(join(folder.path, 'journal.db'));
  other.exec(sql);
  other.close();
  await inspect(3_600_000);
  expect(journal.distrust()).toEqual({ code: 'JNL_BOOKS_DIFFER', detail });
  expect([comparedCounts(), journal.commit({ facts: { b: '1' } }).ok]).toEqual([[], false]);
  journal.close();
  const options = journalOptions(folder.path, { clock });
  expect(openJournal(options)).toMatchObject({ ok: false, error: { code: 'JNL_BOOKS_DIFFER', detail } });
  expect(rebuildJournal(options)).toMatchObject({ ok: true });
  journal = mustOpen(options);
  await inspect(3_600_000);
  expect([comparedCounts().length, journal.distrust()]).toEqual([1, null]);
});
