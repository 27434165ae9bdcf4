import { assert } from '../../../main/foundation/assert.ts';
import { bccXor } from '../../checks/bcc-xor.ts';

/** `F2 ADDR LH LL TEXT 03 BCC`; L counts TEXT, BCC is the XOR from F2 to 03. [card-readers §B] */
export const START = 0xf2;
export const ETX = 0x03;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
const OVERHEAD_BYTES = 6;
export const FRAME_LENGTH_BYTES_MAX = 1024;
/** Head, CM and PM at least. */
const TEXT_LENGTH_BYTES_MIN = 3;
export const TEXT_LENGTH_BYTES_MAX = FRAME_LENGTH_BYTES_MAX - OVERHEAD_BYTES;

export type NoiseReason = 'noStart' | 'badAddress' | 'badLength' | 'badEnd' | 'badBcc' | 'incomplete';

export type FrameEvent =
  | { readonly kind: 'ack' | 'nak' | 'eot' }
  | { readonly kind: 'frame'; readonly address: number; readonly text: Buffer }
  | { readonly kind: 'noise'; readonly reason: NoiseReason; readonly byteCount: number };

/** @param address 0…15, by the DIP switches */
export function encodeFrame(address: number, text: Uint8Array): Buffer {
  assert(address >= 0 && address <= 15, 'a CRT-571 address is 0 to 15');
  assert(text.length >= TEXT_LENGTH_BYTES_MIN && text.length <= TEXT_LENGTH_BYTES_MAX, 'a CRT-571 text has 3 to 1018 bytes');
  const frame = Buffer.from([START, address, text.length >> 8, text.length & 0xff, ...text, ETX]);
  return Buffer.concat([frame, Buffer.of(bccXor(frame))]);
}

/** Bytes to frames. Pure, total, incremental; every byte is told once or still pending (fewer than 1024). */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  get pendingByteCount(): number {
    return this.#pending.length;
  }

  push(chunk: Uint8Array): FrameEvent[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const events: FrameEvent[] = [];
    while (this.#pending.length > 0) {
      const taken = this.#takeOne();
      if (taken === null) break;
      this.#pending = this.#pending.subarray(taken.byteCount);
      const last = events.at(-1);
      if (taken.event.kind === 'noise' && last?.kind === 'noise' && last.reason === taken.event.reason) events[events.length - 1] = { ...last, byteCount: last.byteCount + taken.byteCount };
      else events.push(taken.event);
    }
    assert(this.#pending.length < FRAME_LENGTH_BYTES_MAX, 'less than one frame stays pending');
    return events;
  }

  /** What is pending will not be completed. */
  expire(): FrameEvent[] {
    const byteCount = this.#pending.length;
    this.#pending = Buffer.alloc(0);
    return byteCount === 0 ? [] : [{ kind: 'noise', reason: 'incomplete', byteCount }];
  }

  #takeOne(): { readonly event: FrameEvent; readonly byteCount: number } | null {
    const pending = this.#pending;
    const noise = (reason: NoiseReason, byteCount: number) => ({ event: { kind: 'noise', reason, byteCount } as const, byteCount });
    const first = pending[0];
    if (first === ACK) return { event: { kind: 'ack' }, byteCount: 1 };
    if (first === NAK) return { event: { kind: 'nak' }, byteCount: 1 };
    if (first === EOT) return { event: { kind: 'eot' }, byteCount: 1 };
    if (first !== START) return noise('noStart', 1);
    if (pending.length >= 2 && pending[1]! > 15) return noise('badAddress', 1);
    if (pending.length < 4) return null;
    const textLength = pending.readUInt16BE(2);
    if (textLength < TEXT_LENGTH_BYTES_MIN || textLength > TEXT_LENGTH_BYTES_MAX) return noise('badLength', 1);
    const frameLength = textLength + OVERHEAD_BYTES;
    if (pending.length < frameLength) return null;
    const frame = pending.subarray(0, frameLength);
    if (frame[frameLength - 2] !== ETX) return noise('badEnd', 1);
    // The end is where the length says: the damage is inside, and what is inside must not be taken for an ACK.
    if (bccXor(frame) !== 0) return noise('badBcc', frameLength);
    return { event: { kind: 'frame', address: frame[1]!, text: Buffer.from(frame.subarray(4, -2)) }, byteCount: frameLength };
  }
}
