import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Head } from './chain-writer.ts';
import type { JournalError } from './journal.ts';

/**
 * Where the chain stood after the newest commit, in a small file beside the journal: an older copy of the file, or one whose write-ahead log is gone, is a sound chain too, and
 * only something outside it knows that it went further. Going on from there would give receipt numbers and messages a second time.
 *
 * Written in place after each commit and not synced, so it costs no wait: after a loss of power it may be behind the journal, never ahead of it.
 */
const headMark = z.strictObject({ form: z.literal(1), journalId: z.string(), entryNumber: z.number().int(), hash: z.string(), receiptCount: z.number().int(), referenceCount: z.number().int(), seq: z.number().int() });
export type HeadMarkContent = z.infer<typeof headMark>;

/** Longer than any mark; always as many bytes, so that one write replaces the other whole. */
const MARK_BYTES = 384;

export function headMarkPath(journalPath: string): string {
  return join(dirname(journalPath), 'journal.head');
}

/** @returns undefined where there is none, or none that can be read: then nothing is known */
export function readHeadMark(journalPath: string): HeadMarkContent | undefined {
  const path = headMarkPath(journalPath);
  try {
    return existsSync(path) ? headMark.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Holds a journal against its mark.
 * @error JNL_FOREIGN  another journal was written here last · JNL_CORRUPT  it ends before what was written, goes another way, or its counters were changed
 */
export function headMarkProblem(mark: HeadMarkContent | undefined, { database, journalId, head }: { readonly database: Database; readonly journalId: string; readonly head: Head }): JournalError | undefined {
  if (mark === undefined) return undefined;
  if (mark.journalId !== journalId) return { code: 'JNL_FOREIGN', detail: 'another journal than this one was written here last' };
  if (mark.entryNumber > head.entryNumber) return { code: 'JNL_CORRUPT', detail: `the journal ends at entry ${head.entryNumber}, but entry ${mark.entryNumber} was written: it is an older copy, or its end was lost` };
  const hash = mark.entryNumber === 0 ? undefined : database.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries WHERE entry_number = ?').pluck().get(mark.entryNumber);
  if (hash !== undefined && hash !== mark.hash) return { code: 'JNL_CORRUPT', detail: `entry ${mark.entryNumber}: the entry is not the one that was written` };
  const isOf = (counter: 'receiptCount' | 'referenceCount' | 'seq') => (mark.entryNumber === head.entryNumber ? head[counter] === mark[counter] : head[counter] >= mark[counter]);
  return isOf('receiptCount') && isOf('referenceCount') && isOf('seq') ? undefined : { code: 'JNL_BOOKS_DIFFER', detail: 'head, row 1: the counters are not those that were written' };
}

/** Keeps the mark of an open journal. What the disk does not take is left: the commits themselves tell of a disk that fails. */
export class HeadMark {
  readonly #file: number | null;
  readonly #journalId: string;

  constructor(journalPath: string, journalId: string) {
    this.#journalId = journalId;
    this.#file = openMark(headMarkPath(journalPath));
  }

  note({ entryNumber, hash, receiptCount, referenceCount, seq }: Head): void {
    if (this.#file === null) return;
    const content: HeadMarkContent = { form: 1, journalId: this.#journalId, entryNumber, hash, receiptCount, referenceCount, seq };
    try {
      writeSync(this.#file, `${JSON.stringify(content).padEnd(MARK_BYTES - 1)}\n`, 0, 'latin1');
    } catch {
      // As good as not written: the mark is behind.
    }
  }

  /** Durable: nothing is under way. */
  close(): void {
    if (this.#file === null) return;
    try {
      fsyncSync(this.#file);
    } catch {
      // As above.
    }
    closeSync(this.#file);
  }
}

function openMark(path: string): number | null {
  try {
    return openSync(path, existsSync(path) ? 'r+' : 'wx+', 0o600);
  } catch {
    return null;
  }
}
