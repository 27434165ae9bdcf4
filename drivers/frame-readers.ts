import type { Reader } from './transport/byte-line.ts';

/** What reads the bytes of the device, by protocol, one line each: fuzzed by `npm run fuzz`, measured by `npm run bench`. */
export const FRAME_READERS: Readonly<Record<string, () => Promise<Reader<unknown>>>> = {
  ccnet: async () => new (await import('./ccnet-family/frames.ts')).FrameReader(),
  'ccnet-bill-to-bill': async () => new (await import('./ccnet-family/frames.ts')).FrameReader(),
  'cctalk-coin-acceptor': async () => (await import('./cctalk-family/frames.ts')).createFrameReader(),
  'cctalk-hopper': async () => (await import('./cctalk-family/frames.ts')).createFrameReader(),
  'crt-310': async () => (await import('./card-reader/crt-310/frames.ts')).createFrameReader(),
  'crt-571': async () => (await import('./card-reader/crt-571/frames.ts')).createFrameReader(),
  ebds: async () => (await import('./cash-acceptor/ebds/frames.ts')).createFrameReader(),
  ssp: async () => (await import('./ssp-family/frames.ts')).createFrameReader(),
  'ssp-smart-payout': async () => (await import('./ssp-family/frames.ts')).createFrameReader(),
  id003: async () => (await import('./id003-family/frames.ts')).createFrameReader(),
  'id003-recycler': async () => (await import('./id003-family/frames.ts')).createFrameReader(),
  'szzt-zt588': async () => (await import('./pin-pad/szzt-zt588/frames.ts')).createFrameReader(),
  'fujitsu-f53': async () => (await import('./cash-dispenser/fujitsu-f53/frames.ts')).createFrameReader(),
  'puloon-lcdm-4000': async () => (await import('./cash-dispenser/puloon-lcdm-4000/frames.ts')).createFrameReader(),
  'puloon-lcdm': async () => (await import('./cash-dispenser/puloon-lcdm/frames.ts')).createFrameReader(),
  escpos: async () => (await import('./escpos-family/frames.ts')).createReplyReader(),
  'io-board': async () => (await import('./auxiliaries/io-board/frames.ts')).createLineReader(),
  'nut-ups': async () => (await import('./auxiliaries/nut-ups/frames.ts')).createLineReader(),
  'osmp-watchdog': async () => (await import('./auxiliaries/osmp-watchdog/frames.ts')).createFrameReader(),
  'pc-sc': async () => (await import('./card-reader/pc-sc/frames.ts')).createFrameReader(),
  'serial-scanner': async () => new (await import('./barcode-reader/serial-scanner/frames.ts')).CodeCollector(),
};
