/** The device's side of dialect B, written from the sheet: `EOT 30 STX CMD DATA ETX BCC` in, `SOH 30 STX CMD DATA ETX BCC` out. [lcdm §2, §5] */
export type HostItem = { readonly kind: 'command'; readonly opcode: number; readonly data: readonly number[] } | { readonly kind: 'bad' } | { readonly kind: 'ack' } | { readonly kind: 'nak' };

const DATA_BYTES: Readonly<Record<number, number>> = { 0x44: 0, 0x50: 0, 0x51: 0, 0x52: 15, 0x53: 15, 0x55: 0 };
const LONGEST = 40;

export class HostReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostItem[] {
    this.#bytes.push(...chunk);
    const items: HostItem[] = [];
    for (let first = this.#bytes[0]; first !== undefined; first = this.#bytes[0]) {
      if (first !== 0x04) {
        this.#bytes.shift();
        if (first === 0x06) items.push({ kind: 'ack' });
        if (first === 0x15) items.push({ kind: 'nak' });
        continue;
      }
      const opcode = this.#bytes[3];
      if (opcode === undefined) break;
      const known = DATA_BYTES[opcode];
      const length = known === undefined ? this.#bytes.indexOf(0x03, 4) + 2 : known + 6;
      if (length < 6 || this.#bytes.length < length) {
        if (this.#bytes.length < LONGEST) break;
        this.#bytes.shift();
        continue;
      }
      const frame = this.#bytes.splice(0, length);
      const isGood = frame.reduce((check, byte) => check ^ byte, 0) === 0 && frame[1] === 0x30 && frame[2] === 0x02 && frame.at(-2) === 0x03;
      items.push(isGood ? { kind: 'command', opcode, data: frame.slice(4, -2) } : { kind: 'bad' });
    }
    return items;
  }

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  forget(): void {
    this.#bytes = [];
  }
}

export function buildResponse(opcode: number, data: readonly number[]): number[] {
  const frame = [0x01, 0x30, 0x02, opcode, ...data, 0x03];
  return [...frame, frame.reduce((check, byte) => check ^ byte, 0)];
}
