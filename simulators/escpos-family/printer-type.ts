/** What the simulated types differ in, each written from the sheet. [escpos §6, §7] */
export interface PrinterType {
  readonly protocol: string;
  /** How DLE EOT 4 and the six bytes read. */
  readonly status: 'epson' | 'custom' | 'citizen';
  /** none: what is cut lies in the slot. ejector: moves on command (GS e). automatic: presents after each cut, collects on command (GS R). */
  readonly exit: 'none' | 'ejector' | 'automatic';
  /** GS a n is obeyed. */
  readonly hasAutomaticStatus: boolean;
  /** ESC t n → table. */
  readonly codePages: Readonly<Record<number, 'cp866' | 'cp1251' | 'kz1048' | 'customKzt'>>;
  /** GS I 1 and the texts of GS I 65 and above. */
  readonly modelId: number;
  readonly texts: Readonly<Record<number, string>>;
}

const EPSON_PAGES = { 17: 'cp866', 46: 'cp1251', 53: 'kz1048' } as const;

export const GENERIC: PrinterType = { protocol: 'escpos', status: 'epson', exit: 'none', hasAutomaticStatus: false, codePages: EPSON_PAGES, modelId: 0x93, texts: {} };
export const EPSON_TM: PrinterType = { protocol: 'epson-tm', status: 'epson', exit: 'none', hasAutomaticStatus: true, codePages: EPSON_PAGES, modelId: 0x20, texts: { 65: '1.04 ESC/POS', 67: 'TM-T88V', 68: 'SIM0000427' } };
export const CUSTOM_VKP80: PrinterType = { protocol: 'custom-vkp80', status: 'custom', exit: 'ejector', hasAutomaticStatus: false, codePages: { 17: 'cp866' }, modelId: 0x5d, texts: {} };
/** The same with the firmware font that has Kazakh letters. */
export const CUSTOM_VKP80_KAZAKH: PrinterType = { ...CUSTOM_VKP80, codePages: { 17: 'customKzt' } };
export const CITIZEN_PPU: PrinterType = { protocol: 'citizen-ppu', status: 'citizen', exit: 'automatic', hasAutomaticStatus: false, codePages: { 7: 'cp866' }, modelId: 0x75, texts: { 65: 'V1.12', 68: 'SIM0000428' } };
