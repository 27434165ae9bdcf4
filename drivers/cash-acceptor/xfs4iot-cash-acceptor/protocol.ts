import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_CASH_ACCEPTOR: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-cash-acceptor', deviceClass: 'cashAcceptor', devices: 'any XFS4IoT service with CashAcceptor and an intermediate stacker', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1 to §5, §13.1]',
  capabilities: { intermediateStacker: 'single' },
  unverified: ['the text of the specification was not read in full', 'totalItemsLimit 1 keeps a bunch acceptor to one note: more than one is given back'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, url }) => {
    const [{ createXfsAcceptor }, { createWebSocketTransport }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts')]);
    return createXfsAcceptor({ deviceId, clock, log, url: url(), connect: createWebSocketTransport });
  },
});
