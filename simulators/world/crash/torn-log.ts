import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Chance } from '../chance.ts';

const SECTOR_BYTES = 512;

/** How much of the last sync the disk did: nothing, of each sector something else, the first part. */
export type TornFate = 'nothing' | 'mixed' | 'cut';

/**
 * A power cut while the last commit was being synced: of each sector that it wrote, the disk has the old content, the new one, or neither. What
 * was synced before stays, also in the sector in which the commit begins: SQLite counts on disks that damage no byte beside those that are written
 * (https://www.sqlite.org/psow.html). The file may also end early.
 *
 * @param before  the log before the commit
 * @param after   the log after it
 */
export function tornLog(before: Buffer, after: Buffer, options: { readonly chance: Chance; readonly fate?: TornFate }): { readonly torn: Buffer; readonly changedSectors: number } {
  const { chance } = options;
  const torn = Buffer.from(after);
  const written = changedSectors(before, after);
  const fate = options.fate ?? chance.weighted([['nothing', 2], ['mixed', 4], ['cut', 3]] as const);
  for (const start of written) {
    const end = Math.min(start + SECTOR_BYTES, after.length);
    const kept = fate === 'nothing' ? 'old' : fate === 'cut' ? 'new' : chance.oneOf(['old', 'new', 'zero'] as const);
    if (kept === 'new') continue;
    torn.fill(0, firstChanged(before, after, { start, end }), end);
    if (kept === 'old' && start < before.length) before.copy(torn, start, start, Math.min(end, before.length));
  }
  // SQLite never shortens a log of which it still needs the frames: only what this commit appended can be missing.
  const synced = written.length === 0 ? after.length : Math.max(before.length, written[0]!);
  const lengthBytes = fate === 'cut' ? chance.between(Math.min(synced, after.length), after.length) : after.length;
  return { torn: torn.subarray(0, lengthBytes), changedSectors: written.length };
}

/**
 * A power cut while a checkpoint was writing pages of the log, which is whole, into the database file: of each sector that it was to write the
 * old content, the new one, or neither.
 */
export function tornPages(before: Buffer, after: Buffer, chance: Chance): Buffer {
  const torn = Buffer.concat([after]);
  for (const start of changedSectors(before, after)) {
    const kept = chance.oneOf(['old', 'new', 'zero'] as const);
    if (kept === 'new') continue;
    const end = Math.min(start + SECTOR_BYTES, after.length);
    torn.fill(0, start, end);
    if (kept === 'old' && start < before.length) before.copy(torn, start, start, Math.min(end, before.length));
  }
  return torn;
}

/** As `tornLog`, on files. @param barrierPath  the log before the commit  @param logPath  the log after it; rewritten */
export function tearLog(barrierPath: string, logPath: string, chance: Chance): { readonly changedSectors: number } {
  if (!existsSync(logPath)) return { changedSectors: 0 };
  const before = existsSync(barrierPath) ? readFileSync(barrierPath) : Buffer.alloc(0);
  const { torn, changedSectors: count } = tornLog(before, readFileSync(logPath), { chance });
  writeFileSync(logPath, torn);
  // The index is memory, not a file of the disk.
  rmSync(logPath.replace(/-wal$/, '-shm'), { force: true });
  return { changedSectors: count };
}

/** Where each sector begins that is not the same in both. */
function changedSectors(before: Buffer, after: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let start = 0; start < after.length; start += SECTOR_BYTES) if (!after.subarray(start, start + SECTOR_BYTES).equals(before.subarray(start, start + SECTOR_BYTES))) starts.push(start);
  return starts;
}

function firstChanged(before: Buffer, after: Buffer, { start, end }: { readonly start: number; readonly end: number }): number {
  let at = start;
  while (at < end && at < before.length && before[at] === after[at]) at += 1;
  return at;
}
