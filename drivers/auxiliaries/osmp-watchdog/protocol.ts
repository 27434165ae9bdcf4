import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

const seconds = z.number().int().min(1).max(255);

export const OSMP_WATCHDOG: ProtocolRow = defineProtocol({
  protocol: 'osmp-watchdog', deviceClass: 'watchdog', devices: 'watchdog boards of the OSMP 2.5 kind', lineKind: 'serial', line: '9600 8N1', source: 'one public driver [scanners-pinpads-misc §3.3]',
  capabilities: {},
  unverified: ['all of it has a single source', 'answers to settings and pings: the same command code, data not looked at'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeWatchdog(bytes),
  probe: async () => (await import('./probe.ts')).OSMP_WATCHDOG_PROBE,
  options: z.strictObject({
    windowS: z.number().int().min(6).max(255).default(30),
    computerOffS: seconds.default(3),
    modemOffS: seconds.default(2),
    isArmedAtStart: z.boolean().default(true),
  }),
  create: async ({ deviceId, clock, log, serial }, options) => (await import('./device.ts')).createOsmpWatchdog({ deviceId, clock, log, transport: serial(), ...options }),
});
