import { assert } from '../../main/foundation/assert.ts';
import { crc16Kermit } from '../checks/crc16-kermit.ts';

/** SYNC ADR LNG BODY CRC-lo CRC-hi; LNG counts the whole frame. [ccnet §2] */
export const SYNC = 0x02;
/** One byte of body at least. */
export const FRAME_LENGTH_BYTES_MIN = 6;
export const FRAME_LENGTH_BYTES_MAX = 255;
export const BODY_BYTES_MAX = FRAME_LENGTH_BYTES_MAX - 5;
/** Bill-to-Bill unit, coin changer, bill validator, card reader. [ccnet §2] */
export const ADDRESSES: readonly number[] = [1, 2, 3, 4];

/** `longFrame`: LNG 00 announces a 16-bit length; only firmware download needs it, so it is refused as noise. [ccnet §2] */
export type NoiseReason = 'noSync' | 'badAddress' | 'badLength' | 'longFrame' | 'badCrc' | 'incomplete';

export type FrameEvent =
  | { readonly kind: 'frame'; readonly address: number; readonly body: Buffer }
  | { readonly kind: 'noise'; readonly reason: NoiseReason; readonly byteCount: number };

/**
 * @param address  1…4
 * @param body     1…250 bytes: the command or the reply
 */
export function encodeFrame(address: number, body: Uint8Array): Buffer {
  assert(ADDRESSES.includes(address), 'a CCNET address is 1 to 4');
  assert(body.length >= 1 && body.length <= BODY_BYTES_MAX, 'a CCNET body has 1 to 250 bytes');
  const frame = Buffer.alloc(body.length + 5);
  frame[0] = SYNC;
  frame[1] = address;
  frame[2] = frame.length;
  frame.set(body, 3);
  frame.writeUInt16LE(crc16Kermit(frame.subarray(0, -2)), frame.length - 2);
  return frame;
}

/**
 * Bytes to frames. Pure, total, incremental, and it resynchronises: there is no byte stuffing, so a start may also be data.
 * Every byte pushed is told once, as part of a frame or as noise, or is still pending (fewer than 255).
 */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  /** How much of `#pending` was told already; only while scanning. */
  #offset = 0;

  /** Bytes of a frame that is not complete yet. */
  get pendingByteCount(): number {
    return this.#pending.length;
  }

  /** Takes any chunk, in any cut; returns what it completes, in order. Never throws, never waits, drops no good frame. */
  push(chunk: Uint8Array): FrameEvent[] {
    // One copy of the chunk, whose owner may reuse it; bodies are views of the copy, so a frame costs no copy of its own.
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const events: FrameEvent[] = [];
    this.#scan(events);
    assert(this.#pending.length < FRAME_LENGTH_BYTES_MAX, 'less than one frame stays pending');
    return events;
  }

  /**
   * The inter-byte time is over: the frame that was begun will not be completed. Its first byte is dropped and the rest is read
   * again, because a good frame may lie behind a damaged length. Nothing is pending afterwards.
   */
  expire(): FrameEvent[] {
    const events: FrameEvent[] = [];
    while (this.#pending.length > 0) {
      this.#drop(events, 1, 'incomplete');
      this.#scan(events);
    }
    return events;
  }

  #scan(events: FrameEvent[]): void {
    while (this.#takeNext(events));
    this.#pending = this.#pending.subarray(this.#offset);
    this.#offset = 0;
  }

  /** @returns false when nothing more can be told before the next bytes come */
  #takeNext(events: FrameEvent[]): boolean {
    const bytes = this.#pending;
    const start = this.#offset;
    if (start === bytes.length) return false;
    if (bytes[start] !== SYNC) {
      const syncIndex = bytes.indexOf(SYNC, start);
      return this.#drop(events, (syncIndex < 0 ? bytes.length : syncIndex) - start, 'noSync');
    }
    const address = bytes[start + 1];
    if (address === undefined) return false;
    if (address < 1 || address > 4) return this.#drop(events, 1, 'badAddress');
    const lengthBytes = bytes[start + 2];
    if (lengthBytes === undefined) return false;
    if (lengthBytes < FRAME_LENGTH_BYTES_MIN) return this.#drop(events, 1, lengthBytes === 0 ? 'longFrame' : 'badLength');
    const end = start + lengthBytes;
    if (end > bytes.length) return false;
    // One byte, not the whole frame: LNG itself may be the damaged byte, and a good frame may start inside.
    if (crc16Kermit(bytes, start, end) !== 0) return this.#drop(events, 1, 'badCrc');
    events.push({ kind: 'frame', address, body: bytes.subarray(start + 3, end - 2) });
    this.#offset = end;
    return true;
  }

  #drop(events: FrameEvent[], byteCount: number, reason: NoiseReason): true {
    this.#offset += byteCount;
    const last = events.at(-1);
    // Noise of one kind is told as one piece: an endless stream must not make an endless list.
    if (last?.kind === 'noise' && last.reason === reason) events[events.length - 1] = { kind: 'noise', reason, byteCount: last.byteCount + byteCount };
    else events.push({ kind: 'noise', reason, byteCount });
    return true;
  }
}
