import type { Database } from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { EntryData } from './entry-kinds.ts';
import { canonicalJson, createEntryDigest, FIRST_FORM, sha256Hex } from './hash-chain.ts';
import type { NewestSeal } from './journal.ts';
import { atOneMoment } from './one-moment.ts';
import type { JournalKeys, SecretPlace } from './protection.ts';
import { purgedRuns } from './purge-cover.ts';
import type { JournalSealer } from './seal.ts';

/**
 * A sealed extract for disputes: the entries of one operation, their way along the chain to a seal, and the certificate of the seal. Entries of others on
 * that way are shown as a digest only, which does not tell whose they are: that none of the operation hides behind one, the terminal's key signs for. `verify-extract.mjs` checks it with nothing but the terminal's public key. [S-22, S-28, PS-9.4.11]
 */
export interface Extract {
  readonly form: 'qolma.journal.extract.1';
  readonly journalId: string;
  readonly terminalNumber: string;
  readonly operationId: string;
  readonly receiptNumbers: readonly string[];
  /** Base64 DER by key id. */
  readonly certificates: Readonly<Record<string, string>>;
  readonly parts: readonly ExtractPart[];
  /** The terminal's word that these are all entries of the operation up to one; absent where its key was not at hand. */
  readonly complete?: { readonly upToEntryNumber: number; readonly keyId: string; /** base64url of 64 bytes r‖s over `completeBytes`. */ readonly signature: string };
}

/** A run of the chain without a gap: from the hash before its first link to the entry that the seal names. */
export interface ExtractPart {
  readonly afterEntryNumber: number;
  readonly afterHash: string;
  readonly links: readonly ExtractLink[];
  readonly seal: NewestSeal;
}

export type ExtractLink = { readonly digest: string } | { readonly entry: ExtractEntry };

export interface ExtractEntry {
  readonly entryNumber: number;
  readonly kind: string;
  readonly version: number;
  readonly atUtcMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly sessionId: string | null;
  readonly operationId: string | null;
  /** Canonical JSON as stored, which is what is hashed; null: purged. */
  readonly data: string | null;
  readonly dataSha256: string;
  readonly payloadSha256: string | null;
  /** Base64, as stored (encrypted); null: purged. Only with `withContents`. */
  readonly payload?: string | null;
  /** Base64 keys of this entry's places by field, `payload` for the payload; each opens that place and no other. Only with `withContents`. */
  readonly placeKeys?: Readonly<Record<string, string>>;
}

export type ExtractProblem = { readonly code: 'NOT_FOUND' | 'NOT_SEALED' | 'TOO_OLD' | 'TOO_LONG'; readonly detail: string };

/** Entries on the way to a seal: seals come at each closed operation, so the way is short unless something is wrong. */
const LINKS_MAX = 200_000;

interface Row {
  readonly entry_number: number;
  readonly kind: string;
  readonly version: number;
  readonly at_utc_ms: number;
  readonly monotonic_ms: number;
  readonly boot_id: string;
  readonly session_id: string | null;
  readonly operation_id: string | null;
  readonly data: string;
  readonly data_sha256: string;
  readonly payload_sha256: string;
}

const COLUMNS = 'entry_number, kind, version, at_utc_ms, monotonic_ms, boot_id, session_id, operation_id, data, lower(hex(data_sha256)) AS data_sha256, lower(hex(payload_sha256)) AS payload_sha256';

/**
 * @param options.withContents  payloads and the keys of what is sealed in the operation's entries too: for whoever may see them; needs the journal's keys
 * @error NOT_FOUND   no such operation · NOT_SEALED its newest entries lie after the newest seal · TOO_OLD written before there were seals
 */
export function makeExtract(database: Database, options: ExtractOptions): Result<Extract, ExtractProblem> {
  return atOneMoment(database, () => extractOf(database, options));
}

