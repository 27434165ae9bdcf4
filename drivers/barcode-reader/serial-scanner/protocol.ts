import { z } from 'zod';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const SERIAL_SCANNER: ProtocolRow = defineProtocol({
  protocol: 'serial-scanner', deviceClass: 'barcodeReader', devices: 'Honeywell and Datalogic serial QR scanners', lineKind: 'serial', line: '115200 8N1', source: 'Serial trigger documentation of both families [scanners]',
  capabilities: {},
  unverified: ['menu commands on scanners of other makers'],
  isSenderInBytes: false,
  decode: async (bytes, from) => (await import('./decode.ts')).decodeSerialScanner(bytes, from ?? 'device'),
  probe: async () => (await import('./probe.ts')).SERIAL_SCANNER_PROBE,
  options: z.strictObject({}),
  create: async ({ deviceId, clock, log, serial }) => (await import('./device.ts')).createSerialScanner({ deviceId, clock, log, transport: serial() }),
});
