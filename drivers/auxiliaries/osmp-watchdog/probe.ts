import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { decodeIdentity, VERSION_START } from './codec.ts';
import { WatchdogLink } from './link.ts';

/** Version (00) and identity (01): neither arms nor pings. [scanners-pinpads-misc §3.3] */
export const OSMP_WATCHDOG_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new WatchdogLink({ transport, clock, log }), async (link) => {
    const version = await link.ask({ kind: 'version' });
    const firmware = version === null ? null : toldText(version);
    if (firmware === null || !firmware.startsWith(VERSION_START)) return null;
    const identity = decodeIdentity((await link.ask({ kind: 'identity' })) ?? Buffer.alloc(0));
    return { model: identity === null ? 'OSMP 2.5' : `OSMP 2.5 type ${identity.type}`, firmware, serialNumber: identity?.serialNumber ?? null };
  }),
};
