import type { KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { EntryData } from './entry-kinds.ts';
import { certificateKey, isSealGenuine } from './seal.ts';
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

function introducedKeys(database: Database): ReadonlyMap<string, KeyObject> {
  const rows = database.prepare<unknown[], { key_id: string; certificate: string | null }>("SELECT json_extract(data, '$.keyId') AS key_id, json_extract(data, '$.certificate') AS certificate FROM entries WHERE kind = 'key.introduced' AND data <> ''").all();
  return new Map(rows.flatMap(({ key_id: keyId, certificate }): [string, KeyObject][] => {
    const key = certificate === null ? undefined : certificateKey(Buffer.from(certificate, 'base64'));
    return key === undefined ? [] : [[keyId, key]];
  }));
}

function problem(entryNumber: number, detail: string): { readonly ok: false; readonly error: ChainProblem } {
  return err({ code: 'JNL_CORRUPT', entryNumber, detail });
}
