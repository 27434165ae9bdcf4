import { askLink, toldText } from '../life/ask-link.ts';
import type { SerialProbe } from '../interfaces/probe.ts';
import { lineSettings } from '../interfaces/probe.ts';
import { decodeVersion, EXTENSION, INVALID_COMMAND, RECYCLER_CODES, RECYCLER_UNIT, REQUEST_CODES } from './codec.ts';
import { Id003Link } from './link.ts';

/** VERSION REQUEST (88): answered in every state, tells nothing of a note. Whether there are recycling boxes, RECYCLER STATUS (1A) says: 4B or nothing from a device without. [id003 §5, §9] */
const probeFor = (isRecycler: boolean): SerialProbe => ({
  kind: 'serial', settings: [lineSettings(9600, '8E1'), lineSettings(19_200, '8E1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new Id003Link({ transport, clock, log }), async (link) => {
    const answer = await link.request({ command: { command: 'versionRequest' }, isAnswer: (body) => body[0] === REQUEST_CODES.versionRequest, attemptCountMax: 2 });
    const told = answer === null ? null : decodeVersion(answer);
    if (told === null) return null;
    const status = await link.request({ command: { command: 'recycler', data: [RECYCLER_CODES.recyclerStatus] }, isAnswer: (body) => (body[0] === EXTENSION && body[1] === RECYCLER_UNIT) || body[0] === INVALID_COMMAND, attemptCountMax: 1 });
    const hasBoxes = status?.[0] === EXTENSION && status[2] !== 0;
    return hasBoxes !== isRecycler ? null : { model: toldText(told.model), firmware: toldText(told.firmware), serialNumber: null };
  }),
});

export const ID003_PROBE: SerialProbe = probeFor(false);
export const ID003_RECYCLER_PROBE: SerialProbe = probeFor(true);
