import type { CashAcceptor, CashAcceptorEvent } from '../../drivers/interfaces/cash-acceptor.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import { assert } from '../../main/foundation/assert.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import type { DeviceSimulator, Json, SimulatorEnvironment } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { settled } from './settled.ts';

export const TENGE_NOTES_MINOR = [20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000] as const;

/** What differs between acceptors under test. */
export interface AcceptorParts {
  readonly name: string;
  createSimulator(environment: SimulatorEnvironment): DeviceSimulator;
  createAcceptor(common: { readonly deviceId: string; readonly transport: Transport; readonly clock: Clock; readonly log: Log; readonly random: Random }): CashAcceptor;
}

/** A note of the simulator's account, wherever it is. */
export interface SimulatedNote {
  readonly serial: string;
  readonly denominationMinor: number;
  readonly place: string;
}

export interface AcceptorBench {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly simulator: DeviceSimulator;
  readonly acceptor: CashAcceptor;
  /** Another driver on the same line, as the next process after a crash: it remembers nothing. Stop the first one before. */
  successor(): CashAcceptor;
  /** Everything told, in order. */
  readonly events: CashAcceptorEvent[];
  /** No byte is spoiled from now on, or again as before. */
  calm(isCalm: boolean): void;
  /** A command of the hand that must be taken. */
  hand(command: { readonly do: string; readonly [key: string]: Json }): Json;
  /** @returns whether the hand could */
  tryHand(command: { readonly do: string; readonly [key: string]: Json }): boolean;
  notes(): readonly SimulatedNote[];
  sumIn(place: string): number;
  until(state: string, limitMs?: number): Promise<boolean>;
  untilEvent(kind: CashAcceptorEvent['kind'], options?: { readonly since?: number; readonly limitMs?: number }): Promise<CashAcceptorEvent>;
  settled<T>(command: Promise<T>, limitMs?: number): Promise<T>;
}

/** Driver and simulator over a memory line in virtual time. Events are acknowledged after `acknowledgeAfterMs` (a durable write takes time), never when it is `null`. */
export function acceptorBench(
  parts: AcceptorParts,
  options: { readonly seed?: number; readonly cutsBytes?: boolean; readonly byteFaultsOneOf?: number | null; readonly acknowledgeAfterMs?: number | null; readonly isStarted?: boolean } = {},
): AcceptorBench {
  const { seed = 1, cutsBytes = false, byteFaultsOneOf = null, acknowledgeAfterMs = 5, isStarted = true } = options;
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 9) });
  const random = seededRandom(seed);
  const memory = createMemoryLine({ name: `memory:${parts.name}`, clock, ...(cutsBytes ? { chunking: { random, bytesMax: 4, gapMs: 1 } } : {}) });
  let isCalm = false;
  // Spoiling never: one of as many as there are.
  const chance: Random = { bytes: (byteCount) => (isCalm ? new Uint8Array(byteCount).fill(0xff) : random.bytes(byteCount)) };
  const line = byteFaultsOneOf === null ? memory.line : new FaultyLine(memory.line, { clock, random: chance, oneOf: byteFaultsOneOf });
  const simulator = parts.createSimulator({ line, clock, random, timeFactor: 1 });
  simulator.start();
  const makeAcceptor = () => parts.createAcceptor({ deviceId: 'acceptor', transport: memory.transport, clock, log: silentLog, random });
  const acceptor = makeAcceptor();
  const events: CashAcceptorEvent[] = [];
  acceptor.onEvent((event) => {
    events.push(event);
    if ((event.kind === 'noteStacked' || event.kind === 'noteReturned') && acknowledgeAfterMs !== null) clock.setTimeout(() => event.acknowledge(), acknowledgeAfterMs);
  });
  if (isStarted) acceptor.start();
  const notes = () => (simulator.world() as unknown as { readonly notes: readonly SimulatedNote[] }).notes;
  return {
    clock, random, simulator, acceptor, events, notes,
    successor: makeAcceptor,
    calm(calm) {
      isCalm = calm;
    },
    hand(command) {
      const result = simulator.control(command);
      assert(result.ok, `the hand could not: ${result.ok ? '' : result.error.detail}`);
      return result.value;
    },
    tryHand: (command) => simulator.control(command).ok,
    sumIn: (place) => notes().reduce((sum, note) => (note.place === place ? sum + note.denominationMinor : sum), 0),
    until: (state, limitMs = 90_000) => clock.runUntil(() => acceptor.status().state === state, limitMs),
    async untilEvent(kind, { since = 0, limitMs = 60_000 } = {}) {
      const find = () => events.slice(since).find((event) => event.kind === kind);
      assert(await clock.runUntil(() => find() !== undefined, limitMs), `${kind} was told within the limit`);
      return find()!;
    },
    settled: (command, limitMs = 300_000) => settled(command, (isSettled) => clock.runUntil(isSettled, limitMs)),
  };
}
