/** ccTalk from the device's side, written from the sheet. [misc §5.1] */
export type WireCheck = 'sum' | 'crc16';
export interface HostCommand {
  readonly header: number;
  readonly data: readonly number[];
  /** As it came: the adapter sends it back. */
  readonly bytes: readonly number[];
}

const FRAME_MAX = 257;

/** Collects frames of the host; those for other addresses are heard and dropped. A damaged one is answered by nobody. */
export class HostReader {
  readonly #address: number;
  readonly #check: WireCheck;
  #bytes: number[] = [];

  constructor(address: number, check: WireCheck = 'sum') {
    this.#address = address;
    this.#check = check;
  }

  get isMidFrame(): boolean {
    return this.#bytes.length > 0;
  }

  push(chunk: Uint8Array): HostCommand[] {
    this.#bytes.push(...chunk);
    const commands: HostCommand[] = [];
    while (this.#bytes.length >= 2) {
      const total = this.#bytes[1]! + 5;
      if (total > FRAME_MAX) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < total) break;
      const frame = this.#bytes.splice(0, total);
      const [destination, , , header] = frame as [number, number, number, number];
      if (isSound(frame, this.#check) && (destination === this.#address || destination === 0)) commands.push({ header, data: frame.slice(4, -1), bytes: frame });
    }
    return commands;
  }

  /** After 50 ms of silence in a frame, and with the power. [misc §5.2] */
  forget(): void {
    this.#bytes = [];
  }
}

/** An answer to the host. */
export function buildAnswer(address: number, data: readonly number[], check: WireCheck = 'sum', header = 0): number[] {
  const frame = [1, data.length, address, header, ...data];
  if (check === 'sum') return [...frame, (256 - (frame.reduce((sum, byte) => sum + byte, 0) % 256)) % 256];
  const crc = remainder([1, data.length, header, ...data]);
  frame[2] = crc % 256;
  return [...frame, Math.floor(crc / 256)];
}

function isSound(frame: readonly number[], check: WireCheck): boolean {
  if (check === 'sum') return frame.reduce((sum, byte) => sum + byte, 0) % 256 === 0;
  return remainder([frame[0]!, frame[1]!, ...frame.slice(3, -1)]) === frame[2]! + 256 * frame.at(-1)!;
}

/** Polynomial 1021 from 0, bit by bit. */
function remainder(bytes: readonly number[]): number {
  let register = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOut = (register >> 15) !== ((byte >> bit) & 1);
      register = (register << 1) & 0xffff;
      if (isOut) register ^= 0x1021;
    }
  }
  return register;
}
