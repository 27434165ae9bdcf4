import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { receiptNumber } from '../../main/journal/numbering.ts';
import { journalOptions, makeFolder, mustOpen } from '../main/journal/journal-fixture.ts';

const KILL_COUNT = 20;
const WRITER = join(import.meta.dirname, 'journal-writer.ts');

/** Runs the writer and kills it `afterMs` after its first acknowledgement. @returns the last commit it acknowledged */
async function runAndKill(folder: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors, isArmed] = ['', '', false];
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (isArmed) return;
    isArmed = true;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, killedBy) => resolve(killedBy)));
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`);
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
}

/**
 * Goal: a commit that was acknowledged is there after the process died at any moment, and one that was not is there whole or not at all.
 * Method: one journal, a writer killed twenty times at different moments, the file checked after each. (Power loss needs another bench: the
 * kernel survives a kill.)
 */
it(`keeps every acknowledged commit and tears none when the writer is killed ${KILL_COUNT} times`, { timeout: 120_000 }, async () => {
  const folder = makeFolder();
  try {
    for (let kill = 0; kill < KILL_COUNT; kill++) {
      const acknowledged = await runAndKill(folder.path, (kill * 7) % 45);
      const journal = mustOpen(journalOptions(folder.path, { mustExist: true }));
      const committed = journal.peekSeq() - 1;
      expect(committed).toBeGreaterThanOrEqual(acknowledged);
      // At most the one that was on its way to be acknowledged.
      expect(committed).toBeLessThanOrEqual(acknowledged + 1);
      expect(journal.verify().ok).toBe(true);
      expect([journal.cashUnits()[0]?.noteCount, journal.peekReceiptNumber(), journal.openOperationIds().length]).toEqual([committed, receiptNumber('0427', committed + 1), committed]);
      expect([journal.message(`message-${committed}`)?.state, journal.receipt(receiptNumber('0427', committed))?.receipt.status]).toEqual(['staged', 'accepted']);
      journal.close();
    }
  } finally {
    folder.remove();
  }
});
