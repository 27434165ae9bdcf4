import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

/** TMK 20, TPK 30. [scanners-pinpads-misc §2.1] */
const DEFAULT_KEYS = { master: '20', pin: '30' };

export const SZZT_ZT588: ProtocolRow = defineProtocol({
  protocol: 'szzt-zt588', deviceClass: 'pinPad', devices: 'SZZT ZT588 encrypting PIN pads', lineKind: 'serial', line: '9600 8N1', source: 'a public driver of the ZT588 [scanners-pinpads-misc §2.1]',
  capabilities: { pinLengthMin: 4, pinLengthMax: 12, iso0: true, iso1: true, iso3: true, iso4: false, dukpt: false, keyBlocks: false },
  unverified: ['all of the protocol has one source', 'card number in command 6: full or 12 digits', 'command set keyBlocks (ISO 4, DUKPT, TR-31) is ours, no vendor sheet has it'],
  isSenderInBytes: true,
  decode: async (bytes) => (await import('./decode.ts')).decodeZt588(bytes),
  probe: async () => (await import('./probe.ts')).ZT588_PROBE,
  options: z.strictObject({
    commandSet: z.enum(['zt588', 'keyBlocks']).default('zt588'),
    keys: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,19}$/), z.string().regex(/^[0-9A-F]{2}$/)).default(DEFAULT_KEYS),
  }),
  create: async ({ deviceId, clock, log, serial }, { commandSet, keys }) => (await import('./device.ts')).createZtPinPad({ deviceId, clock, log, transport: serial(), commandSet, keys }),
});
