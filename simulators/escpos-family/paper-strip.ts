import QRCode from 'qrcode';
import type { Bitmap } from '../../drivers/interfaces/printer.ts';
import type { TableName } from './code-pages.ts';
import { letterOf } from './code-pages.ts';
import { ROM_FONT } from './rom-font.gen.ts';
import type { PrinterCommand } from './wire.ts';

/** Line spacing after ESC @: 30 dots, 3.75 mm. */
const LINE_DOTS = 30;
const ROM_GLYPHS = new Map([...ROM_FONT.characters].map((letter, index) => [letter, index]));
const ROM_BITS = Buffer.from(ROM_FONT.bitsBase64, 'base64');

interface Style {
  codePage: number;
  align: number;
  lineDots: number;
  isBold: boolean;
  isUnderlined: boolean;
  isReverse: boolean;
  widthFactor: number;
  heightFactor: number;
}

const initialStyle = (): Style => ({ codePage: 17, align: 0, lineDots: LINE_DOTS, isBold: false, isUnderlined: false, isReverse: false, widthFactor: 1, heightFactor: 1 });

/** The paper under the head since the last cut: rows of dots, and the letters where text was printed. */
export class PaperStrip {
  readonly widthDots: number;
  #rows: Uint8Array[] = [];
  #text = '';
  #line: { readonly letter: string; readonly style: Style }[] = [];
  #style = initialStyle();
  #qrModuleDots = 3;
  #qrLevel: 'L' | 'M' | 'Q' | 'H' = 'L';
  #qrData: Uint8Array = new Uint8Array();

  readonly #codePages: Readonly<Record<number, TableName>>;

  constructor(widthDots: number, codePages: Readonly<Record<number, TableName>>) {
    this.widthDots = widthDots;
    this.#codePages = codePages;
  }

  get heightDots(): number {
    return this.#rows.length;
  }

  get hasInk(): boolean {
    return this.#rows.some((row) => row.some((dots) => dots !== 0));
  }

  initialise(): void {
    this.#style = initialStyle();
    this.#line = [];
  }

  /** Takes the piece off: what was printed since the last cut. */
  cutOff(): { readonly bitmap: Bitmap; readonly text: string } {
    const rowBytes = this.#rowBytes;
    const bytes = new Uint8Array(this.#rows.length * rowBytes);
    this.#rows.forEach((row, index) => bytes.set(row, index * rowBytes));
    const piece = { bitmap: { widthDots: this.widthDots, heightDots: this.#rows.length, bytes }, text: this.#text };
    this.#rows = [];
    this.#text = '';
    return piece;
  }

  /** Rows that a command puts onto the paper, in order; changes of style give none. */
  rowsOf(command: PrinterCommand): Uint8Array[] {
    switch (command.kind) {
      case 'text':
        this.#line.push({ letter: letterOf(command.byte, this.#codePages[this.#style.codePage]), style: { ...this.#style } });
        return this.#lineWidthDots() > this.widthDots ? this.#flushBefore() : [];
      case 'lineFeed':
        return this.#flush();
      case 'feedLines':
        return [...this.#flushIfAny(), ...this.#blank(command.count * this.#style.lineDots)];
      case 'feedDots':
        return [...this.#flushIfAny(), ...this.#blank(command.count)];
      case 'raster':
        return [...this.#flushIfAny(), ...this.#raster(command)];
      case 'columns':
        return [...this.#flushIfAny(), ...this.#columns(command)];
      case 'barcode':
        this.#text += `[barcode ${command.system}: ${Buffer.from(command.bytes).toString('latin1')}]\n`;
        return [];
      case 'qr':
        return this.#qr(command);
      default:
        this.#setStyle(command);
        return [];
    }
  }

  put(row: Uint8Array): void {
    this.#rows.push(row);
  }

  get #rowBytes(): number {
    return Math.ceil(this.widthDots / 8);
  }

  #blank(count: number): Uint8Array[] {
    return Array.from({ length: count }, () => new Uint8Array(this.#rowBytes));
  }

  #setStyle(command: PrinterCommand): void {
    const style = this.#style;
    if (command.kind === 'codePage') style.codePage = command.n;
    else if (command.kind === 'align') style.align = command.n;
    else if (command.kind === 'lineSpacing') style.lineDots = command.dots ?? LINE_DOTS;
    else if (command.kind === 'bold') style.isBold = command.isOn;
    else if (command.kind === 'underline') style.isUnderlined = command.isOn;
    else if (command.kind === 'reverse') style.isReverse = command.isOn;
    else if (command.kind === 'size') {
      style.widthFactor = ((command.n >> 4) & 7) + 1;
      style.heightFactor = (command.n & 7) + 1;
    } else if (command.kind === 'mode') {
      style.isBold = (command.n & 0x08) !== 0;
      style.heightFactor = (command.n & 0x10) !== 0 ? 2 : 1;
      style.widthFactor = (command.n & 0x20) !== 0 ? 2 : 1;
      style.isUnderlined = (command.n & 0x80) !== 0;
    }
  }

  #lineWidthDots(): number {
    return this.#line.reduce((sum, { style }) => sum + ROM_FONT.cellWidthDots * style.widthFactor, 0);
  }

  /** The last letter did not fit any more: the line before it is printed. */
  #flushBefore(): Uint8Array[] {
    const last = this.#line.pop()!;
    const rows = this.#flush();
    this.#line = [last];
    return rows;
  }

  #flushIfAny(): Uint8Array[] {
    return this.#line.length > 0 ? this.#flush() : [];
  }

  #flush(): Uint8Array[] {
    const line = this.#line;
    this.#line = [];
    this.#text += `${line.map(({ letter }) => letter).join('')}\n`;
    const heightFactor = Math.max(1, ...line.map(({ style }) => style.heightFactor));
    const rows = this.#blank(Math.max(this.#style.lineDots, line.length === 0 ? 0 : ROM_FONT.cellHeightDots * heightFactor));
    const widthDots = line.reduce((sum, { style }) => sum + ROM_FONT.cellWidthDots * style.widthFactor, 0);
    let leftDots = this.#leftDots(widthDots);
    for (const { letter, style } of line) {
      drawLetter(rows, { letter, style, leftDots, topRow: ROM_FONT.cellHeightDots * (heightFactor - style.heightFactor) });
      leftDots += ROM_FONT.cellWidthDots * style.widthFactor;
    }
    return rows;
  }

  #leftDots(widthDots: number): number {
    const free = Math.max(0, this.widthDots - widthDots);
    return this.#style.align === 1 ? Math.floor(free / 2) : this.#style.align === 2 ? free : 0;
  }

  #raster({ mode, rowBytes, rowCount, bytes }: Extract<PrinterCommand, { kind: 'raster' }>): Uint8Array[] {
    const widthFactor = (mode & 1) !== 0 ? 2 : 1;
    const heightFactor = (mode & 2) !== 0 ? 2 : 1;
    const leftDots = this.#leftDots(rowBytes * 8 * widthFactor);
    return Array.from({ length: rowCount }, (_, index) => {
      const row = new Uint8Array(this.#rowBytes);
      // Dots beyond the head are lost, as on paper.
      for (let dot = 0; dot < rowBytes * 8; dot += 1) {
        if ((bytes[index * rowBytes + (dot >> 3)]! & (0x80 >> (dot & 7))) === 0) continue;
        for (let wide = 0; wide < widthFactor; wide += 1) setDot(row, leftDots + dot * widthFactor + wide, this.widthDots);
      }
      return row;
    }).flatMap((row) => (heightFactor === 2 ? [row, row.slice()] : [row]));
  }

  #columns({ dotsPerColumn, bytes }: Extract<PrinterCommand, { kind: 'columns' }>): Uint8Array[] {
    const columnBytes = dotsPerColumn / 8;
    const rows = this.#blank(dotsPerColumn);
    for (let column = 0; column < bytes.length / columnBytes; column += 1) {
      for (let dot = 0; dot < dotsPerColumn; dot += 1) if ((bytes[column * columnBytes + (dot >> 3)]! & (0x80 >> (dot & 7))) !== 0) setDot(rows[dot]!, column, this.widthDots);
    }
    return rows;
  }

