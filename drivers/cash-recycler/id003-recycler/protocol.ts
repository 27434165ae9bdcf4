import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';
import { CURRENCY_BY_COUNTRY_CODE } from '../../id003-family/currencies.ts';

export const ID003_RECYCLER: ProtocolRow = defineProtocol({
  protocol: 'id003-recycler', deviceClass: 'cashRecycler', devices: 'JCM Vega-RC, UBA-RC, iVIZION-RC, iPRO-RC', lineKind: 'serial', line: '9600 8E1 (often 19200)', source: 'ID-003 recycler extension, from public drivers [id003]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['the extension beyond 4A 4B 4D D0 90 A2 1A', 'the layout of 90', 'the mode byte of COLLECT (4B)', 'where a note of 25, 26 and 2F lies', 'that STACK-1 brings a kept kind to its box', 'what boxes are set to over a power cut', 'that SET DENOMINATION keeps its second byte, and is taken while a note is told as returned'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../id003-family/decode.ts')).decodeId003(bytes, from),
  probe: async () => (await import('../../id003-family/probe.ts')).ID003_RECYCLER_PROBE,
  options: z.strictObject({ currency: z.enum(['KZT', 'USD', 'EUR', 'RUB']).default('KZT') }),
  create: async ({ deviceId, clock, log, serial }, { currency }) => {
    const { createId003Recycler } = await import('./device.ts');
    return createId003Recycler({ deviceId, clock, log, transport: serial(), currency, currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE });
  },
});
