import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_BARCODE_READER: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-barcode-reader', deviceClass: 'barcodeReader', devices: 'any XFS4IoT service with BarcodeReader', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §9]',
  capabilities: {},
  unverified: ['the text of the specification was not read in full'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, url }) => {
    const [{ createXfsBarcodeReader }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsBarcodeReader({ deviceId, clock, log, url: url(), connect: createWebSocketTransport });
  },
});
