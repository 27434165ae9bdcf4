import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

/** 139 mm, the sample's 2 000 tenge: nominal + 10 and − 10. [f53 §3, derived] */
const NOTE_139_MM = { lengthMmMax: 149, lengthMmMin: 129, thickness: 12 };
const bill = z.strictObject({ lengthMmMax: z.number().int().min(60).max(200), lengthMmMin: z.number().int().min(60).max(200), thickness: z.number().int().min(0).max(255).default(12) });

export const FUJITSU_F53: ProtocolRow = defineProtocol({
  protocol: 'fujitsu-f53', deviceClass: 'cashDispenser', devices: 'Fujitsu F53 and F56', lineKind: 'serial', line: '9600 8E1', source: 'RS232C Interface Specification A3KD03234-0002 and error list K3KD03234-0001, as public drivers cite them [f53]',
  capabilities: { cassetteCount: 2, notesPerCommandMax: 20, itemsTakenSensor: true, retractArea: true, shutter: true, presentsWhileDispensing: false },
  unverified: ['parameters of PRESENT, RETRACT, REJECT, RESET', 'the order byte that counts without delivering', 'class and length of the status response', 'all bits of the sensor register but notes at the exit', 'whether a result survives a power cut'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeF53(bytes),
  probe: async () => (await import('./probe.ts')).F53_PROBE,
  options: z.strictObject({
    bills: z.array(bill.nullable()).min(1).max(4).default([NOTE_139_MM, NOTE_139_MM]).describe('Notes of each cassette: length limits in mm, thickness byte; null: no cassette'),
    isPolymer: z.boolean().default(false),
    delivery: z.enum(['separate', 'withCount']).default('separate').describe('withCount: the unit delivers with the count'),
    slot: z.enum(['front', 'rear']).default('front'),
  }),
  cassetteCountOf: ({ bills }) => bills.length,
  create: async ({ deviceId, clock, log, serial }, options) => (await import('./device.ts')).createF53Dispenser({ deviceId, clock, log, transport: serial(), ...options }),
});
