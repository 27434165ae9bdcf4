import { PLANTED } from './sabotage/planted.ts';
import type { SabotageName } from './sabotage/planted.ts';
import type { FaultLevel } from './random-faults.ts';
import type { HardwareName } from './world-hardware.ts';
import { hardwareOfSeed } from './world-hardware.ts';

/** One world to run; plain data, so that it can go to another thread. */
export interface WorldOrder {
  /** A whole number, 0 ≤ seed < 2³¹. */
  readonly seed: number;
  readonly sessionCount: number;
  readonly faults: FaultLevel;
  /** By number from 0; left out: all. */
  readonly keepSessions?: readonly number[];
  /** By id, `7.0`; left out: all. */
  readonly keepFaults?: readonly string[];
  readonly sabotage?: SabotageName;
  /** Left out: by the seed. */
  readonly hardware?: HardwareName;
}

/** A planted mistake has the devices that it spoils. */
export function hardwareOf({ seed, sabotage, hardware }: Pick<WorldOrder, 'seed' | 'sabotage' | 'hardware'>): HardwareName {
  return hardware ?? (sabotage === undefined ? hardwareOfSeed(seed) : PLANTED[sabotage].hardware);
}

/** The line that runs this world again. */
export function repeatLine(order: WorldOrder): string {
  const { seed, sessionCount, faults, keepSessions, keepFaults, sabotage, hardware } = order;
  const parts = [
    `npm run -s qolma -- simulate --seed ${seed} --sessions ${sessionCount} --faults ${faults}`,
    ...(keepSessions === undefined ? [] : [`--keep-sessions ${keepSessions.join(',')}`]),
    ...(keepFaults === undefined ? [] : [`--keep-faults ${keepFaults.length === 0 ? 'none' : keepFaults.join(',')}`]),
    ...(sabotage === undefined ? [] : [`--plant ${sabotage}`]),
    ...(hardware === undefined ? [] : [`--hardware ${hardware}`]),
  ];
  return parts.join(' ');
}
