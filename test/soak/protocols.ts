import type { Soak } from './soaked.ts';

/** What `npm run soak` can run, one line each. */
export const SOAKS: Readonly<Record<string, () => Promise<Soak>>> = {
  ccnet: async () => (await import('./acceptors.ts')).ccnetSoak,
  ebds: async () => (await import('./acceptors.ts')).ebdsSoak,
  ssp: async () => (await import('./acceptors.ts')).sspSoak,
  essp: async () => (await import('./acceptors.ts')).esspSoak,
  'ccnet-bill-to-bill': async () => (await import('./acceptors.ts')).billToBillSoak,
  'ccnet-bill-to-bill-other': async () => (await import('./acceptors.ts')).billToBillOtherFirmwareSoak,
  'id003-recycler': async () => (await import('./acceptors.ts')).id003RecyclerSoak,
  'ssp-smart-payout': async () => (await import('./acceptors.ts')).smartPayoutSoak,
  'xfs4iot-cash-recycler': async () => (await import('./acceptors.ts')).xfsRecyclerSoak,
  id003: async () => (await import('./acceptors.ts')).id003Soak,
  'fujitsu-f53': async () => (await import('./f53.ts')).f53Soak,
  'puloon-lcdm-4000': async () => (await import('./lcdm-b.ts')).lcdmBSoak,
  'puloon-lcdm': async () => (await import('./dispensers.ts')).lcdmSoak,
  'cctalk-coin-acceptor': async () => (await import('./coin-acceptor.ts')).coinAcceptorSoak,
  'cctalk-hopper': async () => (await import('./hopper.ts')).hopperSoak,
  escpos: async () => (await import('./printers.ts')).printerSoak('escpos'),
  'epson-tm': async () => (await import('./printers.ts')).printerSoak('epson-tm'),
  'custom-vkp80': async () => (await import('./printers.ts')).printerSoak('custom-vkp80'),
  'citizen-ppu': async () => (await import('./printers.ts')).printerSoak('citizen-ppu'),
};
