import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const EBDS: ProtocolRow = defineProtocol({
  protocol: 'ebds', deviceClass: 'cashAcceptor', devices: 'MEI/CPI Cashflow SC, SC Advance, SCR (acceptance), AE2600/2800', lineKind: 'serial', line: '9600 7E1', source: 'EBDS G5/G8, from public drivers [ebds]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['power-up policy A at escrow', 'which of d0 and the extended inhibits stops acceptance', 'a note in escrow when the cassette is pulled', 'SCR dispense (not driven)'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeEbds(bytes, from),
  probe: async () => (await import('./probe.ts')).EBDS_PROBE,
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, serial }) => {
    const { createEbdsAcceptor } = await import('./device.ts');
    return createEbdsAcceptor({ deviceId, clock, log, transport: serial() });
  },
});
