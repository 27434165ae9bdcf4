import { createPublicKey } from 'node:crypto';
import Database from 'better-sqlite3';
import { corrupt } from './chain-problem.ts';
import { atOneMoment } from './one-moment.ts';
import { readPurgeCover } from './purge-cover.ts';
import { readingError } from './sqlite-errors.ts';
import type { ShareVerdict, VerifyShare } from './verify-parallel.ts';
import { verifySeals } from './verify-seals.ts';
import { walkChain } from './verify.ts';

/** Walks one range of the chain and checks the seals in it, over a connection of its own. */
export function verifyShare(share: VerifyShare): ShareVerdict {
  const database = new Database(share.path, { readonly: true, fileMustExist: true });
  try {
    return atOneMoment(database, () => shareVerdict(database, share));
  } catch (thrown) {
    return corrupt(share.afterEntryNumber, readingError(thrown).detail);
  } finally {
    database.close();
  }
}

function shareVerdict(database: Database.Database, share: VerifyShare): ShareVerdict {
  const keysOf = (pem: Readonly<Record<string, string>> | undefined) => (pem === undefined ? undefined : new Map(Object.entries(pem).map(([keyId, text]) => [keyId, createPublicKey(text)])));
  const cover = readPurgeCover(database, { ...share, bankKeys: keysOf(share.bankKeysPem) });
  if (!cover.ok) return cover;
  const walked = walkChain(database, { ...share, cover: cover.value });
  if (!walked.ok) return walked;
  if (walked.value !== share.expectedHash) return corrupt(share.upToEntryNumber, 'the head is not that of the chain');
  const trustedKeys = keysOf(share.trustedKeysPem);
  return verifySeals(database, { ...share, ...(trustedKeys === undefined ? {} : { trustedKeys }) });
}
