import { open, readdir, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { chainHash, createEntryDigest, FIRST_FORM, sha256Hex } from './hash-chain.ts';

/** The files of the second copy: segments of JSON lines, one entry a line, named by the journal's id and a rising number. */

export interface MirrorRow {
  readonly entryNumber: number;
  readonly hash: string;
  readonly payload: Uint8Array | null;
  /** 1: the journal ended here when this was read, and so did a commit. */
  readonly isHead: 0 | 1;
}

const SEGMENT_NAME = /^journal-([0-9A-Z]{26})-(\d{6})\.jsonl$/;
/** `{"entryNumber":` and the number stand at the beginning of each line. */
const FIRST_ENTRY = /^\{"entryNumber":(\d{1,15}),/;
const FIRST_BYTES = 64;
const NEWLINE = 0x0a;
/** A line is seldom longer: a signed message in base64. */
export const TAIL_BYTES = 2 * 1024 * 1024;

const integer = z.number().int();
const sha256 = z.string().regex(/^(?:[0-9a-f]{64})?$/);
/** A line as it is read again: of a journal, or of whatever lies there. */
export const mirrorLine = z.object({
  entryNumber: integer.positive(), kind: z.string(), version: integer, atUtcMs: integer, monotonicMs: integer, bootId: z.string(), sessionId: z.string().nullable(), operationId: z.string().nullable(),
  data: z.string(), dataSha256: sha256, payloadSha256: sha256, payload: z.base64().nullable(), hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether the journal ended here when the copy came up to it; lines of an older software do not say. */
  isHead: z.boolean().optional(),
});
export type MirrorLine = z.infer<typeof mirrorLine>;

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

/**
 * Number of the last whole line's entry, read from the end of the file.
 * @returns undefined for an empty file, or one that is none of ours
 */
export async function lastEntryOf(path: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return lastEntryIn(buffer);
  } finally {
    await file.close();
  }
}

/** Of the end of a segment. @returns as `lastEntryOf` */
export function lastEntryIn(tail: Buffer): number | undefined {
  const match = FIRST_ENTRY.exec(wholeLines(tail, 1)[0] ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Hash of an entry as the copy has it. @returns undefined: it has no such line that can be read @throws the file system's error */
export async function hashIn({ folder, journalId }: { readonly folder: string; readonly journalId: string }, entryNumber: number): Promise<string | undefined> {
  const paths = (await listSegments(folder)).map(({ segment }) => segmentPath(folder, journalId, segment));
  const firsts = await Promise.all(paths.map(firstEntryOf));
  const path = paths[firsts.findLastIndex((first) => first !== undefined && first <= entryNumber)];
  if (path === undefined) return undefined;
  const content = await readFile(path);
  const begin = content.indexOf(`{"entryNumber":${entryNumber},`);
  if (begin < 0) return undefined;
  try {
    return mirrorLine.parse(JSON.parse(content.toString('utf8', begin, content.indexOf(NEWLINE, begin)))).hash;
  } catch {
    return undefined;
  }
}

/** The last lines that end, newest first: by bytes, for what a bad medium gives back is not always text. */
export function wholeLines(bytes: Buffer, countMax: number): readonly string[] {
  const lines: string[] = [];
  for (let end = bytes.lastIndexOf(NEWLINE); end > 0 && lines.length < countMax; ) {
    const begin = bytes.lastIndexOf(NEWLINE, end - 1);
    lines.push(bytes.toString('utf8', begin + 1, end));
    end = begin;
  }
  return lines;
}

/** Whether a line stands in the chain after one with that hash. */
export function followsIn(line: MirrorLine, previousHash: string): boolean {
  if (line.version === FIRST_FORM) return true;
  const dataSha256 = line.data === '' ? line.dataSha256 : sha256Hex(line.data);
  return chainHash(previousHash, createEntryDigest()({ ...line, dataSha256, payloadSha256: line.payloadSha256 === '' ? null : line.payloadSha256 })) === line.hash;
}

/** Entries as the copy has them, from the journal. */
export function createRowSource(database: Database): (range: { readonly afterEntryNumber: number; readonly upToEntryNumber: number; readonly limit: number }) => readonly MirrorRow[] {
  const select = database.prepare<unknown[], MirrorRow>(
    `SELECT entry_number AS entryNumber, kind, version, at_utc_ms AS atUtcMs, monotonic_ms AS monotonicMs, boot_id AS bootId, session_id AS sessionId, operation_id AS operationId,
       data, lower(hex(data_sha256)) AS dataSha256, lower(hex(payload_sha256)) AS payloadSha256, payload, lower(hex(hash)) AS hash, entry_number = (SELECT entry_number FROM head) AS isHead FROM entries WHERE entry_number > ? AND entry_number <= ? ORDER BY entry_number LIMIT ?`,
  );
  return ({ afterEntryNumber, upToEntryNumber, limit }) => select.all(afterEntryNumber, upToEntryNumber, limit);
}

export function linesOf(rows: readonly MirrorRow[]): string {
  return rows.map(({ payload, isHead, ...row }) => `${JSON.stringify({ ...row, payload: payload === null ? null : Buffer.from(payload).toString('base64'), isHead: isHead === 1 })}\n`).join('');
}

/** Durable when it returns. */
export async function writeWhole(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text, 'utf8');
  await file.sync();
}
