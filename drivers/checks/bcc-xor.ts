/**
 * Block check character: XOR of all bytes, initial value 0. Published check value: `04 50 02 44 03` → 11 [lcdm §2].
 */
export function bccXor(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes) check ^= byte;
  return check;
}
