import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../../main/foundation/clock.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import { openJournal } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { seededRandom } from '../seeded-random.ts';
import type { DurableVisits } from './durable-visit.ts';

export interface DurableReplay {
  readonly commitCount: number;
  /** Commits of whole visits, entries, books and messages included; by the median commit. */
  readonly commitsPerSecond: number;
  readonly barePerSecond: number;
  /** The journal's median commit by that of bare SQLite, which syncs as often and writes as many bytes. */
  readonly timesBare: number;
}

/** Over the same visits, each in files of its own; so many that the median is of code that has run for a while, as a terminal's has. */
const ROUNDS = 9;

/**
 * The commits of a played terminal again, on a real disk with each sync; and after each of them bare SQLite: one row in one transaction, as long as all that
 * the batch says, with the same durability. In turns, so that a slow moment of disk or machine weighs on both; medians, so that one such moment weighs little.
 * @param folder  not there yet, on the disk in question
 */
export function replayDurably(played: DurableVisits, folder: string, clock: Clock): DurableReplay {
  const [journalMs, bareMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundFolder = join(folder, String(round));
    mkdirSync(roundFolder, { recursive: true });
    const random = seededRandom(round + 1);
    const keys = createJournalKeys({ current: 'bench', keys: { bench: new Uint8Array(32).fill(7) }, indexKey: new Uint8Array(32).fill(8) }, random);
    const opened = openJournal({ path: join(roundFolder, 'journal.sqlite'), clock, random, log: silentLog, terminalNumber: TERMINAL_NUMBER, bootId: 'replay', keys });
    if (!opened.ok) throw new Error(opened.error.detail);
    const journal = opened.value;
    const bare = openBare(join(roundFolder, 'bare.sqlite'));
    const commit = (batch: JournalBatch) => {
      const written = journal.commit(batch);
      if (!written.ok) throw new Error(written.error.detail);
    };
    played.boot.forEach(commit);
    for (const batch of played.visits.flatMap(({ batches }) => batches)) {
      const bytes = Buffer.alloc(lengthBytes(batch), 0x61);
      journalMs.push(tookMs(clock, () => commit(batch)));
      bareMs.push(tookMs(clock, () => bare.insert(bytes)));
    }
    journal.close();
    bare.close();
  }
  return { commitCount: journalMs.length, commitsPerSecond: 1000 / median(journalMs), barePerSecond: 1000 / median(bareMs), timesBare: median(journalMs) / median(bareMs) };
}

const median = (values: readonly number[]): number => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!;

/** Of the sample terminal: receipts and references of the batches are its next ones. */
const TERMINAL_NUMBER = '0427';

function openBare(path: string): { insert(text: Buffer): void; close(): void } {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO rows (bytes) VALUES (?)');
  return { insert: (text) => void insert.run(text), close: () => void database.close() };
}

function tookMs(clock: Clock, work: () => void): number {
  const startedMs = clock.monotonicMs();
  work();
  return clock.monotonicMs() - startedMs;
}

function lengthBytes({ messages, messageMoves, receipts, ...rest }: JournalBatch): number {
  const payloads = [...(messages ?? []).map(({ bytes }) => bytes.length), ...(messageMoves ?? []).map(({ answerBytes }) => answerBytes?.length ?? 0), ...(receipts ?? []).map(({ recordJson }) => recordJson.length)];
  const told = JSON.stringify({ ...rest, moves: (messageMoves ?? []).map(({ messageId, to, detail }) => ({ messageId, to, detail })) });
  return told.length + payloads.reduce((sum, length) => sum + length, 0);
}
