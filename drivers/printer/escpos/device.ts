import { CP866 } from '../../escpos-family/code-pages.ts';
import { COMMANDS, EPSON_PAPER_BITS } from '../../escpos-family/codec.ts';
import type { FamilyPrinterOptions } from '../../escpos-family/device.ts';
import { FamilyPrinter } from '../../escpos-family/device.ts';
import type { Dialect } from '../../escpos-family/dialect.ts';
import type { Printer } from '../../interfaces/printer.ts';

/** What every maker obeys: four status bytes, raster, cut. */
const GENERIC: Dialect = {
  protocol: 'escpos',
  statusKind: 'realTime',
  paperBits: EPSON_PAPER_BITS,
  clearBuffers: COMMANDS.clearBuffers,
  cut: COMMANDS.feedAndCut,
  cutAgain: [COMMANDS.recoverAndContinue, COMMANDS.cut],
  automaticStatus: null,
  presenter: null,
  identity: null,
  codePages: [CP866(17)],
  // Custom gives the function another meaning. [escpos §5]
  hasQrCommand: false,
};

export function createEscposPrinter(options: FamilyPrinterOptions): Printer {
  return new FamilyPrinter(GENERIC, options);
}
