import { err, ok, type Result } from '../foundation/outcome.ts';
import type { Bitmap } from '../../drivers/interfaces/printer.ts';
import { fontFace, type FontFace } from './font-atlas.ts';
import { cellCount, layOutReceipt, type ReceiptRow, type RowStyle } from './receipt-layout.ts';
import type { ReceiptLine } from './receipt-lines.ts';

/** Letters that the paper's font lacks; nothing is printed rather than a substituted letter. [escpos §4] */
export interface MissingGlyphs {
  readonly code: 'missingGlyphs';
  /** Each once, in the order met. */
  readonly characters: readonly string[];
  /** `U+4E2D U+6587`, for the log. */
  readonly detail: string;
}

/** Rows of dots over and under a row's cells. */
const ROW_SPACE_DOTS: Readonly<Record<RowStyle, { readonly above: number; readonly below: number }>> = {
  normal: { above: 1, below: 3 },
  strong: { above: 6, below: 4 },
  title: { above: 4, below: 6 },
};
/** A dashed hairline, 2 dots thick: 8 on, 4 off, in a band of its own. */
const RULE = { aboveDots: 9, thickDots: 2, belowDots: 9, dashDots: 8, gapDots: 4 } as const;
/** White above the first row; below the last the driver feeds to the cutter. */
const TOP_MARGIN_DOTS = 8;

/**
 * Draws the receipt for a one-bit head: 48 cells of 12 dots, totals in 36 bold cells, titles in 24. Rows are those of `layOutReceipt`.
 *
 * @param widthDots  of the head: 576 (80 mm) or 384 (58 mm); a multiple of 8, at least 384
 * @error missingGlyphs  a character is not in the atlas; all of them are listed
 */
export function renderReceipt(lines: readonly ReceiptLine[], { widthDots }: { readonly widthDots: number }): Result<Bitmap, MissingGlyphs> {
  const columns = (style: RowStyle) => Math.floor(widthDots / fontFace(style).cellWidthDots);
  const rows = layOutReceipt(lines, { normal: columns('normal'), strong: columns('strong'), title: columns('title') });
  const missing = missingGlyphs(rows);
  if (missing.length > 0) {
    return err({ code: 'missingGlyphs', characters: missing, detail: missing.map((character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(' ') });
  }
  const heightDots = rows.reduce((sum, row) => sum + rowHeightDots(row), TOP_MARGIN_DOTS);
  const canvas: Canvas = { widthDots, rowBytes: widthDots / 8, bytes: new Uint8Array((widthDots / 8) * heightDots) };
  let topDots = TOP_MARGIN_DOTS;
  for (const row of rows) {
    drawRow(canvas, row, topDots);
    topDots += rowHeightDots(row);
  }
  return ok({ widthDots, heightDots, bytes: canvas.bytes });
}

interface Canvas {
  readonly widthDots: number;
  readonly rowBytes: number;
  readonly bytes: Uint8Array;
}

function missingGlyphs(rows: readonly ReceiptRow[]): string[] {
  const missing = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'rule') continue;
    const { glyphs } = fontFace(row.style);
    for (const character of row.kind === 'centred' ? row.text : row.left + row.right) if (!glyphs.has(character)) missing.add(character);
  }
  return [...missing];
}

function rowHeightDots(row: ReceiptRow): number {
  if (row.kind === 'rule') return RULE.aboveDots + RULE.thickDots + RULE.belowDots;
  const space = ROW_SPACE_DOTS[row.style];
  return space.above + fontFace(row.style).cellHeightDots + space.below;
}

function drawRow(canvas: Canvas, row: ReceiptRow, topDots: number): void {
  if (row.kind === 'rule') {
    drawRule(canvas, topDots + RULE.aboveDots);
    return;
  }
  const face = fontFace(row.style);
  const cellTopDots = topDots + ROW_SPACE_DOTS[row.style].above;
  const endOf = (text: string) => canvas.widthDots - cellCount(text) * face.cellWidthDots;
  if (row.kind === 'centred') drawText(canvas, face, row.text, { leftDots: Math.floor(endOf(row.text) / 2), topDots: cellTopDots });
  else {
    drawText(canvas, face, row.left, { leftDots: 0, topDots: cellTopDots });
    drawText(canvas, face, row.right, { leftDots: endOf(row.right), topDots: cellTopDots });
  }
}

function drawRule(canvas: Canvas, topDots: number): void {
  const period = RULE.dashDots + RULE.gapDots;
  for (let dots = 0; dots < canvas.widthDots; dots += 1) {
    if (dots % period >= RULE.dashDots) continue;
    for (let row = topDots; row < topDots + RULE.thickDots; row += 1) canvas.bytes[row * canvas.rowBytes + (dots >> 3)]! |= 0x80 >> (dots & 7);
  }
}

/** Shifts each glyph row into up to four bytes of the picture; all characters are known to be in the face. */
function drawText({ rowBytes, bytes }: Canvas, face: FontFace, text: string, at: { readonly leftDots: number; readonly topDots: number }): void {
  let leftDots = at.leftDots;
  for (const character of text) {
    const glyph = face.glyphs.get(character)!;
    // A glyph is at most 24 dots wide: with the shift into its first byte it fits into 32 bits.
    const shift = 32 - face.cellWidthDots - (leftDots & 7);
    let offset = (at.topDots + glyph.topRow) * rowBytes + (leftDots >> 3);
    for (let row = glyph.topRow; row < glyph.endRow; row += 1) {
      const dots = glyph.rows[row]! << shift;
      if ((dots & 0xff000000) !== 0) bytes[offset]! |= dots >>> 24;
      if ((dots & 0xff0000) !== 0) bytes[offset + 1]! |= dots >>> 16;
      if ((dots & 0xff00) !== 0) bytes[offset + 2]! |= dots >>> 8;
      if ((dots & 0xff) !== 0) bytes[offset + 3]! |= dots;
      offset += rowBytes;
    }
    leftDots += face.cellWidthDots;
  }
}
