import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { AUXILIARY, decodeText } from './codec.ts';
import { EbdsLink } from './link.ts';

/**
 * Auxiliary queries [ebds §7]. A message with the number that the device heard last is taken for a repeat and answered with the reply before: such a reply proves
 * the protocol, and when it tells of a note nothing more is said, because the next number would acknowledge it. [ebds §3]
 */
export const EBDS_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '7E1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new EbdsLink({ transport, clock, log }), async (link) => {
    const ask = (query: number) => link.send('auxiliary', [0, 0, query]);
    let reply = await ask(AUXILIARY.acceptorType);
    if (reply === null) return null;
    if (reply.kind === 'note' || (reply.kind === 'omnibus' && (reply.status.isEscrowed || reply.status.hasStacked || reply.status.hasReturned))) return { model: null, firmware: null, serialNumber: null };
    if (reply.kind !== 'auxiliary') reply = await ask(AUXILIARY.acceptorType);
    const texts = [reply];
    for (const query of [AUXILIARY.applicationPartNumber, AUXILIARY.serialNumber]) texts.push(await ask(query));
    const [model = null, firmware = null, serialNumber = null] = texts.map((told) => (told?.kind === 'auxiliary' ? toldText(decodeText(told.data)) : null));
    return { model, firmware, serialNumber };
  }),
};
