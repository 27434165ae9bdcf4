import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../foundation/outcome.ts';
import { readHead } from './chain-writer.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { atOneMoment } from './one-moment.ts';
import { verifyShare } from './verify-share.ts';
import { headOutside } from './verify.ts';
import { unsealedEnd, type VerifiedSeals } from './verify-seals.ts';
import type { ChainProblem } from './chain-problem.ts';

/** A range of the chain for one thread, and what it is checked with. */
export interface VerifyShare {
  readonly path: string;
  readonly journalId: string;
  readonly afterEntryNumber: number;
  readonly afterHash: string;
  readonly upToEntryNumber: number;
  readonly expectedHash: string;
  readonly withPayloads: boolean;
  /** By key id, public keys as PEM; undefined: those of the certificates that the chain introduces. */
  readonly trustedKeysPem: Readonly<Record<string, string>> | undefined;
  /** The bank's, for retention policies; likewise. */
  readonly bankKeysPem: Readonly<Record<string, string>> | undefined;
}

export type ShareVerdict = Result<VerifiedSeals, ChainProblem>;

/** Below this a second thread costs more than it saves. */
const SHARE_ENTRY_COUNT_MIN = 50_000;

/**
 * Walks chain and seals of a journal on several threads: each begins with the stored hash before its range, and the thread before proves that hash.
 * The books are not compared (`compareBooks`).
 *
 * @param threadCount  1…16, as many as there are processors to spare
 */
export async function verifyChainParallel(
  path: string,
  options: { readonly threadCount: number; readonly withPayloads: boolean; readonly trustedKeysPem?: Readonly<Record<string, string>>; readonly bankKeysPem?: Readonly<Record<string, string>>; readonly shareEntryCountMin?: number },
): Promise<Result<{ readonly entryCount: number; readonly headHash: string } & VerifiedSeals, ChainProblem>> {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const [head, outside] = atOneMoment(database, () => {
      const read = readHead(database);
      return [read, read === undefined ? undefined : headOutside(database, read) ?? unsealedEnd(database)];
    });
    if (head === undefined) return err({ code: 'JNL_CORRUPT', entryNumber: 0, detail: 'the head is gone' });
    if (outside !== undefined) return outside;
    const hashAt = database.prepare<unknown[], Uint8Array>('SELECT hash FROM entries WHERE entry_number = ?').pluck();
    const hashOf = (entryNumber: number) => (entryNumber === 0 ? GENESIS_HASH.toString('hex') : Buffer.from(hashAt.get(entryNumber) ?? []).toString('hex'));
    const journalId = database.prepare<unknown[], string>("SELECT value FROM identity WHERE key = 'journalId'").pluck().get() ?? '';
    const shareCount = Math.max(1, Math.min(options.threadCount, Math.floor(head.entryNumber / (options.shareEntryCountMin ?? SHARE_ENTRY_COUNT_MIN))));
    const borders = Array.from({ length: shareCount + 1 }, (_, index) => Math.floor((head.entryNumber * index) / shareCount));
    const shares = borders.slice(1).map((upToEntryNumber, index): VerifyShare => ({
      path, journalId, afterEntryNumber: borders[index]!, afterHash: hashOf(borders[index]!), upToEntryNumber,
      expectedHash: upToEntryNumber === head.entryNumber ? head.hash : hashOf(upToEntryNumber), withPayloads: options.withPayloads, trustedKeysPem: options.trustedKeysPem, bankKeysPem: options.bankKeysPem,
    }));
    const verdicts = await Promise.all(shares.map(runShare));
    const broken = verdicts.find((verdict) => !verdict.ok);
    if (broken !== undefined && !broken.ok) return broken;
    const seals = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.value] : []));
    return ok({ entryCount: head.entryNumber, headHash: head.hash, sealCount: seals.reduce((sum, { sealCount }) => sum + sealCount, 0), sealedUpTo: Math.max(0, ...seals.map(({ sealedUpTo }) => sealedUpTo)) });
  } finally {
    database.close();
  }
}

function runShare(share: VerifyShare): Promise<ShareVerdict> {
  const program = new URL('verify-worker.ts', import.meta.url);
  // A bundled installation has no such file: one range after the other.
  if (!existsSync(program)) return Promise.resolve(verifyShare(share));
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
