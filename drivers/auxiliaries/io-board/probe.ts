import { askLink } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { encodeQuery } from './codec.ts';
import { IoBoardLink } from './link.ts';

/** `I`: who are you. [README §Lines] */
export const IO_BOARD_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(115_200, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new IoBoardLink({ transport, clock, log }), async (link) => {
    const answer = await link.ask(encodeQuery('identity'), 'identity');
    return typeof answer === 'string' ? null : { model: answer.model, firmware: answer.firmware, serialNumber: answer.serialNumber };
  }),
};
