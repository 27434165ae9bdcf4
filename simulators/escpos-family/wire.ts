/**
 * The printer's ear: any bytes in any cut become commands, in order. Real-time commands are found inside the stream, but not inside picture
 * data or other length-prefixed data. What is no command prints as text. [escpos sheet §2, §11]
 */
export type PrinterCommand =
  | { readonly kind: 'text'; readonly byte: number }
  | { readonly kind: 'lineFeed' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'codePage'; readonly n: number }
  | { readonly kind: 'align'; readonly n: number }
  | { readonly kind: 'lineSpacing'; readonly dots: number | null }
  | { readonly kind: 'mode'; readonly n: number }
  | { readonly kind: 'bold'; readonly isOn: boolean }
  | { readonly kind: 'underline'; readonly isOn: boolean }
  | { readonly kind: 'size'; readonly n: number }
  | { readonly kind: 'reverse'; readonly isOn: boolean }
  | { readonly kind: 'feedLines'; readonly count: number }
  | { readonly kind: 'feedDots'; readonly count: number }
  | { readonly kind: 'cut'; readonly isPartial: boolean; readonly feedDots: number }
  | { readonly kind: 'raster'; readonly mode: number; readonly rowBytes: number; readonly rowCount: number; readonly bytes: Uint8Array }
  | { readonly kind: 'columns'; readonly dotsPerColumn: 8 | 24; readonly bytes: Uint8Array }
  | { readonly kind: 'qr'; readonly fn: number; readonly bytes: Uint8Array }
  | { readonly kind: 'barcode'; readonly system: number; readonly bytes: Uint8Array }
  | { readonly kind: 'queuedStatus'; readonly n: number }
  | { readonly kind: 'identify'; readonly n: number }
  /** GS e n; steps and seconds where n has them. [escpos sheet §7] */
  | { readonly kind: 'ejector'; readonly n: number; readonly steps: number; readonly timeoutS: number }
  /** FS P of the VKP80III. */
  | { readonly kind: 'present'; readonly steps: number; readonly isRetractedAfter: boolean; readonly timeoutS: number }
  /** Citizen GS R: now, or by a timer from now on. */
  | { readonly kind: 'collect'; readonly timerS: number | null }
  | { readonly kind: 'automaticStatus'; readonly n: number }
  /** Understood and without effect on this model. */
  | { readonly kind: 'setting'; readonly name: string };

export type WireEvent =
  | { readonly kind: 'command'; readonly command: PrinterCommand; readonly byteCount: number }
  /** DLE EOT n, n 14h is Custom's full status. */
  | { readonly kind: 'realTimeStatus'; readonly n: number }
  /** DLE ENQ n */
  | { readonly kind: 'recover'; readonly n: number }
  /** 1C C0 18 10 14 1A: executed even when busy. */
  | { readonly kind: 'hardwareReset' };

type Taken = { readonly event: WireEvent; readonly byteCount: number } | 'incomplete' | 'unknown';

const command = (value: PrinterCommand, byteCount: number): Taken => ({ event: { kind: 'command', command: value, byteCount }, byteCount });
/** Largest data part that is believed; a longer one is a mistake of the host and prints as text, as on a real printer. */
const DATA_BYTES_MAX = 256 * 1024;
const HARDWARE_RESET = [0x1c, 0xc0, 0x18, 0x10, 0x14, 0x1a] as const;

export class CommandReader {
  #pending = Buffer.alloc(0);

