import type { LoadedCassette } from '../parts/dispenser-notes.ts';
import type { SampleCoins, SampleDispenser } from '../terminal/sample-config.ts';
import type { WorldRecycler } from './virtual-terminal.ts';

/** What stands in the terminal of a world. */
export interface WorldHardware {
  readonly dispenser: SampleDispenser;
  /** In it; left out: those of the sample terminal. */
  readonly cassettes?: readonly LoadedCassette[];
  /** In place of the acceptor. */
  readonly recycler: WorldRecycler | null;
  /** Coin acceptor and hopper beside the others. */
  readonly coins: SampleCoins | null;
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

/** By name: an acceptor beside a dispenser of either kind, a recycler alone, a recycler joined with a dispenser, a recycler behind a service; coins beside the first and the third, of one hopper or two; an F53 with two cassettes of one denomination. */
export const WORLD_HARDWARE = {
  lcdm: { dispenser: 'puloon-lcdm', recycler: null, coins: null },
  f53: { dispenser: 'fujitsu-f53', recycler: null, coins: null },
  'f53+twins': { dispenser: 'fujitsu-f53', cassettes: TWINS, recycler: null, coins: null },
  recycler: { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'recycler+lcdm': { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: false, stored: STORED, capacity: CAPACITY }, coins: null },
  'id003-recycler': { dispenser: 'puloon-lcdm', recycler: { protocol: 'id003-recycler', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'bill-to-bill': { dispenser: 'puloon-lcdm', recycler: { protocol: 'ccnet-bill-to-bill', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'xfs-recycler': { dispenser: 'puloon-lcdm', recycler: { protocol: 'xfs4iot-cash-recycler', denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: null },
  'lcdm+coins': { dispenser: 'puloon-lcdm', recycler: null, coins: COINS },
  'lcdm+hoppers': { dispenser: 'puloon-lcdm', recycler: null, coins: HOPPERS },
  'recycler+coins': { dispenser: 'puloon-lcdm', recycler: { denominationsMinor: RECYCLED_MINOR, isAlone: true, stored: STORED, capacity: CAPACITY }, coins: COINS },
} as const satisfies Readonly<Record<string, WorldHardware>>;

export type HardwareName = keyof typeof WORLD_HARDWARE;
export const HARDWARE_NAMES = Object.keys(WORLD_HARDWARE) as [HardwareName, ...HardwareName[]];

/** Of each sixteen worlds, by seed: most have what most terminals have. */
const BY_SEED: readonly HardwareName[] = [
  'lcdm', 'lcdm', 'f53', 'recycler', 'lcdm', 'lcdm', 'f53', 'recycler+lcdm',
  'lcdm', 'lcdm', 'f53', 'recycler', 'lcdm+hoppers', 'recycler+coins', 'f53+twins', 'recycler+lcdm',
];

export function hardwareOfSeed(seed: number): HardwareName {
  return BY_SEED[seed % BY_SEED.length]!;
}

/** As options of a virtual terminal. */
export function hardwareOptions(name: HardwareName): { readonly dispenser: SampleDispenser; readonly cassettes?: readonly LoadedCassette[]; readonly recycler?: WorldRecycler; readonly coins?: SampleCoins } {
  const { dispenser, cassettes, recycler, coins }: WorldHardware = WORLD_HARDWARE[name];
  return { dispenser, ...(cassettes === undefined ? {} : { cassettes }), ...(recycler === null ? {} : { recycler }), ...(coins === null ? {} : { coins }) };
}
