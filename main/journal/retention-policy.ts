import { verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './hash-chain.ts';
import { KEEP_DAYS_MAX, RETENTION_CLASSES } from './retention-classes.ts';

/**
 * How long the bank wants which class kept. The bank signs it with the key that signs its answers; the terminal believes no other. What a policy does not
 * name is kept. [Q-10: purge only by signed policy, class by class]
 */
const keep = (keepDaysMin: number) => z.strictObject({ keepDays: z.number().int().min(keepDaysMin).max(KEEP_DAYS_MAX) }).optional();

export const retentionPolicySchema = z
  .strictObject({
    form: z.literal('qolma.retention.policy.1'),
    policyId: z.string().regex(/^[\w.-]{1,64}$/),
    /** Rises with each policy for a terminal; an older one is not taken again. */
    version: z.number().int().positive().max(1_000_000),
    /** Terminal ids; `*` alone: all of this bank's. */
    terminals: z.array(z.string().regex(/^(?:\*|[A-Z0-9]{4,16})$/)).min(1).max(1000),
    classes: z.strictObject({
      money: keep(RETENTION_CLASSES.money.keepDaysMin),
      messages: keep(RETENTION_CLASSES.messages.keepDaysMin),
      receipts: keep(RETENTION_CLASSES.receipts.keepDaysMin),
      personal: keep(RETENTION_CLASSES.personal.keepDaysMin),
      facts: keep(RETENTION_CLASSES.facts.keepDaysMin),
      course: keep(RETENTION_CLASSES.course.keepDaysMin),
    }),
  })
  .readonly();
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

/** The file as the bank gives it. */
export const signedPolicySchema = z.strictObject({
  policy: retentionPolicySchema,
  /** Serial number of the bank's signing certificate, lower-case hex without leading zeros. */
  keyId: z.string().regex(/^[0-9a-f]{1,64}$/),
  /** base64url of 64 bytes r‖s: ECDSA P-256 with SHA-256 over RFC 8785 of `policy`. */
  signature: z.string().regex(/^[\w-]{86}$/),
});
export type SignedPolicy = z.infer<typeof signedPolicySchema>;

export function isPolicyGenuine({ policy, signature }: Pick<SignedPolicy, 'policy' | 'signature'>, bankKey: KeyObject): boolean {
  return verify('sha256', Buffer.from(canonicalJson(policy), 'utf8'), { key: bankKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

export function isPolicyFor(policy: RetentionPolicy, terminalId: string): boolean {
  return policy.terminals.includes('*') || policy.terminals.includes(terminalId);
}
