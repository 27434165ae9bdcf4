/** CCNET on the wire as the device speaks it: own encoder and reader, written from [ccnet §2–§9], none of the driver's code. */

const SYNC = 0x02;

/** Bit by bit as the sheet's pseudo-code has it. [ccnet §3] */
export function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

/** @param data  command or reply, 1…250 bytes */
export function frameOf(address: number, data: readonly number[]): Uint8Array {
  const head = [SYNC, address, data.length + 5, ...data];
  const crc = crcOf(Uint8Array.from(head));
  return Uint8Array.from([...head, crc & 0xff, crc >> 8]);
}

export type HostWord = { readonly kind: 'command'; readonly code: number; readonly data: readonly number[] } | { readonly kind: 'badCrc' };

/**
 * Collects the host's bytes. A device knows only its own address, gives a begun frame up after the inter-byte time (`forget`), and on a bad CRC
 * stays silent or answers NAK: its owner decides. [ccnet §2, §18]
 */
export class HostReader {
  readonly #address: number;
  #bytes: number[] = [];

  constructor(address: number) {
    this.#address = address;
  }

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  forget(): void {
    this.#bytes = [];
  }

  push(chunk: Uint8Array): HostWord[] {
    const words: HostWord[] = [];
    for (const byte of chunk) {
      this.#bytes.push(byte);
      for (let word = this.#next(); word !== 'wait'; word = this.#next()) if (word !== 'dropped') words.push(word);
    }
    return words;
  }

  #next(): HostWord | 'wait' | 'dropped' {
    const [sync, address, length] = this.#bytes;
    if (sync === undefined) return 'wait';
    const isHopeless = sync !== SYNC || (address !== undefined && (address < 1 || address > 4)) || (length !== undefined && length < 6);
    if (isHopeless) {
      this.#bytes.shift();
      return 'dropped';
    }
    if (length === undefined || this.#bytes.length < length) return 'wait';
    const frame = this.#bytes.slice(0, length);
    if (crcOf(Uint8Array.from(frame)) !== 0) {
      this.#bytes.shift();
      return { kind: 'badCrc' };
    }
    this.#bytes.splice(0, length);
    if (address !== this.#address) return 'dropped';
    return { kind: 'command', code: frame[3]!, data: frame.slice(4, -2) };
  }
}

/** Bill type → value; the index is the type. `null`: unused. [ccnet §9] */
export type BillTable = readonly ({ readonly mantissa: number; readonly letters: string; readonly exponent: number } | null)[];

/** Notes of the National Bank in circulation, 200 old style included. [failures §3] */
export const TENGE_TABLE: BillTable = [
  null,
  null,
  { mantissa: 2, letters: 'KAZ', exponent: 2 },
  { mantissa: 5, letters: 'KAZ', exponent: 2 },
  { mantissa: 1, letters: 'KAZ', exponent: 3 },
  { mantissa: 2, letters: 'KAZ', exponent: 3 },
  { mantissa: 5, letters: 'KAZ', exponent: 3 },
  { mantissa: 10, letters: 'KAZ', exponent: 3 },
  { mantissa: 20, letters: 'KAZ', exponent: 3 },
];

const BILL_TYPES = 24;

export function tableBytes(table: BillTable): number[] {
  return Array.from({ length: BILL_TYPES }, (_, type) => {
    const record = table[type] ?? null;
    return record === null ? [0, 0, 0, 0, 0] : [record.mantissa, ...[...record.letters].map((letter) => letter.charCodeAt(0)), record.exponent];
  }).flat();
}

/** Minor units; all our currencies have two decimals. `null` for an unused type. */
export function valueMinor(table: BillTable, type: number): number | null {
  const record = table[type] ?? null;
  return record === null ? null : record.mantissa * 10 ** record.exponent * 100;
}

export function identificationBytes(identification: { readonly partNumber: string; readonly serialNumber: string }): number[] {
  const text = identification.partNumber.padEnd(15).slice(0, 15) + identification.serialNumber.padEnd(12).slice(0, 12);
  return [...[...text].map((letter) => letter.charCodeAt(0)), 0, 0, 0, 0, 0, 0, 1];
}

/** Three bytes, big-endian: types 23…16 first. [ccnet §5] */
export function maskOf(bytes: readonly number[], offset: number): number {
  return ((bytes[offset] ?? 0) << 16) | ((bytes[offset + 1] ?? 0) << 8) | (bytes[offset + 2] ?? 0);
}

export function maskBytes(mask: number): number[] {
  return [(mask >> 16) & 0xff, (mask >> 8) & 0xff, mask & 0xff];
}
