/**
 * Goal: content that is gone is a purge only where a policy of the bank, in force then, lets go of its class at its age; anything else is a deletion. Method: what purges cover by itself, on entries that no
 * journal has written.
 */
import { X509Certificate } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entry, type EntryDraft } from '../../../main/journal/journal.ts';
import { lazyPurgeCover, readPurgeCover, runsOf, type CoverQuestion } from '../../../main/journal/purge-cover.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import type { RetentionClassId } from '../../../main/journal/retention-classes.ts';
import { signedPolicySchema } from '../../../main/journal/retention-policy.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki, type SamplePki } from '../../../simulators/bank-host/pki.ts';
import { signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { memoryJournal, standingClock } from './journal-fixture.ts';

const START = Date.UTC(2016, 0, 1);
const DAY_MS = 86_400_000;
const pki = generateSamplePki({ nowUtcMs: START, random: cryptoRandom() });
const forger = generateSamplePki({ nowUtcMs: START, random: cryptoRandom() });
const keyOf = (of: SamplePki) => new X509Certificate(of.hostSign.certificatePem);
const DATA_KIND = 'account.chosen';

function policy(keepDays: Partial<Record<RetentionClassId, number>>, version = 1, of: SamplePki = pki): EntryDraft {
  const classes = Object.fromEntries(Object.entries(keepDays).map(([classId, days]) => [classId, { keepDays: days }]));
  const signed = signedPolicySchema.parse(signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'test', version, terminals: ['*'], classes }, of.hostSign));
  return entry('retention.policySet', { ...signed, certificate: keyOf(of).raw.toString('base64') });
}

const purge = (classId: RetentionClassId, entryNumbers: readonly number[], policyVersion = 1): EntryDraft =>
  entry('retention.purged', { policyId: 'test', policyVersion, classId, content: classId === 'messages' ? 'payload' : 'data', fromEntryNumber: entryNumbers[0]!, upToEntryNumber: entryNumbers.at(-1)!, entryCount: entryNumbers.length, runs: runsOf(entryNumbers) });

let database: Database.Database;
beforeEach(() => {
  database = new Database(':memory:');
  database.exec('CREATE TABLE entries (entry_number INTEGER PRIMARY KEY, kind TEXT, at_utc_ms INTEGER, data TEXT)');
});
afterEach(() => database.close());
const put = (entryNumber: number, { kind, data }: Pick<EntryDraft, 'kind' | 'data'>, atUtcMs = START) => database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?)').run(entryNumber, kind, atUtcMs, JSON.stringify(data));
const gone = (...entryNumbers: readonly number[]) => entryNumbers.forEach((entryNumber) => database.prepare("INSERT INTO entries VALUES (?, ?, ?, '')").run(entryNumber, DATA_KIND, START));
const read = (more: Partial<CoverQuestion> = {}) => readPurgeCover(database, { afterEntryNumber: 0, upToEntryNumber: 100, ...more });
const problem = (more: Partial<CoverQuestion> = {}) => {
  const cover = read(more);
  return cover.ok ? 'ok' : cover.error.detail;
};
const covered = (more: Partial<CoverQuestion> = {}) => {
  const cover = read(more);
  return cover.ok ? Array.from({ length: 20 }, (_, index) => index + 1 + (more.afterEntryNumber ?? 0)).filter((entryNumber) => cover.value.covers(entryNumber, DATA_KIND, 'data')) : cover.error.detail;
};

describe('a purge', () => {
  it('explains what it took, of its class, and nothing else', () => {
    put(1, policy({ personal: 45, messages: 45 }));
    gone(4, 5, 8);
    put(20, purge('personal', [4, 5, 8]), START + 45 * DAY_MS);
    put(21, purge('messages', [5, 6]), START + 45 * DAY_MS);
    gone(6);
    expect(covered()).toEqual([4, 5, 8]);
    const cover = read();
    if (!cover.ok) throw new Error(cover.error.detail);
    // Of a message its bytes go and its data stay.
    expect([cover.value.covers(5, 'message.staged', 'payload'), cover.value.covers(5, 'message.staged', 'data'), cover.value.covers(4, 'message.staged', 'payload'), cover.value.covers(6, DATA_KIND, 'data'), cover.value.covers(4, 'journal.sealed', 'data'), cover.value.covers(99, DATA_KIND, 'data')]).toEqual([true, false, false, false, false, false]);
  });

  it.each([[0, 100, [4, 5, 8]], [4, 100, [5, 8]], [3, 5, [4, 5]], [5, 7, []], [8, 100, []], [7, 8, [8]], [0, 3, []]] as const)('of which a part lies after entry %i and up to %i explains that part', (afterEntryNumber, upToEntryNumber, expected) => {
    put(1, policy({ personal: 45 }));
    gone(4, 5, 8);
    put(20, purge('personal', [4, 5, 8]), START + 45 * DAY_MS);
    expect(covered({ afterEntryNumber, upToEntryNumber })).toEqual(expected);
  });

  it('takes nothing younger than the policy says, to the millisecond, nor what stands behind it or is not there', () => {
    put(1, policy({ personal: 45 }));
    gone(4);
    put(20, purge('personal', [4]), START + 45 * DAY_MS);
    expect(problem()).toBe('ok');
    database.exec('UPDATE entries SET at_utc_ms = at_utc_ms - 1 WHERE entry_number = 20');
    expect(problem()).toBe('a purge took what its policy keeps');
    for (const entryNumbers of [[4, 5], [4, 30]]) {
      database.exec('DELETE FROM entries WHERE entry_number IN (20, 30)');
      put(30, { kind: DATA_KIND, data: {} as never }, START - 900 * DAY_MS);
      put(20, purge('personal', entryNumbers), START + 45 * DAY_MS);
      expect(problem()).toBe('a purge took what its policy keeps');
    }
  });

  it.each<[string, () => void]>([
    ['of a policy that came after it', () => put(21, policy({ personal: 45 }))],
    ['of a version that nobody signed', () => put(1, policy({ personal: 45 }, 2))],
    ['of a class that the policy does not name', () => put(1, policy({ messages: 45 }))],
    ['without any policy', () => {}],
  ])('%s is none', (_, given) => {
    given();
    gone(4);
    put(20, purge('personal', [4]), START + 90 * DAY_MS);
    expect(problem()).toBe('a purge names no policy of the bank that allows it');
  });

  it('goes by the version that it names, also when another came since', () => {
    put(1, policy({ personal: 45 }));
    put(2, policy({ personal: 90 }, 2));
    gone(4);
    put(20, purge('personal', [4]), START + 60 * DAY_MS);
    expect(problem()).toBe('ok');
    database.exec('DELETE FROM entries WHERE entry_number = 20');
    put(20, purge('personal', [4], 2), START + 60 * DAY_MS);
    expect(problem()).toBe('a purge took what its policy keeps');
  });
});

