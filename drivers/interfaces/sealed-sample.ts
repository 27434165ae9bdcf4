import { z } from 'zod';
import type { CaptureRequest } from './biometric.ts';

/** What every biometric reader checks of a request and of a sealed sample, whatever it speaks. */

const TIMEOUT_MS_MIN = 1_000;
const TIMEOUT_MS_MAX = 120_000;
const CHALLENGE = /^[\w-]{22,86}$/;
const COORDINATE = /^[\w-]{43}$/;

/** @returns what is wrong with it, as text; null: nothing */
export function captureProblem({ recipient, challenge, timeoutMs }: CaptureRequest): string | null {
  if (!COORDINATE.test(recipient.x) || !COORDINATE.test(recipient.y)) return 'a key of another kind';
  if (!CHALLENGE.test(challenge)) return 'a challenge of another length';
  return timeoutMs >= TIMEOUT_MS_MIN && timeoutMs <= TIMEOUT_MS_MAX ? null : `a time of ${timeoutMs} ms`;
}

const sealHeader = z.strictObject({
  alg: z.literal('ECDH-ES'),
  enc: z.literal('A256GCM'),
  epk: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().max(64), y: z.string().max(64) }),
});

/** Whether this is a seal by its form: five parts, no wrapped key, the two algorithms. Whether it opens only its recipient can tell. [RFC 7516 §7.1, RFC 7518 §4.6] */
export function isSealed(compact: string): boolean {
  const parts = compact.split('.');
  if (parts.length !== 5 || parts[1] !== '' || !parts.every((part) => /^[\w-]*$/.test(part)) || parts[2]!.length !== 16 || parts[3] === '' || parts[4]!.length !== 22) return false;
  try {
    return sealHeader.safeParse(JSON.parse(Buffer.from(parts[0]!, 'base64url').toString('utf8'))).success;
  } catch {
    return false;
  }
}
