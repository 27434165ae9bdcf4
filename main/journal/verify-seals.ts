import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { EntryData } from './entry-kinds.ts';
import { certificateKey, isSealGenuine, isSealingKind, SEAL_INTERVAL_ENTRIES } from './seal.ts';
import type { ChainProblem } from './chain-problem.ts';

export interface VerifiedSeals {
  readonly sealCount: number;
  /** Entry that the newest seal vouches for; 0 when there is none. */
  readonly sealedUpTo: number;
}

export interface SealQuestion {
  readonly journalId: string;
  /** By key id; absent: the certificates that the chain itself introduces. */
  readonly trustedKeys?: ReadonlyMap<string, KeyObject>;
  /** Only seals that are entries after this one, up to and with `upToEntryNumber`. */
  readonly afterEntryNumber?: number;
  readonly upToEntryNumber?: number;
}

interface SealRow {
  readonly entry_number: number;
  readonly data: string;
  readonly sealed_hash: string | null;
}

/** Checks each seal: its signature, and that the entry it vouches for has the hash it names. The chain itself is walked elsewhere. */
export function verifySeals(database: Database, question: SealQuestion): Result<VerifiedSeals, ChainProblem> {
  const keys = question.trustedKeys ?? introducedKeys(database);
  const rows = database.prepare<unknown[], SealRow>(
    `SELECT entry_number, data, (SELECT lower(hex(hash)) FROM entries AS sealed WHERE sealed.entry_number = json_extract(entries.data, '$.upToEntryNumber')) AS sealed_hash
       FROM entries WHERE kind = 'journal.sealed' AND entry_number > ? AND entry_number <= ? AND data <> '' ORDER BY entry_number`,
  );
  let [sealCount, sealedUpTo] = [0, 0];
  for (const row of rows.iterate(question.afterEntryNumber ?? 0, question.upToEntryNumber ?? Number.MAX_SAFE_INTEGER)) {
    const { upToEntryNumber, hash, keyId, signature } = JSON.parse(row.data) as EntryData<'journal.sealed'>;
    const key = keys.get(keyId);
    if (key === undefined) return problem(row.entry_number, `the seal is of a key that is not trusted: ${keyId}`);
    if (upToEntryNumber >= row.entry_number || row.sealed_hash !== hash) return problem(row.entry_number, 'the seal is of another chain');
    if (!isSealGenuine({ journalId: question.journalId, upToEntryNumber, hash }, signature, key)) return problem(row.entry_number, 'the seal is not genuine');
    sealCount += 1;
    sealedUpTo = upToEntryNumber;
  }
  return ok({ sealCount, sealedUpTo });
}

/** Of all seals the newest alone: for each start. */
export function newestSealProblem(database: Database, journalId: string): Broken | undefined {
  const newest = newestSealEntry(database);
  if (newest === 0) return undefined;
  const checked = verifySeals(database, { journalId, afterEntryNumber: newest - 1, upToEntryNumber: newest });
  return checked.ok ? undefined : checked;
}

/**
 * Once a journal has a sealing key, what is sealed at once never stands at its end without a seal, nor more entries than an interval: who rewrites the end of a chain without the key
 * can leave the seals out, and it would be a sound chain all the same.
 */
export function unsealedEnd(database: Database): Broken | undefined {
  const introduced = database.prepare<unknown[], number | null>("SELECT min(entry_number) FROM entries WHERE kind = 'key.introduced' AND json_extract(data, '$.purpose') = 'seal'").pluck().get();
  if (introduced === null || introduced === undefined) return undefined;
  const after = Math.max(introduced, newestSealEntry(database));
  const rows = database.prepare<unknown[], { entry_number: number; kind: string }>('SELECT entry_number, kind FROM entries WHERE entry_number > ? ORDER BY entry_number LIMIT ?').all(after, SEAL_INTERVAL_ENTRIES);
  const unsealed = rows.length === SEAL_INTERVAL_ENTRIES ? rows[0] : rows.find(({ kind }) => isSealingKind(kind));
  return unsealed === undefined ? undefined : problem(unsealed.entry_number, 'the entry is not sealed, and was when it was written');
}

const newestSealEntry = (database: Database): number => database.prepare<unknown[], number | null>("SELECT max(entry_number) FROM entries WHERE kind = 'journal.sealed'").pluck().get() ?? 0;

function introducedKeys(database: Database): ReadonlyMap<string, KeyObject> {
  const rows = database.prepare<unknown[], { key_id: string; certificate: string | null }>("SELECT json_extract(data, '$.keyId') AS key_id, json_extract(data, '$.certificate') AS certificate FROM entries WHERE kind = 'key.introduced' AND data <> ''").all();
  return new Map(rows.flatMap(({ key_id: keyId, certificate }): [string, KeyObject][] => {
    const key = certificate === null ? undefined : certificateKey(Buffer.from(certificate, 'base64'));
    return key === undefined ? [] : [[keyId, key]];
  }));
}

type Broken = { readonly ok: false; readonly error: ChainProblem };

function problem(entryNumber: number, detail: string): Broken {
  return err({ code: 'JNL_CORRUPT', entryNumber, detail });
}
