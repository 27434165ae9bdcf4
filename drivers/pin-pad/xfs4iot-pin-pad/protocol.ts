import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const DEFAULT_KEYS = { master: 'MasterKey', pin: 'PinKey' };

export const XFS4IOT_PIN_PAD: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-pin-pad', deviceClass: 'pinPad', devices: 'any XFS4IoT service with Keyboard, PinPad and KeyManagement', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1, §2, §10]',
  // The formats are the service's: none before it has answered.
  capabilities: { pinLengthMin: 4, pinLengthMax: 12 },
  unverified: ['the text of the specification was not read in full', 'ISO 4: card number in full as customerData', 'ImportKey: a key block goes as base64 of its characters', 'MaintainPin false clears the PIN of a cancelled entry'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({ keys: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,19}$/), z.string().regex(/^[\x21-\x7e]{1,60}$/)).default(DEFAULT_KEYS) }),
  create: async ({ deviceId, clock, log, url }, { keys }) => {
    const [{ createXfsPinPad }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsPinPad({ deviceId, clock, log, url: url(), connect: createWebSocketTransport, keys });
  },
});
