import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { createCoreLife } from '../../../simulators/world/core-life.ts';
import { FailingDisk } from '../../../simulators/world/random-faults.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

/** Goal: a disk that fails in a simulated world fails as in the field. Method: the real journal in a life whose next sync fails. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-life-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 3, 24) });
const batch = { entries: [entry('service.entered', { by: 'operatorKey' })] };

function open(name: string): Journal {
  mkdirSync(join(folder, name), { recursive: true });
  const random = seededRandom(1);
  const keys = createJournalKeys({ current: 'world', keys: { world: new Uint8Array(32).fill(7) }, indexKey: new Uint8Array(32).fill(8) }, random);
  const opened = openJournal({ path: join(folder, name, 'journal.sqlite'), clock, random, log: silentLog, terminalNumber: '0427', bootId: 'boot', durability: 'memory', keys });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}
const enteredCount = (journal: Journal) => journal.entries({ kinds: ['service.entered'], limit: 10 }).length;

const left = { entries: [entry('service.left', { login: null, reason: 'idle' })] };

describe('a plan for a commit with an entry of a kind', () => {
  it.each([['before', 1], ['after', 2]] as const)('lets the core die %s the second of them, however many others come between', (when, enteredLeft) => {
    const journal = open(`kind-${when}`);
    const life = createCoreLife(clock);
    const lived = life.journal(journal);
    life.dieAtCommit({ of: 'service.entered', commitsLeft: 2, when });
    for (const one of [left, batch, left]) expect(lived.commit(one)).toMatchObject({ ok: true });
    expect(life.isOver).toBe(false);
    expect(lived.commit(batch)).toMatchObject({ ok: false });
    expect([life.isOver, enteredCount(journal)]).toEqual([true, enteredLeft]);
    journal.close();
  });

  it('lets the sync of it fail', () => {
    const life = createCoreLife(clock);
    const lived = life.journal(open('kind-sync'));
    life.failSync({ of: 'service.entered', commitsLeft: 1, isFound: false });
    expect(lived.commit(left)).toMatchObject({ ok: true });
    expect(lived.commit(batch)).toMatchObject({ ok: false, error: { code: 'JNL_DISK_FAILED' } });
    lived.close();
  });

  it('lets the disk take nothing from there on, and something again after so many', () => {
    const disk = new FailingDisk();
    disk.failNext({ of: 'service.entered', skips: 1, failures: 2 });
    const told = (['service.left', 'service.entered', 'service.left', 'service.entered', 'service.left', 'service.entered'] as const).map((kind) => disk.beforeCommit([{ kind } as JournalEntry])?.code ?? null);
    expect(told).toEqual([null, null, null, 'JNL_UNWRITABLE', 'JNL_UNWRITABLE', null]);
  });
});

describe('a sync that fails', () => {
  it.each([[true, 1], [false, 0]] as const)('ends the trust in this connection; found at the next start: %s', (isFound, foundCount) => {
    const journal = open(`found-${isFound}`);
    const life = createCoreLife(clock);
    const lived = life.journal(journal);
    const troubles: string[] = [];
    lived.onTrouble(({ code }) => troubles.push(code));
    life.failSync({ commitsLeft: 1, isFound });
    expect(lived.distrust()).toBeNull();
    expect(lived.commit(batch)).toMatchObject({ ok: false, error: { code: 'JNL_DISK_FAILED' } });
    expect(lived.commit(batch), 'no later write is believed').toMatchObject({ ok: false, error: { code: 'JNL_DISK_FAILED' } });
    expect(lived.probe()).toMatchObject({ ok: false, error: { code: 'JNL_DISK_FAILED' } });
    expect(lived.distrust()).toMatchObject({ code: 'JNL_DISK_FAILED' });
    expect(troubles).toEqual(['JNL_DISK_FAILED']);
    expect(enteredCount(journal)).toBe(0);
    life.end();
    journal.close();
    const next = open(`found-${isFound}`);
    expect(enteredCount(next)).toBe(foundCount);
    expect(createCoreLife(clock).journal(next).commit(batch)).toMatchObject({ ok: true });
    next.close();
  });

  it('is of one connection: a core that could not begin opens another one', () => {
    const life = createCoreLife(clock);
    const first = life.journal(open('anew'));
    life.failSync({ commitsLeft: 1, isFound: false });
    expect(first.commit(batch)).toMatchObject({ ok: false });
    first.close();
    const second = life.journal(open('anew'));
    expect([second.distrust(), second.commit(batch)]).toMatchObject([null, { ok: true }]);
    second.close();
  });

  it('is found at the next start as well where the core ended in good order', () => {
    const journal = open('closed');
    const life = createCoreLife(clock);
    const lived = life.journal(journal);
    life.failSync({ commitsLeft: 1, isFound: true });
    expect(lived.commit(batch)).toMatchObject({ ok: false });
    lived.close();
    life.end();
    const next = open('closed');
    expect(enteredCount(next)).toBe(1);
    next.close();
  });
});
