import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_CARD_READER: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-card-reader', deviceClass: 'cardReader', devices: 'any XFS4IoT service with CardReader (motorised, track 2)', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §7]',
  capabilities: { motorised: true, capture: true, chip: false },
  unverified: ['the text of the specification was not read in full'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, url }) => {
    const [{ createXfsCardReader }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsCardReader({ deviceId, clock, log, url: url(), connect: createWebSocketTransport });
  },
});
