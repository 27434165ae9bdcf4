import type { RecorderOptions } from './recorder.ts';

/** What stands in a trace for a byte that must not be there: lengths and times stay true, a replay stays possible. */
export const MASKED_BYTE = 0x2a;

type Redact = NonNullable<RecorderOptions['redact']>;
type Direction = Parameters<Redact>[0];

/** For lines whose every byte may be a track or the content of a code: only lengths and times are told. */
export function maskAll(): Redact {
  return (_direction, bytes) => bytes.fill(MASKED_BYTE);
}

/** Frames with a start byte, and two bytes of length (big endian) at index 2 that count what lies between them and a tail. */
export interface HeadedFrame {
  readonly startByte: number;
  /** What each byte of the head may be, from the start byte on; these are shown: address, length, command. What is no head is data of a frame whose beginning was lost. */
  readonly head: readonly ((byte: number) => boolean)[];
  readonly tailByteCount: number;
  readonly frameLengthBytesMax: number;
}

const LENGTH_INDEX = 2;
const TEXT_INDEX = 4;
/** EOT, ENQ, ACK, NAK stand alone between frames. No others are shown: data of a chip are any bytes, two digits in each. */
const CONTROLS: readonly number[] = [0x04, 0x05, 0x06, 0x15];

/** Shows the head of each frame and the acknowledgements between frames; all else is masked, also what noise makes of a frame, in any cut. */
export function maskAfterHead(frame: HeadedFrame): Redact {
  const positions: Record<Direction, { index: number; length: number } | null> = { toDevice: null, fromDevice: null };
  return (direction, bytes) => bytes.map((byte) => {
    const at = positions[direction];
    if (at === null) {
      if (byte === frame.startByte) positions[direction] = { index: 1, length: 0 };
      return byte === frame.startByte || CONTROLS.includes(byte) ? byte : MASKED_BYTE;
    }
    if (frame.head[at.index]?.(byte) === false) {
      positions[direction] = byte === frame.startByte ? { index: 1, length: 0 } : null;
      return byte === frame.startByte ? byte : MASKED_BYTE;
    }
    if (at.index === LENGTH_INDEX || at.index === LENGTH_INDEX + 1) at.length = at.length * 256 + byte;
    const isShown = at.index < frame.head.length;
    at.index += 1;
    const end = Math.min(TEXT_INDEX + at.length + frame.tailByteCount, frame.frameLengthBytesMax);
    if (at.index >= TEXT_INDEX && at.index >= end) positions[direction] = null;
    return isShown ? byte : MASKED_BYTE;
  });
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isOneOf = (...bytes: readonly number[]) => (byte: number) => bytes.includes(byte);

/** CRT-571: `F2 ADDR LH LL` and of the text kind, CM and PM, or for an answer kind, CM, PM and nothing of its data. [card-readers §B] */
export const CRT_571_FRAME: HeadedFrame = {
  startByte: 0xf2,
  head: [isOneOf(0xf2), (byte) => byte <= 15, (byte) => byte <= 3, () => true, isOneOf(0x43, 0x50, 0x4e, 0x45), (byte) => isDigit(byte) || (byte >= 0x50 && byte <= 0x5f) || (byte >= 0xa0 && byte <= 0xaf), (byte) => isDigit(byte) || (byte >= 0x40 && byte <= 0x46)],
  tailByteCount: 2,
  frameLengthBytesMax: 1024,
};
