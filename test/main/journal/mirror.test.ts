import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, constants, copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { rewriteSegment } from '../../../main/journal/mirror-mend.ts';
import { JournalMirror } from '../../../main/journal/mirror.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { rebuildJournal } from '../../../main/journal/rebuild-journal.ts';
import { finishPurge } from '../../../main/journal/purge-run.ts';
import type { SignedPolicy } from '../../../main/journal/retention-policy.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { signRetentionPolicy } from '../../../simulators/bank-host/retention-policy.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen, standingClock } from './journal-fixture.ts';
import { isLevel, passUntil } from './second-copy.ts';

let folder: ReturnType<typeof makeFolder>;
let journal: Journal;
let clock: ReturnType<typeof createVirtualClock>;
const copy = () => join(folder.path, 'usb');
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(copy());
  clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  journal = mustOpen(journalOptions(folder.path));
});
afterEach(() => {
  journal.close();
  folder.remove();
});

let aheadDetails: string[] = [];
function startMirror(): JournalMirror {
  aheadDetails = [];
  const database = new Database(join(folder.path, 'journal.db'), { readonly: true });
  const journalId = String(database.prepare("SELECT value FROM identity WHERE key = 'journalId'").pluck().get());
  const mirror = new JournalMirror({ folder: copy(), database, journalId, clock, log: silentLog, segmentBytesMax: 2000, onAhead: (detail) => void aheadDetails.push(detail) });
  mirror.start();
  return mirror;
}
const until = (holds: () => boolean) => passUntil(clock, holds);
const write = (count: number) => {
  for (let index = 0; index < count; index++) journal.commit({ entries: [entry('session.started', { language: 'kk' })] });
};
const lines = () => readdirSync(copy()).filter((name) => name.endsWith('.jsonl')).sort().flatMap((name) => readFileSync(join(copy(), name), 'utf8').trimEnd().split('\n')).filter((line) => line !== '').map((line) => JSON.parse(line) as { entryNumber: number; hash: string; payload: string | null });
const isWhole = () => {
  const entries = journal.entries({ limit: 1000 });
  const copied = lines();
  return copied.length === entries.length && copied.every((line, index) => line.hash === entries[index]!.hash);
};

it('follows the journal in segments, with payloads, and goes on after a restart of the core', async () => {
  const first = startMirror();
  write(8);
  journal.commit({ messages: [messageDraft(1)] });
  await until(() => isLevel(first.status()));
  write(8);
  await until(() => first.status().lagEntryCount === 0);
  await first.stop();
  write(8);
  const second = startMirror();
  await until(() => isLevel(second.status()));
  expect([isWhole(), readdirSync(copy()).length > 1, lines().some(({ payload }) => payload !== null)]).toEqual([true, true, true]);
  await second.stop();
});

it('says that the medium is lost, makes no folder in its place, and catches up when it is back with a torn end', async () => {
  const mirror = startMirror();
  write(5);
  await until(() => isLevel(mirror.status()));
  renameSync(copy(), `${copy()}.pulled`);
  write(5);
  await until(() => mirror.status().state === 'lost');
  expect([mirror.status().lagEntryCount > 0, readdirSync(folder.path).includes('usb')]).toEqual([true, false]);
  appendFileSync(join(`${copy()}.pulled`, readdirSync(`${copy()}.pulled`).sort().at(-1)!), '{"entryNumber":6,"ha');
  renameSync(`${copy()}.pulled`, copy());
  await until(() => isLevel(mirror.status()));
  expect(isWhole()).toBe(true);
  await mirror.stop();
});

const segments = () => readdirSync(copy()).filter((name) => name.endsWith('.jsonl')).sort().map((name) => join(copy(), name));
const follow = async (): Promise<void> => {
  const mirror = startMirror();
  await until(() => isLevel(mirror.status()));
  await mirror.stop();
};

