import { CP866, WPC1251 } from '../../escpos-family/code-pages.ts';
import { COMMANDS, EPSON_PAPER_BITS } from '../../escpos-family/codec.ts';
import type { FamilyPrinterOptions } from '../../escpos-family/device.ts';
import { FamilyPrinter } from '../../escpos-family/device.ts';
import type { Dialect } from '../../escpos-family/dialect.ts';
import type { Printer } from '../../interfaces/printer.ts';

/** GS a: drawer, on-line state, errors, paper. */
const AUTOMATIC_STATUS = Uint8Array.of(0x1d, 0x61, 0x0f);
const ownText = (n: number) => Uint8Array.of(0x1d, 0x49, n);

const EPSON: Dialect = {
  protocol: 'epson-tm',
  statusKind: 'realTime',
  paperBits: EPSON_PAPER_BITS,
  clearBuffers: COMMANDS.clearBuffers,
  cut: COMMANDS.feedAndCut,
  cutAgain: [COMMANDS.recoverAndContinue, COMMANDS.cut],
  automaticStatus: AUTOMATIC_STATUS,
  presenter: null,
  identity: { model: ownText(67), firmware: ownText(65), serialNumber: ownText(68) },
  codePages: [CP866(17), WPC1251],
  hasQrCommand: true,
};

export function createEpsonTmPrinter(options: FamilyPrinterOptions): Printer {
  return new FamilyPrinter(EPSON, options);
}
