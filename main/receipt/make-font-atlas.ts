import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { assert } from '../foundation/assert.ts';

/**
 * Development script: draws `font-atlas.gen.ts` from the variable Noto Sans Mono of @fontsource (OFL-1.1).
 * `node main/receipt/make-font-atlas.ts` after the font, a size or the character set changed; the result is committed.
 *
 * A thermal head has one-bit dots, and a shrunk outline turns into stems of one or three dots by chance. So each glyph is drawn
 * large, its coverage is counted per dot, and of several sideways shifts the one is taken whose dots are nearest to all or nothing.
 */
const SUPERSAMPLING = 8;
/** How far, in parts of a dot, a glyph may be moved sideways to stand crisply. */
const SHIFT_STEPS = [0, 1, -1, 2, -2, 3, -3, 4];
const INK_THRESHOLD = 0.5;
/** Noto Sans Mono: every advance is 600/1000 em. */
const ADVANCE_EM = 0.6;

interface Style {
  readonly cellWidthDots: number;
  readonly cellHeightDots: number;
  /** Rows from the cell's top to the baseline. */
  readonly baselineRow: number;
  /** Height of `x` in whole dots; the drawing is stretched to it, so that horizontal strokes fall on rows. */
  readonly xHeightDots: number;
  readonly weight: number;
}

/** x-height and capital height are near 3:4 in this font, so multiples of 3 put both on whole rows. */
const STYLES: Readonly<Record<'normal' | 'strong' | 'title', Style>> = {
  normal: { cellWidthDots: 12, cellHeightDots: 28, baselineRow: 22, xHeightDots: 12, weight: 520 },
  strong: { cellWidthDots: 16, cellHeightDots: 36, baselineRow: 28, xHeightDots: 15, weight: 780 },
  title: { cellWidthDots: 24, cellHeightDots: 54, baselineRow: 42, xHeightDots: 24, weight: 700 },
};

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join('');
/** Latin with accents, Cyrillic of Russian and its neighbours, the nine Kazakh pairs, and the signs that receipts use. */
const CHARACTERS = [...new Set(` ${range(0x21, 0x7e)}${range(0xa0, 0xac)}${range(0xae, 0xff)}${range(0x400, 0x45f)}ӘәҒғҚқҢңӨөҰұҮүҺһІі₸₽€№–—−•…‘’“”„‹›\u2009`)].sort();

const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext'] as const;

/** Which subset file has a character, by the font's own table; drawing with a list of families could fall back to a font of this machine. */
function subsetOf(character: string, ranges: Readonly<Record<string, string>>): string {
  const codePoint = character.codePointAt(0)!;
  const isIn = (part: string) => {
    const [from, to = from] = part.replace('U+', '').split('-').map((hex) => Number.parseInt(hex, 16));
    return codePoint >= from! && codePoint <= to!;
  };
  const subset = SUBSETS.find((name) => ranges[name]!.split(',').some(isIn));
  assert(subset !== undefined, `no subset has U+${codePoint.toString(16)}`);
  return subset;
}

/** Ink share of each dot of the cell, 0…1, the drawing moved by `shift` parts of a dot. */
function coverage(context: SKRSContext2D, character: string, style: Style, emDots: number, stretch: number, shift: number): Float64Array {
  const { cellWidthDots: width, cellHeightDots: height } = style;
  const scale = SUPERSAMPLING;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width * scale, height * scale);
  context.setTransform(scale, 0, 0, scale * stretch, shift, style.baselineRow * scale);
  context.fillStyle = '#000';
  context.fillText(character, 0, 0);
  assert(Math.abs(context.measureText(character).width - emDots * ADVANCE_EM) < 0.05, `U+${character.codePointAt(0)!.toString(16)} is not one cell wide: drawn by another font`);
  const pixels = context.getImageData(0, 0, width * scale, height * scale).data;
  const shares = new Float64Array(width * height);
  for (let y = 0; y < height * scale; y += 1) {
    for (let x = 0; x < width * scale; x += 1) {
      const dot = Math.floor(y / scale) * width + Math.floor(x / scale);
      shares[dot]! += (255 - pixels[(y * width * scale + x) * 4]!) / 255 / (scale * scale);
    }
  }
  return shares;
}

