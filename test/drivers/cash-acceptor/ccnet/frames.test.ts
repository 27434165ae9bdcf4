import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CcnetCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { DATA_STATE_CODES, PLAIN_STATE_CODES, COMMAND_CODES, decodeBillTable, decodeCommand, decodeIdentification, decodePollState, encodeCommand } from '../../../../drivers/ccnet-family/codec.ts';
import { decodeCcnet } from '../../../../drivers/ccnet-family/decode.ts';
import type { FrameEvent } from '../../../../drivers/ccnet-family/frames.ts';
import { BODY_BYTES_MAX, FrameReader, encodeFrame } from '../../../../drivers/ccnet-family/frames.ts';

const POLL_FRAME = encodeFrame(3, Uint8Array.of(0x33));
const address = fc.constantFrom(1, 2, 3, 4);
const body = fc.uint8Array({ minLength: 1, maxLength: BODY_BYTES_MAX });

function pushInPieces(reader: FrameReader, bytes: Uint8Array, cuts: readonly number[]): FrameEvent[] {
  const events: FrameEvent[] = [];
  let offset = 0;
  for (const cut of [...cuts, bytes.length]) {
    events.push(...reader.push(bytes.subarray(offset, offset + cut)));
    offset += cut;
  }
  return events;
}

const byteCountOf = (event: FrameEvent) => (event.kind === 'frame' ? event.body.length + 5 : event.byteCount);

describe('FrameReader', () => {
  it('gives back any frame that was encoded, in any cut', () => {
    fc.assert(
      fc.property(address, body, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), (from, sent, cuts) => {
        const events = pushInPieces(new FrameReader(), encodeFrame(from, sent), cuts);
        expect(events).toEqual([{ kind: 'frame', address: from, body: Buffer.from(sent) }]);
      }),
    );
  });

  it('accounts for every byte of anything, in any cut, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 }), (bytes, cuts) => {
        const reader = new FrameReader();
        const told = pushInPieces(reader, bytes, cuts).reduce((sum, event) => sum + byteCountOf(event), 0);
        expect(told + reader.pendingByteCount).toBe(bytes.length);
        const expired = reader.expire().reduce((sum, event) => sum + byteCountOf(event), 0);
        expect(told + expired).toBe(bytes.length);
        expect(reader.pendingByteCount).toBe(0);
      }),
    );
  });

  it('tells the same whatever the cuts', () => {
    const frameOrNoise = fc.oneof(fc.uint8Array({ maxLength: 20 }), body.map((sent) => new Uint8Array(encodeFrame(3, sent.subarray(0, 30)))));
    fc.assert(
      fc.property(fc.array(frameOrNoise, { maxLength: 12 }), fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 30 }), (pieces, cuts) => {
        const bytes = Buffer.concat(pieces);
        const frames = (events: FrameEvent[]) => events.filter((event) => event.kind === 'frame');
        const whole = new FrameReader();
        const cut = new FrameReader();
        expect(frames([...pushInPieces(cut, bytes, cuts), ...cut.expire()])).toEqual(frames([...whole.push(bytes), ...whole.expire()]));
      }),
    );
  });

  it('drops one byte, not the announced length, after a bad CRC', () => {
    // A damaged length announces 9 bytes: the whole good frame lies inside.
    const events = new FrameReader().push(Buffer.concat([Buffer.from([0x02, 0x03, 0x09]), POLL_FRAME]));
    expect(events.at(-1)).toMatchObject({ kind: 'frame', body: Buffer.from([0x33]) });
  });

  it('finds a good frame behind a start that never completes, when the inter-byte time is over', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.concat([Buffer.from([0x02, 0x03, 0xf0]), POLL_FRAME]))).toEqual([]);
    expect(reader.expire().filter((event) => event.kind === 'frame')).toHaveLength(1);
  });

  it('refuses a long frame (length byte 0) as noise and reads on', () => {
    const events = new FrameReader().push(Buffer.concat([Buffer.from([0x02, 0x03, 0x00, 0x10, 0x00]), POLL_FRAME]));
    expect(events[0]).toEqual({ kind: 'noise', reason: 'longFrame', byteCount: 1 });
    expect(events.at(-1)).toMatchObject({ kind: 'frame' });
  });

  it('keeps less than one frame of an endless stream, and a short list', () => {
    const reader = new FrameReader();
    for (let round = 0; round < 200; round++) {
      expect(reader.push(Buffer.alloc(4_096, 0x02)).length).toBeLessThan(10);
      expect(reader.pendingByteCount).toBeLessThan(255);
    }
  });

  it('reads two frames in one chunk as two', () => {
    expect(new FrameReader().push(Buffer.concat([POLL_FRAME, POLL_FRAME]))).toHaveLength(2);
  });

  it('knows only addresses 1 to 4', () => {
    const frame = Buffer.from(POLL_FRAME);
    frame[1] = 7;
    expect(new FrameReader().push(frame)[0]).toEqual({ kind: 'noise', reason: 'badAddress', byteCount: 1 });
  });
});

