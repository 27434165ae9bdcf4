import { createPublicKey } from 'node:crypto';
import Database from 'better-sqlite3';
import { worldError } from './sqlite-errors.ts';
import type { ShareVerdict, VerifyShare } from './verify-parallel.ts';
import { verifySeals } from './verify-seals.ts';
import { corrupt, walkChain } from './verify.ts';

/** Walks one range of the chain and checks the seals in it, over a connection of its own. */
export function verifyShare(share: VerifyShare): ShareVerdict {
  const database = new Database(share.path, { readonly: true, fileMustExist: true });
  try {
    const walked = walkChain(database, share);
    if (!walked.ok) return walked;
    if (walked.value !== share.expectedHash) return corrupt(share.upToEntryNumber, 'the head is not that of the chain');
    const trustedKeys = share.trustedKeysPem === undefined ? undefined : new Map(Object.entries(share.trustedKeysPem).map(([keyId, pem]) => [keyId, createPublicKey(pem)]));
    return verifySeals(database, { ...share, ...(trustedKeys === undefined ? {} : { trustedKeys }) });
  } catch (thrown) {
    return corrupt(share.afterEntryNumber, worldError(thrown).detail);
  } finally {
    database.close();
  }
}
