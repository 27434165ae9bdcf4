import { createZtPinPad } from '../../drivers/pin-pad/szzt-zt588/device.ts';
import type { CommandSet } from '../../drivers/pin-pad/szzt-zt588/device.ts';
import { Pan } from '../../drivers/interfaces/card-reader.ts';
import type { PinFormat, PinPad, PinPadEvent } from '../../drivers/interfaces/pin-pad.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import type { Log } from '../../main/foundation/log.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { PadKey } from '../../simulators/pin-pad/szzt-zt588/key-store.ts';
import { createZtSimulator } from '../../simulators/pin-pad/szzt-zt588/simulator.ts';
import type { DeviceSimulator } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** Keys of the published examples: what the bank's side of a test knows too. */
export const BENCH_KEYS = {
  '80': { use: 'imk', algorithm: 'T', key: bytes('00112233445566778899AABBCCDDEEFF') },
  '20': { use: 'master', algorithm: 'T', key: bytes('0123456789ABCDEFFEDCBA9876543210') },
  '21': { use: 'master', algorithm: 'A', key: bytes('88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6') },
  '30': { use: 'pin', algorithm: 'T', key: bytes('042666B49184CF5C68DE9628D0397B36') },
} as const satisfies Record<string, PadKey>;

export const BENCH_PAN = '9999000000000012';

export interface ZtBench {
  readonly clock: VirtualClock;
  readonly pad: PinPad;
  readonly simulator: DeviceSimulator;
  readonly events: PinPadEvent[];
  /** Every log line and simulator event as text. */
  readonly said: string[];
  /** Every byte that the driver sent or was given, in order. */
  readonly wire: Buffer[];
  /** null without byte faults. */
  readonly faulty: FaultyLine | null;
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  press(keys: readonly string[]): Promise<void>;
  enter(pin: string, request?: Partial<{ readonly format: PinFormat; readonly keyName: string; readonly lengthMax: number; readonly timeoutMs: number }>): ReturnType<PinPad['enterPin']>;
  settle<T>(promise: Promise<T>): Promise<T>;
  untilState(state: string): Promise<void>;
}

export function createZtBench(options: { readonly seed?: number; readonly bytesMax?: number; readonly byteFaultOneOf?: number; readonly commandSet?: CommandSet } = {}): ZtBench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const random = seededRandom(options.seed ?? 1);
  const memory = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const faulty = options.byteFaultOneOf === undefined ? null : new FaultyLine(memory.line, { clock, random, oneOf: options.byteFaultOneOf });
  const simulator = createZtSimulator({ line: faulty ?? memory.line, clock, random, timeFactor: 1 }, { keys: BENCH_KEYS });
  const said: string[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) };
  simulator.onEvent((event) => write(event.event, event.fields));
  const wire: Buffer[] = [];
  const pad = createZtPinPad({
    deviceId: 'pinPad', transport: tapped(memory.transport, wire), clock, log, commandSet: options.commandSet ?? 'keyBlocks',
    keys: { master: '20', pin: '30', pinAes: '31', dukpt: '32', dukptAes: '33', none: '3F' },
  });
  const events: PinPadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  simulator.start();
  const until = async (predicate: () => boolean, what: string) => {
    if (!(await clock.runUntil(predicate, 120_000))) throw new Error(`${what} did not come; ${pad.status().state} ${pad.status().faults.join()}`);
  };
  const bench: ZtBench = {
    clock, pad, simulator, events, said, wire, faulty,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    async press(keys) {
      for (const key of keys) {
        simulator.control({ do: 'press', key });
        await clock.advance(150);
      }
    },
    async enter(pin, request = {}) {
      const entering = pad.enterPin({ pan: new Pan(BENCH_PAN), format: 'iso0', keyName: 'pin', lengthMin: 4, lengthMax: 12, timeoutMs: 30_000, ...request });
      let isOver = false;
      const over = entering.finally(() => {
        isOver = true;
      });
      events.splice(0);
      await until(() => isOver || events.some((event) => event.kind === 'entryReady'), 'the prompt');
      await bench.press([...pin, 'enter']);
      return bench.settle(over);
    },
    settle: (promise) => settled(promise, (isSettled) => until(isSettled, 'the outcome')),
    untilState: (state) => until(() => pad.status().state === state, state),
  };
  return bench;
}

function tapped(transport: Transport, wire: Buffer[]): Transport {
  return {
    ...transport,
    write: (chunk) => {
      wire.push(Buffer.from(chunk));
      return transport.write(chunk);
    },
    onData: (listener) => transport.onData((chunk) => {
      wire.push(Buffer.from(chunk));
      listener(chunk);
    }),
  };
}
