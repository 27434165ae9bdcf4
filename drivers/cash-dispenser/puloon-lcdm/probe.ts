import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { LcdmLink } from './link.ts';

const RESPONSE_MS = 800;

/** ROM VERSION (47): nothing moves. [lcdm §4] */
export const LCDM_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1'), lineSettings(19_200, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new LcdmLink({ transport, clock, log }), async (link) => {
    const reply = await link.request({ command: { command: 'romVersion' }, responseTimeoutMs: RESPONSE_MS, isRepeatable: true });
    if (reply.kind !== 'answered' || reply.response.kind !== 'romVersion') return null;
    return { model: toldText(reply.response.model), firmware: toldText(`${reply.response.version} ${reply.response.checksum}`), serialNumber: null };
  }),
};
