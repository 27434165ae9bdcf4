import { assert } from '../../main/foundation/assert.ts';
import type { QrCodePart } from '../interfaces/printer.ts';

/** Version 40, level L: no symbol holds more bytes. */
const DATA_BYTES_MAX = 2953;
const LEVELS: Readonly<Record<QrCodePart['errorCorrection'], number>> = { L: 0x30, M: 0x31, Q: 0x32, H: 0x33 };

/** GS ( k: model 2, module size, error correction, store, print. [escpos §5] */
export function qrCodeCommands({ data, moduleDots, errorCorrection }: QrCodePart): Uint8Array {
  const bytes = Buffer.from(data, 'utf8');
  assert(bytes.length > 0 && bytes.length <= DATA_BYTES_MAX, 'a QR code holds 1 to 2953 bytes');
  assert(moduleDots >= 1 && moduleDots <= 16, 'a module has 1 to 16 dots');
  const stored = bytes.length + 3;
  return Uint8Array.from([
    0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00,
    0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, moduleDots,
    0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, LEVELS[errorCorrection],
    0x1d, 0x28, 0x6b, stored & 0xff, stored >> 8, 0x31, 0x50, 0x30, ...bytes,
    0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30,
  ]);
}