it.each<[string, () => void]>([
  ['its first file taken away', () => rmSync(segments()[0]!)],
  ['a file in its middle taken away', () => rmSync(segments()[1]!)],
  ['a file in its middle cut', () => truncateSync(segments()[1]!, 700)],
  ['the beginning of a file overwritten', () => writeFileSync(segments()[1]!, readFileSync(segments()[1]!).fill(0, 0, 80))],
  ['all files but the last emptied', () => segments().slice(0, -1).forEach((path) => writeFileSync(path, ''))],
  ['its last file taken away', () => rmSync(segments().at(-1)!)],
  ['all of it taken away', () => segments().forEach((path) => rmSync(path))],
  ['the files of yesterday', () => segments().slice(1).forEach((path) => rmSync(path))],
  ['a byte that is no text, and a torn end after it', () => {
    const path = segments().at(-1)!;
    writeFileSync(path, Buffer.concat([Buffer.from(readFileSync(path)).fill(0xff, 100, 101), Buffer.from('{"entryNumber":99,"ha')]));
  }],
])('whole again from the journal: %s', async (what, harm) => {
  for (let visit = 0; visit < 8; visit++) {
    write(6);
    await follow();
  }
  expect(segments().length).toBeGreaterThan(3);
  const before = readFileSync(segments().at(-1)!);
  harm();
  await follow();
  // What was overwritten inside a line is seen by whoever restores; no zero is put behind it.
  if (what.startsWith('a byte')) expect(readFileSync(segments().at(-1)!)).toEqual(Buffer.from(before).fill(0xff, 100, 101));
  else expect(isWhole()).toBe(true);
  const files = segments().map((path) => readFileSync(path, 'utf8'));
  await follow();
  expect(segments().map((path) => readFileSync(path, 'utf8'))).toEqual(files);
});

it('that goes on where the journal ends tells that the journal is an older copy', async () => {
  write(5);
  journal.close();
  copyFileSync(join(folder.path, 'journal.db'), join(folder.path, 'yesterday'));
  journal = mustOpen(journalOptions(folder.path));
  write(5);
  await follow();
  const files = segments().map((path) => readFileSync(path, 'utf8'));
  journal.close();
  copyFileSync(join(folder.path, 'yesterday'), join(folder.path, 'journal.db'));
  rmSync(join(folder.path, 'journal.head'));
  journal = mustOpen(journalOptions(folder.path));
  const mirror = startMirror();
  await until(() => mirror.status().state === 'foreign');
  await mirror.stop();
  expect([aheadDetails[0], segments().map((path) => readFileSync(path, 'utf8'))]).toEqual([expect.stringContaining('second copy goes on to 10'), files]);
  journal.endTrust(aheadDetails[0]!);
  expect(journal.commit({ facts: { a: 'b' } })).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT' } });
  journal.close();
  expect([openJournal(journalOptions(folder.path)), rebuildJournal(journalOptions(folder.path))]).toMatchObject([{ ok: false, error: { code: 'JNL_CORRUPT' } }, { ok: false, error: { code: 'JNL_CORRUPT' } }]);
  expect(rebuildJournal({ ...journalOptions(folder.path), isLossAccepted: true })).toMatchObject({ ok: true, value: { isEndLost: true } });
  // Nobody goes on with it before it says what it lacks.
  expect(openJournal(journalOptions(folder.path))).toMatchObject({ ok: false, error: { code: 'JNL_CORRUPT', detail: expect.stringContaining('do it again') as string } });
  journal = mustOpen(journalOptions(folder.path, { tellsLoss: true }));
});

it('with a line that nobody wrote behind its end is left alone, and says nothing of the journal', async () => {
  write(5);
  await follow();
  appendFileSync(segments().at(-1)!, `${JSON.stringify({ ...lines().at(-1)!, entryNumber: 900 })}\n`);
  const mirror = startMirror();
  await until(() => mirror.status().state === 'foreign');
  await mirror.stop();
  expect(aheadDetails).toEqual([]);
});

