import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CCTALK_COIN_ACCEPTOR: ProtocolRow = defineProtocol({
  protocol: 'cctalk-coin-acceptor', deviceClass: 'coinAcceptor', devices: 'ccTalk coin validators (NRI, Microcoin, Crane)', lineKind: 'serial', line: '9600 8N1, one wire, adapter with echo', source: 'ccTalk Generic Specification 4.4 to 4.7 [misc §5]',
  capabilities: {},
  unverified: ['a restart closes the inhibit mask: that is how one without a counter of 0 is seen', 'coin values told 100 times too small for tenge: single source', 'seen on the simulator only'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeCoinAcceptor(bytes),
  probe: async () => (await import('../../cctalk-family/probe.ts')).cctalkProbe(2, (category) => /coin acceptor/i.test(category)),
  options: z.strictObject({
    address: z.number().int().min(2).max(255).default(2),
    checksum: z.enum(['sum', 'crc16']).default('sum'),
    currency: z.enum(['KZT', 'USD', 'EUR', 'RUB']).default('KZT'),
    coinValueFactor: z.union([z.literal(1), z.literal(100)]).nullable().default(null),
    sorterPaths: z.array(z.strictObject({ position: z.number().int().min(1).max(16), path: z.number().int().min(1).max(8) })).max(16).default([]),
  }),
  create: async ({ deviceId, clock, log, serial }, options) => (await import('./device.ts')).createCctalkCoinAcceptor({ deviceId, clock, log, transport: serial(), ...options }),
});
