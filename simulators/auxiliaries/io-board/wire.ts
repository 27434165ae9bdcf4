/** Own encoder and reader, written from the protocol page (drivers/auxiliaries/io-board/README.md); shares no code with the driver. */
export type Letter = 'K' | 'D' | 'C' | 'T';
export const LETTERS: readonly Letter[] = ['K', 'D', 'C', 'T'];

/** More than this without a line end is noise on the line. */
const QUESTION_BYTES_MAX = 16;

/** `damage` spoils the check: never a good line when not 0. */
export function checkedLine(body: string, damage = 0): Uint8Array {
  // CRC-16/KERMIT, bit by bit: polynomial 8408 reflected, start 0.
  let check = 0;
  for (const character of body) {
    check ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) check = (check & 1) === 1 ? (check >> 1) ^ 0x8408 : check >> 1;
  }
  return Buffer.from(`${body} *${(check ^ damage).toString(16).toUpperCase().padStart(4, '0')}\n`, 'latin1');
}

export function statusBody(isOn: (letter: Letter) => boolean): string {
  return `S ${LETTERS.map((letter) => `${letter}=${isOn(letter) ? 1 : 0}`).join(' ')}`;
}

export function eventBody(letter: Letter, isOn: boolean): string {
  return `E ${letter}=${isOn ? 1 : 0}`;
}

/** Questions of the terminal; anything else is dropped without an answer. */
export class QuestionReader {
  #text = '';

  push(chunk: Uint8Array): ('?' | 'I')[] {
    const questions: ('?' | 'I')[] = [];
    for (const byte of chunk) {
      if (byte !== 0x0a) {
        this.#text = this.#text.length < QUESTION_BYTES_MAX ? this.#text + String.fromCharCode(byte) : this.#text;
        continue;
      }
      const text = this.#text;
      this.#text = '';
      if (text === '?' || text === 'I') questions.push(text);
    }
    return questions;
  }

  reset(): void {
    this.#text = '';
  }
}
