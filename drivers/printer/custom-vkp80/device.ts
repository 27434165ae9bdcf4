import { CP866, CUSTOM_KZT } from '../../escpos-family/code-pages.ts';
import { COMMANDS, EPSON_PAPER_BITS } from '../../escpos-family/codec.ts';
import type { FamilyPrinterOptions } from '../../escpos-family/device.ts';
import { FamilyPrinter } from '../../escpos-family/device.ts';
import type { Dialect } from '../../escpos-family/dialect.ts';
import type { Printer } from '../../interfaces/printer.ts';

/** Executed even when busy, and the way out of a half-sent picture. [escpos §2, §9] */
const HARDWARE_RESET = Uint8Array.of(0x1c, 0xc0, 0x18, 0x10, 0x14, 0x1a);
const EJECTOR = 0x65;
/** [escpos §7] */
const HOLD_INSIDE = Uint8Array.of(0x1d, EJECTOR, 0x12);
const RETRACT = Uint8Array.of(0x1d, EJECTOR, 0x02);
const EJECT = Uint8Array.of(0x1d, EJECTOR, 0x05);

export interface CustomVkp80Options extends FamilyPrinterOptions {
  /** How far the receipt is pushed out; steps of about 7.3 mm. [unverified] */
  readonly presentSteps: number;
  /** The firmware font with Kazakh letters is loaded. Without it Kazakh lines go as pictures. */
  readonly hasKazakhFont: boolean;
}

function dialectOf({ presentSteps, hasKazakhFont }: CustomVkp80Options): Dialect {
  return {
    protocol: 'custom-vkp80',
    statusKind: 'fullStatus',
    paperBits: EPSON_PAPER_BITS,
    clearBuffers: HARDWARE_RESET,
    cut: COMMANDS.cut,
    // The interrupted cut is done then; a second one would push white paper into the receipt. [unverified]
    cutAgain: [COMMANDS.recoverAndContinue],
    automaticStatus: null,
    presenter: { holdInside: HOLD_INSIDE, present: Uint8Array.of(0x1d, EJECTOR, 0x03, presentSteps), retract: RETRACT, eject: EJECT },
    identity: null,
    codePages: hasKazakhFont ? [CUSTOM_KZT] : [CP866(17)],
    hasQrCommand: false,
  };
}

export function createCustomVkp80Printer(options: CustomVkp80Options): Printer {
  return new FamilyPrinter(dialectOf(options), options);
}
