import { askLink } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { Crt571Link } from './link.ts';

/** STATUS (31 30): no card moves. Refused with B0 before the first INITIALISE, which is an answer too; the version is told only by INITIALISE. Address 0. [card-readers §B] */
export const CRT_571_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1'), lineSettings(38_400, '8N1'), lineSettings(57_600, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new Crt571Link({ transport, clock, log, address: 0 }), async (link) => {
    const reply = await link.request('status');
    return reply.kind === 'answered' ? { model: 'CRT-571', firmware: null, serialNumber: null } : null;
  }),
};
