import { describe, expect, it } from 'vitest';
import citizen from '../../vectors/citizen-ppu.json' with { type: 'json' };
import custom from '../../vectors/custom-vkp80.json' with { type: 'json' };
import epson from '../../vectors/epson-tm.json' with { type: 'json' };
import escpos from '../../vectors/escpos.json' with { type: 'json' };
import { CP866, CUSTOM_KZT, encodeText, WPC1251 } from '../../../drivers/escpos-family/code-pages.ts';
import { CITIZEN_PAPER_BITS, decodeAutomaticStatus, decodeFullStatus, decodeRealTime } from '../../../drivers/escpos-family/codec.ts';
import { createReplyReader } from '../../../drivers/escpos-family/frames.ts';
import type { PrintPart } from '../../../drivers/interfaces/printer.ts';
import { CommandReader } from '../../../simulators/escpos-family/wire.ts';
import { createPrinterWorld, dotsOfPng, PRINTER_PROTOCOLS } from '../../support/printer-bench.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)));
const clean = decodeRealTime([0x12, 0x12, 0x12, 0x12]);
const PICTURE = { widthDots: 16, heightDots: 2, bytes: bytesOf('FF FF 80 01') };

describe('golden frames of the dialects', () => {
  it.each([...custom.vectors, ...citizen.vectors, ...epson.vectors].filter(({ to }) => to === 'device'))('the simulator hears $name', ({ hex, wire }) => {
    expect(new CommandReader().push(bytesOf(hex))).toMatchObject([wire!]);
  });

  it.each(custom.vectors.filter(({ to }) => to === 'host'))('six bytes: $name', ({ hex, status }) => {
    const bytes = [...bytesOf(hex)];
    expect(createReplyReader().push(bytesOf(hex))).toEqual([{ kind: 'fullStatus', bytes }]);
    expect(decodeFullStatus(bytes)).toEqual({ ...clean, ...status });
  });

  it.each(citizen.vectors.filter(({ to }) => to === 'host'))('Citizen $name', ({ hex, status }) => {
    expect(decodeRealTime([0x12, 0x12, 0x12, bytesOf(hex)[0]!], CITIZEN_PAPER_BITS)).toEqual({ ...clean, ...status });
  });

  it.each(epson.vectors.filter(({ to }) => to === 'host'))('$name', ({ hex, status }) => {
    const bytes = [...bytesOf(hex)];
    expect(createReplyReader().push(bytesOf(hex))).toEqual([{ kind: 'automaticStatus', bytes }]);
    expect(decodeAutomaticStatus(bytes)).toEqual({ ...clean, ...status });
  });

  it.each([...custom.texts.map((text) => ({ ...text, page: CUSTOM_KZT })), { ...escpos.texts[0]!, page: CP866(17) }, { ...escpos.texts[3]!, page: WPC1251 }])('writes $name', ({ text, hex, page }) => {
    expect(encodeText(text, [page])).toEqual({ page, bytes: bytesOf(hex) });
  });
});

describe('parts of a receipt', () => {
  const text = (words: string): PrintPart => ({ kind: 'text', text: words, picture: PICTURE });
  const textOnPaper = async (protocol: (typeof PRINTER_PROTOCOLS)[number], parts: readonly PrintPart[]) => {
    const world = await createPrinterWorld({ seed: 1, protocol });
    expect((await world.settle(world.printer.printParts!({ parts }))).kind).toBe('completed');
    return { world, text: world.control({ do: 'receiptText', index: 0 }) as string };
  };

  it.each(PRINTER_PROTOCOLS)('%s prints letters it has as text', async (protocol) => {
    expect((await textOnPaper(protocol, [text('Квитанция 1 500')])).text).toBe('Квитанция 1 500\n');
  });

  it('prints a line with one letter that no table has as its picture, and replaces none', async () => {
    const { world, text: words } = await textOnPaper('epson-tm', [text('Сумма'), text('1 500 ₸')]);
    expect(words).toBe('Сумма\n');
    const { bytes } = dotsOfPng(world.control({ do: 'receiptPng', index: 0 }) as string);
    expect(bytes.subarray(bytes.length - 144, bytes.length - 142)).toEqual(Uint8Array.of(0xff, 0xff));
    expect(encodeText('Қазақстан', [CP866(17), WPC1251])).toBeNull();
  });

  it('prints Kazakh as text where the firmware font has it', async () => {
    expect((await textOnPaper('custom-vkp80', [text('Қазақстан')])).text).toBe('Қазақстан\n');
  });

  it('prints a QR code by command where it means one, else as its picture', async () => {
    const qrCode: PrintPart = { kind: 'qrCode', data: 'https://kiosk.example/r/1', moduleDots: 5, errorCorrection: 'M', picture: PICTURE };
    expect((await textOnPaper('epson-tm', [qrCode])).text).toBe('[QR https://kiosk.example/r/1]\n');
    expect((await textOnPaper('custom-vkp80', [qrCode])).text).toBe('');
  });

  it('refuses what cannot be a receipt', async () => {
    const world = await createPrinterWorld({ seed: 1, protocol: 'epson-tm' });
    const jobs: readonly (readonly PrintPart[])[] = [[], [text('a\nb')], [{ kind: 'qrCode', data: '', moduleDots: 3, errorCorrection: 'L', picture: PICTURE }], [{ kind: 'text', text: 'a', picture: { ...PICTURE, heightDots: 3 } }]];
    for (const parts of jobs) expect(await world.settle(world.printer.printParts!({ parts }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });
});

describe('what Epson and Citizen tell of themselves', () => {
  it('status comes unasked: sooner than the next look', async () => {
    const world = await createPrinterWorld({ seed: 2, protocol: 'epson-tm' });
    await world.clock.advance(100);
    for (const { hands, status } of epson.vectors.filter(({ to }) => to === 'host')) {
      if (hands === undefined || hands.length === 0) continue;
      const own = await createPrinterWorld({ seed: 3, protocol: 'epson-tm' });
      await own.clock.advance(100);
      for (const hand of hands) own.control(hand as never);
      await own.clock.advance(200);
      if (status !== undefined && 'isOffline' in status) expect(own.printer.status().state).toBe('faulty');
      else expect(own.printer.isPaperLow).toBe(true);
    }
  });

  it('texts of identity', async () => {
    const world = await createPrinterWorld({ seed: 4, protocol: 'epson-tm' });
    expect(world.printer.status()).toMatchObject({ model: 'TM-T88V', firmware: '1.04 ESC/POS', serialNumber: 'SIM0000427' });
    expect((await createPrinterWorld({ seed: 4, protocol: 'citizen-ppu' })).printer.status()).toMatchObject({ firmware: 'V1.12', serialNumber: 'SIM0000428' });
  });
});
