import { z } from 'zod';
import { decodeToRow } from '../../escpos-family/decode-row.ts';
import type { ProtocolRow } from '../../interfaces/protocol-row.ts';
import { defineProtocol } from '../../interfaces/protocol-row.ts';

export const CUSTOM_VKP80: ProtocolRow = defineProtocol({
  protocol: 'custom-vkp80', deviceClass: 'printer', devices: 'Custom VKP80, VKP80II, TG2480H with ejector', lineKind: 'serial', line: '115200 8N1', source: 'Custom manuals and two public drivers [receipt-printers §3, §6 to §9]',
  capabilities: { widthDots: 576, presenter: true, cutter: true },
  unverified: ['steps of the ejector: 7.3 mm', '640 dots on a VKP80 head', 'bits of the unrecoverable byte beyond the knife', 'times of the ejector'],
  isSenderInBytes: false,
  decode: decodeToRow,
  probe: async () => (await import('../../escpos-family/probe.ts')).CUSTOM_VKP80_PROBE,
  options: z.strictObject({
    widthDots: z.number().int().min(384).max(832).default(576),
    presentSteps: z.number().int().min(2).max(255).default(12),
    hasKazakhFont: z.boolean().default(false),
  }),
  create: async ({ deviceId, clock, log, serial }, options) => (await import('./device.ts')).createCustomVkp80Printer({ deviceId, clock, log, transport: serial(), ...options }),
});
