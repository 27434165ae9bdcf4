/** `F2 ADDR LH LL TEXT 03 BCC`, the reader's side, written from the sheet. [card-readers §B] */
export type HostItem = { readonly kind: 'command'; readonly command: number; readonly parameter: number; readonly data: readonly number[] } | { readonly kind: 'bad' | 'ack' | 'nak' | 'cancel' };

const TEXT_MAX = 1018;

export class HostReader {
  readonly #address: number;
  #bytes: number[] = [];

  constructor(address: number) {
    this.#address = address;
  }

  push(chunk: Uint8Array): HostItem[] {
    this.#bytes.push(...chunk);
    const items: HostItem[] = [];
    for (;;) {
      const first = this.#bytes[0];
      if (first === undefined) return items;
      if (first !== 0xf2) {
        this.#bytes.shift();
        if (first === 0x06) items.push({ kind: 'ack' });
        else if (first === 0x15) items.push({ kind: 'nak' });
        else if (first === 0x04) items.push({ kind: 'cancel' });
        continue;
      }
      if (this.#bytes.length < 4) return items;
      const textLength = this.#bytes[2]! * 256 + this.#bytes[3]!;
      if (textLength < 3 || textLength > TEXT_MAX) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < textLength + 6) return items;
      const frame = this.#bytes.splice(0, textLength + 6);
      if (frame[1] !== this.#address) continue;
      items.push(readCommand(frame));
    }
  }

  forget(): void {
    this.#bytes = [];
  }
}

function readCommand(frame: readonly number[]): HostItem {
  let check = 0;
  for (const byte of frame) check ^= byte;
  if (check !== 0 || frame.at(-2) !== 0x03 || frame[4] !== 0x43) return { kind: 'bad' };
  return { kind: 'command', command: frame[5]!, parameter: frame[6]!, data: frame.slice(7, -2) };
}

export function buildFrame(address: number, text: readonly number[]): number[] {
  const frame = [0xf2, address, text.length >> 8, text.length & 0xff, ...text, 0x03];
  let check = 0;
  for (const byte of frame) check ^= byte;
  return [...frame, check];
}
