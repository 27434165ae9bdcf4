/**
 * Text to bytes of a printer's tables. A line that a table does not wholly cover is no text for that printer: it goes onto paper as a picture, no letter is
 * ever replaced. [escpos §4]
 */
export interface CodePage {
  /** ESC t n */
  readonly n: number;
  /** Letters of the bytes 80 to FF; U+FFFD where the table has none. */
  readonly letters: string;
}

const UPPER = 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ';
const LOWER = 'абвгдежзийклмнопрстуфхцчшщъыьэюя';
const CP866_LETTERS = `${UPPER}${LOWER.slice(0, 16)}░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀${LOWER.slice(16)}ЁёЄєЇїЎў°∙·√№¤■\u00A0`;
const WPC1251_LETTERS = `ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\uFFFD™љ›њќћџ\u00A0ЎўЈ¤Ґ¦§Ё©Є«¬\u00AD®Ї°±Ііґµ¶·ё№є»јЅѕї${UPPER}${LOWER}`;
/** Custom's own font: CP866 with Kazakh letters where the box drawings B0 to BF were. І і are not in it. [escpos §4, single source] */
const KZT_LETTERS = `${CP866_LETTERS.slice(0, 0x30)}ӘәҒғҚқҢңӨөҰұҮүҺһ${CP866_LETTERS.slice(0x40)}`;

/** ESC t 17 on Custom and Epson, 7 on Citizen. */
export const CP866 = (n: number): CodePage => ({ n, letters: CP866_LETTERS });
/** ESC t 46. [unverified] */
export const WPC1251: CodePage = { n: 46, letters: WPC1251_LETTERS };
/** Only where the firmware font is known to be loaded: it takes the number of CP866. */
export const CUSTOM_KZT: CodePage = { n: 17, letters: KZT_LETTERS };

export interface EncodedText {
  readonly page: CodePage;
  readonly bytes: Uint8Array;
}

/** @returns the line in the first table that has all its letters, or null: print it as a picture */
export function encodeText(text: string, pages: readonly CodePage[]): EncodedText | null {
  for (const page of pages) {
    const bytes = [...text].map((letter) => byteOf(letter, page));
    if (bytes.every((byte) => byte !== null)) return { page, bytes: Uint8Array.from(bytes) };
  }
  return null;
}

function byteOf(letter: string, { letters }: CodePage): number | null {
  const code = letter.codePointAt(0)!;
  if (code >= 0x20 && code <= 0x7e) return code;
  const index = letter === '\uFFFD' ? -1 : letters.indexOf(letter);
  return index < 0 ? null : 0x80 + index;
}