  push(chunk: Uint8Array): WireEvent[] {
    const events: WireEvent[] = [];
    this.#pending = Buffer.concat([this.#pending, chunk]);
    let offset = 0;
    while (offset < this.#pending.length) {
      const taken = take(this.#pending.subarray(offset));
      if (taken === 'incomplete') break;
      if (taken === 'unknown') {
        // One byte, not the whole sequence: a command may start right behind it.
        events.push({ kind: 'command', command: { kind: 'text', byte: this.#pending[offset]! }, byteCount: 1 });
        offset += 1;
        continue;
      }
      events.push(taken.event);
      offset += taken.byteCount;
    }
    this.#pending = this.#pending.subarray(offset);
    return events;
  }

  /** Bytes of a begun command: they fill the buffer, too. */
  get pendingByteCount(): number {
    return this.#pending.length;
  }

  /** Power went. */
  reset(): void {
    this.#pending = Buffer.alloc(0);
  }
}

function take(bytes: Buffer): Taken {
  switch (bytes[0]) {
    case 0x10:
      return takeDle(bytes);
    case 0x1b:
      return takeEsc(bytes);
    case 0x1d:
      return takeGs(bytes);
    case 0x1c:
      return takeFs(bytes);
    case 0x0a:
    case 0x0c:
      return command({ kind: 'lineFeed' }, 1);
    default:
      // Other control bytes, NUL among them, move and print nothing.
      return bytes[0]! < 0x20 ? command({ kind: 'setting', name: 'control' }, 1) : command({ kind: 'text', byte: bytes[0]! }, 1);
  }
}

function takeDle(bytes: Buffer): Taken {
  if (bytes.length < 2) return 'incomplete';
  if (bytes[1] !== 0x04 && bytes[1] !== 0x05) return 'unknown';
  if (bytes.length < 3) return 'incomplete';
  return { event: { kind: bytes[1] === 0x04 ? 'realTimeStatus' : 'recover', n: bytes[2]! }, byteCount: 3 };
}

/** Commands of one parameter byte, by second byte. */
const ESC_ONE: Readonly<Record<number, (n: number) => PrinterCommand>> = {
  0x3d: () => ({ kind: 'setting', name: 'select' }),
  0x52: () => ({ kind: 'setting', name: 'international' }),
  0x74: (n) => ({ kind: 'codePage', n }),
  0x61: (n) => ({ kind: 'align', n: n & 0x0f }),
  0x33: (n) => ({ kind: 'lineSpacing', dots: n }),
  0x21: (n) => ({ kind: 'mode', n }),
  0x45: (n) => ({ kind: 'bold', isOn: (n & 1) !== 0 }),
  0x47: (n) => ({ kind: 'bold', isOn: (n & 1) !== 0 }),
  0x2d: (n) => ({ kind: 'underline', isOn: (n & 0x0f) !== 0 }),
  0x34: () => ({ kind: 'setting', name: 'italic' }),
  0xc1: () => ({ kind: 'setting', name: 'pitch' }),
  0x64: (n) => ({ kind: 'feedLines', count: n }),
  0x4a: (n) => ({ kind: 'feedDots', count: n }),
};
const ESC_NONE: Readonly<Record<number, PrinterCommand>> = {
  0x40: { kind: 'initialise' },
  0x32: { kind: 'lineSpacing', dots: null },
  0x53: { kind: 'setting', name: 'standardMode' },
  0x4c: { kind: 'setting', name: 'pageMode' },
  0x69: { kind: 'cut', isPartial: false, feedDots: 0 },
  0x6d: { kind: 'cut', isPartial: true, feedDots: 0 },
};

function takeEsc(bytes: Buffer): Taken {
  if (bytes.length < 2) return 'incomplete';
  const none = ESC_NONE[bytes[1]!];
  if (none !== undefined) return command(none, 2);
  const one = ESC_ONE[bytes[1]!];
  if (one !== undefined) return bytes.length < 3 ? 'incomplete' : command(one(bytes[2]!), 3);
  if (bytes[1] !== 0x2a) return 'unknown';
  if (bytes.length < 5) return 'incomplete';
  const dotsPerColumn = bytes[2] === 0x20 || bytes[2] === 0x21 ? 24 : 8;
  return takeData(bytes, 5, bytes.readUInt16LE(3) * (dotsPerColumn / 8), (data) => ({ kind: 'columns', dotsPerColumn, bytes: data }));
}

const GS_ONE: Readonly<Record<number, (n: number) => PrinterCommand>> = {
  0x21: (n) => ({ kind: 'size', n }),
  0x42: (n) => ({ kind: 'reverse', isOn: (n & 1) !== 0 }),
  0x68: () => ({ kind: 'setting', name: 'barcodeHeight' }),
  0x77: () => ({ kind: 'setting', name: 'barcodeWidth' }),
  0x48: () => ({ kind: 'setting', name: 'barcodeText' }),
  0x66: () => ({ kind: 'setting', name: 'barcodeFont' }),
  0x72: (n) => ({ kind: 'queuedStatus', n }),
  0x61: (n) => ({ kind: 'automaticStatus', n }),
  0x49: (n) => ({ kind: 'identify', n }),
};

function takeGs(bytes: Buffer): Taken {
  const [, code, third] = bytes;
  if (code === undefined) return 'incomplete';
  if (code === 0xf6) return command({ kind: 'cut', isPartial: false, feedDots: 0 }, 2);
  if (code === 0xf8) return command({ kind: 'setting', name: 'alignToMark' }, 2);
  const one = GS_ONE[code];
  if (one === undefined && ![0x56, 0x6b, 0x28, 0x76, 0x65, 0x52].includes(code)) return 'unknown';
  if (third === undefined) return 'incomplete';
  if (one !== undefined) return command(one(third), 3);
  if (code === 0x56) return takeCut(bytes, third);
  if (code === 0x65) return takeEjector(bytes, third);
  if (code === 0x52) return takeCollector(bytes, third);
  if (code === 0x6b) return takeBarcode(bytes, third);
  if (code === 0x28) {
    if (third !== 0x6b) return 'unknown';
    if (bytes.length < 7) return 'incomplete';
    return takeData(bytes, 5, bytes.readUInt16LE(3), (data) => ({ kind: 'qr', fn: data[1] ?? 0, bytes: data.subarray(2) }));
  }
  if (third !== 0x30) return 'unknown';
  if (bytes.length < 8) return 'incomplete';
  const rowBytes = bytes.readUInt16LE(4);
  const rowCount = bytes.readUInt16LE(6);
  return takeData(bytes, 8, rowBytes * rowCount, (data) => ({ kind: 'raster', mode: bytes[3]! & 3, rowBytes, rowCount, bytes: data }));
}

function takeCut(bytes: Buffer, m: number): Taken {
  if (m !== 0x41 && m !== 0x42) return command({ kind: 'cut', isPartial: (m & 1) !== 0, feedDots: 0 }, 3);
  return bytes.length < 4 ? 'incomplete' : command({ kind: 'cut', isPartial: m === 0x42, feedDots: bytes[3]! }, 4);
}

function takeEjector(bytes: Buffer, n: number): Taken {
  const byteCount = n === 0x20 ? 5 : n === 0x03 ? 4 : 3;
  return bytes.length < byteCount ? 'incomplete' : command({ kind: 'ejector', n, steps: byteCount > 3 ? bytes[3]! : 0, timeoutS: n === 0x20 ? bytes[4]! : 0 }, byteCount);
}

function takeCollector(bytes: Buffer, m: number): Taken {
  if (m === 0x30) return command({ kind: 'collect', timerS: null }, 3);
  if (m !== 0x31) return 'unknown';
  return bytes.length < 4 ? 'incomplete' : command({ kind: 'collect', timerS: bytes[3]! & 0x0f }, 4);
}

function takeBarcode(bytes: Buffer, system: number): Taken {
  if (system >= 0x41) return bytes.length < 4 ? 'incomplete' : takeData(bytes, 4, bytes[3]!, (data) => ({ kind: 'barcode', system, bytes: data }));
  const end = bytes.indexOf(0, 3);
  if (end >= 0) return command({ kind: 'barcode', system, bytes: bytes.subarray(3, end) }, end + 1);
  return bytes.length > 258 ? 'unknown' : 'incomplete';
}

function takeFs(bytes: Buffer): Taken {
  if (bytes.length < 2) return 'incomplete';
  const fixed = (byteCount: number, name: string): Taken => (bytes.length < byteCount ? 'incomplete' : command({ kind: 'setting', name }, byteCount));
  if (bytes[1] === 0x50) return bytes.length < 6 ? 'incomplete' : command({ kind: 'present', steps: bytes[2]!, isRetractedAfter: bytes[4] === 0x52, timeoutS: bytes[5]! }, 6);
  if (bytes[1] === 0xc1) return fixed(3, 'paperRecovery');
  if (bytes[1] === 0xea) return fixed(3, 'serialNumber');
  if (bytes[1] !== 0xc0) return 'unknown';
  if (bytes.length < 3) return 'incomplete';
  if (bytes[2] === 0x34) return command({ kind: 'cut', isPartial: false, feedDots: 0 }, 3);
  if (!HARDWARE_RESET.slice(0, bytes.length).every((byte, index) => bytes[index] === byte)) return 'unknown';
  return bytes.length < HARDWARE_RESET.length ? 'incomplete' : { event: { kind: 'hardwareReset' }, byteCount: HARDWARE_RESET.length };
}

function takeData(bytes: Buffer, headBytes: number, dataBytes: number, make: (data: Uint8Array) => PrinterCommand): Taken {
  if (dataBytes > DATA_BYTES_MAX) return 'unknown';
  if (bytes.length < headBytes + dataBytes) return 'incomplete';
  return command(make(Uint8Array.from(bytes.subarray(headBytes, headBytes + dataBytes))), headBytes + dataBytes);
}
