import type { Config } from '../../main/contracts/config.ts';
import type { Chance } from './chance.ts';
import type { FaultLevel } from './random-faults.ts';

/** `acceptor`: or the recycler in its place. */
export const LEFT_OUT = ['acceptor', 'dispenser', 'coinAcceptor', 'coinDispensers'] as const;
export type LeftOutDevice = (typeof LEFT_OUT)[number];

const WORLD_PERCENT = 25;
const START_PERCENT = 45;
const DEVICE_PERCENT = 40;

/** In some worlds somebody takes devices that do not work out of the configuration, so that the terminal goes on with the others, whatever they had under way; with a later start they are back. @returns for the n-th start, from 1; the first has all, and loads them */
export function drawLeftOut(level: FaultLevel, diceOf: (start: number) => Chance): (start: number) => readonly LeftOutDevice[] {
  if (level !== 'all' || !diceOf(0).isOnce(WORLD_PERCENT)) return () => [];
  return (start) => {
    if (start === 1) return [];
    const chance = diceOf(start);
    return chance.isOnce(START_PERCENT) ? LEFT_OUT.filter(() => chance.isOnce(DEVICE_PERCENT)) : [];
  };
}

export function leaveOut({ devices, ...config }: Config, leftOut: readonly LeftOutDevice[]): Config {
  const { acceptor, recycler, dispenser, coinAcceptor, coinDispensers, ...others } = devices;
  const isThere = (name: LeftOutDevice): boolean => !leftOut.includes(name);
  return {
    ...config,
    devices: {
      ...others,
      ...(acceptor !== undefined && isThere('acceptor') ? { acceptor } : {}),
      ...(recycler !== undefined && isThere('acceptor') ? { recycler } : {}),
      ...(dispenser !== undefined && isThere('dispenser') ? { dispenser } : {}),
      ...(coinAcceptor !== undefined && isThere('coinAcceptor') ? { coinAcceptor } : {}),
      coinDispensers: isThere('coinDispensers') ? coinDispensers : [],
    },
  };
}
