import { askLink } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { F53Link } from './link.ts';

const RESPONSE_MS = 1_500;

/** STATUS (00 01): nothing moves; version and serial number are in none of its known bytes. [f53 §3] */
export const F53_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8E1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new F53Link({ transport, clock, log }), async (link) => {
    const reply = await link.request({ command: { command: 'status' }, responseTimeoutMs: RESPONSE_MS, isRepeatable: true });
    return reply.kind === 'answered' ? { model: 'F53 or F56', firmware: null, serialNumber: null } : null;
  }),
};
