/** Goal: what a copy must be to be restored from, what is left alone, and that no number is given twice whatever lies there. Method: restoring of small copies, each spoilt in one way. */
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { readMarker, writeMarker } from '../../../main/journal/file-guards.ts';
import { canonicalJson, chainHash, createEntryDigest, sha256Hex } from '../../../main/journal/hash-chain.ts';
import type { MirrorLine } from '../../../main/journal/mirror-files.ts';
import { restoreJournal } from '../../../main/journal/restore.ts';
import { mustOpen } from './journal-fixture.ts';
import { operate, secondCopy } from './second-copy.ts';

const { folder, copy, path, own, follow, restore } = secondCopy();

/** @returns how many entries it has */
async function copied(receiptCount: number): Promise<number> {
  const journal = mustOpen(own());
  for (let time = 0; time < receiptCount; time += 1) operate(journal);
  const [last] = journal.entries({ limit: 1, newestFirst: true });
  await follow();
  journal.close();
  return last!.entryNumber;
}

const segment = () => join(copy(), readdirSync(copy()).find((name) => name.endsWith('.jsonl'))!);
function spoil(change: (lines: readonly string[]) => readonly string[]): void {
  writeFileSync(segment(), change(readFileSync(segment(), 'utf8').split('\n')).join('\n'));
}
const beside = () => restoreJournal({ fromFolder: copy(), path: path(), terminalNumber: '0427', keys: undefined });

it('never goes over what lies there', async () => {
  await copied(1);
  const before = readFileSync(path());
  expect(await beside()).toMatchObject({ ok: false, error: { code: 'JNL_UNWRITABLE' } });
  expect(readFileSync(path()).equals(before)).toBe(true);
});

it.each([
  ['copies of two journals', () => copyFileSync(segment(), join(copy(), `journal-${'0'.repeat(26)}-000001.jsonl`)), 'JNL_CORRUPT'],
  ['a copy without its beginning', () => spoil((lines) => lines.slice(1)), 'JNL_MISSING'],
  ['a copy of which nothing can be read', () => spoil((lines) => lines.map(() => '\0')), 'JNL_MISSING'],
  ['no copy', () => rmSync(segment()), 'JNL_MISSING'],
] as const)('%s: nothing is made, and what lay there is back', async (_, change, code) => {
  await copied(2);
  change();
  expect(await restore()).toMatchObject({ ok: false, error: { code } });
  const journal = mustOpen(own());
  expect(journal.peekReceiptNumber()).toBe('0427-000003');
  journal.close();
});

it('a copy with a line left out is taken up to there, and it says so', async () => {
  const entryCount = await copied(5);
  spoil((lines) => lines.toSpliced(entryCount - 4, 1));
  const restored = await restore();
  if (!restored.ok) throw new Error(restored.error.detail);
  expect([restored.value.entryCount < entryCount - 3, restored.value.stoppedBecause]).toEqual([true, expect.stringContaining(`entry ${entryCount - 3} is not in the copy`)]);
  expect(restored.value.knownLostCount).toBe(entryCount - restored.value.entryCount);
});

it('where an older copy of the file lies there, nobody knows how far the newest had come, and the mark beside it is the least', async () => {
  const journal = mustOpen(own());
  operate(journal);
  journal.close();
  copyFileSync(path(), join(folder(), 'yesterday'));
  await copied(1);
  const later = mustOpen(own());
  for (let time = 0; time < 3; time += 1) operate(later);
  later.close();
  copyFileSync(join(folder(), 'yesterday'), path());
  for (const end of ['-wal', '-shm']) rmSync(`${path()}${end}`, { force: true });
  expect(await restore()).toMatchObject({ ok: true, value: { counters: { receiptCount: 2 }, skipped: { receiptCount: 1_005 } } });
});

it('a marker of another journal gives way to that of the restored one', async () => {
  await copied(1);
  const journalId = readMarker(path())!;
  renameSync(path(), `${path()}.gone`);
  writeMarker(path(), 'ANOTHER');
  expect((await beside()).ok).toBe(true);
  expect(readMarker(path())).toBe(journalId);
});

it('a copy that newer software wrote is left to it', async () => {
  await copied(1);
  spoil((lines) => {
    const last = JSON.parse(lines.at(-2)!) as MirrorLine;
    const text = canonicalJson({ of: 'tomorrow' });
    const next = { ...last, entryNumber: last.entryNumber + 1, kind: 'note.levitated', version: 1, monotonicMs: last.monotonicMs + 1, data: text, dataSha256: '', payload: null, payloadSha256: '', isHead: true };
    const hash = chainHash(last.hash, createEntryDigest()({ ...next, dataSha256: sha256Hex(text), payloadSha256: null }));
    return [...lines.slice(0, -1), JSON.stringify({ ...next, hash }), ''];
  });
  expect(await restore()).toMatchObject({ ok: false, error: { code: 'JNL_NEWER' } });
  const database = new Database(path(), { readonly: true });
  expect(database.prepare('SELECT count(*) FROM receipts').pluck().get()).toBe(1);
  database.close();
});
