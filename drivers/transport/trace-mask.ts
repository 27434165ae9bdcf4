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
  /** Bytes from the start byte that are shown: address, length, command and status. */
  readonly headByteCount: number;
  readonly tailByteCount: number;
  readonly frameLengthBytesMax: number;
}

const LENGTH_INDEX = 2;
const TEXT_INDEX = 4;
/** Acknowledgements and the like stand alone between frames; no track and no digit is a control character. */
const CONTROL_MAX = 0x1f;

/** Shows the head of each frame and the control characters between frames; all else is masked, also what noise makes of a frame, in any cut. */
export function maskAfterHead(frame: HeadedFrame): Redact {
  const positions: Record<Direction, { index: number; length: number } | null> = { toDevice: null, fromDevice: null };
  return (direction, bytes) => bytes.map((byte) => {
    const at = positions[direction];
    if (at === null) {
      if (byte === frame.startByte) positions[direction] = { index: 1, length: 0 };
      return byte === frame.startByte || byte <= CONTROL_MAX ? byte : MASKED_BYTE;
    }
    if (at.index === LENGTH_INDEX || at.index === LENGTH_INDEX + 1) at.length = at.length * 256 + byte;
    const isShown = at.index < frame.headByteCount;
    at.index += 1;
    const end = Math.min(TEXT_INDEX + at.length + frame.tailByteCount, frame.frameLengthBytesMax);
    if (at.index >= TEXT_INDEX && at.index >= end) positions[direction] = null;
    return isShown ? byte : MASKED_BYTE;
  });
}

/** CRT-571: `F2 ADDR LH LL` and of the text kind, CM and PM, or for an answer kind, CM, PM and nothing of its data. [card-readers §B] */
export const CRT_571_FRAME: HeadedFrame = { startByte: 0xf2, headByteCount: 7, tailByteCount: 2, frameLengthBytesMax: 1024 };
