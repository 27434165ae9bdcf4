import { askLink } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { Crt310Link } from './link.ts';

/** STATUS (31 30): no card moves; the version is told only by a reset. [card-readers §A] */
export const CRT_310_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new Crt310Link({ transport, clock, log }), async (link) => {
    const reply = await link.request('status');
    return reply.kind === 'answered' ? { model: 'CRT-310', firmware: null, serialNumber: null } : null;
  }),
};
