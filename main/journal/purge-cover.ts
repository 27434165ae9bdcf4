import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { ok, type Result } from '../foundation/outcome.ts';
import { corrupt, type ChainProblem } from './chain-problem.ts';
import type { EntryData, EntryKind } from './entry-kinds.ts';
import { JournalUnreadable } from './journal-unreadable.ts';
import { classBit, RETENTION_CLASS_IDS, retentionClass } from './retention-classes.ts';
import { isPolicyGenuine } from './retention-policy.ts';
import { certificateKey } from './seal.ts';

/**
 * Whether each tombstone was made by the journal itself, under a policy of the bank: a payload or data that are gone without it were deleted by somebody
 * else, and the chain is broken. One byte an entry of the walked range.
 */
export interface PurgeCover {
  /** Whether data (or payload) of this entry were purged by a `retention.purged` entry of a class that has its kind. */
  covers(entryNumber: number, kind: string, content: 'data' | 'payload'): boolean;
  /** Whether a policy of the bank that the chain knows lets go of such content at all. */
  allows(kind: string, content: 'data' | 'payload'): boolean;
}

export interface CoverQuestion {
  readonly afterEntryNumber: number;
  readonly upToEntryNumber: number;
  /** By key id; absent: the certificates of the bank that the chain itself names. */
  readonly bankKeys?: ReadonlyMap<string, KeyObject> | undefined;
}

const DAY_MS = 86_400_000;

interface OwnRow {
  readonly entry_number: number;
  readonly at_utc_ms: number;
  readonly data: string;
}

/** Bits of the classes whose purge explains that data (or payload) of a kind are gone. */
function masksOf(content: 'data' | 'payload'): ReadonlyMap<string, number> {
  const masks = new Map<string, number>();
  for (const classId of RETENTION_CLASS_IDS) {
    const { content: purged, kinds } = retentionClass(classId);
    if (content === 'data' && purged === 'payload') continue;
    for (const kind of kinds) masks.set(kind, (masks.get(kind) ?? 0) | classBit(classId));
  }
  return masks;
}
const ANY_CLASS = RETENTION_CLASS_IDS.map(classBit).reduce((bits, bit) => bits | bit, 0);
const MASKS = { data: masksOf('data'), payload: masksOf('payload') };

/**
 * Reads all purges that reach into a range, and holds each against the policy that it names: the policy is the bank's, it names the class, and what was
 * purged was older than it says.
 */
export function readPurgeCover(database: Database, question: CoverQuestion): Result<PurgeCover, ChainProblem> {
  const { afterEntryNumber, upToEntryNumber } = question;
  const policies = readPolicies(database, question.bankKeys);
  if (!policies.ok) return policies;
  const flags = new Uint8Array(upToEntryNumber - afterEntryNumber + 1);
  const timeOf = database.prepare<unknown[], number>('SELECT at_utc_ms FROM entries WHERE entry_number = ?').pluck();
  const purges = ownRows(database, 'retention.purged', "AND json_extract(data, '$.upToEntryNumber') > ? AND json_extract(data, '$.fromEntryNumber') <= ?");
  for (const row of purges.iterate(afterEntryNumber, upToEntryNumber) as IterableIterator<OwnRow>) {
    const purge = JSON.parse(row.data) as EntryData<'retention.purged'>;
    const policy = policies.value.get(`${purge.policyId} ${purge.policyVersion}`);
    const keepDays = policy !== undefined && policy.entryNumber < row.entry_number ? policy.classes[purge.classId]?.keepDays : undefined;
    if (keepDays === undefined) return corrupt(row.entry_number, 'a purge names no policy of the bank that allows it');
    const youngestUtcMs = timeOf.get(purge.upToEntryNumber) ?? Number.MAX_SAFE_INTEGER;
    if (purge.upToEntryNumber >= row.entry_number || youngestUtcMs > row.at_utc_ms - keepDays * DAY_MS) return corrupt(row.entry_number, 'a purge took what its policy keeps');
    const bit = classBit(purge.classId);
    for (const [first, last] of purgedRuns(purge)) {
      for (let entryNumber = Math.max(first, afterEntryNumber + 1); entryNumber <= Math.min(last, upToEntryNumber); entryNumber++) flags[entryNumber - afterEntryNumber]! |= bit;
    }
  }
  // Restored from a copy that had the tombstones and not yet the purges: whoever restored it wrote down which.
  for (const row of ownRows(database, 'journal.restored', "AND json_extract(data, '$.untoldPurge') IS NOT NULL").iterate() as IterableIterator<OwnRow>) {
    const { untoldPurge, entryCount } = JSON.parse(row.data) as EntryData<'journal.restored'>;
    for (const [first, last] of untoldPurge === undefined ? [] : purgedRuns(untoldPurge)) {
      for (let entryNumber = Math.max(first, afterEntryNumber + 1); entryNumber <= Math.min(last, upToEntryNumber, entryCount); entryNumber++) flags[entryNumber - afterEntryNumber] = ANY_CLASS;
    }
  }
  const allowed = RETENTION_CLASS_IDS.filter((classId) => [...policies.value.values()].some(({ classes }) => classes[classId] !== undefined)).map(classBit).reduce((bits, bit) => bits | bit, 0);
  return ok({
    covers: (entryNumber, kind, content) => ((flags[entryNumber - afterEntryNumber] ?? 0) & (MASKS[content].get(kind) ?? 0)) !== 0,
    allows: (kind, content) => (allowed & (MASKS[content].get(kind) ?? 0)) !== 0,
  });
}

