/** Golden frames of the payout commands through driver and simulator [ssp §7, §16], and codecs that take any bytes. */
import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortEvents } from '../../../../drivers/cash-recycler/ssp-smart-payout/payout-events.ts';
import { decodePoll } from '../../../../drivers/ssp-family/codec.ts';
import { decodeSsp } from '../../../../drivers/ssp-family/decode.ts';
import { EsspSession } from '../../../../drivers/ssp-family/encryption.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/ssp-family/frames.ts';
import { COMMIT, byDenomination, decodeCounters, decodeLevels, valueBytes, valueOf } from '../../../../drivers/ssp-family/payout-codec.ts';
import { HostReader, ciphersOf, frameOf, longBytes, open, seal } from '../../../../simulators/cash-acceptor/ssp/wire.ts';

const file = JSON.parse(readFileSync(new URL('../../../vectors/ssp-smart-payout.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly { readonly name: string; readonly to: 'device' | 'host'; readonly hex: string; readonly decoded: object }[];
  readonly levels: { readonly hex: string; readonly frame: string; readonly decoded: object };
  readonly encrypted: {
    readonly fixedKey: string;
    readonly negotiatedKey: string;
    readonly steps: readonly { readonly name: string; readonly from: 'host' | 'device'; readonly count: number; readonly data: string; readonly block: string; readonly frame: string }[];
  };
  readonly polls: readonly { readonly name: string; readonly hex: string; readonly decoded: readonly object[]; readonly valueMinor: number }[];
};
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const [FIXED, KEY] = [BigInt(`0x${file.encrypted.fixedKey}`), BigInt(`0x${file.encrypted.negotiatedKey}`)];
const zeros = (byteCount: number) => new Uint8Array(byteCount);

describe('golden frames', () => {
  it.each(file.vectors)('$name ($to) means what the sheet says, and has the same bytes in both encoders', ({ to, hex: text, decoded }) => {
    const bytes = hex(text);
    const [piece] = decodeSsp(bytes, to === 'device' ? 'host' : 'device') as { readonly flag: number; readonly address: number; readonly dataHex: string; readonly decoded: unknown }[];
    expect(piece!.decoded).toEqual(decoded);
    const data = Buffer.from(piece!.dataHex, 'hex');
    expect(encodeFrame({ flag: piece!.flag, address: piece!.address, data })).toEqual(bytes);
    expect(frameOf((piece!.flag << 7) | piece!.address, [...data])).toEqual(Uint8Array.from(bytes));
    expect(new HostReader().push(bytes)).toEqual([{ sequence: (piece!.flag << 7) | piece!.address, data: [...data] }]);
  });

  it('the payout commands are built as published', () => {
    expect(Buffer.from([0x33, ...valueBytes(500, 'EUR'), COMMIT])).toEqual(hex('33 F4 01 00 00 45 55 52 58'));
    expect(Buffer.from([0x46, ...byDenomination([{ denominationMinor: 100, noteCount: 4 }, { denominationMinor: 10, noteCount: 5 }], 'EUR', COMMIT)])).toEqual(hex('46 02 04 00 64 00 00 00 45 55 52 05 00 0A 00 00 00 45 55 52 58'));
  });

  it('levels are read as published', () => {
    expect(decodeLevels(hex(file.levels.hex).subarray(1))).toEqual(file.levels.decoded);
    expect(frameOf(0x80, [...hex(file.levels.hex)])).toEqual(Uint8Array.from(hex(file.levels.frame)));
  });

  it('the encrypted payout of the worked example is the same bytes in driver and simulator, step by step', () => {
    const ciphers = ciphersOf(FIXED, KEY);
    const session = new EsspSession({ fixedKey: FIXED, negotiatedKey: KEY, random: { bytes: zeros } });
    for (const { name, from, count, data, block, frame } of file.encrypted.steps) {
      const bytes = hex(frame);
      const [packet] = createFrameReader().push(bytes);
      if (packet?.kind !== 'frame') throw new Error(`${name} is no frame`);
      if (from === 'host') expect(session.seal(hex(data)), name).toEqual(packet.data);
      else expect(session.open(packet.data), name).toEqual(hex(data));
      expect(encodeFrame(packet), name).toEqual(bytes);
      expect(Buffer.from(seal(ciphers, count, [...hex(data)], zeros)), name).toEqual(packet.data);
      expect(open(ciphers, [...packet.data]), name).toEqual({ count, data: [...hex(data)] });
      expect(frameOf((packet.flag << 7) | packet.address, [...packet.data]), name).toEqual(Uint8Array.from(bytes));
      const decipher = createDecipheriv('aes-128-ecb', Uint8Array.from([...longBytes(FIXED), ...longBytes(KEY)]), null).setAutoPadding(false);
      expect(Buffer.concat([decipher.update(packet.data.subarray(1)), decipher.final()]), name).toEqual(hex(block));
    }
  });

  it.each(file.polls)('$name', ({ hex: text, decoded, valueMinor }) => {
    const events = decodePoll(hex(text).subarray(1));
    expect(events).toEqual(decoded);
    expect(valueOf(events[0]!, 'EUR')).toBe(valueMinor);
  });

  it('a power cut in a payout of 10.00 as the sheet has it: what was paid, and the note to the stacker is no customer’s', () => {
    const events = decodePoll(hex('F1 DC 01 F4 01 00 00 E8 03 00 00 45 55 52 CA F4 01 00 00 45 55 52 E8'));
    expect(valueOf(events[1]!, 'EUR')).toBe(500);
    const news = sortEvents(events, { currency: 'EUR', isPathOfPayout: false });
    expect(news).toMatchObject({ told: { presentedMinor: [500], stoppedBy: 'CDM_PICK_FAILURE' }, isHeld: true, isCutPayout: true });
    expect(news.notes.map(({ event }) => event)).not.toContain('atResetIntoStacker');
    // The same event without a payout is a note on its way in.
    expect(sortEvents(decodePoll(hex('CA F4 01 00 00 45 55 52')), { currency: 'EUR', isPathOfPayout: false }).notes).toHaveLength(1);
  });

  it('a note pushed out at power-up leaves two sums open', () => {
    expect(sortEvents(decodePoll(hex('DC 01 F4 01 00 00 E8 03 00 00 45 55 52 CD F4 01 00 00 45 55 52')), { currency: 'EUR', isPathOfPayout: false }).told?.presentedMinor).toEqual([500, 1000]);
  });

  it('a note of a cut float that was pushed out does not count as brought to the box', () => {
    expect(sortEvents(decodePoll(hex('DD 01 00 00 00 00 E8 03 00 00 45 55 52 CD F4 01 00 00 45 55 52')), { currency: 'EUR', isPathOfPayout: false }).told?.presentedMinor).toEqual([500]);
  });
});

it('codecs and events take any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    const data = Buffer.from(bytes);
    for (const level of decodeLevels(data) ?? []) expect(level.noteCount).toBeGreaterThanOrEqual(0);
    decodeCounters(data);
    const events = decodePoll(bytes);
    for (const event of events) expect(valueOf(event, 'KZT') ?? 0).toBeGreaterThanOrEqual(0);
    for (const isPathOfPayout of [false, true]) expect(sortEvents(events, { currency: 'KZT', isPathOfPayout }).transferredMinor.every((value) => value > 0)).toBe(true);
  }));
});
