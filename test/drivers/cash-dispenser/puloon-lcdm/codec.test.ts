import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bccXor } from '../../../../drivers/checks/bcc-xor.ts';
import type { LcdmCommand } from '../../../../drivers/cash-dispenser/puloon-lcdm/codec.ts';
import { ERROR_BYTES, decodeLcdmResponse, decodeSensors, encodeLcdmCommand, errorRowOf } from '../../../../drivers/cash-dispenser/puloon-lcdm/codec.ts';
import { decodeLcdm } from '../../../../drivers/cash-dispenser/puloon-lcdm/decode.ts';
import type { PuloonEvent } from '../../../../drivers/puloon-family/frames.ts';
import { createFrameReader } from '../../../../drivers/cash-dispenser/puloon-lcdm/frames.ts';
import { HostReader, buildResponse } from '../../../../simulators/cash-dispenser/puloon-lcdm/wire.ts';
import golden from '../../../vectors/puloon-lcdm.json' with { type: 'json' };

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const toDevice = golden.vectors.filter((vector) => vector.to === 'device');
const toHost = golden.vectors.filter((vector) => vector.to === 'host');

function byteCountOf(event: PuloonEvent): number {
  switch (event.kind) {
    case 'response': return event.data.length + 6;
    case 'noteEvent': return 3;
    case 'noise': return event.byteCount;
    default: return 1;
  }
}

describe('golden frames of dialect A', () => {
  it.each(toDevice)('driver encodes and simulator reads: $name', ({ hex, decoded }) => {
    const bytes = bytesOf(hex);
    expect(encodeLcdmCommand(decoded as LcdmCommand).toString('hex')).toBe(bytes.toString('hex'));
    expect(new HostReader().push(bytes)).toEqual([{ kind: 'command', opcode: bytes[3], digits: bytes.subarray(4, -2).toString('latin1') }]);
  });

  it.each(toHost)('driver reads and simulator builds: $name', ({ hex, decoded }) => {
    const bytes = bytesOf(hex);
    const [event, ...more] = createFrameReader().push(bytes);
    expect(more).toEqual([]);
    if (event?.kind !== 'response') throw new Error('not a response');
    expect(decodeLcdmResponse(event.command, event.data)).toEqual({ ok: true, value: decoded });
    expect(buildResponse(bytes[3]!, [...bytes.subarray(4, -2)])).toEqual([...bytes]);
  });

  it('accepts hex letters of the ROM checksum as 3A to 3F too', () => {
    expect(decodeLcdmResponse(0x47, Buffer.from('T30T;56='))).toMatchObject({ ok: true, value: { checksum: 'B56D' } });
    expect(decodeLcdmResponse(0x47, Buffer.from('T30TB56D'))).toMatchObject({ ok: true, value: { checksum: 'B56D' } });
  });
});

describe('frame reader', () => {
  it('reads a status whose SENSOR1 is 03, the code of ETX', () => {
    const frame = Buffer.from(buildResponse(0x46, [0x30, 0x30, 0x80, 0x03]));
    expect(createFrameReader().push(frame)).toMatchObject([{ kind: 'response', command: 0x46 }]);
  });

  it('tells events, idle bytes and acknowledgements apart', () => {
    const stream = Buffer.concat([bytesOf('FF 06 FF 01 8D 00 01 9C 38'), bytesOf(toHost[6]!.hex), bytesOf('15')]);
    expect(createFrameReader().push(stream).map((event) => event.kind)).toEqual(['noise', 'ack', 'noise', 'noteEvent', 'noteEvent', 'response', 'nak']);
  });

  it('takes nothing out of a damaged response for an answer', () => {
    // BCC damaged into 06, counts damaged into 15: neither is an ACK or a NAK.
    const damaged = bytesOf('01 50 02 45 30 31 15 31 31 30 30 30 03 06');
    expect(createFrameReader().push(damaged)).toEqual([{ kind: 'noise', reason: 'badBcc', byteCount: 14 }]);
  });

  it('accounts for every byte of any stream in any cut, and never throws', () => {
    const piece = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(...toHost.map((vector) => Uint8Array.from(bytesOf(vector.hex)))), fc.constantFrom(Uint8Array.of(6), Uint8Array.of(0xff), Uint8Array.of(1, 0x8d, 0)));
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (pieces, cuts) => {
      const bytes = Buffer.concat(pieces);
      const whole = createFrameReader();
      const wholeEvents = [...whole.push(bytes), ...whole.expire()];
      const cut = createFrameReader();
      const cutEvents = [];
      for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
        const size = cuts[turn % cuts.length]!;
        cutEvents.push(...cut.push(bytes.subarray(offset, offset + size)));
        offset += size;
      }
      cutEvents.push(...cut.expire());
      const sum = (events: typeof wholeEvents) => events.reduce((total, event) => total + byteCountOf(event), 0);
      expect(sum(wholeEvents)).toBe(bytes.length);
      expect(sum(cutEvents)).toBe(bytes.length);
      expect(cutEvents.filter((event) => event.kind !== 'noise')).toEqual(wholeEvents.filter((event) => event.kind !== 'noise'));
    }));
  });

  it('finds every good response between idle bytes, whatever the cut', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...toHost), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 30 }), (vectors, size) => {
      const bytes = Buffer.concat(vectors.map((vector) => Buffer.concat([Buffer.of(0xff), bytesOf(vector.hex)])));
      const reader = createFrameReader();
      const events = [];
      for (let offset = 0; offset < bytes.length; offset += size) events.push(...reader.push(bytes.subarray(offset, offset + size)));
      expect(events.filter((event) => event.kind === 'response')).toHaveLength(vectors.length);
    }));
  });
});

describe('tables', () => {
  it('have the check value of the sheet and unique codes', () => {
    expect(bccXor(bytesOf('04 50 02 44 03'))).toBe(0x11);
    expect(ERROR_BYTES.size).toBe(30);
    expect(errorRowOf(0x6e)).toMatchObject({ class: 'hardware', code: 'CDM_FAILURE' });
  });

  it('reads the sensors of an LCDM-2000', () => {
    expect(decodeSensors(0x80, 0x00)).toEqual({ isCheckBlocked: false, isDiverterBlocked: false, isEjectBlocked: false, isExitBlocked: false, isUpperNearEnd: false, isLowerNearEnd: false, isUpperPresent: true, isLowerPresent: true, isRejectTrayPresent: true });
    expect(decodeSensors(0xa0, 0x66)).toMatchObject({ isExitBlocked: true, isUpperPresent: false, isLowerPresent: false, isLowerNearEnd: true, isRejectTrayPresent: false });
    expect(decodeSensors(0x80, 0x18)).toMatchObject({ isCheckBlocked: true });
  });
});

describe('decodeLcdm', () => {
  it('names both directions and what is noise', () => {
    expect(decodeLcdm(bytesOf('04 50 02 45 31 30 03 11 06 00'), 'host')).toEqual([{ kind: 'command', command: 'DISPENSE_UPPER', counts: '10', isBccGood: true }, { kind: 'ack' }, { kind: 'noise', reason: 'noStart', byteCount: 1 }]);
    expect(decodeLcdm(bytesOf('06 01 8D 00 01 50 02 44 4E 03 5A'), 'device')).toMatchObject([{ kind: 'ack' }, { kind: 'event', event: 'noteDispensed' }, { kind: 'response', command: 'PURGE', error: 'purge error, jam at DIV' }]);
  });
});
