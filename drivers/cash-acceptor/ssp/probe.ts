import { askLink, toldText } from '../../life/ask-link.ts';
import type { SerialProbe } from '../../interfaces/probe.ts';
import { lineSettings } from '../../interfaces/probe.ts';
import { COMMANDS, decodeSetup, RESPONSES } from './codec.ts';
import { SspLink } from './link.ts';

/** SYNC, SETUP REQUEST, GET SERIAL NUMBER in clear: answered before keys are exchanged; events wait for a POLL, which is not sent. Address 0 only. [ssp §6, §8] */
export const SSP_PROBE: SerialProbe = {
  kind: 'serial', settings: [lineSettings(9600, '8N2')], isChecked: true,
  identify: ({ transport, clock }) => askLink(new SspLink({ transport, clock, address: 0 }), async (link) => {
    if ((await link.sync())?.[0] !== RESPONSES.ok) return null;
    const reply = await link.send([COMMANDS.setupRequest]);
    const setup = reply?.[0] === RESPONSES.ok ? decodeSetup(reply.subarray(1)) : null;
    const serial = await link.send([COMMANDS.serialNumber]);
    return {
      model: setup === null ? null : `unit type ${setup.unitType}`, firmware: setup === null ? null : toldText(setup.firmware),
      serialNumber: serial?.[0] === RESPONSES.ok && serial.length >= 5 ? String(serial.readUInt32BE(1)) : null,
    };
  }),
};
