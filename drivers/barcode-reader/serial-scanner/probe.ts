import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { MENU_REVISION } from './codec.ts';
import { ScannerLink } from './link.ts';

/** The menu command REVINF: nothing is set, no light goes on. Menu answers carry no check. [scanners §1.3] */
export const SERIAL_SCANNER_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(115_200, '8N1'), lineSettings(9600, '8N1')], isChecked: false,
  identify: ({ transport, clock, log }) => askLink(new ScannerLink({ transport, clock, log }), async (link) => {
    const reply = await link.menu(MENU_REVISION);
    return reply.kind === 'answered' && reply.isAccepted ? { model: 'serial scanner', firmware: toldText(reply.text), serialNumber: null } : null;
  }),
};
