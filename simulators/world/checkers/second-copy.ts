import { mkdirSync, readdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { silentLog } from '../../../main/foundation/log.ts';
import { readHead, type Head } from '../../../main/journal/chain-writer.ts';
import { createMirror } from '../../../main/journal/mirror.ts';
import type { JournalKeys } from '../../../main/journal/protection.ts';
import { restoreJournal } from '../../../main/journal/restore.ts';
import type { Chance } from '../chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { copyWhole, endMirror, letCopy } from '../whole-copy.ts';
import type { Finding } from './findings.ts';

export interface SecondCopyParts {
  /** Of the journal that nobody writes any more; copy and restored journal are put beside it. */
  readonly journalPath: string;
  readonly terminalNumber: string;
  readonly keys: JournalKeys;
  readonly chance: Chance;
}

const LIVES_MAX = 3;

/** What the world has written is copied by mirrors that are stopped, whose medium is pulled or loses the end of what was written; what is restored from the copy is the journal, to its last entry. */
export async function checkSecondCopy({ journalPath, terminalNumber, keys, chance }: SecondCopyParts): Promise<readonly Finding[]> {
  // Of its own: the terminal stands still meanwhile.
  const clock = createVirtualClock({ startUtcMs: 0 });
  const folder = `${journalPath}.copy`;
  mkdirSync(folder);
  const segmentBytesMax = chance.between(20_000, 1_000_000);
  for (let left = chance.between(0, LIVES_MAX); left > 0; left -= 1) {
    const mirror = createMirror({ path: journalPath, folder, clock, log: silentLog, segmentBytesMax });
    mirror.start();
    await letCopy(clock, chance.between(0, 6));
    if (chance.isOnce(40)) await pullMedium(clock, folder, chance);
    await endMirror(clock, mirror);
    if (chance.isOnce(50)) tearEnd(folder, chance);
  }
  const { state, lagEntryCount, detail } = await copyWhole({ journalPath, folder, clock, segmentBytesMax });
  if (lagEntryCount !== 0) return [{ rule: 'copy', detail: `the copy stays ${lagEntryCount} entries behind: ${state} ${detail}` }];
  const path = `${journalPath}.restored`;
  const restored = await restoreJournal({ fromFolder: folder, path, terminalNumber, keys });
  if (!restored.ok) return [{ rule: 'copy', detail: `not restored: ${restored.error.code} ${restored.error.detail}` }];
  const [own, copied] = [headOf(journalPath), headOf(path)];
  // The hash of the last entry vouches for all before it, and the restored chain was walked.
  return JSON.stringify(own) === JSON.stringify(copied) ? [] : [{ rule: 'copy', detail: `restored ${JSON.stringify(copied)} of ${JSON.stringify(own)}` }];
}

async function pullMedium(clock: VirtualClock, folder: string, chance: Chance): Promise<void> {
  renameSync(folder, `${folder}.pulled`);
  await letCopy(clock, chance.between(1, 3));
  renameSync(`${folder}.pulled`, folder);
  await letCopy(clock, chance.between(0, 3));
}

/** As a medium does that was pulled while it wrote. */
function tearEnd(folder: string, chance: Chance): void {
  const last = readdirSync(folder).sort().at(-1);
  if (last === undefined) return;
  const path = join(folder, last);
  truncateSync(path, Math.max(0, statSync(path).size - chance.between(1, 3_000)));
}

function headOf(path: string): Head | undefined {
  const database = new Database(path, { readonly: true });
  try {
    return readHead(database);
  } finally {
    database.close();
  }
}
