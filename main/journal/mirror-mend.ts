import { open, rename, rm, stat } from 'node:fs/promises';
import { firstEntryOf, lastEntryOf, linesOf, listSegments, segmentPath, type createRowSource } from './mirror-files.ts';

type RowSource = ReturnType<typeof createRowSource>;

export interface SegmentRange {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

const PAGE_ENTRY_COUNT = 200;

/** Writes a segment anew from the journal: beside, synced, then in the place of the old. Where the medium has no room for both, nothing of it stays to take the room of new entries. @throws the file system's error */
export async function rewriteSegment(rowsOf: RowSource, range: SegmentRange): Promise<void> {
  try {
    await writeBeside(rowsOf, range);
  } catch (error) {
    await rm(`${range.path}.new`, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeBeside(rowsOf: RowSource, { path, first, last }: SegmentRange): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    for (let afterEntryNumber = first - 1; afterEntryNumber < last; ) {
      const rows = rowsOf({ afterEntryNumber, upToEntryNumber: last, limit: PAGE_ENTRY_COUNT });
      if (rows.length === 0) break;
      await file.appendFile(linesOf(rows), 'utf8');
      afterEntryNumber = rows.at(-1)!.entryNumber;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/**
 * A copy whose end is that of the journal may lack a segment, or the end of one, before it: it would be restored up to there and no further, and nobody would know until then. What is
 * missing is written again from the journal, whose chain its end vouches for.
 *
 * @param options.lastEntryNumber  of the copy
 * @returns whether anything was written
 * @throws the file system's error
 */
export async function mendSegments({ folder, journalId, lastEntryNumber, rowsOf }: { readonly folder: string; readonly journalId: string; readonly lastEntryNumber: number; readonly rowsOf: RowSource }): Promise<boolean> {
  const paths = (await listSegments(folder)).map(({ segment }) => segmentPath(folder, journalId, segment));
  const segments = await Promise.all(paths.map(async (path) => ({ path, first: await firstEntryOf(path), last: await lastEntryOf(path), isEmpty: (await stat(path)).size === 0 })));
  // One whose end cannot be told is left to whoever restores.
  if (segments.some(({ first, last }) => first !== undefined && last === undefined)) return false;
  let [next, hasMended] = [1, false];
  for (const [index, { path, first, last, isEmpty }] of segments.entries()) {
    const following = segments[index + 1];
    const upTo = following === undefined ? lastEntryNumber : following.first === undefined ? (last ?? next - 1) : following.first - 1;
    const isWhole = upTo < next ? isEmpty : first === next && last === upTo;
    if (!isWhole) {
      await rewriteSegment(rowsOf, { path, first: next, last: upTo });
      hasMended = true;
    }
    next = Math.max(next, upTo + 1);
  }
  return hasMended;
}
