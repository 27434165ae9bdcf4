import type { SerialProbe } from '../interfaces/probe.ts';
import { lineSettings } from '../interfaces/probe.ts';
import { askLink } from '../life/ask-link.ts';
import { readIdentity } from './identity.ts';
import { CctalkLink } from './link.ts';

/** Simple poll and the texts of one usual address, simple checksum. [misc §5.1, §5.3] */
export function cctalkProbe(address: number, isOurs: (category: string) => boolean): SerialProbe {
  return {
    kind: 'serial', settings: [lineSettings(9600, '8N1')], isChecked: true,
    identify: ({ transport, clock, log }) => askLink(new CctalkLink({ transport, clock, log, address, checksum: 'sum' }), async (link) => {
      const identity = await readIdentity(link);
      if (identity === null || !isOurs(identity.category)) return null;
      return { model: identity.model, firmware: identity.firmware, serialNumber: identity.serialNumber };
    }),
  };
}
