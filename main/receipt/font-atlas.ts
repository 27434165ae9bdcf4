import { assert } from '../foundation/assert.ts';
import type { RowStyle } from './receipt-layout.ts';
import { FONT_ATLAS_DATA } from './font-atlas.gen.ts';

/** As the generator writes it: glyph bitmaps of one style, all in cells of one size, in the order of `characters`. */
export interface FontAtlasData {
  readonly cellWidthDots: number;
  readonly cellHeightDots: number;
  readonly characters: string;
  /** Rows of `ceil(cellWidthDots / 8)` bytes, most significant bit left, 1 = black; glyph after glyph. */
  readonly bitsBase64: string;
}

/** One glyph, ready to be shifted into a row of the picture. */
export interface Glyph {
  /** First and one past the last row with ink; equal for a blank. */
  readonly topRow: number;
  readonly endRow: number;
  /** Dots of each row of the cell, right-aligned in a number: bit `cellWidthDots - 1` is the leftmost dot. */
  readonly rows: Uint32Array;
}

export interface FontFace {
  readonly cellWidthDots: number;
  readonly cellHeightDots: number;
  readonly glyphs: ReadonlyMap<string, Glyph>;
}

function readFace(data: FontAtlasData): FontFace {
  const { cellWidthDots, cellHeightDots } = data;
  const rowBytes = Math.ceil(cellWidthDots / 8);
  const bits = Buffer.from(data.bitsBase64, 'base64');
  const characters = [...data.characters];
  assert(cellWidthDots <= 24 && bits.length === characters.length * rowBytes * cellHeightDots, 'font atlas: data and size agree');
  const glyphs = new Map<string, Glyph>();
  characters.forEach((character, glyphIndex) => {
    const rows = new Uint32Array(cellHeightDots);
    for (let row = 0; row < cellHeightDots; row += 1) rows[row] = bits.readUIntBE((glyphIndex * cellHeightDots + row) * rowBytes, rowBytes) >>> (rowBytes * 8 - cellWidthDots);
    const topRow = rows.findIndex((dots) => dots !== 0);
    glyphs.set(character, { rows, topRow: Math.max(topRow, 0), endRow: rows.findLastIndex((dots) => dots !== 0) + 1 });
  });
  return { cellWidthDots, cellHeightDots, glyphs };
}

const faces = new Map<RowStyle, FontFace>();

/** One of the paper's three sizes of Noto Sans Mono: 48, 36 and 24 cells on 576 dots. Decoded for the first receipt, not at start; never changed. */
export function fontFace(style: RowStyle): FontFace {
  const known = faces.get(style);
  if (known !== undefined) return known;
  const face = readFace(FONT_ATLAS_DATA[style]);
  faces.set(style, face);
  return face;
}
