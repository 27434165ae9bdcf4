import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, Json, SimulatorEnvironment } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

/** The simulators' own truth, as far as tests look at it; each has more. */
export interface DispenserWorld {
  readonly cassettes: readonly { readonly cassetteNumber: number; readonly noteCount: number }[];
  readonly path: readonly Json[];
  /** Of units that gather. */
  readonly pool?: readonly Json[];
  readonly exit: readonly Json[];
  readonly takenCount: number;
  readonly removedCount: number;
  readonly rejectTray: { readonly noteCount: number };
  readonly dispenseCommandCount: number;
}

export interface DispenserBench {
  readonly clock: VirtualClock;
  readonly dispenser: CashDispenser;
  readonly simulator: DeviceSimulator;
  world(): DispenserWorld;
  /** In the customer's reach or taken. */
  outCount(): number;
  everywhereCount(): number;
  /** Sets a fault or moves a hand; the test fails when the simulator refuses. */
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  /** From now on no byte is spoiled. */
  calm(): void;
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  untilState(state: string, limitMs?: number): Promise<void>;
}

export interface DispenserBenchOptions {
  readonly seed?: number;
  /** Chunks of so many bytes at most. */
  readonly bytesMax?: number;
  /** One of so many bytes is spoiled, each way. */
  readonly byteFaultsOneOf?: number | null;
}

/** Driver and simulator of any dispenser on a memory line in virtual time. */
export function createDispenserBench(
  make: { readonly driver: (context: { readonly transport: Transport; readonly clock: VirtualClock }) => CashDispenser; readonly simulator: (environment: SimulatorEnvironment) => DeviceSimulator },
  options: DispenserBenchOptions = {},
): DispenserBench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6, 0, 0) });
  const random = seededRandom(options.seed ?? 1);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const oneOf = options.byteFaultsOneOf ?? null;
  const faulty = oneOf === null ? null : new FaultyLine(line, { clock, random: seededRandom((options.seed ?? 1) + 1), oneOf });
  const simulator = make.simulator({ line: faulty ?? line, clock, random, timeFactor: 1 });
  const dispenser = make.driver({ transport, clock });
  simulator.start();
  const world = () => simulator.world() as unknown as DispenserWorld;
  return {
    clock, dispenser, simulator, world,
    outCount: () => world().exit.length + world().takenCount,
    everywhereCount: () => {
      const { cassettes, path, pool, exit, takenCount, removedCount, rejectTray } = world();
      return cassettes.reduce((sum, cassette) => sum + cassette.noteCount, 0) + path.length + (pool?.length ?? 0) + exit.length + takenCount + removedCount + rejectTray.noteCount;
    },
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    calm: () => faulty?.calm(),
    settle: (promise, limitMs = 400_000) => settled(promise, (isSettled) => clock.runUntil(isSettled, limitMs)),
    async untilState(state, limitMs = 120_000) {
      if (!(await clock.runUntil(() => dispenser.status().state === state, limitMs))) throw new Error(`is ${dispenser.status().state} (${dispenser.status().faults.join()}), not ${state}, after ${limitMs} ms`);
    },
  };
}
