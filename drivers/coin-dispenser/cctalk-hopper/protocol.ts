import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CCTALK_HOPPER: ProtocolRow = defineProtocol({
  protocol: 'cctalk-hopper', deviceClass: 'coinDispenser', devices: 'ccTalk serial coin hoppers (Suzo, Money Controls)', lineKind: 'serial', line: '9600 8N1, one wire, adapter with echo', source: 'ccTalk Generic Specification 4.4 to 4.7, Suzo hopper manual [misc §5]',
  capabilities: { coinsPerCommandMax: 50, presentsWhileDispensing: true, itemsTakenSensor: false },
  unverified: [
    'a coin in the exit when the power goes shows as "power failed during memory write" (163, byte 1, bit 6)',
    'a reset clears the fault bits and keeps paid and unpaid',
    'polarity of the level sensors (217)',
    'hoppers with a vendor\'s cipher or a PIN: the algorithm is the vendor\'s; the PIN command is not in our sheet',
    'seen on the simulator only',
  ],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeHopper(bytes),
  probe: async () => (await import('../../cctalk-family/probe.ts')).cctalkProbe(3, (category) => /payout|hopper/i.test(category)),
  options: z.strictObject({
    address: z.number().int().min(2).max(255).default(3),
    checksum: z.enum(['sum', 'crc16']).default('sum'),
    dispenseGuard: z.enum(['auto', 'serialNumber', 'none']).default('auto'),
  }),
  create: async ({ deviceId, clock, log, serial }, options) => (await import('./device.ts')).createCctalkHopper({ deviceId, clock, log, transport: serial(), ...options }),
});
