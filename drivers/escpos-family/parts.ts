import type { Bitmap, PrintPart } from '../interfaces/printer.ts';
import { encodeText } from './code-pages.ts';
import { rasterBands } from './codec.ts';
import type { Dialect } from './dialect.ts';
import { qrCodeCommands } from './qr-code.ts';

/** Half a metre of paper; a longer receipt is our mistake. */
const HEIGHT_DOTS_MAX = 4096;
const PARTS_MAX = 200;
const QR_DATA_BYTES_MAX = 2953; // version 40, level L: no symbol holds more bytes
const LINE_FEED = 0x0a;

/** What is wrong with a job, or null. Both ways of a part are checked, because the printer decides which is taken. */
export function jobProblem(parts: readonly PrintPart[], headDots: number): string | null {
  if (parts.length === 0 || parts.length > PARTS_MAX) return `${parts.length} parts`;
  for (const part of parts) {
    const { widthDots, heightDots, bytes } = pictureOf(part);
    const isPicture = widthDots > 0 && widthDots <= headDots && heightDots > 0 && bytes.length === Math.ceil(widthDots / 8) * heightDots;
    if (!isPicture) return `bitmap of ${widthDots} x ${heightDots} dots, ${bytes.length} bytes`;
    if (part.kind === 'text' && /\p{Cc}/u.test(part.text)) return 'a control character in a text';
    if (part.kind === 'qrCode' && !isQrCode(part.data, part.moduleDots)) return 'a QR code of no possible size';
  }
  const rows = rowsOf(parts);
  return rows <= HEIGHT_DOTS_MAX ? null : `${rows} rows`;
}

/** Paper that the parts take, in rows of dots; by their pictures. */
export function rowsOf(parts: readonly PrintPart[]): number {
  return parts.reduce((sum, part) => sum + pictureOf(part).heightDots, 0);
}

/** Each command whole, in order. Text and QR codes by the printer's own means where it has them. [escpos §4, §5] */
export function* partCommands(parts: readonly PrintPart[], dialect: Dialect): Generator<Uint8Array> {
  for (const part of parts) {
    const text = part.kind === 'text' ? encodeText(part.text, dialect.codePages) : null;
    if (text !== null) yield Uint8Array.from([0x1b, 0x74, text.page.n, ...text.bytes, LINE_FEED]);
    else if (part.kind === 'qrCode' && dialect.hasQrCommand) yield qrCodeCommands(part);
    else yield* rasterBands(pictureOf(part));
  }
}

function isQrCode(data: string, moduleDots: number): boolean {
  const byteCount = Buffer.byteLength(data, 'utf8');
  return byteCount > 0 && byteCount <= QR_DATA_BYTES_MAX && Number.isInteger(moduleDots) && moduleDots >= 1 && moduleDots <= 16;
}

function pictureOf(part: PrintPart): Bitmap {
  return part.kind === 'bitmap' ? part.bitmap : part.picture;
}