/** The crispest of the shifted drawings, as dots. */
function drawGlyph(context: SKRSContext2D, character: string, style: Style, emDots: number, stretch: number): boolean[] {
  let best: { readonly blur: number; readonly shares: Float64Array } | undefined;
  for (const shift of SHIFT_STEPS) {
    const shares = coverage(context, character, style, emDots, stretch, shift);
    const blur = shares.reduce((sum, share) => sum + Math.min(share, 1 - share), 0);
    // A crisper drawing must be worth the move: earlier shifts are the smaller ones.
    if (best === undefined || blur < best.blur * 0.98) best = { blur, shares };
  }
  return [...best!.shares].map((share) => share >= INK_THRESHOLD);
}

function makeStyle(style: Style, ranges: Readonly<Record<string, string>>): string {
  const emDots = style.cellWidthDots / ADVANCE_EM;
  const canvas = createCanvas(style.cellWidthDots * SUPERSAMPLING, style.cellHeightDots * SUPERSAMPLING);
  const context = canvas.getContext('2d');
  const use = (subset: string) => {
    context.font = `${emDots}px "atlas-${subset}"`;
    context.fontVariationSettings = `"wght" ${style.weight}`;
  };
  context.setTransform(1, 0, 0, 1, 0, 0);
  const measuring = createCanvas(10, 10).getContext('2d');
  measuring.font = '1000px "atlas-latin"';
  const stretch = style.xHeightDots / ((measuring.measureText('x').actualBoundingBoxAscent / 1000) * emDots);
  const rowBytes = Math.ceil(style.cellWidthDots / 8);
  const bits = Buffer.alloc(CHARACTERS.length * rowBytes * style.cellHeightDots);
  CHARACTERS.forEach((character, glyphIndex) => {
    use(subsetOf(character, ranges));
    const dots = drawGlyph(context, character, style, emDots, stretch);
    assert(dots.includes(true) === /\S/.test(character), `U+${character.codePointAt(0)!.toString(16)} came out blank`);
    dots.forEach((isInk, dot) => {
      const column = dot % style.cellWidthDots;
      const at = (glyphIndex * style.cellHeightDots + Math.floor(dot / style.cellWidthDots)) * rowBytes + (column >> 3);
      if (isInk) bits[at]! |= 0x80 >> (column & 7);
    });
  });
  const lines = bits.toString('base64').match(/.{1,160}/g) ?? [];
  return `{\n    cellWidthDots: ${style.cellWidthDots},\n    cellHeightDots: ${style.cellHeightDots},\n    characters: CHARACTERS,\n    bitsBase64:\n      '${lines.join("' +\n      '")}',\n  }`;
}

function charactersLine(): string {
  return `const CHARACTERS = ${JSON.stringify(CHARACTERS.join('')).replace(/[\u007f-\u00a0\u2000-\u202f]/g, (blank) => `\\u${blank.codePointAt(0)!.toString(16).padStart(4, '0')}`)};`;
}

/** The simulated printer's own font for text jobs: it shares no code with the product, and a real one has its letters in ROM. */
const ROM_STYLE: Style = { cellWidthDots: 12, cellHeightDots: 24, baselineRow: 18, xHeightDots: 10, weight: 520 };

function main(): void {
  const folder = fileURLToPath(new URL('../../node_modules/@fontsource-variable/noto-sans-mono/', import.meta.url));
  for (const subset of SUBSETS) GlobalFonts.registerFromPath(`${folder}files/noto-sans-mono-${subset}-wght-normal.woff2`, `atlas-${subset}`);
  const ranges = JSON.parse(readFileSync(`${folder}unicode.json`, 'utf8')) as Record<string, string>;
  const styles = Object.entries(STYLES).map(([name, style]) => `  ${name}: ${makeStyle(style, ranges)},\n`);
  const text = [
    '// Made by main/receipt/make-font-atlas.ts from Noto Sans Mono Variable (OFL-1.1). Do not edit.',
    "import type { FontAtlasData } from './font-atlas.ts';",
    '',
    charactersLine(),
    '',
    "export const FONT_ATLAS_DATA: Readonly<Record<'normal' | 'strong' | 'title', FontAtlasData>> = {",
    `${styles.join('')}};`,
    '',
  ].join('\n');
  writeFileSync(fileURLToPath(new URL('font-atlas.gen.ts', import.meta.url)), text);
  const rom = ['// Made by main/receipt/make-font-atlas.ts from Noto Sans Mono Variable (OFL-1.1). Do not edit.', charactersLine(), '', `export const ROM_FONT = ${makeStyle(ROM_STYLE, ranges)} as const;`, ''].join('\n');
  writeFileSync(fileURLToPath(new URL('../../simulators/escpos-family/rom-font.gen.ts', import.meta.url)), rom);
}

main();
