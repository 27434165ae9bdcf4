/**
 * The device's side, written from the sheet: `10 05` `10 06` `10 15`, frames `10 02 LH LL DATA 10 03 CRC`, CRC over LH LL DATA 10 03, low byte first. [f53 §2]
 */
export type HostItem =
  | { readonly kind: 'enq' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'frame'; readonly data: readonly number[] }
  | { readonly kind: 'badFrame' };

/** Bitwise, on purpose another way than the driver's table. */
function crcOf(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

const LONGEST = 600;

/** Collects what the host sends, in any cut. */
export class HostReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostItem[] {
    this.#bytes.push(...chunk);
    const items: HostItem[] = [];
    for (;;) {
      const [first, second, high, low] = this.#bytes;
      if (first === undefined) return items;
      if (first !== 0x10) {
        this.#bytes.shift();
        continue;
      }
      if (second === undefined) return items;
      const word = ({ 0x05: 'enq', 0x06: 'ack', 0x15: 'nak' } as const)[second];
      if (word !== undefined) {
        this.#bytes.splice(0, 2);
        items.push({ kind: word });
        continue;
      }
      if (second !== 0x02) {
        this.#bytes.shift();
        continue;
      }
      if (low === undefined) return items;
      const length = (high! << 8) | low;
      if (length > LONGEST) {
        this.#bytes.splice(0, 4);
        items.push({ kind: 'badFrame' });
        continue;
      }
      if (this.#bytes.length < length + 8) return items;
      const frame = this.#bytes.splice(0, length + 8);
      const crc = crcOf(frame.slice(2, -2));
      const isGood = frame.at(-4) === 0x10 && frame.at(-3) === 0x03 && frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
      items.push(isGood ? { kind: 'frame', data: frame.slice(4, -4) } : { kind: 'badFrame' });
    }
  }

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  forget(): void {
    this.#bytes = [];
  }
}

export function buildFrame(data: readonly number[]): number[] {
  const body = [data.length >> 8, data.length & 0xff, ...data, 0x10, 0x03];
  const crc = crcOf(body);
  return [0x10, 0x02, ...body, crc & 0xff, crc >> 8];
}

/** Digits 0…9 with even parity in the highest bit. [f53 §3] */
const DIGITS = [0x30, 0xb1, 0xb2, 0x33, 0xb4, 0x35, 0x36, 0xb7, 0xb8, 0x39];

export function digits(count: number): number[] {
  return [DIGITS[Math.floor(count / 10) % 10]!, DIGITS[count % 10]!];
}

/** null: not two digits with their parity. */
export function readDigits(tens: number | undefined, ones: number | undefined): number | null {
  const [high, low] = [DIGITS.indexOf(tens ?? -1), DIGITS.indexOf(ones ?? -1)];
  return high < 0 || low < 0 ? null : 10 * high + low;
}
