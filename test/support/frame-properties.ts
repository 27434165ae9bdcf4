import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FrameScanner } from '../../drivers/transport/frame-scanner.ts';

/** A frame format with a length and a check, as its driver reads it and as its simulator writes it. */
export interface FrameFormat<Frame extends { readonly kind: 'frame' }> {
  /** Any frame that may be sent. */
  readonly frames: fc.Arbitrary<Frame>;
  encode(frame: Frame): Uint8Array;
  createReader(): FrameScanner<Frame, string>;
  /** The same bytes, by the simulator. */
  wireOf(frame: Frame): Uint8Array;
  /** Places of the length on the wire: changed, another stretch of bytes is looked at, which may be good by chance. */
  lengthPlaces(frame: Frame): readonly number[];
}

type Told<Frame> = Frame | { readonly kind: 'noise'; readonly reason: string; readonly byteCount: number };

const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 });

/** What must hold of every such format, whatever the line does to it. */
export function holdFrameProperties<Frame extends { readonly kind: 'frame' }>(format: FrameFormat<Frame>): void {
  const flip = fc.record({ place: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
  const damaged = fc.tuple(format.frames, flip).map(([frame, { place, mask }]) => flipped(format.encode(frame), place, mask));
  const stream = fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), format.frames.map((frame) => format.encode(frame)), damaged), { maxLength: 10 });

  it('any frame is the same bytes in driver and simulator, and is read as it was, in any cut', () => {
    fc.assert(fc.property(format.frames, cuts, (frame, places) => {
      const bytes = format.encode(frame);
      expect(Buffer.from(bytes)).toEqual(Buffer.from(format.wireOf(frame)));
      expect(pushed(format.createReader(), bytes, places)).toEqual([frame]);
    }));
  });

  it('of any stream, in any cut, each byte is told once, and each frame told stands in it with its check', () => {
    fc.assert(fc.property(stream, cuts, (pieces, places) => {
      const bytes = Buffer.concat(pieces);
      const reader = format.createReader();
      let offset = 0;
      for (const event of [...pushed(reader, bytes, places), ...reader.expire()] as Told<Frame>[]) {
        if (event.kind === 'noise') {
          offset += event.byteCount;
          continue;
        }
        const wire = format.wireOf(event);
        expect(bytes.subarray(offset, offset + wire.length)).toEqual(Buffer.from(wire));
        offset += wire.length;
      }
      expect(offset).toBe(bytes.length);
      expect(reader.pendingByteCount).toBe(0);
    }));
  });

  it('the same frames are told whatever the cuts', () => {
    const framesOf = (events: readonly Told<Frame>[]) => events.filter(({ kind }) => kind === 'frame');
    fc.assert(fc.property(stream, cuts, (pieces, places) => {
      const bytes = Buffer.concat(pieces);
      const [whole, inPieces] = [format.createReader(), format.createReader()];
      expect(framesOf([...pushed(inPieces, bytes, places), ...inPieces.expire()])).toEqual(framesOf([...whole.push(bytes), ...whole.expire()]));
    }));
  });

  it('a frame with one byte changed is noise, unless it is the length', () => {
    fc.assert(fc.property(format.frames, flip, (frame, { place, mask }) => {
      const bytes = format.encode(frame);
      fc.pre(!format.lengthPlaces(frame).includes(place % bytes.length));
      const reader = format.createReader();
      const [first] = [...reader.push(flipped(bytes, place, mask)), ...reader.expire()];
      expect(first!.kind).toBe('noise');
    }));
  });
}

function flipped(bytes: Uint8Array, place: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[place % copy.length]! ^= mask;
  return copy;
}

function pushed<Frame>(reader: FrameScanner<Frame, string>, bytes: Uint8Array, places: readonly number[]): Told<Frame>[] {
  const events: Told<Frame>[] = [];
  let offset = 0;
  for (const place of [...places, bytes.length]) {
    events.push(...reader.push(bytes.subarray(offset, offset + place)));
    offset += place;
  }
  return events;
}