/**
 * Of a short range, read where the first tombstone is met: most have none.
 * @throws JournalUnreadable  a purge that reaches into it is not one
 */
export function lazyPurgeCover(database: Database, question: CoverQuestion): PurgeCover {
  let known: PurgeCover | undefined;
  const cover = (): PurgeCover => {
    if (known !== undefined) return known;
    const read = readPurgeCover(database, question);
    if (!read.ok) throw new JournalUnreadable({ code: 'JNL_PAGE_DAMAGED', detail: `entry ${read.error.entryNumber}: ${read.error.detail}` });
    return (known = read.value);
  };
  return { covers: (entryNumber, kind, content) => cover().covers(entryNumber, kind, content), allows: (kind, content) => cover().allows(kind, content) };
}

/** First and last entry of each run that a purge took, in order. */
export function* purgedRuns({ fromEntryNumber, runs }: Pick<EntryData<'retention.purged'>, 'fromEntryNumber' | 'runs'>): Generator<readonly [number, number]> {
  let next = fromEntryNumber;
  for (let index = 0; index + 1 < runs.length; index += 2) {
    const first = next + runs[index]!;
    next = first + runs[index + 1]!;
    yield [first, next - 1];
  }
}

/** Pairs of entries skipped and entries taken. @param entryNumbers  rising, not empty */
export function runsOf(entryNumbers: readonly number[]): number[] {
  const runs: number[] = [];
  let next = entryNumbers[0] ?? 0;
  for (const entryNumber of entryNumbers) {
    if (runs.length > 0 && entryNumber === next) runs[runs.length - 1]! += 1;
    else runs.push(entryNumber - next, 1);
    next = entryNumber + 1;
  }
  return runs;
}

type KnownPolicy = EntryData<'retention.policySet'>['policy'] & { readonly entryNumber: number };

function readPolicies(database: Database, bankKeys: CoverQuestion['bankKeys']): Result<ReadonlyMap<string, KnownPolicy>, ChainProblem> {
  const known = new Map<string, KnownPolicy>();
  for (const row of ownRows(database, 'retention.policySet').all()) {
    const set = JSON.parse(row.data) as EntryData<'retention.policySet'>;
    const key = bankKeys === undefined ? certificateKey(Buffer.from(set.certificate, 'base64')) : bankKeys.get(set.keyId);
    if (key === undefined || !isPolicyGenuine(set, key)) return corrupt(row.entry_number, 'a retention policy is not signed by the bank');
    known.set(`${set.policy.policyId} ${set.policy.version}`, { ...set.policy, entryNumber: row.entry_number });
  }
  return ok(known);
}

function ownRows(database: Database, kind: EntryKind, where = '') {
  return database.prepare<unknown[], OwnRow>(`SELECT entry_number, at_utc_ms, data FROM entries WHERE kind = '${kind}' AND data <> '' ${where} ORDER BY entry_number`);
}
