import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const NUT_UPS: ProtocolRow = defineProtocol({
  protocol: 'nut-ups', deviceClass: 'powerSupply', devices: 'any UPS that Network UPS Tools drives', lineKind: 'url', line: 'tcp://127.0.0.1:3493', source: 'Network UPS Tools developer guide [scanners-pinpads-misc §4.1]',
  capabilities: {},
  unverified: [],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeNut(bytes, from ?? 'device'),
  options: z.strictObject({ upsName: z.string().regex(/^[\w.-]{1,40}$/).default('ups') }),
  create: async ({ deviceId, clock, log, url }, { upsName }) => {
    const [{ createNutUps }, { createTcpTransport }] = await Promise.all([import('./device.ts'), import('../../transport/tcp.ts')]);
    return createNutUps({ deviceId, clock, log, transport: createTcpTransport(url()), upsName });
  },
});
