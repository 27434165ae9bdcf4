import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const ADDRESS_MAX = 0x7d;

export const SSP: ProtocolRow = defineProtocol({
  protocol: 'ssp', deviceClass: 'cashAcceptor', devices: 'ITL NV9, NV10, NV200 (SSP); SMART Payout, NV11 as acceptors (eSSP)', lineKind: 'serial', line: '9600 8N2', source: 'ITL GA138 2.2, GA973 2.2 [ssp]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['HOLD on SMART Payout and NV11', 'byte order of the value multipliers', 'which of two primes is the larger'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../ssp-family/decode.ts')).decodeSsp(bytes, from),
  probe: async () => (await import('../../ssp-family/probe.ts')).SSP_PROBE,
  options: z.strictObject({ address: z.number().int().min(0).max(ADDRESS_MAX).default(0), encryption: z.enum(['none', 'essp']).default('none') }),
  create: async ({ deviceId, clock, log, random, serial }, { address, encryption }) => {
    const { FACTORY_FIXED_KEY, createSspAcceptor } = await import('../../ssp-family/acceptor.ts');
    return createSspAcceptor({ deviceId, clock, log, transport: serial(), random, address, fixedKey: encryption === 'essp' ? FACTORY_FIXED_KEY : null });
  },
});