it.runIf(process.platform === 'linux')('on a medium that hangs is lost, and keeps no core from ending', async () => {
  write(1);
  const journalId = journal.journalId;
  // A pipe that nobody writes to: opened for reading it never answers, as a share whose server is gone.
  const pipe = join(copy(), `journal-${journalId}-000001.jsonl`);
  execFileSync('mkfifo', [pipe]);
  const mirror = startMirror();
  await clock.advance(70_000);
  expect(mirror.status()).toMatchObject({ state: 'lost', detail: 'the medium does not answer', lagEntryCount: 1 });
  const stopped = mirror.stop();
  await clock.advance(3_000);
  await stopped;
  // The waiting call of this test's own process is let go: somebody opens the other end, as soon as it waits.
  await expect.poll(() => {
    try {
      closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      return false;
    }
  }).toBe(true);
});

it('leaves the copy of another journal alone', async () => {
  const strange = join(copy(), `journal-${'0'.repeat(26)}-000001.jsonl`);
  writeFileSync(strange, '{}\n');
  write(1);
  const mirror = startMirror();
  await until(() => mirror.status().state === 'foreign');
  expect([readdirSync(copy()).length, readFileSync(strange, 'utf8')]).toEqual([1, '{}\n']);
  await mirror.stop();
});

it('lets go of what the journal purged, also when the medium was away meanwhile', async () => {
  journal.close();
  const own = standingClock(Date.UTC(2020, 0, 1));
  journal = mustOpen(journalOptions(folder.path, { clock: own }));
  const bank = generateSamplePki({ nowUtcMs: Date.UTC(2020, 0, 1), random: cryptoRandom() }).hostSign;
  const signed = signRetentionPolicy({ form: 'qolma.retention.policy.1', policyId: 'test', version: 1, terminals: ['*'], classes: { messages: { keepDays: 45 } } }, bank) as SignedPolicy;
  journal.commit({ entries: [entry('retention.policySet', { ...signed, certificate: new X509Certificate(bank.certificatePem).raw.toString('base64') })] });
  const send = (seq: number) => {
    journal.commit({ messages: [messageDraft(seq, { bytes: Buffer.from(`secret ${seq}`) })] });
    journal.commit({ messageMoves: [{ messageId: `message-${seq}`, to: 'sending', detail: '' }, { messageId: `message-${seq}`, to: 'executed', detail: '' }] });
  };
  for (let seq = 1; seq <= 12; seq++) send(seq);
  const first = startMirror();
  await until(() => isLevel(first.status()));
  const payloadCount = () => lines().filter(({ payload }) => payload !== null).length;
  expect(payloadCount()).toBe(12);
  await first.stop();
  own.pass(60 * 86_400_000);
  journal.commit({ entries: [entry('businessDay.began', { day: '2020-03-01', previous: null }), entry('seal.held', { upToEntryNumber: 1000, hostRef: 'h' })] });
  renameSync(copy(), `${copy()}.pulled`);
  expect(finishPurge(journal.beginPurge()!)).toMatchObject({ ok: true, value: { purgedCount: 12 } });
  send(13);
  renameSync(`${copy()}.pulled`, copy());
  const second = startMirror();
  await until(() => second.status().lagEntryCount === 0 && readdirSync(copy()).some((name) => name.endsWith('.purged')));
  expect([payloadCount(), isWhole()]).toEqual([1, true]);
  write(3);
  await until(() => isLevel(second.status()));
  expect(isWhole()).toBe(true);
  await second.stop();
});

it('a segment for which there is no room beside the old one leaves nothing behind, and the old one as it was', async () => {
  const path = join(copy(), 'segment.jsonl');
  writeFileSync(path, 'old');
  const full = (): never => {
    throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  };
  await expect(rewriteSegment(full, { path, first: 1, last: 2 })).rejects.toThrow('no room');
  expect([readdirSync(copy()), readFileSync(path, 'utf8')]).toEqual([['segment.jsonl'], 'old']);
});
