import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDamage } from '../../../main/journal/distrust.ts';
import { isLockHeld } from '../../../main/journal/file-guards.ts';
import { JournalUnreadable } from '../../../main/journal/journal-unreadable.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { TimeStamper } from '../../../main/journal/time-stamp.ts';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { journalOptions, makeFolder, mustOpen, standingClock } from './journal-fixture.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());
const path = () => join(folder.path, 'journal.db');
const ROOM = { freeBytesMin: 4096, reserveBytes: 65_536 };
const stopped = { entries: [entry('terminal.stopped', { reason: 'test' })] };
const codeOf = (opened: ReturnType<typeof openJournal>): string => {
  if (!opened.ok) return opened.error.code;
  opened.value.close();
  return 'ok';
};
const PROGRAM_TIMEOUT_MS = 60_000;
/** What the steps of `failing-disk.ts` came to. */
const failing = (what: string): readonly string[] => JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, 'failing-disk.ts'), folder.path, what], { encoding: 'utf8', timeout: PROGRAM_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'inherit'] })) as string[];
/** File numbers in a folder, devices that fail and users are there to play with. */
const onLinux = it.runIf(process.platform === 'linux');

describe('a full disk', () => {
  it('has a reserve of real blocks, which a commit may use up and which comes back', () => {
    const reserve = join(folder.path, 'journal.reserve');
    const journal = mustOpen(journalOptions(folder.path, { room: ROOM, faults: { beforeCommit: () => (isFull && existsSync(reserve) ? { code: 'JNL_DISK_FULL', detail: 'as long as the reserve is there' } : null) } }));
    let isFull = false;
    expect([journal.probe().ok, statSync(reserve).blocks * 512 >= ROOM.reserveBytes]).toEqual([true, true]);
    isFull = true;
    expect([journal.commit(stopped).ok, existsSync(reserve), journal.distrust()]).toEqual([true, false, null]);
    isFull = false;
    expect([journal.probe().ok, statSync(reserve).size, journal.entries({ limit: 9 }).length, journal.verify().ok]).toEqual([true, ROOM.reserveBytes, 1, true]);
    journal.close();
  });

  it('stops what would begin in good time, and lets what runs be written', () => {
    const journal = mustOpen(journalOptions(folder.path, { room: { freeBytesMin: Number.MAX_SAFE_INTEGER, reserveBytes: 65_536 } }));
    expect([journal.room(), journal.probe()]).toMatchObject([{ ok: false, error: { code: 'JNL_DISK_FULL' } }, { ok: false, error: { code: 'JNL_DISK_FULL' } }]);
    expect(journal.commit(stopped).ok).toBe(true);
    journal.close();
  });

  onLinux('is told as such by SQLite, after the reserve was tried', () => {
    expect(failing('full')).toEqual(['ok', 'ok', 'JNL_DISK_FULL', 'reserve given up', 'null']);
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('ok');
  }, PROGRAM_TIMEOUT_MS);
});

describe('a disk that fails', () => {
  onLinux('is not believed after a failed sync: nothing more is written, and a new life finds what was durable', () => {
    expect(failing('sync')).toEqual(['ok', 'ok', 'JNL_DISK_FAILED', 'JNL_DISK_FAILED', 'JNL_DISK_FAILED', 'JNL_DISK_FAILED', '1']);
    const journal = mustOpen(journalOptions(folder.path, { mustExist: true }));
    expect([journal.distrust(), journal.entries({ limit: 9 }).length, journal.verify().ok, journal.commit(stopped).ok]).toEqual([null, 1, true, true]);
    journal.close();
  }, PROGRAM_TIMEOUT_MS);

  onLinux('is read-only with a code of its own, at the start and while it runs, until it is not', () => {
    expect(failing('readOnly')).toEqual(['ok', 'JNL_READ_ONLY', 'ok', 'JNL_READ_ONLY', 'ok']);
  }, PROGRAM_TIMEOUT_MS);
});

