import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const MAGTEK_HID: ProtocolRow = defineProtocol({
  protocol: 'magtek-hid', deviceClass: 'cardReader', devices: 'MagTek SureSwipe and alike (HID mode)', lineKind: 'hid', line: 'USB HID', source: 'SureSwipe & Swipe Reader Technical Reference, ISO/IEC 7813 [card-readers]',
  capabilities: { motorised: false, capture: false, chip: false },
  unverified: ['vendor 0801, product 0002', 'that it answers the reading of a feature report; where not, a hung reader is found only when it is closed'],
  isSenderInBytes: true,
  decode: async (bytes) => [(await import('./decode.ts')).decodeMagtek(bytes)],
  probe: async () => ({ kind: 'hid', isKnown: ({ vendorId, productId }) => vendorId === 0x0801 && productId === 0x0002 }),
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, hid }) => (await import('./device.ts')).createMagtekSwipeReader({ deviceId, clock, log, transport: hid() }),
});
