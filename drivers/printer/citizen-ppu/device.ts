import { CP866 } from '../../escpos-family/code-pages.ts';
import { CITIZEN_PAPER_BITS, COMMANDS } from '../../escpos-family/codec.ts';
import type { FamilyPrinterOptions } from '../../escpos-family/device.ts';
import { FamilyPrinter } from '../../escpos-family/device.ts';
import type { Dialect } from '../../escpos-family/dialect.ts';
import type { Printer } from '../../interfaces/printer.ts';

/** GS R 0: collect the receipt now. [escpos §7] */
const COLLECT = Uint8Array.of(0x1d, 0x52, 0x30);
const ownText = (n: number) => Uint8Array.of(0x1d, 0x49, n);

const CITIZEN: Dialect = {
  protocol: 'citizen-ppu',
  statusKind: 'realTime',
  paperBits: CITIZEN_PAPER_BITS,
  clearBuffers: COMMANDS.clearBuffers,
  cut: COMMANDS.feedAndCut,
  // The interrupted cut is done then; a second one would push white paper into the receipt. [unverified]
  cutAgain: [COMMANDS.recoverAndContinue],
  automaticStatus: null,
  presenter: { holdInside: null, present: null, retract: COLLECT, eject: null },
  identity: { model: null, firmware: ownText(0x41), serialNumber: ownText(0x44) },
  codePages: [CP866(7)],
  hasQrCommand: true,
};

export function createCitizenPpuPrinter(options: FamilyPrinterOptions): Printer {
  return new FamilyPrinter(CITIZEN, options);
}
