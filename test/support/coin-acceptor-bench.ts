import { createCctalkCoinAcceptor } from '../../drivers/coin-acceptor/cctalk-coin-acceptor/device.ts';
import type { CoinAcceptor, CoinAcceptorEvent } from '../../drivers/interfaces/coin-acceptor.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { CoinAcceptorSimulatorOptions } from '../../simulators/coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { createCoinAcceptorSimulator } from '../../simulators/coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import type { Coin } from '../../simulators/coin-acceptor/cctalk-coin-acceptor/model.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { SimulatorLine } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export interface CoinBenchOptions {
  readonly seed?: number;
  readonly bytesMax?: number;
  readonly byteFaultsOneOf?: number | null;
  /** What becomes of an answer on its way. */
  readonly bend?: (bytes: Uint8Array) => Uint8Array;
  readonly simulator?: CoinAcceptorSimulatorOptions;
  readonly checksum?: 'sum' | 'crc16';
  /** null: never. */
  readonly acknowledges?: boolean;
  /** false: the test has its own ledger. */
  readonly isListening?: boolean;
}

/** Coin acceptor and simulator on a memory line in virtual time; each credit goes into the ledger at once unless told otherwise. */
export function createCoinBench(options: CoinBenchOptions = {}) {
  const seed = options.seed ?? 1;
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 6) });
  const random = seededRandom(seed);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, ...(options.bytesMax === undefined ? {} : { chunking: { random, bytesMax: options.bytesMax, gapMs: 1 } }) });
  const oneOf = options.byteFaultsOneOf ?? null;
  const faulty = oneOf === null ? null : new FaultyLine(line, { clock, random: seededRandom(seed + 1), oneOf });
  const check = options.checksum ?? 'sum';
  const { bend } = options;
  const straight = faulty ?? line;
  const wire: SimulatorLine = bend === undefined ? straight : { write: (bytes) => straight.write(bend(bytes)), onData: (listener) => straight.onData(listener), unplug: () => straight.unplug(), plug: () => straight.plug() };
  const simulator = createCoinAcceptorSimulator({ line: wire, clock, random, timeFactor: 1 }, { ...options.simulator, check });
  const events: CoinAcceptorEvent[] = [];
  const settle = <T>(promise: Promise<T>, limitMs = 300_000): Promise<T> => settled(promise, (isSettled) => clock.runUntil(isSettled, limitMs));
  const create = (mark?: string): CoinAcceptor => {
    const acceptor = createCctalkCoinAcceptor({ deviceId: 'coins', transport, clock, log: silentLog, checksum: check });
    if (mark !== undefined) acceptor.resumeFrom(mark);
    if (options.isListening !== false) acceptor.onEvent((event) => {
      events.push(event);
      if (event.kind === 'coinAccepted' && options.acknowledges !== false) event.acknowledge();
    });
    return acceptor;
  };
  const acceptor = create();
  const coins = (): readonly Coin[] => (simulator.world() as unknown as { readonly coins: readonly Coin[] }).coins;
  const hand = (command: { readonly do: string; readonly [key: string]: unknown }): void => {
    const result = simulator.control(command);
    if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
  };
  simulator.start();
  return {
    clock, random, simulator, events, settle, create, acceptor, coins, hand, calm: () => faulty?.calm(),
    told: () => events.flatMap((event) => (event.kind === 'coinAccepted' ? [event.coin.denominationMinor] : [])),
    boxed: () => coins().filter((coin) => coin.place === 'box').map((coin) => coin.denominationMinor),
    insert: (denominationMinor: number): void => hand({ do: 'insertCoin', denominationMinor }),
    async ready(driver: CoinAcceptor = acceptor, limitMs = 120_000): Promise<boolean> {
      driver.start();
      return clock.runUntil(() => driver.status().state === 'ready', limitMs);
    },
    enableAll: (driver: CoinAcceptor = acceptor) => settle(driver.enable({ denominationsMinor: driver.capabilities.denominationsMinor, currency: 'KZT' })),
  };
}
export type CoinBench = ReturnType<typeof createCoinBench>;
