import { askLink } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { LcdmBLink } from './link.ts';

const RESPONSE_MS = 800;

/** STATUS (50): nothing moves. Dialect B has no command that tells a version. [lcdm §5] */
export const LCDM_B_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1'), lineSettings(9600, '8E1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new LcdmBLink({ transport, clock, log }), async (link) => {
    const reply = await link.request({ command: { command: 'status' }, responseTimeoutMs: RESPONSE_MS, isRepeatable: true });
    return reply.kind === 'answered' && reply.response.kind === 'status' ? { model: 'LCDM-4000', firmware: null, serialNumber: null } : null;
  }),
};
