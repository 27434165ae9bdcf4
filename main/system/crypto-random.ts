import { randomBytes } from 'node:crypto';
import type { Random } from '../foundation/random.ts';

/** The operating system's generator: keys, nonces and identifiers in the field. */
export function cryptoRandom(): Random {
  return { bytes: (byteCount) => randomBytes(byteCount) };
}
