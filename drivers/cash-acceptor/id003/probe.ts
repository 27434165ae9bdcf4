import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { decodeVersion, REQUEST_CODES } from './codec.ts';
import { Id003Link } from './link.ts';

/** VERSION REQUEST (88): answered in every state, tells nothing of a note. [id003 §5] */
export const ID003_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8E1'), lineSettings(19_200, '8E1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new Id003Link({ transport, clock, log }), async (link) => {
    const answer = await link.request({ command: { command: 'versionRequest' }, isAnswer: (body) => body[0] === REQUEST_CODES.versionRequest, attemptCountMax: 2 });
    const told = answer === null ? null : decodeVersion(answer);
    return told === null ? null : { model: toldText(told.model), firmware: toldText(told.firmware), serialNumber: null };
  }),
};
