import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_AUXILIARIES: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-auxiliaries', deviceClass: 'auxiliaries', devices: 'any XFS4IoT service with Auxiliaries, its Lights too', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §12]',
  capabilities: {},
  unverified: ['the text of the specification was not read in full', 'position `default` of each light', 'enhancedAudioSensor for the headphone jack'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, url }) => {
    const [{ createXfsAuxiliaries }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsAuxiliaries({ deviceId, clock, log, url: url(), connect: createWebSocketTransport });
  },
});