interface ExtractOptions {
  readonly journalId: string;
  readonly terminalNumber: string;
  readonly operationId: string;
  readonly keys?: JournalKeys | undefined;
  readonly sealer?: JournalSealer | undefined;
  readonly withContents: boolean;
}

function extractOf(database: Database, options: ExtractOptions): Result<Extract, ExtractProblem> {
  const { journalId, terminalNumber, operationId } = options;
  const ofOperation = database.prepare<unknown[], number>('SELECT entry_number FROM entries WHERE operation_id = ? ORDER BY entry_number').pluck().all(operationId);
  if (ofOperation.length === 0) return err({ code: 'NOT_FOUND', detail: 'the journal has no such operation' });
  // In the order of the chain: a purge may lie between the operation's own entries.
  const own = [...ofOperation, ...purgesOf(database, ofOperation)].sort((left, right) => left - right);
  const parts: ExtractPart[] = [];
  for (let covered = 0; ; ) {
    const first = own.find((entryNumber) => entryNumber > covered);
    if (first === undefined) break;
    const part = makePart(database, first, options);
    if (!part.ok) return part;
    parts.push(part.value);
    covered = part.value.seal.upToEntryNumber;
  }
  const certificates = database.prepare<unknown[], { key_id: string; certificate: string }>("SELECT key_id, certificate FROM journal_keys WHERE purpose = 'seal'").all();
  const used = new Set(parts.map(({ seal }) => seal.keyId));
  const receiptNumbers = database.prepare<unknown[], string>('SELECT receipt_number FROM receipts WHERE operation_id = ? ORDER BY recorded_entry').pluck().all(operationId);
  // A key that the journal has not met would make a list that nobody believes.
  const sealer = certificates.some(({ key_id: keyId }) => keyId === options.sealer?.keyId) ? options.sealer : undefined;
  const upToEntryNumber = parts.at(-1)!.seal.upToEntryNumber;
  if (sealer !== undefined) used.add(sealer.keyId);
  return ok({
    form: 'qolma.journal.extract.1', journalId, terminalNumber, operationId, receiptNumbers,
    certificates: Object.fromEntries(certificates.filter(({ key_id: keyId }) => used.has(keyId)).map(({ key_id: keyId, certificate }) => [keyId, certificate])),
    parts,
    ...(sealer === undefined ? {} : { complete: { upToEntryNumber, keyId: sealer.keyId, signature: Buffer.from(sealer.sign(completeBytes({ entryNumbers: ofOperation, journalId, operationId, receiptNumbers, terminalNumber, upToEntryNumber }))).toString('base64url') } }),
  });
}

/** What the terminal's key signs for: RFC 8785 of the list with the name of this form. */
function completeBytes(list: Pick<Extract, 'journalId' | 'operationId' | 'receiptNumbers' | 'terminalNumber'> & { readonly entryNumbers: readonly number[]; readonly upToEntryNumber: number }): Buffer {
  return Buffer.from(canonicalJson({ ...list, form: 'qolma.journal.extract.complete.1' }), 'utf8');
}

/** Entries of the purges that took something of the operation: what is gone is shown with what took it. */
function purgesOf(database: Database, entryNumbers: readonly number[]): readonly number[] {
  const gone = database.prepare<unknown[], number>("SELECT 1 FROM entries WHERE entry_number = ? AND (data = '' OR (payload IS NULL AND payload_sha256 IS NOT NULL))").pluck();
  const purged = entryNumbers.filter((entryNumber) => gone.get(entryNumber) !== undefined);
  if (purged.length === 0) return [];
  const purges = database.prepare<unknown[], { entry_number: number; data: string }>("SELECT entry_number, data FROM entries WHERE kind = 'retention.purged' AND json_extract(data, '$.fromEntryNumber') <= ? AND json_extract(data, '$.upToEntryNumber') >= ? ORDER BY entry_number");
  const took = purges.all(purged.at(-1), purged[0]).filter(({ data }) => {
    const runs = [...purgedRuns(JSON.parse(data) as EntryData<'retention.purged'>)];
    return purged.some((entryNumber) => runs.some(([first, last]) => first <= entryNumber && entryNumber <= last));
  });
  return took.map(({ entry_number: entryNumber }) => entryNumber);
}

