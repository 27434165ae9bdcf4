import type { LoadedCassette } from '../parts/dispenser-notes.ts';
import type { SampleCoins, WorldAcceptorProtocol, WorldDispenserProtocol } from '../terminal/sample-config.ts';
import type { WorldRecycler } from './virtual-terminal.ts';

/** What stands in the terminal of a world. */
export interface WorldHardware {
  readonly dispenser: WorldDispenserProtocol;
  /** @default ccnet */
  readonly acceptor?: WorldAcceptorProtocol;
  /** In it; left out: those of the sample terminal. */
  readonly cassettes?: readonly LoadedCassette[];
  /** In place of the acceptor. */
  readonly recycler: WorldRecycler | null;
  /** Coin acceptor and hopper beside the others. */
  readonly coins: SampleCoins | null;
  /** With an I/O board and a UPS, so that things happen at the place where it stands. */
  readonly hasPlace?: boolean;
}

/** Enough to pay out the first customers before a note has come in. */
const STORED = [{ denominationMinor: 500_000, noteCount: 60 }, { denominationMinor: 200_000, noteCount: 60 }] as const;
/** One more fits in, the next goes to the cash box. */
const CAPACITY = 121;
/** So few that a hopper runs empty within a world now and then. */
const COINS = { denominationMinor: 10_000, coinCount: 150 } as const;
const HOPPERS = { ...COINS, more: [{ denominationMinor: 2_000, coinCount: 120 }] } as const;
/** Two of one denomination, the first so small that the other pays on when it ends. */
const TWINS = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 40 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 500 }, { cassetteNumber: 3, denominationMinor: 500_000, noteCount: 360 }] as const;
const RECYCLED_MINOR = STORED.map(({ denominationMinor }) => denominationMinor);

/** By name: an acceptor beside a dispenser of either kind, a recycler alone, a recycler joined with a dispenser, a recycler, a dispenser or an acceptor behind a service; coins beside the first and the third, of one hopper or two; an F53 with two cassettes of one denomination; four of them with an I/O board and a UPS. */
export const WORLD_HARDWARE = {
  lcdm: { dispenser: 'puloon-lcdm', recycler: null, coins: null },
  f53: { dispenser: 'fujitsu-f53', recycler: null, coins: null },
  'f53+twins': { dispenser: 'fujitsu-f53', cassettes: TWINS, recycler: null, coins: null },
  recycler: { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'recycler+lcdm': { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: false, stored: STORED, capacity: CAPACITY }, coins: null },
  'id003-recycler': { dispenser: 'puloon-lcdm', recycler: { protocol: 'id003-recycler', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'bill-to-bill': { dispenser: 'puloon-lcdm', recycler: { protocol: 'ccnet-bill-to-bill', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'xfs-recycler': { dispenser: 'puloon-lcdm', recycler: { protocol: 'xfs4iot-cash-recycler', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'xfs-dispenser': { dispenser: 'xfs4iot-cash-dispenser', recycler: null, coins: null },
  'id003+lcdm4000': { acceptor: 'id003', dispenser: 'puloon-lcdm-4000', recycler: null, coins: null },
  'ebds+lcdm4000': { acceptor: 'ebds', dispenser: 'puloon-lcdm-4000', recycler: null, coins: null },
  'ssp+f53': { acceptor: 'ssp', dispenser: 'fujitsu-f53', recycler: null, coins: null },
  'essp+lcdm4000': { acceptor: 'essp', dispenser: 'puloon-lcdm-4000', recycler: null, coins: null },
  'xfs-acceptor+lcdm': { acceptor: 'xfs4iot-cash-acceptor', dispenser: 'puloon-lcdm', recycler: null, coins: null },
  'lcdm+coins': { dispenser: 'puloon-lcdm', recycler: null, coins: COINS },
  'lcdm+hoppers': { dispenser: 'puloon-lcdm', recycler: null, coins: HOPPERS },
  'recycler+coins': { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: COINS },
  'lcdm+place': { dispenser: 'puloon-lcdm', recycler: null, coins: null, hasPlace: true },
  'f53+place': { dispenser: 'fujitsu-f53', recycler: null, coins: null, hasPlace: true },
  'recycler+place': { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null, hasPlace: true },
  'hoppers+place': { dispenser: 'puloon-lcdm', recycler: null, coins: HOPPERS, hasPlace: true },
} as const satisfies Readonly<Record<string, WorldHardware>>;

export type HardwareName = keyof typeof WORLD_HARDWARE;
export const HARDWARE_NAMES = Object.keys(WORLD_HARDWARE) as [HardwareName, ...HardwareName[]];

/** Of each thirty-two worlds, by seed: most have what most terminals have. */
const BY_SEED: readonly HardwareName[] = [
  'lcdm', 'lcdm', 'f53', 'recycler', 'lcdm', 'lcdm', 'f53', 'recycler+lcdm',
  'lcdm', 'lcdm', 'f53', 'recycler', 'lcdm+hoppers', 'recycler+coins', 'f53+twins', 'recycler+lcdm',
  'lcdm', 'id003+lcdm4000', 'f53', 'ebds+lcdm4000', 'lcdm', 'ssp+f53', 'xfs-dispenser', 'xfs-acceptor+lcdm',
  'essp+lcdm4000', 'id003-recycler', 'f53', 'bill-to-bill', 'lcdm+hoppers', 'xfs-recycler', 'xfs-dispenser', 'recycler',
];

/** Of these one world in seven has an I/O board and a UPS as well. */
const WITH_PLACE: Partial<Record<HardwareName, HardwareName>> = { lcdm: 'lcdm+place', f53: 'f53+place', recycler: 'recycler+place', 'lcdm+hoppers': 'hoppers+place' };
const [PLACE_EVERY, PLACE_TURN] = [7, 2];

export function hardwareOfSeed(seed: number): HardwareName {
  const name = BY_SEED[seed % BY_SEED.length]!;
  return seed % PLACE_EVERY === PLACE_TURN ? (WITH_PLACE[name] ?? name) : name;
}

/** As options of a virtual terminal. */
export function hardwareOptions(name: HardwareName): { readonly acceptor?: WorldAcceptorProtocol; readonly dispenser: WorldDispenserProtocol; readonly cassettes?: readonly LoadedCassette[]; readonly recycler?: WorldRecycler; readonly coins?: SampleCoins; readonly hasPlace?: boolean } {
  const { acceptor, dispenser, cassettes, recycler, coins, hasPlace = false }: WorldHardware = WORLD_HARDWARE[name];
  return { dispenser, ...(acceptor === undefined ? {} : { acceptor }), ...(cassettes === undefined ? {} : { cassettes }), ...(recycler === null ? {} : { recycler }), ...(coins === null ? {} : { coins }), hasPlace };
}
