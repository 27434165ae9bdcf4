/** Frames and codec of ID-003 take any bytes, in any cut. [id003 §2, §3] */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_CODES, REQUEST_CODES, SETTING_CODES, decodeCommand, decodeCurrencyTable, decodeState, decodeVersion, encodeCommand } from '../../../../drivers/id003-family/codec.ts';
import type { Id003Command, Operation, Request, Setting } from '../../../../drivers/id003-family/codec.ts';
import { decodeId003 } from '../../../../drivers/id003-family/decode.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/id003-family/frames.ts';
import { frameOf } from '../../../../simulators/cash-acceptor/id003/wire.ts';
import { holdFrameProperties } from '../../../support/frame-properties.ts';

const bytesOf = (lengths: { readonly minLength: number; readonly maxLength: number }) => fc.uint8Array(lengths).map((bytes) => Buffer.from(bytes));

describe('frames', () => {
  holdFrameProperties({
    frames: bytesOf({ minLength: 1, maxLength: 251 }).map((body) => ({ kind: 'frame', body })),
    encode: ({ body }) => encodeFrame(body),
    createReader: createFrameReader,
    wireOf: ({ body }) => frameOf([...body]),
    lengthPlaces: () => [1],
  });
});

describe('codec', () => {
  const data = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 8 });
  const command: fc.Arbitrary<Id003Command> = fc.oneof(
    fc.constantFrom<Operation | Request | 'ack'>(...(Object.keys(OPERATION_CODES) as Operation[]), ...(Object.keys(REQUEST_CODES) as Request[]), 'ack').map((name) => ({ command: name })),
    fc.record({ command: fc.constantFrom(...(Object.keys(SETTING_CODES) as Setting[])), data }),
    fc.record({ command: fc.constant('recycler' as const), data }),
  );

  it('decodes what it encodes, each command', () => {
    fc.assert(fc.property(command, (sent) => {
      expect(decodeCommand(encodeCommand(sent))).toEqual(sent);
    }));
  });

  it('finds some state in any answer, and only whole notes in any table', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 251 }), fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(0x8a, ...bytes))), (bytes) => {
      const state = decodeState(bytes);
      expect(state.state).toBeTypeOf('string');
      if (state.state === 'unknown') expect(state.rawHex).toBe(Buffer.from(bytes).toString('hex'));
      for (const { escrowCode, mantissa, exponent } of decodeCurrencyTable(bytes) ?? []) {
        expect(escrowCode).toSatisfy((code: number) => code >= 0x61 && code <= 0x68);
        expect(Number.isSafeInteger(mantissa * 10 ** exponent * 100)).toBe(true);
      }
      expect(decodeVersion(bytes)?.firmware ?? '').toMatch(/^[ -~]*$/);
      if (bytes.length > 0) decodeCommand(bytes);
    }));
  });

  it('finds words for any capture, of either side', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('host' as const, 'device' as const), (bytes, from) => {
      expect(decodeId003(Buffer.from(bytes), from).length).toBeLessThanOrEqual(bytes.length);
    }));
  });
});
