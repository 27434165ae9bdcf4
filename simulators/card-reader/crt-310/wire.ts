/** `02 LH LL CM PM DATA 03 BCC`, ENQ and EOT: the reader's side, written from the sheet. [card-readers §A] */
export type HostItem = { readonly kind: 'command'; readonly command: number; readonly parameter: number; readonly data: readonly number[] } | { readonly kind: 'bad' | 'enquire' | 'cancel' };

const BODY_MAX = 266;

export class HostReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostItem[] {
    this.#bytes.push(...chunk);
    const items: HostItem[] = [];
    for (;;) {
      const first = this.#bytes[0];
      if (first === undefined) return items;
      if (first !== 0x02) {
        this.#bytes.shift();
        if (first === 0x05) items.push({ kind: 'enquire' });
        else if (first === 0x04) items.push({ kind: 'cancel' });
        continue;
      }
      if (this.#bytes.length < 3) return items;
      const bodyLength = this.#bytes[1]! * 256 + this.#bytes[2]!;
      if (bodyLength < 2 || bodyLength > BODY_MAX) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < bodyLength + 5) return items;
      items.push(commandOf(this.#bytes.splice(0, bodyLength + 5)));
    }
  }

  /** The rest of a frame that never came. */
  forget(): void {
    this.#bytes = [];
  }

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }
}

function commandOf(frame: readonly number[]): HostItem {
  let check = 0;
  for (const byte of frame) check ^= byte;
  if (check !== 0 || frame.at(-2) !== 0x03) return { kind: 'bad' };
  return { kind: 'command', command: frame[3]!, parameter: frame[4]!, data: frame.slice(5, -2) };
}

export function buildFrame(body: readonly number[]): number[] {
  const frame = [0x02, body.length >> 8, body.length & 0xff, ...body, 0x03];
  let check = 0;
  for (const byte of frame) check ^= byte;
  return [...frame, check];
}
