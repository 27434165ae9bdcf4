import type { Random } from '../../main/foundation/random.ts';

/**
 * Chance that repeats: the same seed gives the same bytes on every machine. For worlds and tests only, never for keys.
 *
 * Generator: sfc32 (C. Doty-Humphrey, PractRand; 128-bit state with a counter, period ≥ 2³²), state (seed, seed >>> 32, constant, 1),
 * first 12 outputs thrown away as its author does. Each output gives four bytes, lowest first.
 *
 * @param seed  a whole number ≥ 0, up to 2⁵³
 */
export function seededRandom(seed: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 0x1_0000_0000) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;

  function next(): number {
    const output = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + output) | 0;
    return output >>> 0;
  }

  for (let discarded = 0; discarded < 12; discarded++) next();

  return {
    bytes(byteCount) {
      const bytes = new Uint8Array(byteCount);
      let word = 0;
      for (let index = 0; index < byteCount; index++) {
        word = index % 4 === 0 ? next() : word >>> 8;
        bytes[index] = word & 0xff;
      }
      return bytes;
    },
  };
}
