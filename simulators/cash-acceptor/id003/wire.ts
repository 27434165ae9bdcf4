/** ID-003 as the device speaks it, written from the sheet. [id003 §2, §3] */
const SYNC = 0xfc;

/** CRC-16/KERMIT over the bytes as sent; over a whole good frame it is 0. */
export function crcOf(bytes: Uint8Array | readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

/** @param body  code, then its data */
export function frameOf(body: readonly number[]): Uint8Array {
  const head = [SYNC, body.length + 4, ...body];
  const crc = crcOf(head);
  return Uint8Array.from([...head, crc & 0xff, crc >> 8]);
}

/** Collects the host's bytes; a frame with a bad CRC is ignored. [id003 §4] */
export class HostReader {
  #bytes: number[] = [];

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  forget(): void {
    this.#bytes = [];
  }

  push(chunk: Uint8Array): (readonly number[])[] {
    const bodies: (readonly number[])[] = [];
    this.#bytes.push(...chunk);
    for (;;) {
      const sync = this.#bytes.indexOf(SYNC);
      this.#bytes.splice(0, sync < 0 ? this.#bytes.length : sync);
      const length = this.#bytes[1];
      if (length === undefined) return bodies;
      if (length < 5) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < length) return bodies;
      if (crcOf(this.#bytes.slice(0, length)) === 0) bodies.push(this.#bytes.splice(0, length).slice(2, -2));
      else this.#bytes.shift();
    }
  }
}

/** Escrow code 61 + index → value; Kazakhstan is country 81. [id003 §8] */
export interface CurrencySlot {
  readonly mantissa: number;
  readonly exponent: number;
}

export const KAZAKHSTAN = 81;
export const FIRST_ESCROW_CODE = 0x61;

export const TENGE_SLOTS: readonly (CurrencySlot | null)[] = [
  { mantissa: 2, exponent: 2 },
  { mantissa: 5, exponent: 2 },
  { mantissa: 1, exponent: 3 },
  { mantissa: 2, exponent: 3 },
  { mantissa: 5, exponent: 3 },
  { mantissa: 10, exponent: 3 },
  { mantissa: 20, exponent: 3 },
  null,
];

export function currencyBytes(slots: readonly (CurrencySlot | null)[]): number[] {
  return slots.flatMap((slot, index) => [FIRST_ESCROW_CODE + index, KAZAKHSTAN, slot?.mantissa ?? 0, slot?.exponent ?? 0]);
}

/** Minor units; two decimals. */
export function slotMinor(slot: CurrencySlot | null): number | null {
  return slot === null ? null : slot.mantissa * 10 ** slot.exponent * 100;
}

export const VERSION_TEXT = 'i(KAZ)100-SS ID003-05V280-42 01AUG17 964D';
export const BOOT_TEXT = 'B05 ';

export function textBytes(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
