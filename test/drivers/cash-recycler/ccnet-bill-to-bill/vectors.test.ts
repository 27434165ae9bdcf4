/** Golden frames of the cassettes through driver and simulator [ccnet §16], and readings that take any bytes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWhole, toldOf, unitEventOf } from '../../../../drivers/cash-recycler/ccnet-bill-to-bill/unit-states.ts';
import { CassetteTable } from '../../../../drivers/cash-recycler/ccnet-bill-to-bill/cassettes.ts';
import { decodeCassettes, decodePairs, stackedType } from '../../../../drivers/ccnet-family/cassette-codec.ts';
import type { CcnetCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { decodePollState, encodeCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { decodeCcnet } from '../../../../drivers/ccnet-family/decode.ts';
import { encodeFrame } from '../../../../drivers/ccnet-family/frames.ts';
import { mixOf } from '../../../../drivers/life/note-mix.ts';
import { HostReader, frameOf } from '../../../../simulators/ccnet-family/wire.ts';

interface Vector {
  readonly name: string;
  readonly to: 'device' | 'host';
  readonly hex: string;
  readonly asked?: string;
  readonly decoded: Readonly<Record<string, unknown>>;
}

const ADDRESS = 1;
const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/ccnet-bill-to-bill.json', import.meta.url), 'utf8')) as { readonly vectors: readonly Vector[] };
const bytesOf = ({ hex }: Vector) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('golden frames', () => {
  it.each(vectors)('$name ($to) means what the sheet says, and has the same bytes in both encoders', (vector) => {
    const bytes = bytesOf(vector);
    const asked = vector.asked === undefined ? Buffer.alloc(0) : encodeFrame(ADDRESS, encodeCommand({ command: vector.asked as 'poll' }));
    const piece = decodeCcnet(Buffer.concat([asked, bytes]), vector.to === 'device' ? 'toDevice' : undefined).at(-1);
    if (piece?.kind !== 'frame') throw new Error('not a frame');
    expect(piece).toMatchObject({ address: ADDRESS, decoded: vector.decoded });
    const body = bytes.subarray(3, -2);
    expect(encodeFrame(ADDRESS, body)).toEqual(bytes);
    expect(frameOf(ADDRESS, [...body])).toEqual(Uint8Array.from(bytes));
    if (vector.to === 'device') {
      expect(encodeFrame(ADDRESS, encodeCommand(vector.decoded as unknown as CcnetCommand))).toEqual(bytes);
      expect(new HostReader(ADDRESS).push(bytes)).toEqual([{ kind: 'command', code: body[0], data: [...body.subarray(1)] }]);
    }
  });
});

describe('the byte of 81', () => {
  const isKnownType = (billType: number) => billType >= 2 && billType <= 8;
  it.each([
    ['the type alone', 0x04, null, 4],
    ['type and drop cassette', 0x40, null, 4],
    ['type and cassette 2', 0x42, null, 4],
    ['the type that was in escrow, however it is read', 0x06, 6, 6],
    ['another type than that in escrow: the told one', 0x52, 4, 5],
    ['nothing that the table knows: what was in escrow', 0xff, 4, 4],
    ['nothing that the table knows, and no escrow', 0xff, null, null],
  ])('%s', (_, byte, escrowedType, type) => {
    expect(stackedType(byte, { escrowedType, isKnownType })).toBe(type);
  });

  it('is left open where the table knows both readings', () => {
    expect(stackedType(0x10, { escrowedType: null, isKnownType: (billType) => billType === 1 || billType === 16 })).toBeNull();
  });
});

describe('25 held against the counts', () => {
  const bills = [{ billType: 6, denominationMinor: 500_000, currency: 'KZT' as const }];
  const told = (dataHex: string, [before, after]: readonly [number, number], orderedCount = 3) => toldOf({ event: 'dispensed', dataHex }, {
    kind: 'pay', orderedCount, bills, before: { levels: [{ denominationMinor: 500_000, noteCount: before }], counters: null }, after: { levels: [{ denominationMinor: 500_000, noteCount: after }], counters: null },
  }).presentedMinor;
  it.each([
    ['what left the cassettes went out', '', [10, 7], [1_500_000]],
    ['fewer left them: those went out', '', [10, 8], [1_000_000]],
    ['more left them than were ordered: nothing is known', '', [10, 6], []],
    ['more came to lie in them: nothing is known', '', [10, 11], []],
    ['data that cannot be read say nothing', '0017ff', [10, 7], [1_500_000]],
    ['pairs that agree', '0603', [10, 7], [1_500_000]],
    ['pairs that do not agree leave both', '0602', [10, 7], [1_500_000, 1_000_000]],
    ['pairs of a kind that the table does not know say nothing', '0103', [10, 7], [1_500_000]],
    ['pairs where the counts say too many', '0603', [10, 6], [1_500_000]],
  ] as const)('%s', (_, dataHex, levels, expected) => {
    expect(told(dataHex, levels)).toEqual(expected);
  });
});

it('a late cassette status is no state, a state of the wrong length neither', () => {
  for (const hex of ['820a84059f00', '80028002', '10109f00', '8104ff', '81', '1400']) expect(isWhole(Buffer.from(hex, 'hex'))).toBe(false);
  for (const hex of ['8104', '14', '1200', '12', '1d00', '25', '25060300', '4873']) expect(isWhole(Buffer.from(hex, 'hex'))).toBe(true);
});

it('readings take any bytes', () => {
  const bills = [{ billType: 2, denominationMinor: 20_000, currency: 'KZT' as const }, { billType: 3, denominationMinor: 50_000, currency: 'KZT' as const }];
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 500_000 }), (bytes, amountMinor) => {
    isWhole(bytes);
    const event = unitEventOf(decodePollState(bytes));
    const payout = { kind: 'pay' as const, before: { levels: [], counters: null }, after: { levels: [], counters: null }, orderedCount: 3, bills };
    for (const sumMinor of toldOf(event, payout).presentedMinor) expect(sumMinor).toBeGreaterThanOrEqual(0);
    decodePairs(bytes);
    const cassettes = decodeCassettes(bytes);
    if (cassettes === null) return;
    const table = new CassetteTable(cassettes, bills);
    const levels = table.levels();
    expect(levels).toHaveLength(2);
    const mix = mixOf(levels, amountMinor);
    if (mix !== null) {
      expect(mix.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0)).toBe(amountMinor);
      expect(table.pairsFor(mix)?.reduce((sum, pair) => sum + pair.noteCount, 0) ?? 0).toBe(mix.reduce((sum, note) => sum + note.noteCount, 0));
    }
    const kept = levels.map((level) => ({ ...level, noteCount: Math.min(level.noteCount, 3) }));
    const above = table.above(kept).reduce((sum, { noteCount }) => sum + noteCount, 0);
    expect(above).toBe(levels.reduce((sum, { noteCount }) => sum + noteCount, 0) - kept.reduce((sum, { noteCount }) => sum + noteCount, 0));
  }));
});
