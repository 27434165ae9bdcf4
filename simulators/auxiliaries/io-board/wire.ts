/** Own encoder and reader, written from the protocol page (drivers/auxiliaries/io-board/README.md); shares no code with the driver. */
export type Letter = 'K' | 'D' | 'C' | 'T' | 'H';
const LETTERS_OF_VERSION_1: readonly Letter[] = ['K', 'D', 'C', 'T'];
/** Lamps in the order of the status line: card, notes in, notes out, receipt, barcode, PIN pad, status. */
export const LAMP_LETTERS = 'CNORBPS';

export type Request = { readonly kind: '?' | 'I' } | { readonly kind: 'lamp'; readonly letter: string; readonly pattern: number };

/** More than this without a line end is noise on the line. */
const REQUEST_BYTES_MAX = 64;
const ORDER = /^(L ([A-Z])=([0-4])) \*[0-9A-F]{4}$/;

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

/** @param lamps  seven patterns, `-` for none; null on a board of the first version */
export function statusBody(isOn: (letter: Letter) => boolean, lamps: string | null): string {
  const first = `S ${LETTERS_OF_VERSION_1.map((letter) => `${letter}=${isOn(letter) ? 1 : 0}`).join(' ')}`;
  return lamps === null ? first : `${first} H=${isOn('H') ? 1 : 0} L=${lamps}`;
}

export function eventBody(letter: Letter, isOn: boolean): string {
  return `E ${letter}=${isOn ? 1 : 0}`;
}

/** Questions and orders of the terminal; anything else is dropped without an answer. */
export class RequestReader {
  #text = '';

  push(chunk: Uint8Array): Request[] {
    const requests: Request[] = [];
    for (const byte of chunk) {
      if (byte !== 0x0a) {
        this.#text = this.#text.length < REQUEST_BYTES_MAX ? this.#text + String.fromCharCode(byte) : this.#text;
        continue;
      }
      const text = this.#text;
      this.#text = '';
      const order = ORDER.exec(text);
      if (text === '?' || text === 'I') requests.push({ kind: text });
      else if (order !== null && Buffer.from(checkedLine(order[1]!)).toString('latin1') === `${text}\n`) requests.push({ kind: 'lamp', letter: order[2]!, pattern: Number(order[3]) });
    }
    return requests;
  }

  reset(): void {
    this.#text = '';
  }
}
