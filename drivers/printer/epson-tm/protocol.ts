import { z } from 'zod';
import { decodeToRow } from '../../escpos-family/decode-row.ts';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const EPSON_TM: ProtocolRow = defineProtocol({
  protocol: 'epson-tm', deviceClass: 'printer', devices: 'Epson TM-T88 and its line', lineKind: 'serial', line: '38400 or 115200 8N1', source: 'Epson ESC/POS reference [receipt-printers §2, §5, §6]; GS a bits: TM-T88III manual',
  capabilities: { widthDots: 512, presenter: false, cutter: true },
  unverified: ['GS I 65 to 68 texts with 5F before and NUL after', 'ESC t 46 as WPC1251'],
  isSenderInBytes: false,
  decode: decodeToRow,
  probe: async () => (await import('../../escpos-family/probe.ts')).EPSON_TM_PROBE,
  options: z.strictObject({ widthDots: z.number().int().min(384).max(832).default(512) }),
  create: async ({ deviceId, clock, log, serial }, { widthDots }) => (await import('./device.ts')).createEpsonTmPrinter({ deviceId, clock, log, transport: serial(), widthDots }),
});
