import { createLcdmDispenser } from '../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { createLcdmSimulator } from '../../simulators/cash-dispenser/puloon-lcdm/simulator.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, Json } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

/** The simulator's own truth, as far as tests look at it. */
export interface LcdmWorld {
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly noteCount: number }[];
  readonly path: readonly Json[];
  readonly exit: readonly Json[];
  readonly takenCount: number;
  readonly removedCount: number;
  readonly rejectTray: { readonly noteCount: number };
  readonly sensorsHex: string;
  readonly dispenseCommandCount: number;
}

export interface LcdmBench {
  readonly clock: VirtualClock;
  readonly dispenser: CashDispenser;
  readonly simulator: DeviceSimulator;
  world(): LcdmWorld;
  /** Notes that certainly left the device: in the customer's reach or taken. */
  outCount(): number;
  loadedCount(cassetteNumber: number): number;
  /** Sets a fault or moves a hand; the test fails when the simulator refuses. */
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  /** Lets virtual time go on until the promise settles. */
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  untilState(state: string, limitMs?: number): Promise<void>;
}

/** Driver and simulator on a memory line in virtual time; 5 000 ₸ above, 2 000 ₸ below. */
export function createLcdmBench(options: { readonly seed?: number; readonly noteCounts?: readonly [number, number]; readonly bytesMax?: number } = {}): LcdmBench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6, 0, 0) });
  const random = seededRandom(options.seed ?? 1);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const [upperCount, lowerCount] = options.noteCounts ?? [100, 100];
  const simulator = createLcdmSimulator({ line, clock, random, timeFactor: 1 }, {
    cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: upperCount }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: lowerCount }],
  });
  const dispenser = createLcdmDispenser({ deviceId: 'dispenser', transport, clock, log: silentLog });
  simulator.start();
  const world = () => simulator.world() as unknown as LcdmWorld;
  return {
    clock, dispenser, simulator, world,
    outCount: () => world().exit.length + world().takenCount,
    loadedCount: (cassetteNumber) => world().cassettes.find((cassette) => cassette.cassetteNumber === cassetteNumber)!.noteCount,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    settle: (promise, limitMs = 200_000) => settled(promise, (isSettled) => clock.runUntil(isSettled, limitMs)),
    async untilState(state, limitMs = 60_000) {
      if (!(await clock.runUntil(() => dispenser.status().state === state, limitMs))) throw new Error(`is ${dispenser.status().state} (${dispenser.status().faults.join()}), not ${state}, after ${limitMs} ms`);
    },
  };
}
