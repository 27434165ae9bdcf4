import { codeText } from './codec.ts';
import { CodeCollector } from './frames.ts';

export type ScannerDecoded = Readonly<Record<string, string | number>>;

/** A code can carry a person's data: as many characters as tell what kind it is. */
const PREFIX_LENGTH = 8;

/** Bytes of one direction as plain JSON for `qolma devices decode`; codes are cut to their beginning and length. */
export function decodeSerialScanner(bytes: Uint8Array, from: 'host' | 'device'): readonly ScannerDecoded[] {
  if (from === 'host') return decodeHost(Buffer.from(bytes));
  const collector = new CodeCollector();
  return [...collector.push(bytes), ...collector.expire()].map((event): ScannerDecoded => {
    if (event.kind !== 'code') return event;
    const text = codeText(event.bytes);
    return { kind: 'code', lengthBytes: event.bytes.length, beginsWith: text.slice(0, PREFIX_LENGTH).replace(/\d/g, '•') };
  });
}

function decodeHost(bytes: Buffer): readonly ScannerDecoded[] {
  const decoded: ScannerDecoded[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const head = bytes.subarray(offset, offset + 3).toString('hex');
    const end = bytes.indexOf(0x2e, offset);
    if (head === '16540d' || head === '16550d') {
      decoded.push({ kind: 'command', command: head === '16540d' ? 'triggerOn' : 'triggerOff' });
      offset += 3;
    } else if (head === '164d0d' && end > 0) {
      decoded.push({ kind: 'command', command: 'menu', tag: bytes.subarray(offset + 3, end).toString('latin1') });
      offset = end + 1;
    } else {
      decoded.push({ kind: 'noise', byteCount: 1 });
      offset++;
    }
  }
  return decoded;
}
