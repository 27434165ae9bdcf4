import { assert } from '../../../main/foundation/assert.ts';
import { crc16Kermit } from '../../checks/crc16-kermit.ts';

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

  /** Bytes of a frame that is not complete yet. */
  get pendingByteCount(): number {
    return this.#pending.length;
  }

  /** Takes any chunk, in any cut; returns what it completes, in order. Never throws, never waits, drops no good frame. */
  push(chunk: Uint8Array): FrameEvent[] {
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
    while (this.#pending.length > 0) {
      const pending = this.#pending;
      const syncIndex = pending.indexOf(SYNC);
      if (syncIndex !== 0) {
        this.#drop(events, syncIndex < 0 ? pending.length : syncIndex, 'noSync');
        continue;
      }
      const address = pending[1];
      if (address === undefined) return;
      if (address < 1 || address > 4) {
        this.#drop(events, 1, 'badAddress');
        continue;
      }
      const lengthBytes = pending[2];
      if (lengthBytes === undefined) return;
      if (lengthBytes < FRAME_LENGTH_BYTES_MIN) {
        this.#drop(events, 1, lengthBytes === 0 ? 'longFrame' : 'badLength');
        continue;
      }
      if (pending.length < lengthBytes) return;
      const frame = pending.subarray(0, lengthBytes);
      if (crc16Kermit(frame) !== 0) {
        // One byte, not the whole frame: LNG itself may be the damaged byte, and a good frame may start inside.
        this.#drop(events, 1, 'badCrc');
        continue;
      }
      events.push({ kind: 'frame', address, body: Buffer.from(frame.subarray(3, -2)) });
      this.#pending = pending.subarray(lengthBytes);
    }
  }

  #drop(events: FrameEvent[], byteCount: number, reason: NoiseReason): void {
    this.#pending = this.#pending.subarray(byteCount);
    const last = events.at(-1);
    // Noise of one kind is told as one piece: an endless stream must not make an endless list.
    if (last?.kind === 'noise' && last.reason === reason) events[events.length - 1] = { kind: 'noise', reason, byteCount: last.byteCount + byteCount };
    else events.push({ kind: 'noise', reason, byteCount });
  }
}
