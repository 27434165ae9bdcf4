import type { Device } from '../../drivers/interfaces/device.ts';
import type { XfsDeviceOptions } from '../../drivers/xfs4iot/xfs-device.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { Log } from '../../main/foundation/log.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, SimulatorEnvironment } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface WireMessage {
  readonly from: 'client' | 'service';
  readonly text: string;
}

export interface XfsBench<Driver extends Device> {
  readonly clock: VirtualClock;
  readonly device: Driver;
  readonly simulator: DeviceSimulator;
  /** Every log line and simulator event as text. */
  readonly said: string[];
  /** Every message that the driver sent or was given, in order. */
  readonly wire: WireMessage[];
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  settle<T>(promise: Promise<T>): Promise<T>;
  until(predicate: () => boolean, what: string): Promise<void>;
  untilState(state: string): Promise<void>;
}

/** Driver and service over a line in memory that keeps messages whole, in virtual time. */
export function createXfsBench<Driver extends Device>(createDriver: (options: XfsDeviceOptions) => Driver, createSimulator: (environment: SimulatorEnvironment) => DeviceSimulator, seed = 1): XfsBench<Driver> {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const { transport, line } = createMemoryLine({ name: 'memory', clock });
  const simulator = createSimulator({ line, clock, random: seededRandom(seed), timeFactor: 1 });
  const said: string[] = [];
  const wire: WireMessage[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) };
  simulator.onEvent((event) => write(event.event, event.fields));
  const device = createDriver({ deviceId: 'test', clock, log, url: 'ws://127.0.0.1:5846/xfs4iot/v1.0/Device1', connect: () => tapped(transport, wire) });
  simulator.start();
  const until = async (predicate: () => boolean, what: string) => {
    if (!(await clock.runUntil(predicate, 300_000))) throw new Error(`${what} did not come; ${device.status().state} ${device.status().faults.join()}`);
  };
  return {
    clock, device, simulator, said, wire, until,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    settle: (promise) => settled(promise, (isSettled) => until(isSettled, 'the outcome')),
    untilState: (state) => until(() => device.status().state === state, state),
  };
}

function tapped(transport: Transport, wire: WireMessage[]): Transport {
  const keep = (from: WireMessage['from'], chunk: Uint8Array) => void wire.push({ from, text: Buffer.from(chunk).toString('utf8') });
  return {
    ...transport,
    write: (chunk) => {
      keep('client', chunk);
      return transport.write(chunk);
    },
    onData: (listener) => transport.onData((chunk) => {
      keep('service', chunk);
      listener(chunk);
    }),
  };
}

/** What of a conversation a golden vector tells: its numbers of requests are its own. */
export function goldenForm({ from, text }: WireMessage): { readonly from: string; readonly type: string; readonly name: string; readonly version: string; readonly payload: unknown } {
  const { header, payload } = JSON.parse(text) as { readonly header: { readonly type: string; readonly name: string; readonly version: string }; readonly payload?: unknown };
  return { from, type: header.type, name: header.name, version: header.version, payload: payload ?? {} };
}
