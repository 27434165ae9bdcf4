/** The desk of the coins by itself, on a device whose words the test says, a journal in memory and virtual time. */
import { expect } from 'vitest';
import type { CoinAcceptor, CoinAcceptorEvent } from '../../../drivers/interfaces/coin-acceptor.ts';
import type { DeviceState, DeviceStatus } from '../../../drivers/interfaces/device.ts';
import { CoinDesk } from '../../../main/core/cash/coin-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { COINS_UNDER_WAY_MAX } from '../../../state-machines/cash-in/cash-in.types.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

export const [FIFTY, HUNDRED] = [5_000, 10_000];
export const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
/** So much that twenty of the largest kind just fit. */
export const ROOM_MINOR = COINS_UNDER_WAY_MAX * HUNDRED;
/** Coins. */
export const BOX_CAPACITY = 500;
export const DONE: DeviceOutcome<void> = { kind: 'completed', value: undefined };
export const REFUSED: DeviceOutcome<void> = { kind: 'failed', completionCode: 'hardwareError' };

/** A coin acceptor of which the test says what it tells; what it was told stands in `orders`. */
class ToldAcceptor {
  orders: string[] = [];
  answers: { readonly enable: () => Promise<DeviceOutcome<void>>; readonly disable: () => Promise<DeviceOutcome<void>> } = { enable: () => Promise.resolve(DONE), disable: () => Promise.resolve(DONE) };
  markNow: string | null = 'mark-0';
  denominationsMinor: readonly number[] = [FIFTY, HUNDRED];
  #state: DeviceState = 'ready';
  #coins = 0;
  #tell: (event: CoinAcceptorEvent) => void = () => {};
  #show: (status: DeviceStatus) => void = () => {};
  readonly heard: string[] = [];

  become(state: DeviceState): void {
    this.#state = state;
    this.#show({ state } as DeviceStatus);
  }

  tell(event: CoinAcceptorEvent): void {
    this.#tell(event);
  }

  /** @returns what the desk says of it */
  coin(denominationMinor: number): 'acknowledged' | 'postponed' | undefined {
    let said: 'acknowledged' | 'postponed' | undefined;
    const number = ++this.#coins;
    this.#tell({
      kind: 'coinAccepted', coin: { coinId: `coin-${number}`, position: 3, denominationMinor, currency: 'KZT', sorterPath: 1 }, mark: `mark-${number}`,
      acknowledge: () => (said = 'acknowledged'), postpone: () => (said = 'postponed'),
    });
    return said;
  }

  readonly device = {
    deviceId: 'coinAcceptor', capabilities: { currencies: ['KZT'], denominationsMinor: [] as readonly number[] },
    status: () => ({ state: this.#state }) as DeviceStatus,
    onStatus: (listener: (status: DeviceStatus) => void) => ((this.#show = listener), () => {}),
    onEvent: (listener: (event: CoinAcceptorEvent) => void) => ((this.#tell = listener), () => {}),
    mark: () => this.markNow,
    resumeFrom: (mark: string) => this.heard.push(mark) > 0,
    enable: (request: { readonly denominationsMinor: readonly number[] }) => (this.orders.push(`enable ${request.denominationsMinor.join(' ')}`), this.answers.enable()),
    disable: () => (this.orders.push('disable'), this.answers.disable()),
  } as unknown as CoinAcceptor;
}

export function bench(journal = memoryJournal()) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  let isFull = false;
  const disk = Object.assign(Object.create(journal) as typeof journal, {
    commit: (batch: Parameters<typeof journal.commit>[0]) => (isFull ? ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const) : journal.commit(batch)),
  });
  const told = new ToldAcceptor();
  const acceptor = Object.defineProperty(told.device, 'capabilities', { get: () => ({ currencies: ['KZT'], denominationsMinor: told.denominationsMinor }) });
  const heldOutcomes = new HeldOutcomes({ journal: disk, clock, log: silentLog });
  const desk = new CoinDesk({ acceptor, boxCapacity: BOX_CAPACITY, journal: disk, heldOutcomes, clock, ids: createIdSource(clock, cryptoRandom()), log: silentLog });
  const visit = { operationId: OWNER.operationId as string | null, roomMinor: ROOM_MINOR, counted: [] as string[], rejectedCount: 0 };
  desk.attach(() => (visit.operationId === null ? null : { operationId: visit.operationId, roomMinor: () => visit.roomMinor, coinAccepted: ({ noteId, denominationMinor }) => visit.counted.push(`${noteId} ${denominationMinor}`) }), () => (visit.rejectedCount += 1));
  const coins = () => (['operation-1', 'operation-2'] as const).flatMap((operationId) => dataOf(journal.operationEntries(operationId), 'coin.accepted').map(({ coinId }) => `${coinId} of ${operationId}`));
  return {
    journal, disk, clock, told, desk, visit, heldOutcomes, coins,
    isFull: (value: boolean) => (isFull = value),
    boxed: () => journal.cashUnits().map(({ unitId, denominationMinor, noteCount }) => `${unitId} ${denominationMinor}: ${noteCount}`),
    open: () => journal.suspense({ state: 'open' }).map(({ operationId, reason, amountMinor, evidence }) => [operationId, reason, amountMinor, evidence]),
    facts: () => ['owner', 'mark'].map((name) => journal.fact(`coinAcceptor.${name}`)),
  };
}

/** Recovery is over, and a cash-in opened the gate. */
export async function taking() {
  const made = bench();
  made.desk.settled();
  expect(await made.desk.enable(OWNER)).toEqual([FIFTY, HUNDRED]);
  return made;
}
