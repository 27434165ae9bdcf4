import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CRT_310: ProtocolRow = defineProtocol({
  protocol: 'crt-310', deviceClass: 'cardReader', devices: 'Creator CRT-310 motorised reader with rear capture', lineKind: 'serial', line: '9600 8N1', source: 'CRT-310 (V3.0) Communication Protocol, 2007 [card-readers §A]',
  capabilities: { motorised: true, capture: true, chip: true },
  unverified: ['300 ms for ACK and 20 s for a response: of the sister dialect', 'reply of 2F: the manual swaps Y and N in one place', 'T=1 told as Z'],
  isSenderInBytes: false,
  decode: async (bytes) => (await import('./decode.ts')).decodeCrt310(bytes),
  probe: async () => (await import('./probe.ts')).CRT_310_PROBE,
  options: z.strictObject({ acceptsAnyCard: z.boolean().default(true) }),
  create: async ({ deviceId, clock, log, serial }, { acceptsAnyCard }) => (await import('./device.ts')).createCrt310Reader({ deviceId, clock, log, transport: serial(), acceptsAnyCard }),
});
