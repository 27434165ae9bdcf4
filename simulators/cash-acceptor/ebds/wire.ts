/** EBDS as the device speaks it, written from the sheet. [ebds §2, §5, §6] */
const STX = 0x02;
const ETX = 0x03;

/** @param control  acknowledge number and message type */
export function frameOf(control: number, data: readonly number[]): Uint8Array {
  const covered = [data.length + 5, control, ...data];
  return Uint8Array.from([STX, ...covered, ETX, covered.reduce((sum, byte) => sum ^ byte, 0)]);
}

export interface HostMessage {
  readonly acknowledgeNumber: number;
  readonly messageType: number;
  readonly data: readonly number[];
}

/** Masks to seven bits, counts by LEN, checks ETX and XOR; silent on anything else. */
export class HostReader {
  #bytes: number[] = [];

  get isInsideFrame(): boolean {
    return this.#bytes.length > 0;
  }

  forget(): void {
    this.#bytes = [];
  }

  push(chunk: Uint8Array): HostMessage[] {
    const messages: HostMessage[] = [];
    for (const byte of chunk) this.#bytes.push(byte & 0x7f);
    for (;;) {
      const start = this.#bytes.indexOf(STX);
      this.#bytes.splice(0, start < 0 ? this.#bytes.length : start);
      const length = this.#bytes[1];
      if (length === undefined) return messages;
      if (length < 5) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < length) return messages;
      const frame = this.#bytes.slice(0, length);
      const sum = frame.slice(1, -2).reduce((total, byte) => total ^ byte, 0);
      if (frame[length - 2] !== ETX || sum !== frame[length - 1]) {
        this.#bytes.shift();
        continue;
      }
      this.#bytes.splice(0, length);
      messages.push({ acknowledgeNumber: frame[2]! & 1, messageType: (frame[2]! >> 4) & 7, data: frame.slice(3, -2) });
    }
  }
}

/** 18 bytes: index, currency, base, sign, exponent, orientation, letters, class. Value in whole units; null is the all-zero record. */
export function noteBytes(index: number, note: { readonly currency: string; readonly value: number } | null): number[] {
  if (note === null) return [...Array<number>(18).fill(0)];
  let base = note.value;
  let exponent = 0;
  while (base > 999) {
    base /= 10;
    exponent++;
  }
  const text = `${note.currency}${String(base).padStart(3, '0')}+${String(exponent).padStart(2, '0')}`;
  return [index, ...[...text].map((character) => character.charCodeAt(0)), 0, 0x41, 0x41, 0x42, 0x41, 4, 0, 0];
}

export function textBytes(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
