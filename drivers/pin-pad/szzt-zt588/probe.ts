import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { ZtLink } from './link.ts';

/** Query (3): no key is touched, no entry begun. [scanners-pinpads-misc §2.1] */
export const ZT588_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new ZtLink({ transport, clock, log, onKey: () => {}, onInterrupted: () => {} }), async (link) => {
    const reply = await link.request({ verb: 'query' });
    if (reply.kind !== 'answered' || reply.answer.kind !== 'settings') return null;
    const { model, firmware, serialNumber } = reply.answer.settings;
    return { model: toldText(model), firmware: toldText(firmware), serialNumber: toldText(serialNumber) };
  }),
};
