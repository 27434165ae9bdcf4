import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Chance } from '../chance.ts';

const SECTOR_BYTES = 512;

/**
 * A power cut while the last commit was being synced: of each sector that it wrote, the disk has the old content, the new one, or neither. What
 * was synced before stays; the file may also end early.
 *
 * @param barrierPath  the log before the commit
 * @param logPath      the log after it; rewritten
 */
export function tearLog(barrierPath: string, logPath: string, chance: Chance): { readonly changedSectors: number } {
  if (!existsSync(logPath)) return { changedSectors: 0 };
  const after = readFileSync(logPath);
  const before = existsSync(barrierPath) ? readFileSync(barrierPath) : Buffer.alloc(0);
  const torn = Buffer.from(after);
  const written: number[] = [];
  for (let start = 0; start < after.length; start += SECTOR_BYTES) if (!after.subarray(start, start + SECTOR_BYTES).equals(before.subarray(start, start + SECTOR_BYTES))) written.push(start);
  const fate = chance.weighted([['nothing', 2], ['mixed', 4], ['cut', 3]] as const);
  for (const start of written) {
    const end = Math.min(start + SECTOR_BYTES, after.length);
    const kept = fate === 'nothing' ? 'old' : fate === 'cut' ? 'new' : chance.oneOf(['old', 'new', 'zero'] as const);
    if (kept === 'new') continue;
    torn.fill(0, start, end);
    if (kept === 'old' && start < before.length) before.copy(torn, start, start, Math.min(end, before.length));
  }
  // SQLite never shortens a log of which it still needs the frames: only what this commit appended can be missing.
  const synced = written.length === 0 ? after.length : Math.max(before.length, written[0]!);
  const lengthBytes = fate === 'cut' ? chance.between(Math.min(synced, after.length), after.length) : after.length;
  writeFileSync(logPath, torn.subarray(0, lengthBytes));
  // The index is memory, not a file of the disk.
  rmSync(logPath.replace(/-wal$/, '-shm'), { force: true });
  return { changedSectors: written.length };
}
