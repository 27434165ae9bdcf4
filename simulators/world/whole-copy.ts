import { open } from 'node:fs/promises';
import { silentLog } from '../../main/foundation/log.ts';
import { createMirror, type JournalMirror, type MirrorStatus } from '../../main/journal/mirror.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { settleEventLoop } from './virtual-clock.ts';

/** The second copy of a journal that nobody writes meanwhile. */

/** Steps of the mirror at most; a world's journal has some dozens. */
const STEPS_MAX = 2_000;
/** Enough where the disk is free; where others write to it each further step waits for it, so that the steps run out only where the copy stands still. */
const QUICK_STEPS = 100;
const STEP_MS = 5_000;

/**
 * Brings the copy up to the journal's end.
 * @param clock  of its own: the terminal stands still
 * @returns how the mirror stood when it was stopped; whole without a lag
 */
export async function copyWhole({ journalPath, folder, clock, segmentBytesMax }: { readonly journalPath: string; readonly folder: string; readonly clock: VirtualClock; readonly segmentBytesMax: number }): Promise<MirrorStatus> {
  const mirror = createMirror({ path: journalPath, folder, clock, log: silentLog, segmentBytesMax });
  mirror.start();
  const isWhole = () => mirror.status().state === 'following' && mirror.status().lagEntryCount === 0;
  await letCopy(clock, QUICK_STEPS, isWhole);
  for (let step = QUICK_STEPS; step < STEPS_MAX && !isWhole(); step += 1) {
    await waitForDisk(folder);
    await letCopy(clock, 1);
  }
  const status = mirror.status();
  await endMirror(clock, mirror);
  return status;
}

/** Files are written in real time, looked at in virtual time: both go on. */
export async function letCopy(clock: VirtualClock, steps: number, isDone: () => boolean = () => false): Promise<void> {
  for (let step = 0; step < steps && !isDone(); step += 1) {
    await clock.advance(STEP_MS);
    await settleEventLoop();
  }
}

export async function endMirror(clock: VirtualClock, mirror: JournalMirror): Promise<void> {
  await mirror.stop();
  await letCopy(clock, 1);
}

async function waitForDisk(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}
