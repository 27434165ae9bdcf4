import { z } from 'zod';
import { decodeToRow } from '../../escpos-family/decode-row.ts';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CITIZEN_PPU: ProtocolRow = defineProtocol({
  protocol: 'citizen-ppu', deviceClass: 'printer', devices: 'Citizen PPU-700, PPU-700II', lineKind: 'serial', line: '38400 8N1', source: 'Citizen PPU-700 Command Reference [receipt-printers §2, §4, §6, §7]',
  capabilities: { widthDots: 576, presenter: true, cutter: true },
  unverified: ['the presenter moves by itself after the cut', 'collecting works only with memory switch 4-4 on', 'times of the presenter'],
  isSenderInBytes: false,
  decode: decodeToRow,
  probe: async () => (await import('../../escpos-family/probe.ts')).CITIZEN_PPU_PROBE,
  options: z.strictObject({ widthDots: z.number().int().min(384).max(832).default(576) }),
  create: async ({ deviceId, clock, log, serial }, { widthDots }) => (await import('./device.ts')).createCitizenPpuPrinter({ deviceId, clock, log, transport: serial(), widthDots }),
});
