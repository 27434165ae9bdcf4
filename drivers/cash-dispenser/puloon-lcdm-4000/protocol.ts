import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const PULOON_LCDM_4000: ProtocolRow = defineProtocol({
  protocol: 'puloon-lcdm-4000', deviceClass: 'cashDispenser', devices: 'Puloon LCDM-4000 (dialect B)', lineKind: 'serial', line: '9600 8N1 or 8E1', source: 'public drivers of the LCDM-4000, as the sheet keeps them [lcdm §5]',
  capabilities: { cassetteCount: 4, notesPerCommandMax: 10, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true },
  unverified: ['parity', 'whether LAST STATUS survives a power cut', 'whether STATUS tells a missing reject tray', 'response to RESET (not sent by the driver)'],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeLcdmB(bytes, from ?? 'device'),
  probe: async () => (await import('./probe.ts')).LCDM_B_PROBE,
  options: z.strictObject({ cassetteCount: z.number().int().min(1).max(4).default(4) }),
  cassetteCountOf: ({ cassetteCount }) => cassetteCount,
  create: async ({ deviceId, clock, log, serial }, { cassetteCount }) => (await import('./device.ts')).createLcdmBDispenser({ deviceId, clock, log, transport: serial(), cassetteCount }),
});
