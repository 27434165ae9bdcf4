import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';

/** The files of the second copy: segments of JSON lines, one entry a line, named by the journal's id and a rising number. */

export interface MirrorRow {
  readonly entryNumber: number;
  readonly hash: string;
  readonly payload: Uint8Array | null;
}

const SEGMENT_NAME = /^journal-([0-9A-Z]{26})-(\d{6})\.jsonl$/;
/** `{"entryNumber":` and the number stand at the beginning of each line. */
const FIRST_ENTRY = /^\{"entryNumber":(\d{1,15}),/;
const FIRST_BYTES = 64;

export function segmentPath(folder: string, journalId: string, segment: number): string {
  return join(folder, `journal-${journalId}-${String(segment).padStart(6, '0')}.jsonl`);
}

/** Segments of all journals in a folder, rising. @throws the file system's error */
export async function listSegments(folder: string): Promise<readonly { readonly journalId: string; readonly segment: number }[]> {
  const matches = (await readdir(folder)).map((name) => SEGMENT_NAME.exec(name)).filter((match) => match !== null);
  return matches.map((match) => ({ journalId: match[1]!, segment: Number(match[2]) })).sort((left, right) => left.segment - right.segment);
}

/** @returns undefined for an empty file, or one that is none of ours */
export async function firstEntryOf(path: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    const match = FIRST_ENTRY.exec(buffer.toString('utf8', 0, bytesRead));
    return match === null ? undefined : Number(match[1]);
  } finally {
    await file.close();
  }
}

/** Entries as the copy has them, from the journal. */
export function createRowSource(database: Database): (range: { readonly afterEntryNumber: number; readonly upToEntryNumber: number; readonly limit: number }) => readonly MirrorRow[] {
  const select = database.prepare<unknown[], MirrorRow>(
    `SELECT entry_number AS entryNumber, kind, version, at_utc_ms AS atUtcMs, monotonic_ms AS monotonicMs, boot_id AS bootId, session_id AS sessionId, operation_id AS operationId,
       data, lower(hex(data_sha256)) AS dataSha256, lower(hex(payload_sha256)) AS payloadSha256, payload, lower(hex(hash)) AS hash FROM entries WHERE entry_number > ? AND entry_number <= ? ORDER BY entry_number LIMIT ?`,
  );
  return ({ afterEntryNumber, upToEntryNumber, limit }) => select.all(afterEntryNumber, upToEntryNumber, limit);
}

export function linesOf(rows: readonly MirrorRow[]): string {
  return rows.map((row) => `${JSON.stringify({ ...row, payload: row.payload === null ? null : Buffer.from(row.payload).toString('base64') })}\n`).join('');
}

/** Durable when it returns. */
export async function writeWhole(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text, 'utf8');
  await file.sync();
}
