import type { Device } from '../../drivers/interfaces/device.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface DeviceBench<D extends Device> {
  readonly clock: VirtualClock;
  readonly device: D;
  readonly simulator: DeviceSimulator;
  readonly events: SimulatorEvent[];
  /** Every log line and simulator event as text, for looking for what must not be there. */
  readonly said: string[];
  hand(command: { readonly do: string; readonly [key: string]: unknown }): Json;
  world(): Readonly<Record<string, Json>>;
  settle<T>(promise: Promise<T>): Promise<T>;
  untilState(state: string, limitMs?: number): Promise<void>;
  until(isSo: () => boolean, what: string, limitMs?: number): Promise<void>;
  /** A faulty line spoils nothing from now on. */
  calm(): void;
}

export interface DeviceBenchOptions {
  readonly seed?: number;
  /** Cuts bytes into pieces of at most so many. */
  readonly bytesMax?: number;
  readonly byteFaultsOneOf?: number;
}

/** Driver and simulator of one device in one process, on virtual time. */
export function createDeviceBench<D extends Device>(
  make: { readonly simulator: (environment: SimulatorEnvironment) => DeviceSimulator; readonly driver: (options: { readonly deviceId: string; readonly transport: Transport; readonly clock: Clock; readonly log: Log }) => D },
  options: DeviceBenchOptions = {},
): DeviceBench<D> {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6, 0) });
  const random = seededRandom(options.seed ?? 1);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const faulty = options.byteFaultsOneOf === undefined ? null : new FaultyLine(line, { clock, random, oneOf: options.byteFaultsOneOf });
  const said: string[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) };
  const simulator = make.simulator({ line: faulty ?? line, clock, random, timeFactor: 1 });
  const events: SimulatorEvent[] = [];
  simulator.onEvent((event) => {
    events.push(event);
    write(event.event, event.fields);
  });
  simulator.start();
  const device = make.driver({ deviceId: 'device', transport, clock, log });
  const until = async (isSo: () => boolean, what: string, limitMs = 120_000) => {
    if (!(await clock.runUntil(isSo, limitMs))) throw new Error(`${what} did not come; ${device.status().state} ${device.status().faults.join()}`);
  };
  return {
    clock, device, simulator, events, said, until,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
      return result.value;
    },
    world: () => simulator.world() as Readonly<Record<string, Json>>,
    settle: (promise) => settled(promise, (isSettled) => until(isSettled, 'the outcome', 300_000)),
    untilState: (state, limitMs) => until(() => device.status().state === state, state, limitMs),
    calm: () => faulty?.calm(),
  };
}
