import { encodeFrame } from './frames.ts';

/** [misc §3.3] */
export type WatchdogCommand =
  | { readonly kind: 'version' | 'identity' | 'modemReset' | 'timerOn' | 'timerOff' | 'ping' | 'computerReset' }
  /** 1…255 */
  | { readonly kind: 'modemOffS' | 'windowS' | 'computerOffS'; readonly seconds: number };

const CODES: Readonly<Record<WatchdogCommand['kind'], number>> = {
  version: 0x00, identity: 0x01, modemReset: 0x02, modemOffS: 0x02, timerOn: 0x03, windowS: 0x03, timerOff: 0x04, ping: 0x05, computerReset: 0x0c, computerOffS: 0x0c,
};
/** Before a number of seconds. */
const SET_SECONDS = 0x02;
const NAMES: Readonly<Record<number, string>> = {
  0x00: 'version', 0x01: 'identity', 0x02: 'modem', 0x03: 'timerOn', 0x04: 'timerOff', 0x05: 'ping', 0x06: 'resetClock', 0x0c: 'computer', 0x11: 'learnKey', 0x12: 'readKey', 0x15: 'wakeUp',
};

export function encodeCommand(command: WatchdogCommand): Buffer {
  return encodeFrame(CODES[command.kind], 'seconds' in command ? [SET_SECONDS, command.seconds] : []);
}

export function isAnswerTo(command: WatchdogCommand, code: number): boolean {
  return CODES[command.kind] === code;
}

export function commandName(code: number): string {
  return NAMES[code] ?? `unknown ${code.toString(16).padStart(2, '0')}`;
}

/** Model tag at the start of the version text. */
export const VERSION_START = '2.5.';

/** Two bytes of type, big-endian, then the serial number. */
export function decodeIdentity(data: Uint8Array): { readonly type: number; readonly serialNumber: string } | null {
  return data.length < 3 ? null : { type: data[0]! * 256 + data[1]!, serialNumber: Buffer.from(data.subarray(2)).toString('hex') };
}
