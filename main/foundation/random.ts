/** Chance as everything below the composition root sees it: the system's generator in the field, a seeded one in a simulated world. */
export interface Random {
  /** `byteCount` unpredictable bytes (predictable when seeded). */
  bytes(byteCount: number): Uint8Array;
}

/** A whole number, 0 ≤ n < `bound`, from 32 random bits; the bias is below 2⁻²⁰ for bounds up to 4096. */
export function randomInteger(random: Random, bound: number): number {
  const bytes = random.bytes(4);
  const value = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  return Math.floor((value / 0x1_0000_0000) * bound);
}
