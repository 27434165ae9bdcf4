import type { X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../foundation/outcome.ts';
import { certificateKeyId } from '../../host/signing/trust.ts';
import { canonicalJson } from '../../journal/hash-chain.ts';
import { entry, type Journal, type JournalEntry } from '../../journal/journal.ts';
import { isPolicyFor, isPolicyGenuine, type RetentionPolicy, type SignedPolicy } from '../../journal/retention-policy.ts';

/** A retention policy as the bank gave it, and the pinned certificate of the bank that it must be signed with. */
export interface OfferedPolicy {
  readonly signed: SignedPolicy;
  readonly bankCertificate: X509Certificate;
}

export function policyInForce(journal: Pick<Journal, 'entries'>): RetentionPolicy | null {
  const newest = journal.entries({ kinds: ['retention.policySet'], newestFirst: true, limit: 1 })[0] as JournalEntry<'retention.policySet'> | undefined;
  return newest?.data.policy ?? null;
}

/**
 * Why an offered policy is not taken; null: it may be. Never an older one after a newer: it could ask back what was already let go of, or let go of what is still asked for.
 */
export function policyProblem({ signed, bankCertificate }: OfferedPolicy, terminalId: string, inForce: RetentionPolicy | null): string | null {
  if (certificateKeyId(bankCertificate) !== signed.keyId || !isPolicyGenuine(signed, bankCertificate.publicKey)) return 'it is not signed by the bank';
  if (!isPolicyFor(signed.policy, terminalId)) return 'it is for other terminals';
  if (inForce === null || signed.policy.version > inForce.version) return null;
  if (signed.policy.version < inForce.version) return `version ${inForce.version} is in force`;
  // Purges name a policy by id and version: one number stands for one policy.
  return canonicalJson(signed.policy) === canonicalJson(inForce) ? null : `version ${inForce.version} is in force and says something else: the bank gives a new version to what it changes`;
}

/**
 * Writes an offered policy into the chain, with what anybody needs to check it, unless it is the one in force.
 * @returns the policy now in force · @error why it was not taken
 */
export function adoptPolicy(journal: Pick<Journal, 'entries' | 'commit'>, offered: OfferedPolicy, terminalId: string): Result<RetentionPolicy, string> {
  const inForce = policyInForce(journal);
  const problem = policyProblem(offered, terminalId, inForce);
  if (problem !== null) return err(problem);
  const { policy, keyId, signature } = offered.signed;
  if (inForce?.version === policy.version) return ok(inForce);
  const written = journal.commit({ entries: [entry('retention.policySet', { policy, keyId, signature, certificate: offered.bankCertificate.raw.toString('base64') })] });
  return written.ok ? ok(policy) : err(written.error.detail);
}