function makePart(database: Database, first: number, options: ExtractOptions): Result<ExtractPart, ExtractProblem> {
  const sealData = database.prepare<unknown[], string>('SELECT data FROM entries WHERE entry_number = (SELECT min(entry_number) FROM seals WHERE entry_number > ?)').pluck().get(first);
  if (sealData === undefined) return err({ code: 'NOT_SEALED', detail: 'the newest entries of the operation are not sealed yet: close it, or stop the core, and ask again' });
  const { upToEntryNumber, hash, keyId, signature } = JSON.parse(sealData) as EntryData<'journal.sealed'>;
  if (upToEntryNumber - first >= LINKS_MAX) return err({ code: 'TOO_LONG', detail: 'the seal after the operation lies too far away' });
  const rows = database.prepare<unknown[], Row>(`SELECT ${COLUMNS} FROM entries WHERE entry_number BETWEEN ? AND ? ORDER BY entry_number`).all(first, upToEntryNumber);
  if (rows.some(({ version }) => version === FIRST_FORM)) return err({ code: 'TOO_OLD', detail: 'the operation is older than the seals of this journal' });
  const before = database.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries WHERE entry_number = ?').pluck().get(first - 1);
  const digestOf = createEntryDigest();
  const links = rows.map((row): ExtractLink => {
    const entry = rowToExtract(row);
    return row.operation_id === options.operationId || row.kind === 'retention.purged' ? { entry: { ...entry, ...contents(database, row, options) } } : { digest: digestOf(entry) };
  });
  return ok({ afterEntryNumber: first - 1, afterHash: before ?? '0'.repeat(64), links, seal: { upToEntryNumber, hash, keyId, signature } });
}

function rowToExtract(row: Row): ExtractEntry {
  return {
    entryNumber: row.entry_number, kind: row.kind, version: row.version, atUtcMs: row.at_utc_ms, monotonicMs: row.monotonic_ms, bootId: row.boot_id, sessionId: row.session_id, operationId: row.operation_id,
    data: row.data === '' ? null : row.data, dataSha256: row.data === '' ? row.data_sha256 : sha256Hex(row.data), payloadSha256: row.payload_sha256 === '' ? null : row.payload_sha256,
  };
}

function contents(database: Database, row: Row, { withContents, keys, journalId }: ExtractOptions): Partial<ExtractEntry> {
  if (!withContents) return {};
  const placeKeys: Record<string, string> = {};
  const show = (field: string, keyId: string) => {
    const place: SecretPlace = { journalId, entryNumber: row.entry_number, kind: row.kind, field };
    const key = keys?.placeKey(keyId, place);
    if (key !== undefined) placeKeys[field] = key.toString('base64');
  };
  const payload = database.prepare<unknown[], Buffer | null>('SELECT payload FROM entries WHERE entry_number = ?').pluck().get(row.entry_number);
  // Byte 0: form, byte 1: length of the key's id (protection.ts).
  if (payload?.[0] === 1) show('payload', payload.subarray(2, 2 + payload[1]!).toString('ascii'));
  const { sealed = {} } = row.data === '' ? {} : (JSON.parse(row.data) as { readonly sealed?: Readonly<Record<string, { readonly keyId: string }>> });
  for (const [field, { keyId }] of Object.entries(sealed)) show(field, keyId);
  const isPurged = row.payload_sha256 !== '' && !(payload instanceof Uint8Array);
  return { ...(payload instanceof Uint8Array ? { payload: payload.toString('base64') } : isPurged ? { payload: null } : {}), placeKeys };
}
