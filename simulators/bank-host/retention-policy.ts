import { sign, X509Certificate } from 'node:crypto';
import type { KeyPairPem } from './pki.ts';

/** The bank's side of retention: it says how long its terminals keep what, and signs that with the key of its answers. [main/journal/retention-policy.ts] */

/** What the sample bank asks for: ten years of money, five of signed messages and receipts, one of who came, a quarter of the course of things. */
export function sampleRetentionPolicy(terminals: readonly string[] = ['*']): Readonly<Record<string, unknown>> {
  return {
    form: 'qolma.retention.policy.1', policyId: 'sample-bank', version: 1, terminals,
    classes: { money: { keepDays: 3653 }, messages: { keepDays: 1826 }, receipts: { keepDays: 1826 }, personal: { keepDays: 365 }, facts: { keepDays: 30 }, course: { keepDays: 92 } },
  };
}

/** @returns what the file holds: policy, key id, signature (64 bytes r‖s in base64url over the canonical JSON of the policy) */
export function signRetentionPolicy(policy: unknown, { certificatePem, keyPem }: KeyPairPem): { readonly policy: unknown; readonly keyId: string; readonly signature: string } {
  const signature = sign('sha256', Buffer.from(canonical(policy), 'utf8'), { key: keyPem, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return { policy, keyId: new X509Certificate(certificatePem).serialNumber.toLowerCase().replace(/^0+/, ''), signature };
}

/** RFC 8785 for what a policy has: objects, lists, text, whole numbers. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
