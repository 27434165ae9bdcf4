import type { SabotageName } from './sabotage/planted.ts';
import type { SampleDispenser } from '../terminal/sample-config.ts';
import type { FaultLevel } from './random-faults.ts';

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
  readonly dispenser?: SampleDispenser;
}

/** Each fourth seed has a dispenser that hands out bunches. Planted mistakes are written for the bytes of the other one. */
export function dispenserOf({ seed, sabotage, dispenser }: Pick<WorldOrder, 'seed' | 'sabotage' | 'dispenser'>): SampleDispenser {
  return dispenser ?? (sabotage === undefined && seed % 4 === 2 ? 'fujitsu-f53' : 'puloon-lcdm');
}

/** The line that runs this world again. */
export function repeatLine(order: WorldOrder): string {
  const { seed, sessionCount, faults, keepSessions, keepFaults, sabotage, dispenser } = order;
  const parts = [
    `npm run -s qolma -- simulate --seed ${seed} --sessions ${sessionCount} --faults ${faults}`,
    ...(keepSessions === undefined ? [] : [`--keep-sessions ${keepSessions.join(',')}`]),
    ...(keepFaults === undefined ? [] : [`--keep-faults ${keepFaults.length === 0 ? 'none' : keepFaults.join(',')}`]),
    ...(sabotage === undefined ? [] : [`--plant ${sabotage}`]),
    ...(dispenser === undefined ? [] : [`--dispenser ${dispenser}`]),
  ];
  return parts.join(' ');
}
