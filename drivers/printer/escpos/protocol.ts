import { z } from 'zod';
import type { ProtocolRow, Sender } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const ESCPOS: ProtocolRow = defineProtocol({
  protocol: 'escpos', deviceClass: 'printer', devices: 'Custom VKP80, TG2480H; Citizen PPU-700; Epson TM', lineKind: 'serial', line: '115200 8N1', source: 'ESC/POS family manuals [receipt-printers]',
  capabilities: { widthDots: 576, presenter: false, cutter: true },
  unverified: ['640 dots on a VKP80 head', 'presenters: the commands differ by model and are not used'],
  isSenderInBytes: false,
  decode: async (bytes, from) => {
    const { decodeEscpos } = await import('./decode.ts');
    return decodeEscpos(direction(from), bytes).map((text) => ({ kind: text.startsWith('noise') || text.endsWith('other bytes') ? 'noise' : from === 'host' ? 'command' : 'answer', text }));
  },
  options: z.strictObject({ widthDots: z.number().int().min(384).max(832).default(576) }),
  create: async ({ deviceId, clock, log, serial }, { widthDots }) => (await import('./device.ts')).createEscposPrinter({ deviceId, clock, log, transport: serial(), widthDots }),
});

function direction(from: Sender | undefined): 'toDevice' | 'toHost' {
  return from === 'host' ? 'toDevice' : 'toHost';
}
