import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { lastEntryIn, TAIL_BYTES } from './mirror-files.ts';

/** Whether a copy of some journal lies there; a folder that cannot be read holds none that could be told of. */
export function hasCopy(folder: string): boolean {
  try {
    return readdirSync(folder).some(isSegment);
  } catch {
    return false;
  }
}

const isSegment = (name: string): boolean => name.startsWith('journal-') && name.endsWith('.jsonl');

/**
 * Up to where the second copy goes, looked at from outside.
 * @returns what is wrong with it, in words: gone, empty, or another journal's
 */
export function copiedUpTo(folder: string, database: Database): { readonly entryNumber: number; readonly lagEntryCount: number } | string {
  const journalId = database.prepare<unknown[], string>("SELECT value FROM identity WHERE key = 'journalId'").pluck().get() ?? '';
  const head = database.prepare<unknown[], number>('SELECT entry_number FROM head').pluck().get() ?? 0;
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter(isSegment).sort().reverse();
  } catch (error) {
    return `the folder cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`;
  }
  if (names.some((name) => !name.startsWith(`journal-${journalId}-`))) return 'the folder holds the copy of another journal';
  for (const name of names) {
    const last = lastEntry(join(folder, name));
    if (last !== undefined) return { entryNumber: last, lagEntryCount: Math.max(0, head - last) };
  }
  return { entryNumber: 0, lagEntryCount: head };
}

function lastEntry(path: string): number | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return lastEntryIn(buffer);
  } finally {
    closeSync(file);
  }
}
