/**
 * The device's side of dialect A, written from the sheet: `EOT 50 STX CMD DATA ETX BCC` in, `SOH 50 STX CMD DATA ETX BCC` out. [lcdm §2, §4]
 */
const EOT = 0x04;
const ETX = 0x03;

export type HostItem =
  | { readonly kind: 'command'; readonly opcode: number; readonly digits: string }
  | { readonly kind: 'badCommand' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' };

/** DATA bytes by CMD; null: a command that the device does not know, cut at its ETX. */
function dataLengthOf(opcode: number): number | null {
  switch (opcode) {
    case 0x44: case 0x46: case 0x47: case 0x76: case 0x77:
      return 0;
    case 0x45: case 0x55:
      return 2;
    case 0x56:
      return 4;
    default:
      return null;
  }
}

/** Collects what the host sends, in any cut. Bytes that begin nothing are thrown away, as the device does. */
export class HostReader {
  #bytes: number[] = [];

  push(chunk: Uint8Array): HostItem[] {
    this.#bytes.push(...chunk);
    const items: HostItem[] = [];
    for (;;) {
      const first = this.#bytes[0];
      if (first === undefined) return items;
      if (first === EOT) {
        const frameLength = this.#frameLength();
        if (frameLength === null || this.#bytes.length < frameLength) return items;
        items.push(readCommand(this.#bytes.splice(0, frameLength)));
        continue;
      }
      this.#bytes.shift();
      if (first === 0x06) items.push({ kind: 'ack' });
      else if (first === 0x15) items.push({ kind: 'nak' });
    }
  }

  /** 200 ms after the first byte a frame that is not whole is given up. */
  forget(): void {
    this.#bytes = [];
  }

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  #frameLength(): number | null {
    const opcode = this.#bytes[3];
    if (opcode === undefined) return null;
    const dataLength = dataLengthOf(opcode);
    if (dataLength !== null) return 4 + dataLength + 2;
    const end = this.#bytes.indexOf(ETX, 4);
    return end < 0 ? null : end + 2;
  }
}

function readCommand(frame: readonly number[]): HostItem {
  let check = 0;
  for (const byte of frame) check ^= byte;
  if (check !== 0 || frame[1] !== 0x50 || frame[2] !== 0x02 || frame.at(-2) !== ETX) return { kind: 'badCommand' };
  return { kind: 'command', opcode: frame[3]!, digits: String.fromCharCode(...frame.slice(4, -2)) };
}

export function buildResponse(opcode: number, data: readonly number[]): number[] {
  const frame = [0x01, 0x50, 0x02, opcode, ...data, ETX];
  let check = 0;
  for (const byte of frame) check ^= byte;
  return [...frame, check];
}

export function twoDigits(count: number): number[] {
  return [0x30 + Math.floor(count / 10), 0x30 + (count % 10)];
}
