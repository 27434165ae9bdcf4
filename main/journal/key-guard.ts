import { X509Certificate } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { entry, type EntryDraft, type JournalError } from './journal.ts';
import { INDEX_KEY_ID, isSameCheck, type JournalKeys } from './protection.ts';
import type { JournalSealer } from './seal.ts';

/** Keys that a journal has met, and whether those at hand are the same: a wrong key is found at the start and not by what does not open years later. */

interface KeysAtHand {
  readonly journalId: string;
  readonly keys?: JournalKeys | undefined;
  readonly sealer?: JournalSealer | undefined;
}

interface KnownKey {
  readonly key_id: string;
  readonly check_value: string | null;
  readonly certificate: string | null;
}

/**
 * @error JNL_KEY_MISSING  the journal has sealed with a key that is not at hand
 * @error JNL_KEY_WRONG    a key of this name is another one, or a sealing certificate that the journal has not met was issued to somebody else
 */
export function checkKeys(database: Database, { journalId, keys, sealer }: KeysAtHand): JournalError | undefined {
  for (const known of knownKeys(database, 'data')) {
    const check = keys?.checkValue(known.key_id, journalId);
    if (check === undefined) return { code: 'JNL_KEY_MISSING', detail: `the journal is sealed with the data key ${known.key_id}, which is not in the key file` };
    if (known.check_value === null || !isSameCheck(known.check_value, check)) return { code: 'JNL_KEY_WRONG', detail: `the data key ${known.key_id} is not the one that the journal was sealed with` };
  }
  return sealer === undefined ? undefined : checkSealer(knownKeys(database, 'seal'), sealer);
}

/** A renewed certificate has another number and key and the same subject, or the old key has introduced it (`qolma keys use`); that of another terminal has another subject. */
function checkSealer(known: readonly KnownKey[], sealer: JournalSealer): JournalError | undefined {
  const same = known.find(({ key_id: keyId }) => keyId === sealer.keyId);
  if (same !== undefined) {
    return same.certificate === certificateText(sealer) ? undefined : { code: 'JNL_KEY_WRONG', detail: `the sealing certificate ${same.key_id} is not the one that the journal knows by this number` };
  }
  const subjects = known.flatMap(({ certificate }) => (certificate === null ? [] : [subjectOf(Buffer.from(certificate, 'base64'))])).filter((subject) => subject !== undefined);
  const subject = subjectOf(sealer.certificate);
  if (subjects.length === 0 || (subject !== undefined && subjects.includes(subject))) return undefined;
  return { code: 'JNL_KEY_WRONG', detail: `the sealing certificate ${sealer.keyId} was not issued to the terminal that this journal belongs to` };
}

function subjectOf(certificate: Uint8Array): string | undefined {
  try {
    return new X509Certificate(certificate).subject;
  } catch {
    return undefined;
  }
}

/** What the first commit of this life tells of keys that the journal has not met. */
export function introductions(database: Database, { journalId, keys, sealer }: KeysAtHand): readonly EntryDraft[] {
  const drafts: EntryDraft[] = [];
  const isKnown = (purpose: 'data' | 'seal', keyId: string) => knownKeys(database, purpose).some((known) => known.key_id === keyId);
  for (const keyId of keys === undefined ? [] : [keys.currentKeyId, INDEX_KEY_ID]) {
    if (!isKnown('data', keyId)) drafts.push(entry('key.introduced', { purpose: 'data', keyId, certificate: null, check: keys!.checkValue(keyId, journalId) ?? null }));
  }
  if (sealer !== undefined && !isKnown('seal', sealer.keyId)) drafts.push(entry('key.introduced', { purpose: 'seal', keyId: sealer.keyId, certificate: certificateText(sealer), check: null }));
  return drafts;
}

/** From the chain, not from the book of it: emptied, that would let any key in and have each introduced twice. */
export function knownKeys(database: Database, purpose: 'data' | 'seal'): readonly KnownKey[] {
  const introduced = "SELECT json_extract(data, '$.keyId') AS key_id, json_extract(data, '$.check') AS check_value, json_extract(data, '$.certificate') AS certificate FROM entries WHERE kind = 'key.introduced'";
  return database.prepare<unknown[], KnownKey>(`${introduced} AND json_extract(data, '$.purpose') = ?`).all(purpose);
}

function certificateText(sealer: JournalSealer): string {
  return Buffer.from(sealer.certificate).toString('base64');
}
