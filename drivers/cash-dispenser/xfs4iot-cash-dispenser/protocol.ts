import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const CASSETTES_MAX = 12;

export const XFS4IOT_CASH_DISPENSER: ProtocolRow = defineProtocol({
  protocol: 'xfs4iot-cash-dispenser', deviceClass: 'cashDispenser', devices: 'any XFS4IoT service with CashDispenser', lineKind: 'url', line: 'WebSocket', source: 'CEN CWA 17852, release 2024-03 subset [xfs4iot §1 to §6]',
  capabilities: { cassetteCount: 4, itemsTakenSensor: true, retractArea: true, shutter: true, presentsWhileDispensing: false },
  unverified: ['the text of the specification was not read in full', 'which major is in force when SetVersions was not called', 'TOKENLENGTH decimal or hexadecimal: sources disagree'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('../../xfs4iot/decode.ts')).decodeXfs(bytes),
  options: z.strictObject({
    cassetteCount: z.number().int().min(1).max(CASSETTES_MAX).default(4),
    bunchNotesMax: z.number().int().min(1).max(200).default(40),
    hasStacker: z.boolean().default(true).describe('false: notes leave during the dispense, as Capabilities says with intermediateStacker'),
    tokenKeyFile: z.string().min(1).max(1000).optional().describe('Key XFSAuthenticateHost in hexadecimal, for services that ask for end-to-end tokens'),
  }),
  cassetteCountOf: ({ cassetteCount }) => cassetteCount,
  create: async ({ deviceId, clock, log, url }, { tokenKeyFile, ...options }) => {
    const [{ createXfsDispenser }, { createWebSocketTransport }, { readFileSync }] = await Promise.all([import('./device.ts'), import('../../transport/web-socket.ts'), import('node:fs')]);
    const tokenKey = tokenKeyFile === undefined ? null : Buffer.from(readFileSync(tokenKeyFile, 'latin1').trim(), 'hex');
    return createXfsDispenser({ deviceId, clock, log, url: url(), connect: createWebSocketTransport, ...options, tokenKey });
  },
});
