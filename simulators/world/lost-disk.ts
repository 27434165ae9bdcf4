import { mkdirSync, openSync, closeSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import type { Clock } from '../../main/foundation/clock.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { entry } from '../../main/journal/journal.ts';
import { tellLoss } from '../../main/journal/lost-end.ts';
import { openJournal } from '../../main/journal/open-journal.ts';
import { restoreInPlace } from '../../main/journal/restore-in-place.ts';
import type { JournalSealer } from '../../main/journal/seal.ts';
import type { Chance } from './chance.ts';
import { seededRandom } from './seeded-random.ts';
import { cutCommits, cutShort } from './short-copy.ts';
import { createVirtualClock } from './virtual-clock.ts';
import { worldJournalKeys } from './virtual-terminal.ts';
import { copyWhole } from './whole-copy.ts';

/** The disk is lost between two customers, with the core switched off; a technician brings the journal back from its second copy. */
export interface LostDisk {
  /** By number; nobody comes in between. */
  readonly beforeSession: number;
  /** What is found of the journal's file. */
  readonly leaves: 'nothing' | 'noHeader' | 'half';
  /** How much its copy lacks of what it may lack (`cutShort`). */
  readonly lacksPercent: number;
  /** The last line of the copy is half written. */
  readonly isTorn: boolean;
  /** Newest commits that the copy lacks instead, whatever they are; 0: as above. */
  readonly lacksCommits: number;
}

/** Each costs as much as a customer. */
const LOSS_PERCENT = 15;
const [SESSION_MIN, SESSION_MAX] = [2, 35];
/** A third of the copies has all. */
const WHOLE_PERCENT = 33;
/** A third lacks whatever came last, of up to about three customers. */
const ANYWHERE_PERCENT = 33;
const COMMITS_MAX = 120;
const SEGMENT_BYTES_MAX = 1_000_000;
const HEADER_BYTES = 100;
/** Of SQLite, unless told otherwise. */
const PAGE_BYTES = 4_096;

export function drawLostDisk(chance: Chance): LostDisk | null {
  if (!chance.isOnce(LOSS_PERCENT)) return null;
  const [beforeSession, leaves] = [chance.between(SESSION_MIN, SESSION_MAX), chance.oneOf(['nothing', 'noHeader', 'half'] as const)];
  return { beforeSession, leaves, lacksPercent: chance.isOnce(WHOLE_PERCENT) ? 0 : chance.between(1, 100), isTorn: chance.isOnce(50), lacksCommits: chance.isOnce(ANYWHERE_PERCENT) ? chance.between(1, COMMITS_MAX) : 0 };
}

/** @param journalPath  of a journal that is closed @param cut  what its copy lacks */
export async function loseDisk({ leaves, lacksCommits, ...lack }: LostDisk, journalPath: string, cut = (folder: string): void => (lacksCommits === 0 ? cutShort(folder, lack) : void cutCommits(folder, lacksCommits))): Promise<void> {
  const folder = copyFolder(journalPath);
  mkdirSync(folder);
  const { lagEntryCount, state, detail } = await copyWhole({ journalPath, folder, clock: createVirtualClock({ startUtcMs: 0 }), segmentBytesMax: SEGMENT_BYTES_MAX });
  if (lagEntryCount !== 0) throw new Error(`the copy stays ${lagEntryCount} entries behind: ${state} ${detail}`);
  cut(folder);
  if (leaves === 'nothing') rmSync(journalPath);
  if (leaves === 'half') truncateSync(journalPath, Math.floor(statSync(journalPath).size / PAGE_BYTES / 2) * PAGE_BYTES);
  if (leaves === 'noHeader') zeroHeader(journalPath);
}

export interface RestoreParts {
  readonly journalPath: string;
  readonly terminalNumber: string;
  /** Of the technician's place, which goes on. */
  readonly clock: Clock;
  readonly sealer: JournalSealer;
  readonly bootId: string;
}

/** As `qolma journal restore --move-aside`. @returns entries that the copy had */
export async function bringBack({ journalPath: path, terminalNumber, clock, sealer, bootId }: RestoreParts): Promise<number> {
  const random = seededRandom(0);
  const keys = worldJournalKeys(random, { current: 'world-2' });
  const restored = must(await restoreInPlace({ fromFolder: copyFolder(path), path, terminalNumber, keys, movesAside: true, nowUtcMs: clock.nowUtcMs(), lastReceiptCount: null }));
  const journal = must(openJournal({ path, clock, random, log: silentLog, terminalNumber, bootId, durability: 'memory', keys, sealer, mustExist: true, isCopy: true, tellsLoss: true }));
  const { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, untoldPurge, skipped, forkedAfter } = restored;
  must(tellLoss(journal, path, { by: entry('service.acted', { login: 'root', action: 'journal.restore', target: 'second copy' }), loss: { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, untoldPurge, ...(forkedAfter === undefined ? {} : { forkedAfter }) }, skipped }));
  journal.close();
  return entryCount;
}

const copyFolder = (journalPath: string): string => `${journalPath}.usb`;

function zeroHeader(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
  closeSync(file);
}

/** What a technician does not see done is a finding of the world. @throws where it is not */
function must<Value>(result: Result<Value, { readonly code: string; readonly detail: string }>): Value {
  if (!result.ok) throw new Error(`not restored: ${result.error.code} ${result.error.detail}`);
  return result.value;
}
