/** `A5 CMD LEN DATA SUM`, the board's side, written from the sheet. [misc §3.3] */
export interface HostFrame {
  readonly command: number;
  readonly data: readonly number[];
}

export class HostFrameReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostFrame[] {
    const frames: HostFrame[] = [];
    this.#bytes.push(...chunk);
    while (this.#bytes.length >= 4) {
      const length = this.#bytes[2]! + 4;
      if (this.#bytes[0] !== 0xa5 || length > 40) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < length) break;
      const frame = this.#bytes.slice(0, length);
      if (frame.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) {
        this.#bytes.shift();
        continue;
      }
      this.#bytes.splice(0, length);
      frames.push({ command: frame[1]!, data: frame.slice(3, -1) });
    }
    return frames;
  }

  forget(): void {
    this.#bytes = [];
  }
}

export function buildFrame(command: number, data: readonly number[]): number[] {
  const frame = [0xa5, command, data.length, ...data];
  return [...frame, (256 - (frame.reduce((sum, byte) => sum + byte, 0) % 256)) % 256];
}
