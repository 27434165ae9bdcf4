import { createCrt571Reader } from '../../drivers/card-reader/crt-571/device.ts';
import type { CardReader, CardReaderEvent } from '../../drivers/interfaces/card-reader.ts';
import type { Log } from '../../main/foundation/log.ts';
import { createCrt571Simulator } from '../../simulators/card-reader/crt-571/simulator.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface Crt571Bench {
  readonly clock: VirtualClock;
  readonly reader: CardReader;
  readonly simulator: DeviceSimulator;
  readonly events: CardReaderEvent[];
  /** Every log line and simulator event as text, for looking for what must not be there. */
  readonly said: string[];
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  settle<T>(promise: Promise<T>): Promise<T>;
  untilEvent(kind: CardReaderEvent['kind']): Promise<void>;
  untilState(state: string): Promise<void>;
}

export function createCrt571Bench(options: { readonly binCapacity?: number; readonly bytesMax?: number } = {}): Crt571Bench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const random = seededRandom(3);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const simulator = createCrt571Simulator({ line, clock, random, timeFactor: 1 }, options.binCapacity === undefined ? {} : { binCapacity: options.binCapacity });
  const said: string[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) };
  simulator.onEvent((event) => write(event.event, event.fields));
  const reader = createCrt571Reader({ deviceId: 'cardReader', transport, clock, log });
  const events: CardReaderEvent[] = [];
  reader.onEvent((event) => events.push(event));
  simulator.start();
  const until = async (predicate: () => boolean, what: string) => {
    if (!(await clock.runUntil(predicate, 60_000))) throw new Error(`${what} did not come; ${reader.status().state} ${reader.status().faults.join()}`);
  };
  return {
    clock, reader, simulator, events, said,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    settle: (promise) => settled(promise, (isSettled) => until(isSettled, 'the outcome')),
    untilEvent: (kind) => until(() => events.some((event) => event.kind === kind), kind),
    untilState: (state) => until(() => reader.status().state === state, state),
  };
}
