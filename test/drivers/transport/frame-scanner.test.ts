import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NoiseEvent, Taken } from '../../../drivers/transport/frame-scanner.ts';
import { FrameScanner, noise } from '../../../drivers/transport/frame-scanner.ts';

type Frame = { readonly kind: 'frame'; readonly body: string };
type Reason = 'noStart' | 'badEnd' | 'incomplete';

/** `[` length bytes… `]`: small enough to see what happens. */
function takeOne(pending: Buffer): Taken<Frame | NoiseEvent<Reason>> | null {
  if (pending[0] !== 0x5b) return noise('noStart', 1);
  const length = pending[1];
  if (length === undefined) return null;
  if (length > 4) return noise('noStart', 1);
  if (pending.length < length + 3) return null;
  if (pending[length + 2] !== 0x5d) return noise('badEnd', 1);
  return { event: { kind: 'frame', body: pending.subarray(2, 2 + length).toString('latin1') }, byteCount: length + 3 };
}

const create = (expires: 'whole' | 'firstByte') => new FrameScanner<Frame, Reason>({ takeOne, pendingBytesMax: 7, expires, incomplete: 'incomplete' });
const frame = (body: string) => Buffer.from([0x5b, body.length, ...Buffer.from(body, 'latin1'), 0x5d]);

describe('FrameScanner', () => {
  it('tells noise of one reason in a row as one piece', () => {
    expect(create('whole').push(Buffer.concat([Buffer.from('xyz'), frame('ab'), Buffer.from('q')]))).toEqual([{ kind: 'noise', reason: 'noStart', byteCount: 3 }, { kind: 'frame', body: 'ab' }, { kind: 'noise', reason: 'noStart', byteCount: 1 }]);
  });

  it('gives up what is pending whole, or byte by byte so that a good frame behind a damaged length is found', () => {
    const damaged = Buffer.concat([Buffer.from([0x5b, 4]), frame('')]);
    const whole = create('whole');
    expect([whole.push(damaged), whole.expire()]).toEqual([[], [{ kind: 'noise', reason: 'incomplete', byteCount: 5 }]]);
    const stepwise = create('firstByte');
    expect(stepwise.push(damaged)).toEqual([]);
    expect(stepwise.expire()).toEqual([{ kind: 'noise', reason: 'incomplete', byteCount: 1 }, { kind: 'noise', reason: 'noStart', byteCount: 1 }, { kind: 'frame', body: '' }]);
    expect(stepwise.pendingByteCount).toBe(0);
  });

  it('does not keep the memory of a chunk that its owner may use again', () => {
    const scanner = create('whole');
    const chunk = Buffer.from([0x5b, 2, 0x61]);
    scanner.push(chunk);
    chunk.fill(0);
    expect(scanner.push(Buffer.from([0x62, 0x5d]))).toEqual([{ kind: 'frame', body: 'ab' }]);
  });

  it('accounts for every byte, and reads the same in any cut', () => {
    const bytes = fc.array(fc.oneof(fc.uint8Array({ maxLength: 6 }).map((noiseBytes) => Buffer.from(noiseBytes)), fc.string({ maxLength: 4 }).filter((text) => /^[a-z]*$/.test(text)).map(frame)), { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(20), { maxLength: 8 }), (stream, cuts) => {
        const whole = create('firstByte');
        const expected = [...whole.push(stream), ...whole.expire()];
        const cut = create('firstByte');
        const seen: (Frame | NoiseEvent<Reason>)[] = [];
        let rest = stream;
        for (const length of cuts) {
          seen.push(...cut.push(rest.subarray(0, length)));
          rest = rest.subarray(length);
        }
        seen.push(...cut.push(rest), ...cut.expire());
        const byteCountOf = (events: readonly (Frame | NoiseEvent<Reason>)[]) => events.reduce((sum, event) => sum + (event.kind === 'noise' ? event.byteCount : event.body.length + 3), 0);
        expect(byteCountOf(seen)).toBe(stream.length);
        const frames = (events: readonly (Frame | NoiseEvent<Reason>)[]) => events.filter((event) => event.kind === 'frame');
        expect(frames(seen)).toEqual(frames(expected));
      }),
    );
  });
});
