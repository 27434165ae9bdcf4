/** Commands of the Honeywell family. [scanners §1.3] */
const SYN = 0x16;
const CR = 0x0d;

export const TRIGGER_ON = Uint8Array.of(SYN, 0x54, CR);
export const TRIGGER_OFF = Uint8Array.of(SYN, 0x55, CR);
/** Serial trigger mode and the software revision. */
export const MENU_SERIAL_TRIGGER = 'TRGMOD0';
export const MENU_REVISION = 'REVINF';

/** @param tag  tag, subtag and data; stored in the scanner, so that it is right at the next power-up too */
export function encodeMenuCommand(tag: string): Uint8Array {
  return Buffer.concat([Buffer.of(SYN, 0x4d, CR), Buffer.from(`${tag}.`, 'latin1')]);
}

/** Text of a code as the core may see it: UTF-8, control characters removed except GS, which separates GS1 fields. Hostile input all the same. [scanners §1.4] */
export function codeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes).replace(/[\u0000-\u001c\u001e\u001f\u007f-\u009f]/g, '');
}
