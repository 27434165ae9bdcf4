import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const XFS4IOT_CASH_RECYCLER: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-cash-recycler', deviceClass: 'cashRecycler', devices: 'any XFS4IoT service with CashAcceptor, CashDispenser and Storage over shared units', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1 to §6, §13.1]',
  capabilities: { intermediateStacker: 'single' },
  unverified: [
    'the text of the specification was not read in full', 'that appLockIn brings notes of the kind to the cash box and asks for no exchange', 'the payload of Deplete, and that it counts as distributed', 'that distributed notes were out of reach',
    'that commands of a lost connection run to their end before those of the next', 'totalItemsLimit 1 keeps a bunch acceptor to one note: more than one is given back', 'TOKENLENGTH decimal or hexadecimal: sources disagree',
  ],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({
    currency: z.enum(['KZT', 'USD', 'EUR', 'RUB']).default('KZT'),
    tokenKeyFile: z.string().min(1).max(1000).optional().describe('Key XFSAuthenticateHost in hexadecimal, for services that ask for end-to-end tokens'),
  }),
  create: async ({ deviceId, clock, log, url }, { currency, tokenKeyFile }) => {
    const [{ createXfsRecycler }, { createWebSocketTransport }, { readFileSync }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts'), import('node:fs')]);
    const tokenKey = tokenKeyFile === undefined ? null : Buffer.from(readFileSync(tokenKeyFile, 'latin1').trim(), 'hex');
    return createXfsRecycler({ deviceId, clock, log, url: url(), connect: createWebSocketTransport, currency, tokenKey });
  },
});
