/**
 * CRC-16/KERMIT: polynomial 0x1021 reflected (0x8408), initial value 0, reflected in and out, no final XOR.
 * Check value: "123456789" → 0x2189. Over a whole good CCNET frame with its check bytes (low byte first): 0. [ccnet §3]
 */
const TABLE: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  return crc;
});

/**
 * @param start  first byte, 0 when left out
 * @param end    behind the last byte, all when left out
 * @returns      0…0xFFFF
 */
export function crc16Kermit(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0;
  for (let index = start; index < end; index++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[index]!) & 0xff]!;
  return crc;
}
