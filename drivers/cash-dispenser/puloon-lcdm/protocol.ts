import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { CASSETTE_COUNTS, LCDM_MODELS } from './models.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const PULOON_LCDM: ProtocolRow = defineProtocol({
  protocol: 'puloon-lcdm', deviceClass: 'cashDispenser', devices: 'Puloon LCDM-1000 and LCDM-2000 (dialect A)', lineKind: 'serial', line: '9600 8N1', source: 'Interface Specification LCDM-1000T V3.3T [lcdm]',
  capabilities: { cassetteCount: 2, notesPerCommandMax: 5, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true },
  unverified: ['whether CHK counts notes that are rejected later', 'polarity of the cassette bits of the sensor bytes', 'the LCDM-1000 was met in the specification only (option `model`)'],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeLcdm(bytes, from ?? 'device'),
  probe: async () => (await import('./probe.ts')).LCDM_PROBE,
  options: z.strictObject({ model: z.enum(LCDM_MODELS).default('LCDM-2000') }),
  cassetteCountOf: ({ model }) => CASSETTE_COUNTS[model],
  create: async ({ deviceId, clock, log, serial }, { model }) => (await import('./device.ts')).createLcdmDispenser({ deviceId, clock, log, transport: serial(), model }),
});