describe('a damaged page', () => {
  /** More than SQLite holds in memory, so that a question goes to the file. */
  function makeLarge(): void {
    const journal = mustOpen(journalOptions(folder.path));
    for (let step = 0; step < 60; step++) journal.commit({ facts: { [`fact.${step}`]: 'x'.repeat(100_000) } });
    journal.close();
  }
  function spoil(): void {
    const file = openSync(path(), 'r+');
    const length = statSync(path()).size;
    for (let offset = 64 * 4096; offset + 4096 < length; offset += 4096) writeSync(file, Buffer.alloc(4096), 0, 4096, offset);
    closeSync(file);
  }
  const readAll = (journal: Journal) => Array.from({ length: 60 }, (_, step) => journal.fact(`fact.${step}`)?.length);

  it('met in the middle of a day ends the trust, is remembered over a restart, and not of a file put in its place', () => {
    makeLarge();
    copyFileSync(path(), `${path()}.good`);
    const journal = mustOpen(journalOptions(folder.path));
    const told: string[] = [];
    journal.onTrouble((error) => told.push(error.code));
    spoil();
    expect(() => readAll(journal)).toThrow(JournalUnreadable);
    expect([told[0], journal.distrust()?.code]).toEqual(['JNL_PAGE_DAMAGED', 'JNL_PAGE_DAMAGED']);
    expect(journal.commit(stopped)).toMatchObject({ ok: false, error: { code: 'JNL_PAGE_DAMAGED' } });
    journal.close();
    expect([codeOf(openJournal(journalOptions(folder.path))), readDamage(path())?.code]).toEqual(['JNL_PAGE_DAMAGED', 'JNL_PAGE_DAMAGED']);
    renameSync(`${path()}.good`, path());
    for (const suffix of ['-wal', '-shm']) rmSync(`${path()}${suffix}`, { force: true });
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('ok');
  });

  it('remembered of a file that reads well is forgotten when the books were made again from a sound chain', () => {
    makeLarge();
    writeFileSync(join(folder.path, 'journal.damaged'), JSON.stringify({ form: 1, file: statSync(path()).ino, detail: 'once' }));
    expect(openJournal(journalOptions(folder.path))).toEqual({ ok: false, error: { code: 'JNL_PAGE_DAMAGED', detail: 'once' } });
    expect(rebuildJournal(journalOptions(folder.path))).toMatchObject({ ok: true });
    expect(codeOf(openJournal(journalOptions(folder.path)))).toBe('ok');
  });
});

describe('a second core', () => {
  it('is refused for the life of the first, and seen from outside', () => {
    expect(isLockHeld(path())).toBe(false);
    const journal = mustOpen(journalOptions(folder.path));
    expect([isLockHeld(path()), codeOf(openJournal(journalOptions(folder.path)))]).toEqual([true, 'JNL_HELD']);
    journal.close();
    expect(isLockHeld(path())).toBe(false);
  });
});

describe('a sealing key', () => {
  const sealerOf = (terminalId: string, seed: number) => {
    const { terminalSign } = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random: seededRandom(seed), terminalId });
    const signer = createFileSigner({ keyPem: terminalSign.keyPem, certPem: terminalSign.certificatePem });
    return { keyId: signer.keyId, certificate: new X509Certificate(terminalSign.certificatePem).raw, sign: (bytes: Uint8Array) => signer.sign(bytes) };
  };

  it('may be renewed for the same terminal, and is refused of another', () => {
    const journal = mustOpen(journalOptions(folder.path, { sealer: sealerOf('0427', 1) }));
    journal.commit(stopped);
    journal.close();
    expect(openJournal(journalOptions(folder.path, { sealer: sealerOf('0999', 2) }))).toMatchObject({ ok: false, error: { code: 'JNL_KEY_WRONG' } });
    const renewed = mustOpen(journalOptions(folder.path, { sealer: sealerOf('0427', 3) }));
    expect([renewed.commit(stopped).ok, renewed.verify().ok]).toEqual([true, true]);
    renewed.close();
  });
});

