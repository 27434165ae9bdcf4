import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const ADDRESS_MAX = 0x7d;

export const SSP_SMART_PAYOUT: ProtocolRow = defineProtocol({
  protocol: 'ssp-smart-payout', deviceClass: 'cashRecycler', devices: 'ITL SMART Payout on NV200 (eSSP)', lineKind: 'serial', line: '9600 8N2', source: 'ITL GA138 2.2, GA973 2.2 [ssp]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['HOLD on SMART Payout', 'byte order of the value multipliers', 'which of two primes is the larger', 'whether CD is within the paid sum of DC', 'when GET COUNTERS counts a note that the unit handles at power-up', 'routes after power (set again each time)'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../ssp-family/decode.ts')).decodeSsp(bytes, from),
  probe: async () => (await import('../../ssp-family/probe.ts')).SMART_PAYOUT_PROBE,
  options: z.strictObject({ address: z.number().int().min(0).max(ADDRESS_MAX).default(0), currency: z.enum(['KZT', 'USD', 'EUR', 'RUB']).default('KZT') }),
  create: async ({ deviceId, clock, log, random, serial }, { address, currency }) => {
    const { createSmartPayout } = await import('./device.ts');
    return createSmartPayout({ deviceId, clock, log, transport: serial(), random, address, currency });
  },
});