function commandOf(command: keyof typeof COMMAND_CODES, first: number, second: number): CcnetCommand {
  switch (command) {
    case 'setSecurity':
      return { command, highSecurityMask: first };
    case 'enableBillTypes':
      return { command, enableMask: first, escrowMask: second };
    case 'dispense':
      return { command, notes: [{ billType: first % 24, noteCount: second & 0xff }] };
    case 'unload':
      return { command, cassetteNumber: first & 0x0f, noteCount: second & 0xff };
    case 'setRecyclingCassetteType':
      return { command, cassetteNumber: first & 0x0f, typeCode: second & 0xff };
    default:
      return { command };
  }
}

describe('codec', () => {
  it('decodes what it encodes, each command', () => {
    const mask = fc.integer({ min: 0, max: 0xff_ffff });
    for (const command of Object.keys(COMMAND_CODES) as (keyof typeof COMMAND_CODES)[]) {
      fc.assert(
        fc.property(mask, mask, (first, second) => {
          const made = commandOf(command, first, second);
          expect(decodeCommand(encodeCommand(made))).toEqual(made);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('refuses a mask of more than 24 bits', () => {
    expect(() => encodeCommand({ command: 'setSecurity', highSecurityMask: 0x100_0000 })).toThrow(/24 bits/);
    expect(() => encodeCommand({ command: 'setSecurity', highSecurityMask: -1 })).toThrow(/24 bits/);
  });

  it('has no code twice in its tables', () => {
    const states = [...Object.values(PLAIN_STATE_CODES), ...Object.values(DATA_STATE_CODES)];
    expect(new Set(states).size).toBe(states.length);
    expect(new Set(Object.values(COMMAND_CODES)).size).toBe(Object.values(COMMAND_CODES).length);
  });

  it('finds some state in any reply and carries unknown codes through', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 250 }), (bytes) => void expect(decodePollState(bytes).state).toBeTypeOf('string')));
    expect(decodePollState(Uint8Array.of(0x7e, 1))).toEqual({ state: 'unknown', code: 0x7e, rawHex: '7e01' });
    expect(decodePollState(Uint8Array.of(0x81))).toMatchObject({ state: 'unknown', code: 0x81 });
    expect(decodePollState(Uint8Array.of(0x80, 24))).toMatchObject({ state: 'unknown' });
    // The end of a note is told and acknowledged whatever it names, else the device says nothing else any more.
    expect(decodePollState(Uint8Array.of(0x81, 24))).toEqual({ state: 'billStacked', billType: 24 });
    expect(decodePollState(Uint8Array.of(0x81, 4, 0))).toEqual({ state: 'billStacked', billType: 4 });
    // IDENTIFICATION of a unit whose part number begins with B, bill table whose first note is 20: late answers.
    expect(decodePollState(Buffer.from('BV-RU1353'.padEnd(34)))).toMatchObject({ state: 'unknown', code: 0x42 });
    expect(decodePollState(Buffer.alloc(120, 0x14))).toMatchObject({ state: 'unknown', code: 0x14 });
    expect(decodePollState(Uint8Array.of(0x81, 23))).toEqual({ state: 'billStacked', billType: 23 });
  });

  it('takes a bill table and an identification of their exact length only', () => {
    expect(decodeBillTable(new Uint8Array(119))).toBeNull();
    expect(decodeBillTable(new Uint8Array(121))).toBeNull();
    expect(decodeBillTable(new Uint8Array(120))).toEqual([]);
    expect(decodeIdentification(new Uint8Array(33))).toBeNull();
    expect(decodeIdentification(new Uint8Array(35))).toBeNull();
  });
});

describe('decodeCcnet', () => {
  it('accounts for every byte of any capture', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        const told = decodeCcnet(bytes).reduce((sum, piece) => sum + (piece.kind === 'noise' ? piece.byteCount : piece.bodyHex.length / 2 + 5), 0);
        expect(told).toBe(bytes.length);
      }),
    );
  });

  it('reads 30 as RESET from the host and as ILLEGAL COMMAND after a STACK', () => {
    const pieces = decodeCcnet(Buffer.concat([[0x30], [0x00], [0x35], [0x30]].map((sent) => encodeFrame(3, Uint8Array.from(sent)))));
    expect(pieces.map((piece) => (piece.kind === 'frame' ? piece.decoded : null))).toEqual([{ command: 'reset' }, { response: 'ack' }, { command: 'stack' }, { response: 'illegalCommand' }]);
  });
});
