import { z } from 'zod';
import type { ProtocolRow, Sender } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';
import { CURRENCY_BY_COUNTRY_CODE } from '../../ccnet-family/bill-types.ts';

export const CCNET: ProtocolRow = defineProtocol({
  protocol: 'ccnet', deviceClass: 'cashAcceptor', devices: 'CashCode SM, MSM, MVU, FL, SL, GX and emulations', lineKind: 'serial', line: '9600 8N1', source: 'CCNET interface 2.4 [ccnet]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['81 after a power-up in the stacker differs by firmware', 'some firmware goes from returning to idling without 82', 'a NAK from the device for our next command'],
  isSenderInBytes: true,
  decode: async (bytes, from) => (await import('../../ccnet-family/decode.ts')).decodeCcnet(bytes, from === undefined ? undefined : direction(from)),
  probe: async () => (await import('../../ccnet-family/probe.ts')).CCNET_PROBE,
  options: z.strictObject({ address: z.number().int().min(1).max(4).default(3) }),
  create: async ({ deviceId, clock, log, serial }, { address }) => {
    const { createCcnetAcceptor } = await import('../../ccnet-family/acceptor.ts');
    return createCcnetAcceptor({ deviceId, clock, log, transport: serial(), address, currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE });
  },
});

function direction(from: Sender | undefined): 'toDevice' | 'toHost' {
  return from === 'host' ? 'toDevice' : 'toHost';
}