  /** Functions of GS ( k with cn 31. [escpos §5] */
  #qr({ fn, bytes }: Extract<PrinterCommand, { kind: 'qr' }>): Uint8Array[] {
    if (fn === 0x43) this.#qrModuleDots = Math.min(Math.max(bytes[0] ?? 3, 1), 16);
    else if (fn === 0x45) this.#qrLevel = (['L', 'M', 'Q', 'H'] as const)[(bytes[0] ?? 0x30) - 0x30] ?? 'L';
    else if (fn === 0x50) this.#qrData = bytes.subarray(1);
    else if (fn === 0x51 && this.#qrData.length > 0) {
      const { modules } = QRCode.create([{ data: this.#qrData, mode: 'byte' }], { errorCorrectionLevel: this.#qrLevel });
      const scale = this.#qrModuleDots;
      const rows = this.#blank(modules.size * scale);
      const leftDots = this.#leftDots(modules.size * scale);
      rows.forEach((row, y) => {
        for (let x = 0; x < modules.size * scale; x += 1) if (modules.get(Math.floor(y / scale), Math.floor(x / scale)) !== 0) setDot(row, leftDots + x, this.widthDots);
      });
      this.#text += `[QR ${Buffer.from(this.#qrData).toString('utf8')}]\n`;
      return [...this.#flushIfAny(), ...rows];
    }
    return [];
  }
}

function setDot(row: Uint8Array, dot: number, widthDots: number): void {
  if (dot >= 0 && dot < widthDots) row[dot >> 3]! |= 0x80 >> (dot & 7);
}

function drawLetter(rows: readonly Uint8Array[], { letter, style, leftDots, topRow }: { readonly letter: string; readonly style: Style; readonly leftDots: number; readonly topRow: number }): void {
  const { cellWidthDots: width, cellHeightDots: height } = ROM_FONT;
  const glyph = ROM_GLYPHS.get(letter);
  const hasInk = (x: number, y: number): boolean => {
    // A byte without a letter in the ROM is an empty frame: visible, and no other letter.
    if (glyph === undefined) return x === 1 || x === width - 2 || y === 2 || y === height - 6;
    return x >= 0 && x < width && (ROM_BITS[(glyph * height + y) * Math.ceil(width / 8) + (x >> 3)]! & (0x80 >> (x & 7))) !== 0;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isInk = hasInk(x, y) || (style.isBold && hasInk(x - 1, y)) || (style.isUnderlined && y === height - 1);
      if (isInk === style.isReverse) continue;
      for (let down = 0; down < style.heightFactor; down += 1) {
        for (let right = 0; right < style.widthFactor; right += 1) {
          const row = rows[topRow + y * style.heightFactor + down];
          if (row !== undefined) setDot(row, leftDots + x * style.widthFactor + right, row.length * 8);
        }
      }
    }
  }
}
