/** `A7 TYPE LH LL DATA`, the reader's side, written from the page of its protocol. */
export interface HostFrame {
  readonly type: number;
  readonly data: readonly number[];
}

const DATA_MAX = 512;

export class HostFrameReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostFrame[] {
    const frames: HostFrame[] = [];
    this.#bytes.push(...chunk);
    while (this.#bytes.length >= 4) {
      const length = this.#bytes[2]! * 256 + this.#bytes[3]!;
      if (this.#bytes[0] !== 0xa7 || length > DATA_MAX) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < length + 4) break;
      const frame = this.#bytes.splice(0, length + 4);
      frames.push({ type: frame[1]!, data: frame.slice(4) });
    }
    return frames;
  }

  forget(): void {
    this.#bytes = [];
  }
}

export function buildFrame(type: number, data: readonly number[]): number[] {
  return [0xa7, type, data.length >> 8, data.length & 0xff, ...data];
}
