import type { DeviceClass } from './interfaces/device.ts';

/** Who sent the bytes, as the terminal sees it. */
export type Sender = 'host' | 'device';

export interface ProtocolRow {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
  readonly devices: string;
  readonly line: string;
  /** Manual and revision the driver follows; its README and sheet say more. */
  readonly source: string;
  /** What is known before a device has answered; the names of `drivers/interfaces`. A test holds them equal to the drivers' own. */
  readonly capabilities: Readonly<Record<string, string | number | boolean>>;
  /** What no second source confirms: look here first when a real device behaves otherwise. */
  readonly unverified: readonly string[];
  /** A frame tells by itself, or by what lies before it, who sent it. */
  readonly isSenderInBytes: boolean;
  /** Frames, answers and noise in order, as plain JSON; every byte is accounted for. Loads the driver's codec. */
  readonly decode: (bytes: Uint8Array, from: Sender | undefined) => Promise<readonly unknown[]>;
}

const direction = (from: Sender | undefined) => (from === 'host' ? 'toDevice' : 'toHost');

/** Every protocol that a driver exists for, one row each. */
export const PROTOCOLS: readonly ProtocolRow[] = [
  {
    protocol: 'ccnet', deviceClass: 'cashAcceptor', devices: 'CashCode SM, MSM, MVU, FL, SL, GX and emulations', line: '9600 8N1', source: 'CCNET interface 2.4 [ccnet]',
    capabilities: { intermediateStacker: 'single' },
    unverified: ['81 after a power-up in the stacker differs by firmware', 'some firmware goes from returning to idling without 82', 'a NAK from the device for our next command'],
    isSenderInBytes: true,
    decode: async (bytes, from) => (await import('./cash-acceptor/ccnet/decode.ts')).decodeCcnet(bytes, from === undefined ? undefined : direction(from)),
  },
  {
    protocol: 'puloon-lcdm', deviceClass: 'cashDispenser', devices: 'Puloon LCDM-1000 and LCDM-2000 (dialect A)', line: '9600 8N1', source: 'Interface Specification LCDM-1000T V3.3T [lcdm]',
    capabilities: { cassetteCount: 2, notesPerCommandMax: 5, itemsTakenSensor: false, retractArea: false, shutter: false, presentsWhileDispensing: true },
    unverified: ['whether CHK counts notes that are rejected later', 'polarity of the cassette bits of the sensor bytes'],
    isSenderInBytes: false,
    decode: async (bytes, from) => (await import('./cash-dispenser/puloon-lcdm/decode.ts')).decodeLcdm(bytes, from ?? 'device'),
  },
  {
    protocol: 'escpos', deviceClass: 'printer', devices: 'Custom VKP80, TG2480H; Citizen PPU-700; Epson TM', line: '115200 8N1', source: 'ESC/POS family manuals [receipt-printers]',
    capabilities: { widthDots: 576, presenter: false, cutter: true },
    unverified: ['640 dots on a VKP80 head', 'presenters: the commands differ by model and are not used'],
    isSenderInBytes: false,
    decode: async (bytes, from) => {
      const { decodeEscpos } = await import('./printer/escpos/decode.ts');
      return decodeEscpos(direction(from), bytes).map((text) => ({ kind: text.startsWith('noise') || text.endsWith('other bytes') ? 'noise' : from === 'host' ? 'command' : 'answer', text }));
    },
  },
  {
    protocol: 'crt-571', deviceClass: 'cardReader', devices: 'Creator CRT-571, CRT-591', line: '38400 8N1', source: 'CRT-591-M Communication Protocol v1.0 [card-readers §B]',
    capabilities: { motorised: true, capture: true, chip: true },
    unverified: ['the chip is read without a certified kernel: number only'],
    isSenderInBytes: true,
    decode: async (bytes) => (await import('./card-reader/crt-571/decode.ts')).decodeCrt571(bytes),
  },
  {
    protocol: 'magtek-hid', deviceClass: 'cardReader', devices: 'MagTek SureSwipe and alike (HID mode)', line: 'USB HID', source: 'SureSwipe & Swipe Reader Technical Reference, ISO/IEC 7813 [card-readers]',
    capabilities: { motorised: false, capture: false, chip: false },
    unverified: ['vendor 0801, product 0002'],
    isSenderInBytes: true,
    decode: async (bytes) => [(await import('./card-reader/magtek-hid/decode.ts')).decodeMagtek(bytes)],
  },
  {
    protocol: 'serial-scanner', deviceClass: 'barcodeReader', devices: 'Honeywell and Datalogic serial QR scanners', line: '115200 8N1', source: 'Serial trigger documentation of both families [scanners]',
    capabilities: {},
    unverified: ['menu commands on scanners of other makers'],
    isSenderInBytes: false,
    decode: async (bytes, from) => (await import('./barcode-reader/serial-scanner/decode.ts')).decodeSerialScanner(bytes, from ?? 'device'),
  },
  {
    protocol: 'io-board', deviceClass: 'auxiliaries', devices: 'service key, doors, tamper contact on any microcontroller', line: '115200 8N1', source: 'our own protocol, its README',
    capabilities: {},
    unverified: ['no board but the simulated one was seen'],
    isSenderInBytes: false,
    decode: async (bytes, from) => (await import('./auxiliaries/io-board/decode.ts')).decodeIoBoard(bytes, from ?? 'device'),
  },
];
