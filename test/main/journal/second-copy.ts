import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { tellLoss } from '../../../main/journal/lost-end.ts';
import { createMirror, type MirrorStatus } from '../../../main/journal/mirror.ts';
import type { OpenJournalOptions } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { restoreInPlace, type RestoredInPlace, type RestoreInPlaceOptions } from '../../../main/journal/restore-in-place.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock, type VirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { journalOptions, makeFolder } from './journal-fixture.ts';

interface Following {
  /** @default the copy has everything */
  readonly until?: (status: MirrorStatus) => boolean;
  /** Of a journal that is behind its copy. */
  readonly onAhead?: (detail: string) => void;
  readonly segmentBytesMax?: number;
}

/** A journal and its second copy in a folder of each test's own. Called at the top of a test file. */
export function secondCopy() {
  let folder: ReturnType<typeof makeFolder>;
  const keys = createJournalKeys({ current: 'k1', keys: { k1: new Uint8Array(32).fill(7) }, indexKey: new Uint8Array(32).fill(8) }, cryptoRandom());
  const copy = () => join(folder.path, 'usb');
  const path = () => join(folder.path, 'journal.db');
  beforeEach(() => {
    folder = makeFolder();
    mkdirSync(copy());
  });
  afterEach(() => folder.remove());
  return {
    folder: () => folder.path,
    copy,
    path,
    own: (more: Partial<OpenJournalOptions> = {}): OpenJournalOptions => journalOptions(folder.path, { keys, ...more }),
    /** What a core that runs until then writes into the copy. */
    follow: async ({ until = isLevel, ...more }: Following = {}): Promise<MirrorStatus> => {
      const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
      const mirror = createMirror({ path: path(), folder: copy(), clock, log: silentLog, ...more });
      mirror.start();
      await passUntil(clock, () => until(mirror.status()));
      const status = mirror.status();
      await mirror.stop();
      return status;
    },
    restore: (more: Partial<RestoreInPlaceOptions> = {}) => restoreInPlace({ fromFolder: copy(), path: path(), terminalNumber: '0427', keys, movesAside: true, nowUtcMs: 1, lastReceiptCount: null, ...more }),
    /** Into the chain, as its first words after a restoring. */
    tellRestored: (journal: Journal, { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause, skipped }: Pick<RestoredInPlace, 'entryCount' | 'lastAtUtcMs' | 'knownLostCount' | 'stoppedBecause' | 'skipped'>): void => {
      const by = entry('service.acted', { login: 'root', action: 'journal.restore', target: 'usb' });
      expect(tellLoss(journal, path(), { by, loss: { entryCount, lastAtUtcMs, knownLostCount, stoppedBecause }, skipped })).toMatchObject({ ok: true });
    },
  };
}

export const isLevel = ({ state, lagEntryCount }: MirrorStatus): boolean => state === 'following' && lagEntryCount === 0;

/** Files are written on real time, looked at on virtual time: both go on until it holds. */
export async function passUntil(clock: VirtualClock, holds: () => boolean): Promise<void> {
  await expect.poll(async () => {
    await clock.advance(500);
    return holds();
  }, { interval: 0 }).toBe(true);
}

/** An operation with a receipt. */
export function operate(journal: Journal): void {
  const operationId = `o${journal.peekSeq()}-${journal.peekReceiptNumber()}`;
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId })], receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId, operation: 'op-01', recordJson: '{}', status: 'accepted' }] });
}
