/** The byte that makes the sum of all bytes 0 modulo 256. Check value: 5B for `A5 00 00`. */
export function sumToZero(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
}
