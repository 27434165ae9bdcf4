import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const IO_BOARD: ProtocolRow = defineProtocol({
  protocol: 'io-board', deviceClass: 'auxiliaries', devices: 'service key, doors, tamper contact, headphone jack, guidance lights on any microcontroller', lineKind: 'serial', line: '115200 8N1', source: 'our own protocol, version 2, its README',
  capabilities: {},
  unverified: ['no board but the simulated one was seen'],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeIoBoard(bytes, from ?? 'device'),
  probe: async () => (await import('./probe.ts')).IO_BOARD_PROBE,
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, serial }) => (await import('./device.ts')).createIoBoardSwitches({ deviceId, clock, log, transport: serial() }),
});