describe('a policy', () => {
  const bank = keyOf(pki);
  const keyId = (signedBy: EntryDraft) => (signedBy.data as { readonly keyId: string }).keyId;

  it('is the bank’s, by the keys that are pinned where there are any', () => {
    const own = policy({ personal: 45 });
    put(1, own);
    expect([problem(), problem({ bankKeys: new Map([[keyId(own), bank.publicKey]]) })]).toEqual(['ok', 'ok']);
    const refused = 'a retention policy is not signed by the bank';
    expect([problem({ bankKeys: new Map() }), problem({ bankKeys: new Map([[keyId(own), keyOf(forger).publicKey]]) })]).toEqual([refused, refused]);
    database.exec('DELETE FROM entries');
    put(1, { ...own, data: { ...own.data, certificate: keyOf(forger).raw.toString('base64') } as never });
    expect(problem()).toBe(refused);
    database.exec('DELETE FROM entries');
    put(1, { ...own, data: { ...own.data, certificate: 'AA==' } as never });
    expect(problem()).toBe(refused);
  });

  it('allows the classes that any of them names', () => {
    put(1, policy({ personal: 45 }));
    put(2, policy({ messages: 45 }, 2));
    const cover = read();
    if (!cover.ok) throw new Error(cover.error.detail);
    expect([cover.value.allows(DATA_KIND, 'data'), cover.value.allows('message.staged', 'payload'), cover.value.allows('message.staged', 'data'), cover.value.allows('intent.stack', 'data'), cover.value.allows('journal.sealed', 'data')]).toEqual([true, true, false, false, false]);
  });

  it('that is the newest is in force', () => {
    for (const [versions, isTaken] of [[[45, 90], false], [[90, 45], true]] as const) {
      const clock = standingClock(START);
      const journal = memoryJournal({ clock });
      versions.forEach((days, index) => journal.commit({ entries: [policy({ personal: days }, index + 1)] }));
      for (const operationId of ['a', 'b']) journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId }), entry(DATA_KIND, { masked: '•• 1' }, { operationId }), entry('operation.closed', { outcome: 'abandoned', refusal: null, movedMinor: 0, reference: null }, { operationId })] });
      clock.pass(60 * DAY_MS);
      journal.commit({ entries: [entry('businessDay.began', { day: new Date(clock.nowUtcMs()).toISOString().slice(0, 10), previous: null }), entry('seal.held', { upToEntryNumber: 1, hostRef: 'h' }), entry('seal.held', { upToEntryNumber: 99, hostRef: 'h' })] });
      const purged = finishPurge(journal.beginPurge()!);
      expect([versions, purged.ok && purged.value.purgedCount > 0, journal.verify().ok]).toEqual([versions, isTaken, true]);
    }
  });
});

it('a restored journal says which purges its lost end had told of: they count up to where its copy ended', () => {
  gone(3, 4, 5, 6);
  const restored = { entryCount: 5, lastAtUtcMs: 0, knownLostCount: 4, stoppedBecause: null };
  put(7, entry('journal.restored', restored));
  expect(covered()).toEqual([]);
  put(8, entry('journal.restored', { ...restored, untoldPurge: { fromEntryNumber: 3, runs: [0, 4] } }));
  expect([covered(), covered({ afterEntryNumber: 3 }), covered({ upToEntryNumber: 4 })]).toEqual([[3, 4, 5], [4, 5], [3, 4]]);
});

it('a short range is asked about once, and what is no purge there is a damaged page', () => {
  put(1, policy({ personal: 45 }));
  gone(4);
  put(20, purge('personal', [4]), START + 45 * DAY_MS);
  const question = { afterEntryNumber: 0, upToEntryNumber: 100 };
  const cover = lazyPurgeCover(database, question);
  expect([cover.covers(4, DATA_KIND, 'data'), cover.covers(5, DATA_KIND, 'data'), cover.allows(DATA_KIND, 'data')]).toEqual([true, false, true]);
  database.exec('DELETE FROM entries WHERE entry_number = 1');
  expect(cover.covers(4, DATA_KIND, 'data')).toBe(true);
  expect(() => lazyPurgeCover(database, question).covers(4, DATA_KIND, 'data')).toThrow();
});

it('runs tell what was skipped and what was taken', () => {
  expect([runsOf([4, 5, 8]), runsOf([7]), runsOf([1, 3, 5]), runsOf([])]).toEqual([[0, 2, 2, 1], [0, 1], [0, 1, 1, 1, 1, 1], []]);
});
