/** Goal: nothing is purged by a time that the bank has not named, and no count that stands, however long ago it was made. Method: a journal in memory under the shortest policy, years in an instant. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { canonicalJson, firstFormHash } from '../../../main/journal/hash-chain.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { migrate, MIGRATIONS } from '../../../main/journal/migrations/migrate.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import { journalOptions, makeFolder, memoryJournal, messageDraft, mustOpen, standingClock } from './journal-fixture.ts';
import { keys, policyOf, sealer } from './purgeable-journal.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2016, 0, 1);

function bench(folder?: string) {
  const clock = standingClock(START);
  const journal = folder === undefined ? memoryJournal({ clock, keys, sealer }) : mustOpen(journalOptions(folder, { clock, keys, sealer }));
  journal.commit({ entries: [policyOf({ money: 1826, personal: 45, course: 45 })] });
  const found = () => journal.commit({ entries: [entry('client.found', { by: 'phone', masked: '•• 34', match: 'one' }, { sessionId: 's1' })] });
  /** The bank names the day, and holds a seal of all. */
  const bankSays = () => journal.commit({ entries: [entry('businessDay.began', { day: new Date(clock.nowUtcMs()).toISOString().slice(0, 10), previous: null })] }).ok && journal.commit({ entries: [entry('seal.held', { upToEntryNumber: newest(journal), hostRef: 'h' })] }).ok;
  return { clock, journal, found, bankSays, purge: () => purgedBy(journal) };
}

const newest = (journal: Journal) => journal.entries({ limit: 1, newestFirst: true })[0]!.entryNumber;

function purgedBy(journal: Journal): number {
  const purged = finishPurge(journal.beginPurge()!);
  if (!purged.ok) throw new Error(purged.error.detail);
  return purged.value.purgedCount;
}

it('a year in which the bank named no day lets go of nothing, though the clock was believed all along', () => {
  const { clock, journal, found, bankSays, purge } = bench();
  for (let time = 0; time < 1_100; time += 1) found();
  clock.pass(10 * DAY_MS);
  journal.commit({ entries: [entry('seal.held', { upToEntryNumber: newest(journal), hostRef: 'h' })] });
  clock.pass(300 * DAY_MS);
  expect([journal.clockDoubt(), purge()]).toEqual([null, 0]);
  for (let time = 0; time < 2; time += 1) found();
  bankSays();
  clock.pass(300 * DAY_MS);
  expect([journal.clockDoubt(), purge(), journal.entries({ kinds: ['client.found'], limit: 9 }).length]).toEqual([null, 1_100, 2]);
});

it('a count that stands stays, though it was made before all others of its kind', () => {
  const { clock, journal, bankSays, purge } = bench();
  const put = (unitId: string) => journal.commit({ cashUnits: [{ unitId, denominationMinor: 500_000, noteCountDelta: 1 }] });
  for (const unitId of ['dispenser.1', 'acceptor.box', 'acceptor.box', 'acceptor.box']) put(unitId);
  clock.pass(1900 * DAY_MS);
  bankSays();
  expect(purge()).toBe(2);
  expect([journal.cashUnits().map(({ unitId, noteCount }) => [unitId, noteCount]), journal.compareBooks(), journal.verify().ok]).toEqual([[['acceptor.box', 3], ['dispenser.1', 1]], [], true]);
});

it('an operation goes whole, by its newest entry: the bank answered its report years after', () => {
  const { clock, journal, bankSays, purge } = bench();
  const scope = { operationId: 'o1', sessionId: 's1' };
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, scope)], messages: [messageDraft(1, { operationId: 'o1', sessionId: 's1' })] });
  journal.commit({ entries: [entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, scope)] });
  clock.pass(1000 * DAY_MS);
  for (const to of ['sending', 'executed'] as const) journal.commit({ messageMoves: [{ messageId: 'message-1', to, detail: '' }] });
  clock.pass(900 * DAY_MS);
  bankSays();
  expect([purge(), journal.verify().ok]).toEqual([0, true]);
  clock.pass(1000 * DAY_MS);
  bankSays();
  // What the bank named before is no operation's.
  expect([purge() >= 5, journal.operationEntries('o1'), journal.verify().ok, journal.compareBooks()]).toEqual([true, [], true, []]);
});

it('nor does one go whose newest entry the bank holds no seal of', () => {
  const { clock, journal, bankSays, purge } = bench();
  const scope = { operationId: 'o1', sessionId: 's1' };
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, scope)] });
  bankSays();
  journal.commit({ entries: [entry('operation.closed', { outcome: 'abandoned', refusal: null, movedMinor: 0, reference: null }, scope)] });
  clock.pass(1900 * DAY_MS);
  journal.commit({ entries: [entry('businessDay.began', { day: new Date(clock.nowUtcMs()).toISOString().slice(0, 10), previous: null })] });
  expect([purge(), journal.operationEntries('o1').length]).toEqual([1, 2]); // the day before
});

it('what an older journal brought along stays: its hashes stand over the content itself', () => {
  const folder = makeFolder();
  const database = new Database(join(folder.path, 'journal.db'));
  migrate(database, MIGRATIONS.slice(0, 1));
  let hash = '00'.repeat(32);
  const old = [['session.started', { language: 'kk' }, null], ['session.started', { language: 'ru' }, null], ['operation.chosen', { operation: 'op-01' }, 'o1']] as const;
  for (const [index, [kind, data, operationId]] of old.entries()) {
    const head = { entryNumber: index + 1, kind, atUtcMs: START - 9 + index, monotonicMs: 5, bootId: 'b', sessionId: null, operationId };
    hash = firstFormHash(hash, head, canonicalJson(data));
    database.prepare('INSERT INTO entries VALUES (?, ?, ?, 5, ?, NULL, ?, ?, ?)').run(head.entryNumber, kind, head.atUtcMs, head.bootId, operationId, canonicalJson(data), Buffer.from(hash, 'hex'));
  }
  database.prepare('INSERT INTO head VALUES (1, 3, ?, ?, 0, 0, 0)').run(Buffer.from(hash, 'hex'), START - 7);
  database.exec("INSERT INTO identity VALUES ('journalId', 'J1'), ('terminalNumber', '0427')");
  database.close();
  const { clock, journal, bankSays, purge } = bench(folder.path);
  journal.commit({ entries: [entry('operation.closed', { outcome: 'abandoned', refusal: null, movedMinor: 0, reference: null }, { operationId: 'o1' })] });
  clock.pass(1900 * DAY_MS);
  bankSays();
  expect([purge(), journal.operationEntries('o1').length, journal.entries({ kinds: ['session.started'], limit: 9 }).length, journal.verify().ok]).toEqual([0, 2, 2, true]);
  journal.close();
  folder.remove();
});
