import { PNG } from 'pngjs';
import type { Bitmap } from '../../drivers/interfaces/printer.ts';

/** The paper as a grey PNG, one pixel per dot, black on white, no margin: what stands on it can be compared dot by dot. */
export function paperPng(bitmap: Bitmap): Buffer {
  const { widthDots, heightDots, bytes } = bitmap;
  const rowBytes = Math.ceil(widthDots / 8);
  const png = new PNG({ width: widthDots, height: heightDots, colorType: 0, inputColorType: 0, inputHasAlpha: false, bitDepth: 8 });
  png.data = Buffer.alloc(widthDots * heightDots, 0xff);
  for (let row = 0; row < heightDots; row += 1) {
    for (let dot = 0; dot < widthDots; dot += 1) {
      if ((bytes[row * rowBytes + (dot >> 3)]! & (0x80 >> (dot & 7))) !== 0) png.data[row * widthDots + dot] = 0;
    }
  }
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
}
