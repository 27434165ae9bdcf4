import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../foundation/outcome.ts';
import type { EntryData } from './entry-kinds.ts';
import type { JournalError, PurgeProgress, PurgeRun } from './journal.ts';
import type { PurgeOrder } from './purge.ts';
import { PurgeSearch } from './purge-search.ts';
import type { RetentionClassId } from './retention-classes.ts';
import type { RetentionPolicy } from './retention-policy.ts';

export interface PurgeRunOptions {
  readonly nowUtcMs: number;
  /** Takes what was found; a dry run only counts. */
  readonly take: (order: PurgeOrder) => Result<unknown, JournalError>;
}

/** The policy in force: the newest that the chain tells. */
export function newestPolicy(database: Database): RetentionPolicy | null {
  const data = database.prepare<unknown[], string>("SELECT data FROM entries WHERE kind = 'retention.policySet' ORDER BY entry_number DESC LIMIT 1").pluck().get();
  return data === undefined ? null : (JSON.parse(data) as EntryData<'retention.policySet'>).policy;
}

/** Entry up to which the bank holds a seal: nothing beyond is purged, because nobody else could vouch for what it was. [Q-10 "after host acknowledgement"] */
function acknowledgedUpTo(database: Database): number {
  return database.prepare<unknown[], number>("SELECT json_extract(data, '$.upToEntryNumber') FROM entries WHERE kind = 'seal.held' AND data <> '' ORDER BY entry_number DESC LIMIT 1").pluck().get() ?? 0;
}

/** @returns null: the journal knows no policy, and without one nothing is ever purged */
export function beginPurge(database: Database, { nowUtcMs, take }: PurgeRunOptions): PurgeRun | null {
  const policy = newestPolicy(database);
  if (policy === null) return null;
  const search = new PurgeSearch(database, { policy, nowUtcMs, upToEntryNumber: acknowledgedUpTo(database) });
  const classIds = search.classIds();
  let [classIndex, afterEntryNumber] = [0, 0];
  return {
    step: () => {
      const classId = classIds[classIndex];
      if (classId === undefined) return ok({ purgedCount: 0, keptCount: 0, isDone: true });
      const found = search.find(classId, afterEntryNumber);
      if (found.entryNumbers.length > 0) {
        const taken = take({ policy, classId, entryNumbers: found.entryNumbers });
        if (!taken.ok) return taken;
      }
      if (found.isEnd) [classIndex, afterEntryNumber] = [classIndex + 1, 0];
      else afterEntryNumber = found.upToEntryNumber;
      return ok({ purgedCount: found.entryNumbers.length, keptCount: found.keptCount, isDone: classIndex >= classIds.length });
    },
  };
}

export interface PurgePlan {
  readonly policyId: string;
  readonly version: number;
  readonly classes: readonly { readonly classId: RetentionClassId; readonly keepDays: number; readonly entryCount: number; readonly keptCount: number }[];
}

/** What a purge would take now, counted class by class; changes nothing. @param offered  a policy not yet in the chain · @returns null: no policy */
export function planPurge(database: Database, nowUtcMs: number, offered?: RetentionPolicy): PurgePlan | null {
  const policy = offered ?? newestPolicy(database);
  if (policy === null) return null;
  const search = new PurgeSearch(database, { policy, nowUtcMs, upToEntryNumber: acknowledgedUpTo(database) });
  const classes = search.classIds().map((classId) => {
    // Nothing is taken meanwhile, so what an operation has further on is found again.
    const taken = new Set<number>();
    let keptCount = 0;
    for (let afterEntryNumber = 0, isEnd = false; !isEnd; ) {
      const found = search.find(classId, afterEntryNumber);
      for (const entryNumber of found.entryNumbers) taken.add(entryNumber);
      keptCount += found.keptCount;
      [afterEntryNumber, isEnd] = [found.upToEntryNumber, found.isEnd];
    }
    return { classId, keepDays: policy.classes[classId]?.keepDays ?? 0, entryCount: taken.size, keptCount };
  });
  return { policyId: policy.policyId, version: policy.version, classes };
}

/** Sums of all steps of a run, one after the other: for a command line with nobody waiting. @error as a commit */
export function finishPurge(run: PurgeRun): Result<Omit<PurgeProgress, 'isDone'>, JournalError> {
  let [purgedCount, keptCount] = [0, 0];
  for (;;) {
    const step = run.step();
    if (!step.ok) return step;
    [purgedCount, keptCount] = [purgedCount + step.value.purgedCount, keptCount + step.value.keptCount];
    if (step.value.isDone) return ok({ purgedCount, keptCount });
  }
}
