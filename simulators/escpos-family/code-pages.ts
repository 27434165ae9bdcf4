/** Text bytes to letters: CP866, CP1251 and KZ-1048 above 7F. [escpos sheet §4] */
const UPPER = 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ';
const LOWER = UPPER.toLowerCase();
const BOXES = '░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀';
const CP866 = `${UPPER}${LOWER.slice(0, 16)}${BOXES}${LOWER.slice(16)}ЁёЄєЇїЎў°∙·√№¤■\u00A0`;
const CP1251_LOW = 'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\uFFFD™љ›њќћџ\u00A0ЎўЈ¤Ґ¦§Ё©Є«¬\u00AD®Ї°±Ііґµ¶·ё№є»јЅѕї';
const CP1251 = `${CP1251_LOW}${UPPER}${LOWER}`;

function withLetters(table: string, letters: Readonly<Record<number, string>>): string {
  return [...table].map((letter, index) => letters[index + 0x80] ?? letter).join('');
}

/** CP1251 with the Kazakh pairs in place of letters of other languages. */
const KZ1048 = withLetters(CP1251, {
  0x8d: 'Қ', 0x8e: 'Һ', 0x9d: 'қ', 0x9e: 'һ', 0xa1: 'Ұ', 0xa2: 'ұ', 0xa3: 'Ә', 0xa5: 'Ө', 0xaa: 'Ғ', 0xaf: 'Ү', 0xb4: 'ө', 0xba: 'ғ', 0xbc: 'ә', 0xbd: 'Ң', 0xbe: 'ң', 0xbf: 'ү',
});

/** Custom's firmware font: CP866 with Kazakh letters at B0 to BF. [escpos sheet §4] */
const CUSTOM_KZT = withLetters(CP866, {
  0xb0: 'Ә', 0xb1: 'ә', 0xb2: 'Ғ', 0xb3: 'ғ', 0xb4: 'Қ', 0xb5: 'қ', 0xb6: 'Ң', 0xb7: 'ң', 0xb8: 'Ө', 0xb9: 'ө', 0xba: 'Ұ', 0xbb: 'ұ', 0xbc: 'Ү', 0xbd: 'ү', 0xbe: 'Һ', 0xbf: 'һ',
});

const TABLES = { cp866: CP866, cp1251: CP1251, kz1048: KZ1048, customKzt: CUSTOM_KZT } as const;
export type TableName = keyof typeof TABLES;

/** The letter of a byte ≥ 20h; U+FFFD where the table (or none) has one. */
export function letterOf(byte: number, table: TableName | undefined): string {
  if (byte < 0x80) return String.fromCharCode(byte);
  return (table === undefined ? undefined : TABLES[table][byte - 0x80]) ?? '\uFFFD';
}
