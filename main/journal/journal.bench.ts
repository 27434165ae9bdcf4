import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assert } from '../foundation/assert.ts';
import type { Clock } from '../foundation/clock.ts';
import { silentLog } from '../foundation/log.ts';
import type { Random } from '../foundation/random.ts';
import { entry } from './journal.ts';
import { openJournal } from './open-journal.ts';

export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: string;
}

const ROUNDS = 8;
const COMMITS_PER_ROUND = 60;

/**
 * Durable commits of one entry against bare inserts of the same text with the same durability, taken in turns in one run, so that a slow disk or a busy
 * machine weighs on both. The median round counts.
 *
 * @param folder  an empty folder on the disk in question
 */
export function benchJournal(folder: string, { clock, random }: { readonly clock: Clock; readonly random: Random }): readonly BenchResult[] {
  const opened = openJournal({ path: join(folder, 'journal.db'), clock, random, log: silentLog, terminalNumber: '0427', bootId: 'bench' });
  assert(opened.ok, 'the journal of the benchmark opens');
  const journal = opened.value;
  const bare = new Database(join(folder, 'bare.db'));
  bare.pragma('journal_mode = WAL');
  bare.pragma('synchronous = FULL');
  bare.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = bare.prepare('INSERT INTO rows (text) VALUES (?)');
  const data = { noteId: '01JZZZZZZZZZZZZZZZZZZZZZZZ', denominationMinor: 500_000 };
  const text = JSON.stringify({ kind: 'intent.stack', data, operationId: 'operation-1', at: clock.nowUtcMs() });
  const perSecond = (work: () => void) => {
    const startMs = clock.monotonicMs();
    for (let commit = 0; commit < COMMITS_PER_ROUND; commit++) work();
    return (COMMITS_PER_ROUND * 1000) / (clock.monotonicMs() - startMs);
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    bare: perSecond(() => insert.run(text)),
    journal: perSecond(() => assert(journal.commit({ entries: [entry('intent.stack', data, { operationId: 'operation-1' })] }).ok, 'the disk takes the benchmark')),
  }));
  bare.close();
  journal.close();
  const median = (values: readonly number[]) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!;
  return [
    { name: 'journal.commits', value: Math.round(median(rounds.map((round) => round.journal))), unit: '1/s', aim: 'as the disk allows' },
    { name: 'journal.bareInserts', value: Math.round(median(rounds.map((round) => round.bare))), unit: '1/s', aim: 'for comparison' },
    { name: 'journal.slowerThanBare', value: Math.round(median(rounds.map((round) => round.bare / round.journal)) * 100) / 100, unit: '×', aim: '≤ 1.5' },
  ];
}
