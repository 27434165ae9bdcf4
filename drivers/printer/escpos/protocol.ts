import { z } from 'zod';
import { decodeToRow } from '../../escpos-family/decode-row.ts';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const ESCPOS: ProtocolRow = defineProtocol({
  protocol: 'escpos', deviceClass: 'printer', devices: 'any ESC/POS printer that answers DLE EOT', lineKind: 'serial', line: '115200 8N1', source: 'ESC/POS family manuals [receipt-printers]',
  capabilities: { widthDots: 576, presenter: false, cutter: true },
  unverified: ['640 dots on a VKP80 head'],
  isSenderInBytes: false,
  decode: decodeToRow,
  probe: async () => (await import('../../escpos-family/probe.ts')).ESCPOS_PROBE,
  options: z.strictObject({ widthDots: z.number().int().min(384).max(832).default(576) }),
  create: async ({ deviceId, clock, log, serial }, { widthDots }) => (await import('./device.ts')).createEscposPrinter({ deviceId, clock, log, transport: serial(), widthDots }),
});
