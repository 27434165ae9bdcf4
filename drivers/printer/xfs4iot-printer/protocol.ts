import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const name = z.string().min(1).max(60);

export const XFS4IOT_PRINTER: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-printer', deviceClass: 'printer', devices: 'any XFS4IoT service with Printer that has a form with one graphic field', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §8]',
  capabilities: { widthDots: 576, presenter: false, cutter: true },
  unverified: ['the text of the specification was not read in full', 'a graphic field takes a BMP in base64', 'a presenter was seen on the simulator only'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({ widthDots: z.number().int().min(384).max(832).multipleOf(8).default(576), formName: name.default('QolmaReceipt'), imageField: name.default('image'), presenter: z.boolean().default(false) }),
  create: async ({ deviceId, clock, log, url }, options) => {
    const [{ createXfsPrinter }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsPrinter({ deviceId, clock, log, url: url(), connect: createWebSocketTransport, ...options });
  },
});
