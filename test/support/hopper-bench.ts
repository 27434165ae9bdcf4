import type { HopperOptions } from '../../drivers/coin-dispenser/cctalk-hopper/device.ts';
import { createCctalkHopper } from '../../drivers/coin-dispenser/cctalk-hopper/device.ts';
import type { CoinDispenser } from '../../drivers/interfaces/coin-dispenser.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { HopperSimulatorOptions } from '../../simulators/coin-dispenser/cctalk-hopper/simulator.ts';
import { createHopperSimulator } from '../../simulators/coin-dispenser/cctalk-hopper/simulator.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface HopperBenchOptions {
  readonly seed?: number;
  readonly bytesMax?: number;
  readonly byteFaultsOneOf?: number | null;
  readonly simulator?: HopperSimulatorOptions;
  readonly driver?: Partial<HopperOptions>;
}

/** The simulator's own truth, as far as tests look at it. */
export interface HopperWorld {
  readonly hopperCount: number;
  readonly jammedCount: number;
  readonly exitCount: number;
  readonly trayCount: number;
  readonly takenCount: number;
  readonly removedCount: number;
  readonly eventCount: number;
  readonly remainingCount: number;
  readonly dispenseCommandCount: number;
}

/** Hopper and simulator on a memory line in virtual time. */
export function createHopperBench(options: HopperBenchOptions = {}) {
  const seed = options.seed ?? 1;
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6) });
  const random = seededRandom(seed);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const oneOf = options.byteFaultsOneOf ?? null;
  const faulty = oneOf === null ? null : new FaultyLine(line, { clock, random: seededRandom(seed + 1), oneOf });
  const check = options.driver?.checksum ?? 'sum';
  const simulator = createHopperSimulator({ line: faulty ?? line, clock, random, timeFactor: 1 }, { ...options.simulator, check });
  simulator.start();
  const create = (): CoinDispenser => createCctalkHopper({ deviceId: 'hopper', transport, clock, log: silentLog, ...options.driver });
  let dispenser = create();
  const world = () => simulator.world() as unknown as HopperWorld;
  const settle = <T>(promise: Promise<T>, limitMs = 400_000): Promise<T> => settled(promise, (isSettled) => clock.runUntil(isSettled, limitMs));
  return {
    clock, random, simulator, world, settle, calm: () => faulty?.calm(),
    get dispenser() {
      return dispenser;
    },
    /** The process ends here, and another begins. */
    async anotherProcess(): Promise<void> {
      await settle(dispenser.stop());
      dispenser = create();
      dispenser.start();
    },
    /** Coins that left: in the customer's reach or taken. */
    outCount: () => world().trayCount + world().takenCount,
    hand(command: { readonly do: string; readonly [key: string]: unknown }): void {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    async ready(limitMs = 120_000): Promise<boolean> {
      dispenser.start();
      return clock.runUntil(() => dispenser.status().state === 'ready', limitMs);
    },
    async untilState(state: string, limitMs = 120_000): Promise<void> {
      if (!(await clock.runUntil(() => dispenser.status().state === state, limitMs))) throw new Error(`is ${dispenser.status().state} (${dispenser.status().faults.join()}), not ${state}`);
    },
  };
}
export type HopperBench = ReturnType<typeof createHopperBench>;
