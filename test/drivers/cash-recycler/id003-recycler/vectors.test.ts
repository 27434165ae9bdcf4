/** Golden frames of the extension through driver and simulator [id003 §9, §16], and readings that take any bytes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoxTable, decodeCounts, decodeCurrencies } from '../../../../drivers/cash-recycler/id003-recycler/boxes.ts';
import { PayoutWatch, isMoving, needsAcknowledgement } from '../../../../drivers/cash-recycler/id003-recycler/payout-watch.ts';
import { decodeState, encodeCommand } from '../../../../drivers/id003-family/codec.ts';
import { decodeId003 } from '../../../../drivers/id003-family/decode.ts';
import { encodeFrame } from '../../../../drivers/id003-family/frames.ts';
import { HostReader, frameOf } from '../../../../simulators/cash-acceptor/id003/wire.ts';

interface Vector {
  readonly name: string;
  readonly to: 'device' | 'host';
  readonly hex: string;
  readonly command?: readonly number[];
  readonly decoded: Readonly<Record<string, unknown>>;
}

const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/id003-recycler.json', import.meta.url), 'utf8')) as { readonly vectors: readonly Vector[] };
const FIVE = 500_000;

describe('golden frames', () => {
  it.each(vectors)('$name ($to) means what the sheet says, and has the same bytes in both encoders', (vector) => {
    const bytes = Buffer.from(vector.hex.replaceAll(' ', ''), 'hex');
    const [piece] = decodeId003(bytes, vector.to === 'device' ? 'host' : 'device') as { readonly decoded: unknown }[];
    expect(piece!.decoded).toEqual(vector.decoded);
    const body = [...bytes.subarray(2, -2)];
    expect(encodeFrame(Buffer.from(body))).toEqual(bytes);
    expect(frameOf(body)).toEqual(Uint8Array.from(bytes));
    expect(new HostReader().push(bytes)).toEqual([body]);
    if (vector.command !== undefined) expect(encodeFrame(encodeCommand({ command: 'recycler', data: vector.command }))).toEqual(bytes);
  });
});

describe('what the states of a payout prove', () => {
  const told = (codes: readonly number[], [before, after]: readonly [number, number], isLineSure = true) => {
    const watch = new PayoutWatch();
    for (const code of codes) watch.see(decodeState(Uint8Array.of(code)));
    const registers = (noteCount: number) => ({ levels: [{ denominationMinor: FIVE, noteCount }], counters: null });
    return watch.told({ kind: 'pay', before: registers(before), after: registers(after), isLineSure }).presentedMinor;
  };
  it.each([
    ['all went out', [0x20, 0x24, 0x23, 0x20, 0x24, 0x23, 0x1a], [6, 4], true, [2 * FIVE]],
    ['the same with a line that was away: a return would have waited', [0x20, 0x1a], [6, 4], false, [2 * FIVE]],
    ['a repeat of PAY VALID is the same note', [0x24, 0x23, 0x23, 0x25, 0x1a], [6, 4], true, [FIVE]],
    ['one came back, the line was away', [0x24, 0x23, 0x25, 0x1a], [6, 4], false, [0, 2 * FIVE]],
    ['a power cut', [0x24, 0x23, 0x20, 0x40, 0x1b, 0x1a], [6, 4], true, [FIVE, 2 * FIVE]],
    ['a jam', [0x20, 0x4c], [6, 5], true, [0, FIVE]],
    ['more in the box than before', [0x20, 0x1a], [6, 7], true, []],
  ] as const)('%s', (_, codes, levels, isLineSure, expected) => {
    expect(told(codes, levels, isLineSure)).toEqual(expected);
  });
});

it('readings take any bytes', () => {
  const types = [{ noteType: 0x65, denominationMinor: FIVE, currency: 'KZT' as const }];
  fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), fc.array(fc.uint8Array({ minLength: 1, maxLength: 3 }), { maxLength: 12 }), (bytes, states) => {
    const counts = decodeCounts(bytes);
    const masks = decodeCurrencies(bytes);
    if (counts !== null && masks !== null) for (const level of new BoxTable(masks.map((mask, index) => ({ boxNumber: index + 1, mask, noteCount: counts[index]! })), types, 'KZT').levels()) expect(level.noteCount).toBeGreaterThanOrEqual(0);
    const watch = new PayoutWatch();
    for (const state of states.map((body) => decodeState(body))) {
      watch.see(state);
      if (needsAcknowledgement(state)) expect(isMoving(state)).toBe(true);
    }
    const registers = { levels: [{ denominationMinor: FIVE, noteCount: 3 }], counters: null };
    expect(watch.told({ kind: 'pay', before: registers, after: registers, isLineSure: true }).presentedMinor).toEqual([]);
  }));
});
