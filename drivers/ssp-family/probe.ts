import { askLink, toldText } from '../life/ask-link.ts';
import type { SerialProbe } from '../interfaces/probe.ts';
import { lineSettings } from '../interfaces/probe.ts';
import { COMMANDS, decodeSetup, RESPONSES } from './codec.ts';
import { SspLink } from './link.ts';

/** SYNC, SETUP REQUEST, GET SERIAL NUMBER in clear: answered before keys are exchanged; events wait for a POLL, which is not sent. Address 0 only. [ssp §6, §8] */
const probeFor = (isKind: (unitType: number | null) => boolean): SerialProbe => ({
  kind: 'serial', settings: [lineSettings(9600, '8N2')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new SspLink({ transport, clock, log, address: 0 }), async (link) => {
    if ((await link.sync())?.[0] !== RESPONSES.ok) return null;
    const reply = await link.send([COMMANDS.setupRequest]);
    const setup = reply?.[0] === RESPONSES.ok ? decodeSetup(reply.subarray(1)) : null;
    if (!isKind(setup?.unitType ?? null)) return null;
    const serial = await link.send([COMMANDS.serialNumber]);
    return {
      model: setup === null ? null : `unit type ${setup.unitType}`, firmware: setup === null ? null : toldText(setup.firmware),
      serialNumber: serial?.[0] === RESPONSES.ok && serial.length >= 5 ? String(serial.readUInt32BE(1)) : null,
    };
  }),
});

/** [ssp §8] */
const SMART_PAYOUT = 0x06;
export const SSP_PROBE: SerialProbe = probeFor((unitType) => unitType !== SMART_PAYOUT);
export const SMART_PAYOUT_PROBE: SerialProbe = probeFor((unitType) => unitType === SMART_PAYOUT);
