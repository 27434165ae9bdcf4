import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';
import { CURRENCY_BY_COUNTRY_CODE } from '../../ccnet-family/bill-types.ts';

export const CCNET_BILL_TO_BILL: ProtocolRow = defineProtocol({
  protocol: 'ccnet-bill-to-bill', deviceClass: 'cashRecycler', devices: 'CashCode Bill-to-Bill B2B-60, B2B-100, B2B-300', lineKind: 'serial', line: '9600 8N1', source: 'CCNET interface 2.4 [ccnet]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['what follows 25 and 26', 'whether 81 carries the bill type, or type and destination', 'the reply to POWER RECOVERY (66), logged as it is', 'whether 81 follows after 12 at power-up', 'whether 28 is an event or a state', 'cassette types over a power cut'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../ccnet-family/decode.ts')).decodeCcnet(bytes, from === undefined ? undefined : from === 'host' ? 'toDevice' : 'toHost'),
  probe: async () => (await import('../../ccnet-family/probe.ts')).BILL_TO_BILL_PROBE,
  options: z.strictObject({ address: z.number().int().min(1).max(4).default(1), currency: z.enum(['KZT', 'USD', 'EUR', 'RUB']).default('KZT') }),
  create: async ({ deviceId, clock, log, serial }, { address, currency }) => {
    const { createBillToBill } = await import('./device.ts');
    return createBillToBill({ deviceId, clock, log, transport: serial(), address, currency, currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE });
  },
});
