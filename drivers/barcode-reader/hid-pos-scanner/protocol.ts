import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const HID_POS_SCANNER: ProtocolRow = defineProtocol({
  protocol: 'hid-pos-scanner', deviceClass: 'barcodeReader', devices: 'scanners in HID POS mode (usage page 8C): Honeywell, Hand Held Products, Newland, Datalogic', lineKind: 'hid', line: 'USB HID', source: 'HID Point of Sale Usage Tables 1.02 [scanners-pinpads-misc §1.2]',
  capabilities: {},
  unverified: ['trigger reports (id FD) have a single source', 'Newland FM430 takes output report id 04: switch the trigger off there', 'that it answers the reading of a feature report; where not, a hung scanner is found only when it is written to'],
  isSenderInBytes: true,
  decode: async (bytes) => [(await import('./decode.ts')).decodeHidPos(bytes)],
  probe: async () => ({ kind: 'hid', isKnown: ({ usagePage }) => usagePage === 0x8c }),
  options: z.strictObject({ hasTrigger: z.boolean().default(true) }),
  create: async ({ deviceId, clock, log, hid }, { hasTrigger }) => (await import('./device.ts')).createHidPosScanner({ deviceId, clock, log, transport: hid(), hasTrigger }),
});
