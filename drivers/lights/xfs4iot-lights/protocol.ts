import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_LIGHTS: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-lights', deviceClass: 'lights', devices: 'any XFS4IoT service with Lights', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §12]',
  capabilities: {},
  unverified: ['the text of the specification was not read in full', 'position `default` of each light'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, url }) => {
    const [{ createXfsLights }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsLights({ deviceId, clock, log, url: url(), connect: createWebSocketTransport });
  },
});
