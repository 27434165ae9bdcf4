import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';
import { CURRENCY_BY_COUNTRY_CODE } from '../../id003-family/currencies.ts';

export const ID003: ProtocolRow = defineProtocol({
  protocol: 'id003', deviceClass: 'cashAcceptor', devices: 'JCM WBA, UBA, EBA, Vega, iVIZION, iPRO, TBV', lineKind: 'serial', line: '9600 8E1', source: 'ID-003 ID03-001E, from public drivers [id003]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['escrow time and number of retries', 'what the device says when the cash box comes back', 'bits of the optional functions (none is set)'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../id003-family/decode.ts')).decodeId003(bytes, from),
  probe: async () => (await import('../../id003-family/probe.ts')).ID003_PROBE,
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, serial }) => {
    const { createId003Acceptor } = await import('../../id003-family/acceptor.ts');
    return createId003Acceptor({ deviceId, clock, log, transport: serial(), currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE });
  },
});
