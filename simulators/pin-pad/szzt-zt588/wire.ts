/** `02 LLL TEXT 03 CC`, the pad's side, written from the sheet. [scanners-pinpads-misc §2.1] */
export class HostReader {
  #bytes: number[] = [];

  /** @returns texts of good frames; what is damaged is not answered, so that the terminal sends it again */
  push(chunk: Uint8Array): string[] {
    this.#bytes.push(...chunk);
    const texts: string[] = [];
    for (;;) {
      while (this.#bytes.length > 0 && this.#bytes[0] !== 0x02) this.#bytes.shift();
      if (this.#bytes.length < 4) return texts;
      const digits = String.fromCharCode(...this.#bytes.slice(1, 4));
      const length = /^\d{3}$/.test(digits) ? Number(digits) : 0;
      if (length === 0) {
        this.#bytes.shift();
        continue;
      }
      if (this.#bytes.length < length + 7) return texts;
      const frame = this.#bytes.splice(0, length + 7);
      const sum = checkOf(frame.slice(1, -2));
      if (frame.at(-3) === 0x03 && String.fromCharCode(...frame.slice(-2)) === sum) texts.push(String.fromCharCode(...frame.slice(4, -3)));
    }
  }

  /** What was half heard: its time is over. */
  forget(): void {
    this.#bytes = [];
  }
}

/** @param text  first byte is the status, as a character of that code */
export function buildFrame(text: string): number[] {
  const covered = [...String(text.length).padStart(3, '0'), ...text].map((character) => character.charCodeAt(0));
  covered.push(0x03);
  return [0x02, ...covered, ...[...checkOf(covered)].map((character) => character.charCodeAt(0))];
}

function checkOf(bytes: readonly number[]): string {
  return bytes.reduce((sum, byte) => sum ^ byte, 0).toString(16).toUpperCase().padStart(2, '0');
}