describe('a clock that jumps', () => {
  const YEAR_MS = 365 * 86_400_000;
  const START_UTC_MS = Date.UTC(2026, 0, 1);
  const bench = (lastStampUtcMs = START_UTC_MS - 3_600_000) => {
    const clock = standingClock(START_UTC_MS);
    return { clock, stamper: new TimeStamper(clock, lastStampUtcMs) };
  };

  it.each([['ahead', 3 * YEAR_MS], ['back', -3 * YEAR_MS]])('years %s is not followed: stamps go on by the monotonic clock until it is back', (_way, byMs) => {
    const { clock, stamper } = bench();
    expect([stamper.takeJumpMs(), stamper.doubt()]).toEqual([0, null]);
    clock.pass(1000);
    clock.jump(byMs);
    expect([stamper.takeJumpMs(), stamper.doubt()]).toEqual([byMs, { byMs, against: 'monotonic' }]);
    clock.pass(5000);
    expect([stamper.takeJumpMs(), stamper.utcMsAfter(START_UTC_MS)]).toEqual([0, START_UTC_MS + 6000]);
    clock.jump(0 - byMs);
    expect([stamper.takeJumpMs(), stamper.doubt(), stamper.utcMsAfter(START_UTC_MS)]).toEqual([0 - byMs, null, START_UTC_MS + 6000]);
  });

  it('is believed where it stands once a better clock has confirmed it', () => {
    const { clock, stamper } = bench();
    stamper.takeJumpMs();
    clock.jump(2 * YEAR_MS);
    stamper.takeJumpMs();
    stamper.confirm(START_UTC_MS + 2 * YEAR_MS - 1000);
    expect([stamper.doubt(), stamper.utcMsAfter(START_UTC_MS)]).toEqual([null, START_UTC_MS + 2 * YEAR_MS]);
  });

  it('is not believed against a better clock, also where nothing here spoke against it; that one says what time it is until it is back, and later entries stand behind those of before', () => {
    const { clock, stamper } = bench();
    const aheadMs = 5 * 3_600_000;
    clock.jump(aheadMs);
    expect([stamper.takeJumpMs(), stamper.doubt(), stamper.nowUtcMs()]).toEqual([0, null, START_UTC_MS + aheadMs]);
    stamper.confirm(START_UTC_MS);
    clock.pass(2000);
    expect([stamper.takeJumpMs(), stamper.doubt(), stamper.nowUtcMs(), stamper.utcMsAfter(START_UTC_MS + aheadMs)]).toEqual([0, { byMs: aheadMs, against: 'bank' }, START_UTC_MS + 2000, START_UTC_MS + aheadMs + 1]);
    clock.jump(0 - aheadMs);
    expect([stamper.takeJumpMs(), stamper.doubt(), stamper.nowUtcMs()]).toEqual([0 - aheadMs, null, START_UTC_MS + 2000]);
  });

  it.each([['behind', 1000 * 86_400_000, -1000 * 86_400_000], ['more than a year ahead of', -400 * 86_400_000, 400 * 86_400_000]])('stands %s the newest entry after a start: stamps begin there', (_what, aheadMs, byMs) => {
    const { clock, stamper } = bench(START_UTC_MS + aheadMs);
    expect([stamper.takeJumpMs(), stamper.doubt()]).toEqual([byMs, { byMs, against: 'journal' }]);
    clock.pass(2000);
    expect(stamper.utcMsAfter(START_UTC_MS + aheadMs)).toBe(START_UTC_MS + aheadMs + 2000);
  });

  it('is left alone while it is only set right a little, or after a month in a store', () => {
    const { clock, stamper } = bench(START_UTC_MS - 31 * 86_400_000);
    expect([stamper.takeJumpMs(), stamper.doubt()]).toEqual([0, null]);
    for (let step = 0; step < 5; step++) {
      clock.jump(90_000);
      expect([stamper.takeJumpMs(), stamper.doubt()]).toEqual([90_000, null]);
    }
    expect(stamper.utcMsAfter(0)).toBe(START_UTC_MS + 450_000);
  });
});
