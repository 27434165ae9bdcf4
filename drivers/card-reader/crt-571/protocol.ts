import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CRT_571: ProtocolRow = defineProtocol({
  protocol: 'crt-571', deviceClass: 'cardReader', devices: 'Creator CRT-571, CRT-591', lineKind: 'serial', line: '38400 8N1', source: 'CRT-591-M Communication Protocol v1.0 [card-readers §B]',
  capabilities: { motorised: true, capture: true, chip: true },
  unverified: ['the chip is read without a certified kernel: number only'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeCrt571(bytes),
  probe: async () => (await import('./probe.ts')).CRT_571_PROBE,
  options: z.strictObject({ address: z.number().int().min(0).max(15).default(0) }),
  create: async ({ deviceId, clock, log, serial }, { address }) => (await import('./device.ts')).createCrt571Reader({ deviceId, clock, log, transport: serial(), address }),
});
