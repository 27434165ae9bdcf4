import { isPaperEndInOrder } from './codec.ts';
import { createReplyReader, type ReplyEvent } from './frames.ts';

/** Commands of ours by their first bytes; the longest match wins. */
const NAMES: readonly { readonly bytes: readonly number[]; readonly name: string }[] = [
  { bytes: [0x1b, 0x40], name: 'ESC @ initialise' },
  { bytes: [0x1b, 0x3d, 0x01], name: 'ESC = 1 select' },
  { bytes: [0x1b, 0x69], name: 'ESC i cut' },
  { bytes: [0x1d, 0x56, 0x42, 0x00], name: 'GS V feed and cut' },
  { bytes: [0x1d, 0x72, 0x01], name: 'GS r 1 status in order' },
  { bytes: [0x10, 0x04, 0x01], name: 'DLE EOT 1 status' },
  { bytes: [0x10, 0x04, 0x02], name: 'DLE EOT 2 status' },
  { bytes: [0x10, 0x04, 0x03], name: 'DLE EOT 3 status' },
  { bytes: [0x10, 0x04, 0x04], name: 'DLE EOT 4 status' },
  { bytes: [0x10, 0x05, 0x01], name: 'DLE ENQ 1 recover and continue' },
  { bytes: [0x10, 0x05, 0x02], name: 'DLE ENQ 2 clear buffers' },
  { bytes: [0x10, 0x04, 0x14], name: 'full status' },
  { bytes: [0x1c, 0xc0, 0x18, 0x10, 0x14, 0x1a], name: 'hardware reset' },
  { bytes: [0x1d, 0x65, 0x12], name: 'GS e hold paper inside' },
  { bytes: [0x1d, 0x65, 0x02], name: 'GS e retract' },
  { bytes: [0x1d, 0x65, 0x05], name: 'GS e eject' },
  { bytes: [0x1d, 0x52, 0x30], name: 'GS R 0 collect receipt' },
];
/** Commands with parameters: so many bytes in all. */
const WITH_PARAMETERS: readonly { readonly bytes: readonly number[]; readonly name: string; readonly byteCount: number }[] = [
  { bytes: [0x1d, 0x61], name: 'GS a automatic status', byteCount: 3 },
  { bytes: [0x1d, 0x49], name: 'GS I identify', byteCount: 3 },
  { bytes: [0x1d, 0x65, 0x03], name: 'GS e present', byteCount: 4 },
  { bytes: [0x1b, 0x74], name: 'ESC t code page', byteCount: 3 },
];
const QR_CODE = [0x1d, 0x28, 0x6b] as const;
const RASTER = [0x1d, 0x76, 0x30] as const;

/**
 * Says in words what recorded bytes mean, for wire traces. Total: bytes that are no command of ours are named as such, with their count.
 *
 * @param bytes  one direction of a recording, from a command's start
 */
export function decodePrinterBytes(direction: 'toDevice' | 'toHost', bytes: Uint8Array): string[] {
  return direction === 'toDevice' ? decodeToDevice(bytes) : decodeToHost(bytes);
}

function decodeToHost(bytes: Uint8Array): string[] {
  const reader = createReplyReader();
  return [...reader.push(bytes), ...reader.expire()].map(describeReply);
}

function describeReply(event: ReplyEvent): string {
  switch (event.kind) {
    case 'xon':
    case 'xoff':
      return event.kind.toUpperCase();
    case 'realTime':
      return `status ${hex([event.value])}`;
    case 'paperSensor':
      return `in-order status ${hex([event.value])}${isPaperEndInOrder(event.value) ? ': paper end' : ''}`;
    case 'automaticStatus':
      return `automatic status ${hex(event.bytes)}`;
    case 'fullStatus':
      return `full status ${hex(event.bytes)}`;
    case 'noise':
      return `noise of ${event.byteCount} bytes, ${event.reason}`;
    case 'text':
      return `text ${event.text}`;
  }
}

function decodeToDevice(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  let unknownCount = 0;
  const flush = () => {
    if (unknownCount > 0) parts.push(`${unknownCount} other bytes`);
    unknownCount = 0;
  };
  for (let offset = 0; offset < bytes.length; ) {
    const rest = bytes.subarray(offset);
    const known = rasterAt(rest) ?? qrCodeAt(rest) ?? WITH_PARAMETERS.find((entry) => rest.length >= entry.byteCount && startsWith(rest, entry.bytes)) ?? NAMES.find((entry) => startsWith(rest, entry.bytes));
    if (known === undefined) {
      unknownCount += 1;
      offset += 1;
      continue;
    }
    flush();
    parts.push(known.name);
    offset += 'byteCount' in known ? known.byteCount : known.bytes.length;
  }
  flush();
  return parts;
}

function rasterAt(bytes: Uint8Array): { readonly name: string; readonly byteCount: number } | undefined {
  if (!startsWith(bytes, RASTER) || bytes.length < 8) return undefined;
  const rowBytes = bytes[4]! + bytes[5]! * 256;
  const rowCount = bytes[6]! + bytes[7]! * 256;
  const byteCount = 8 + rowBytes * rowCount;
  const cut = bytes.length < byteCount ? ', broken off' : '';
  return { name: `GS v 0 raster ${rowBytes * 8} x ${rowCount}${cut}`, byteCount };
}

function qrCodeAt(bytes: Uint8Array): { readonly name: string; readonly byteCount: number } | undefined {
  if (!startsWith(bytes, QR_CODE) || bytes.length < 7) return undefined;
  const byteCount = 5 + bytes[3]! + bytes[4]! * 256;
  return { name: `GS ( k QR function ${hex([bytes[6]!])}${bytes.length < byteCount ? ', broken off' : ''}`, byteCount };
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function hex(bytes: ArrayLike<number>): string {
  return Buffer.from(Array.from(bytes)).toString('hex');
}
