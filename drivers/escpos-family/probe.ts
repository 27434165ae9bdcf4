import { askLink, toldText } from '../life/ask-link.ts';
import type { ProbedIdentity, SerialProbe } from '../interfaces/probe.ts';
import { lineSettings } from '../interfaces/probe.ts';
import { FULL_STATUS_QUERY, realTimeQuery } from './codec.ts';
import { PrinterLink } from './link.ts';

/** Speeds that printers of the family are delivered with or switched to. [escpos §1] */
const SETTINGS = [115_200, 38_400, 19_200, 9600].map((baudRateBps) => lineSettings(baudRateBps, '8N1'));
/** GS I n. [escpos §6] */
const ownText = (n: number) => Uint8Array.of(0x1d, 0x49, n);
const FIRMWARE = 65;
const MODEL = 67;
const SERIAL_NUMBER = 68;

/**
 * Real-time status and GS I: nothing is printed or fed. What the makers answer differently tells them apart; the one that answers nothing but status is the generic one.
 * The answers carry no check, so a line that is not quiet is not asked.
 */
function printerProbe(isOurs: (found: ProbedIdentity) => boolean, isGeneric = false): SerialProbe {
  return {
    kind: 'serial', settings: SETTINGS, isChecked: false, ...(isGeneric ? { isGeneric } : {}),
    identify: ({ transport, clock, log }) => askLink(new PrinterLink({ transport, clock, log }), async (link) => {
      if ((await link.status(realTimeQuery(1), 'realTime')).kind !== 'answer') return null;
      const texts: (string | null)[] = [];
      for (const n of [MODEL, FIRMWARE, SERIAL_NUMBER]) texts.push(await link.ownText(ownText(n)));
      const [model = null, firmware = null, serialNumber = null] = texts.map((text) => (text === null ? null : toldText(text)));
      const found = { model, firmware, serialNumber };
      return isOurs(found) ? found : null;
    }),
  };
}

/** Epson tells model, firmware and serial number. */
export const EPSON_TM_PROBE: SerialProbe = printerProbe(({ model }) => model !== null);
/** Citizen tells firmware and serial number, no model. */
export const CITIZEN_PPU_PROBE: SerialProbe = printerProbe(({ model, firmware }) => model === null && firmware !== null);
export const ESCPOS_PROBE: SerialProbe = printerProbe(() => true, true);

/** Only Custom answers DLE EOT 20, with six bytes. */
export const CUSTOM_VKP80_PROBE: SerialProbe = {
  kind: 'serial', settings: SETTINGS, isChecked: false,
  identify: ({ transport, clock, log }) => askLink(new PrinterLink({ transport, clock, log }), async (link) => {
    return (await link.status(FULL_STATUS_QUERY, 'fullStatus')).kind === 'answer' && (await link.status(realTimeQuery(1), 'realTime')).kind === 'answer' ? { model: 'VKP80 or TG2480', firmware: null, serialNumber: null } : null;
  }),
};
