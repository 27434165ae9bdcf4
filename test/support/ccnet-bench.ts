import { createCcnetAcceptor } from '../../drivers/ccnet-family/acceptor.ts';
import type { CashAcceptor, CashAcceptorEvent } from '../../drivers/interfaces/cash-acceptor.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { assert } from '../../main/foundation/assert.ts';
import type { CcnetSimulatorOptions } from '../../simulators/cash-acceptor/ccnet/settings.ts';
import { createCcnetSimulator } from '../../simulators/cash-acceptor/ccnet/simulator.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { LineTrouble } from '../../simulators/lines/troubled-line.ts';
import { createTroubledLine } from '../../simulators/lines/troubled-line.ts';
import type { DeviceSimulator, Json } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';

export interface CcnetBench {
  readonly clock: VirtualClock;
  readonly simulator: DeviceSimulator;
  readonly acceptor: CashAcceptor;
  /** What hands and weather do to the line; null: it cuts its bytes. */
  readonly trouble: LineTrouble | null;
  /** Another driver on the same line, as the next process after a crash: it remembers nothing. Stop the first one before. */
  successor(): CashAcceptor;
  /** Everything told, in order. */
  readonly events: CashAcceptorEvent[];
  kinds(): string[];
  /** A command of the hand that must be taken. */
  hand(command: { readonly do: string; readonly [key: string]: Json }): Json;
  places(): Readonly<Record<string, { readonly noteCount: number; readonly sumMinor: number }>>;
  /** Advances until the driver has this state. */
  until(state: string, limitMs?: number): Promise<boolean>;
  /** Advances until an event of this kind was told after `since` events. */
  untilEvent(kind: CashAcceptorEvent['kind'], options?: { readonly since?: number; readonly limitMs?: number }): Promise<CashAcceptorEvent>;
}

export const TENGE_MINOR = [20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000] as const;

/**
 * Driver and simulator over a memory line in virtual time. Events are acknowledged after `acknowledgeAfterMs` (a durable write takes time), never
 * when it is `null`.
 */
export function ccnetBench(options: CcnetSimulatorOptions & { readonly seed?: number; readonly cutsBytes?: boolean; readonly acknowledgeAfterMs?: number | null; readonly isStarted?: boolean } = {}): CcnetBench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 9) });
  const random = seededRandom(options.seed ?? 1);
  const name = 'memory:ccnet';
  const { transport, line, trouble } = options.cutsBytes === true ? { ...createMemoryLine({ name, clock, chunking: { random, bytesMax: 4, gapMs: 1 } }), trouble: null } : createTroubledLine({ name, clock, random });
  const { seed: _seed, cutsBytes: _cuts, acknowledgeAfterMs = 5, isStarted = true, ...simulatorOptions } = options;
  const simulator = createCcnetSimulator({ line, clock, random, timeFactor: 1 }, simulatorOptions);
  simulator.start();
  const makeAcceptor = () => createCcnetAcceptor({ deviceId: 'acceptor', transport, clock, log: silentLog, currencyByCountryCode: { KAZ: 'KZT' } });
  const acceptor = makeAcceptor();
  const events: CashAcceptorEvent[] = [];
  acceptor.onEvent((event) => {
    events.push(event);
    if ((event.kind === 'noteStacked' || event.kind === 'noteReturned') && acknowledgeAfterMs !== null) clock.setTimeout(() => event.acknowledge(), acknowledgeAfterMs);
  });
  if (isStarted) acceptor.start();

  return {
    clock,
    simulator,
    acceptor,
    trouble,
    successor: makeAcceptor,
    events,
    kinds: () => events.map((event) => event.kind),
    hand(command) {
      const result = simulator.control(command);
      assert(result.ok, `the hand could not: ${result.ok ? '' : result.error.detail}`);
      return result.value;
    },
    places: () => (simulator.world() as { places: Record<string, { noteCount: number; sumMinor: number }> }).places,
    until: (state, limitMs = 60_000) => clock.runUntil(() => acceptor.status().state === state, limitMs),
    async untilEvent(kind, { since = 0, limitMs = 60_000 } = {}) {
      const find = () => events.slice(since).find((event) => event.kind === kind);
      const isTold = await clock.runUntil(() => find() !== undefined, limitMs);
      assert(isTold, `${kind} was told within the limit`);
      return find()!;
    },
  };
}
