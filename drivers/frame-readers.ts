import type { Reader } from './transport/byte-line.ts';

/** What reads the bytes of the device, by protocol, one line each: fuzzed by `npm run fuzz`, measured by `npm run bench`. */
export const FRAME_READERS: Readonly<Record<string, () => Promise<Reader<unknown>>>> = {
  ccnet: async () => new (await import('./cash-acceptor/ccnet/frames.ts')).FrameReader(),
  'crt-571': async () => (await import('./card-reader/crt-571/frames.ts')).createFrameReader(),
  'puloon-lcdm': async () => (await import('./cash-dispenser/puloon-lcdm/frames.ts')).createFrameReader(),
  'serial-scanner': async () => new (await import('./barcode-reader/serial-scanner/frames.ts')).CodeCollector(),
};
