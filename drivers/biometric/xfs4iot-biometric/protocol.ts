import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

/** Formats that the standard leaves to the vendor. [xfs4iot §11] */
const RESERVED = /^reserved(Raw|Template)[123]$/;

export const XFS4IOT_BIOMETRIC: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-biometric', deviceClass: 'biometric', devices: 'an XFS4IoT service with Biometric that seals samples for the host', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §11], with an addition of our own, its README; JWE by RFC 7516, RFC 7518',
  // What it reads is the service's to tell: nothing before it has answered.
  capabilities: {},
  unverified: ['the text of the specification was not read in full', 'sealing for a key of the host per capture is our own addition: the standard has none, no vendor has it', 'no service but the simulated one was seen'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({ qualityPercentMin: z.number().int().min(0).max(100).default(40), mustBeLive: z.boolean().default(true), format: z.string().regex(RESERVED).default('reservedTemplate1') }),
  create: async ({ deviceId, clock, log, url }, options) => {
    const [{ createXfsBiometric }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsBiometric({ deviceId, clock, log, url: url(), connect: createWebSocketTransport, ...options });
  },
});
