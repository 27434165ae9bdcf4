/** Message types, bits 4–6 of the control byte. [ebds §2] */
export const MESSAGE_TYPES = { omnibusCommand: 1, omnibusReply: 2, bookmark: 3, calibrate: 4, download: 5, auxiliary: 6, extended: 7 } as const;
export type MessageType = keyof typeof MESSAGE_TYPES;

/** First data byte of an extended message. [ebds §6] */
export const EXTENDED = { barCode: 0x01, noteSpecification: 0x02, setNoteInhibits: 0x03, setEscrowTimeout: 0x04 } as const;
/** Third data byte of an auxiliary query. [ebds §7] */
export const AUXILIARY = { acceptorType: 0x04, serialNumber: 0x05, applicationPartNumber: 0x07, variantName: 0x08 } as const;

export const SOFT_RESET: readonly number[] = [0x7f, 0x7f, 0x7f];

/** Four-way, escrow; power-up policy A; extended notes. [ebds §4] */
const D1_FOUR_WAY_ESCROW = 0x1c;
const D1_STACK = 0x20;
const D1_RETURN = 0x40;
const D2_EXTENDED_NOTES = 0x10;
const ALL_DENOMINATIONS = 0x7f;

export interface OmnibusOptions {
  readonly isEnabled: boolean;
  /** Sent once: left in later polls it would move the next note without a decision. [ebds §13.4] */
  readonly order?: 'stack' | 'return';
}

export function omnibusBytes({ isEnabled, order }: OmnibusOptions): readonly [number, number, number] {
  return [isEnabled ? ALL_DENOMINATIONS : 0, D1_FOUR_WAY_ESCROW | (order === 'stack' ? D1_STACK : order === 'return' ? D1_RETURN : 0), D2_EXTENDED_NOTES];
}

/** Bits of the six status bytes that mean something to us. [ebds §5] */
export interface Status {
  readonly isIdling: boolean;
  readonly isAccepting: boolean;
  readonly isEscrowed: boolean;
  readonly isStacking: boolean;
  readonly hasStacked: boolean;
  readonly isReturning: boolean;
  readonly hasReturned: boolean;
  readonly hasCheated: boolean;
  readonly hasRejected: boolean;
  readonly isJammed: boolean;
  readonly isFull: boolean;
  readonly isCassetteIn: boolean;
  readonly isPaused: boolean;
  readonly isCalibrating: boolean;
  readonly isPowerUp: boolean;
  readonly isInvalidCommand: boolean;
  readonly hasFailed: boolean;
  /** Value index 1…7 of devices without extended notes; 0: none. */
  readonly valueIndex: number;
  readonly isTransportOpen: boolean;
  readonly isStalled: boolean;
  readonly isDisabled: boolean;
  readonly model: string;
  readonly revision: number;
}

const STATUS_BYTES = 6;

export function decodeStatus(data: Uint8Array): Status | null {
  if (data.length < STATUS_BYTES) return null;
  const [d0, d1, d2, d3, d4, d5] = data as unknown as [number, number, number, number, number, number];
  const bit = (byte: number, index: number) => (byte & (1 << index)) !== 0;
  return {
    isIdling: bit(d0, 0), isAccepting: bit(d0, 1), isEscrowed: bit(d0, 2), isStacking: bit(d0, 3), hasStacked: bit(d0, 4), isReturning: bit(d0, 5), hasReturned: bit(d0, 6),
    hasCheated: bit(d1, 0), hasRejected: bit(d1, 1), isJammed: bit(d1, 2), isFull: bit(d1, 3), isCassetteIn: bit(d1, 4), isPaused: bit(d1, 5), isCalibrating: bit(d1, 6),
    isPowerUp: bit(d2, 0), isInvalidCommand: bit(d2, 1), hasFailed: bit(d2, 2), valueIndex: (d2 >> 3) & 7, isTransportOpen: bit(d2, 6),
    isStalled: bit(d3, 0), isDisabled: bit(d3, 5), model: String.fromCharCode(d4), revision: d5 / 10,
  };
}

export interface NoteRecord {
  /** 1…n in the table, 0 in events. */
  readonly index: number;
  /** ISO 4217 as the device has it. */
  readonly currency: string;
  /** Whole units; may be a fraction below one. */
  readonly value: number;
}

const NOTE_BYTES = 18;

/** null: the all-zero record, the end of the table or no note. [ebds §6] */
export function decodeNote(bytes: Uint8Array): NoteRecord | null {
  if (bytes.length < NOTE_BYTES) return null;
  const text = Buffer.from(bytes.subarray(1, 10)).toString('latin1');
  const match = /^([A-Z]{3})(\d{3})([+-])(\d\d)$/.exec(text);
  if (match === null) return null;
  const [, currency = '', base = '0', sign, exponent = '0'] = match;
  const value = Number(base) * 10 ** ((sign === '-' ? -1 : 1) * Number(exponent));
  return value > 0 ? { index: bytes[0]!, currency, value } : null;
}

export type EbdsReply =
  | { readonly kind: 'omnibus'; readonly status: Status }
  /** `note` null: the record was all zeros. */
  | { readonly kind: 'note'; readonly status: Status; readonly note: NoteRecord | null }
  | { readonly kind: 'extended'; readonly subtype: number; readonly status: Status | null }
  | { readonly kind: 'auxiliary'; readonly data: Buffer }
  | { readonly kind: 'unknown' };

/** Total. @param control  with the message type in bits 4–6 */
export function decodeReply(control: number, data: Buffer): EbdsReply {
  const messageType = (control >> 4) & 7;
  if (messageType === MESSAGE_TYPES.omnibusReply) {
    const status = decodeStatus(data);
    return status === null ? { kind: 'unknown' } : { kind: 'omnibus', status };
  }
  if (messageType === MESSAGE_TYPES.auxiliary) return { kind: 'auxiliary', data };
  if (messageType !== MESSAGE_TYPES.extended || data.length === 0) return { kind: 'unknown' };
  const status = decodeStatus(data.subarray(1));
  if (data[0] === EXTENDED.noteSpecification && status !== null) return { kind: 'note', status, note: decodeNote(data.subarray(1 + STATUS_BYTES)) };
  return { kind: 'extended', subtype: data[0]!, status };
}

/** Seven bits a byte, note index 1 = bit 0 of the first; 1 = enabled. Eight bytes in the CFSC form, nineteen for more than 56 notes. [ebds §6 sub 03] */
export function inhibitBytes(enabledIndexes: readonly number[]): readonly number[] {
  const byteCount = enabledIndexes.some((index) => index > 56) ? 19 : 8;
  return Array.from({ length: byteCount }, (_, byte) => enabledIndexes.reduce((mask, index) => (Math.floor((index - 1) / 7) === byte ? mask | (1 << ((index - 1) % 7)) : mask), 0));
}

/** Ended by the first byte that cannot be printed. [ebds §7] */
export function decodeText(data: Uint8Array): string {
  return (/^[\x20-\x7e]*/.exec(Buffer.from(data).toString('latin1'))?.[0] ?? '').trim();
}
