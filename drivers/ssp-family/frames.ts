import { assert } from '../../main/foundation/assert.ts';
import { crc16Cms } from '../checks/crc16-cms.ts';
import type { NoiseEvent, Taken } from '../transport/frame-scanner.ts';
import { FrameScanner, noise } from '../transport/frame-scanner.ts';

/** STX SEQ/ID LENGTH DATA CRC-lo CRC-hi; every 7F behind STX is doubled on the wire, LENGTH counts data as it was. [ssp §2] */
export const STX = 0x7f;
export const DATA_BYTES_MAX = 255;
const HEAD_BYTES = 2;
const CRC_BYTES = 2;
const PENDING_BYTES_MAX = 1 + 2 * (HEAD_BYTES + DATA_BYTES_MAX + CRC_BYTES) + 1;

export type NoiseReason = 'noStart' | 'badLength' | 'brokenOff' | 'badCrc' | 'incomplete';

/** `flag`: the sequence flag, 0 or 1. */
export type Frame = { readonly kind: 'frame'; readonly flag: number; readonly address: number; readonly data: Buffer };
export type FrameEvent = Frame | NoiseEvent<NoiseReason>;

/** @param data  1…255 bytes: command and parameters */
export function encodeFrame({ flag, address, data }: { readonly flag: number; readonly address: number; readonly data: Uint8Array }): Buffer {
  assert((flag === 0 || flag === 1) && address >= 0 && address <= 0x7d, 'a flag of one bit and an address up to 7D');
  assert(data.length >= 1 && data.length <= DATA_BYTES_MAX, 'SSP data has 1 to 255 bytes');
  const covered = Buffer.from([(flag << 7) | address, data.length, ...data]);
  const crc = crc16Cms(covered);
  const stuffed = [STX];
  for (const byte of [...covered, crc & 0xff, crc >> 8]) {
    stuffed.push(byte);
    if (byte === STX) stuffed.push(STX);
  }
  return Buffer.from(stuffed);
}

export function createFrameReader(): FrameScanner<Frame, NoiseReason> {
  return new FrameScanner({ takeOne, pendingBytesMax: PENDING_BYTES_MAX, expires: 'firstByte', incomplete: 'incomplete' });
}

function takeOne(pending: Buffer): Taken<FrameEvent> | null {
  if (pending[0] !== STX) {
    const start = pending.indexOf(STX);
    return noise('noStart', start < 0 ? pending.length : start);
  }
  const plain: number[] = [];
  for (let index = 1; index < pending.length; index++) {
    const byte = pending[index]!;
    if (byte === STX) {
      const next = pending[index + 1];
      if (next === undefined) return null;
      // A lone 7F begins a new packet: what was collected is dropped. [ssp §2]
      if (next !== STX) return noise('brokenOff', index);
      index++;
    }
    plain.push(byte);
    const lengthBytes = plain[1];
    if (lengthBytes === undefined) continue;
    if (lengthBytes === 0) return noise('badLength', 1);
    if (plain.length < HEAD_BYTES + lengthBytes + CRC_BYTES) continue;
    const bytes = Buffer.from(plain);
    if (crc16Cms(bytes.subarray(0, -CRC_BYTES)) !== bytes.readUInt16LE(bytes.length - CRC_BYTES)) return noise('badCrc', 1);
    return { event: { kind: 'frame', flag: plain[0]! >> 7, address: plain[0]! & 0x7f, data: bytes.subarray(HEAD_BYTES, -CRC_BYTES) }, byteCount: index + 1 };
  }
  return null;
}
