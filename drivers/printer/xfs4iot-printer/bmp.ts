import type { Bitmap } from '../../interfaces/printer.ts';

const HEADER_BYTES = 62;

/** One bit a dot, rows from the bottom, each padded to four bytes; 0 is white, 1 is black. [BITMAPFILEHEADER, BITMAPINFOHEADER] */
export function bitmapToBmp({ widthDots, heightDots, bytes }: Bitmap): Uint8Array {
  const rowBytes = Math.ceil(widthDots / 8);
  const paddedBytes = Math.ceil(rowBytes / 4) * 4;
  const file = Buffer.alloc(HEADER_BYTES + paddedBytes * heightDots);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(HEADER_BYTES, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(widthDots, 18);
  file.writeInt32LE(heightDots, 22);
  file.writeUInt16LE(1, 26); // planes
  file.writeUInt16LE(1, 28); // bits a dot
  file.writeUInt32LE(paddedBytes * heightDots, 34);
  file.writeUInt32LE(2, 46); // colours
  file.writeUInt32LE(0x00ffffff, 54);
  for (let row = 0; row < heightDots; row++) file.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), HEADER_BYTES + (heightDots - 1 - row) * paddedBytes);
  return file;
}
