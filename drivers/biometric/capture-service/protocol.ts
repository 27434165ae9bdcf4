import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CAPTURE_SERVICE: ProtocolRow = defineProtocol({
  protocol: 'capture-service', deviceClass: 'biometric', devices: 'palm vein and face sensors behind a capture service', lineKind: 'url', line: 'ws://127.0.0.1:port', source: 'our own protocol, version 1, its README; JWE by RFC 7516, RFC 7518',
  capabilities: { palmVein: true, face: true },
  unverified: ['no service but the simulated one was seen'],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeCapture(bytes, from ?? 'device'),
  options: z.strictObject({ qualityPercentMin: z.number().int().min(0).max(100).default(40), mustBeLive: z.boolean().default(true) }),
  create: async ({ deviceId, clock, log, url }, options) => {
    const [{ createCaptureService }, { createWebSocketTransport }, { MESSAGE_BYTES_MAX }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts'), import('./codec.ts')]);
    return createCaptureService({ deviceId, clock, log, transport: createWebSocketTransport(url(), { messageBytesMax: MESSAGE_BYTES_MAX }), ...options });
  },
});
