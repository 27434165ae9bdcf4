import type { CashRecycler, UnitRole } from '../../../drivers/interfaces/cash-recycler.ts';
import type { DeviceState, DeviceStatus } from '../../../drivers/interfaces/device.ts';
import { RecyclerDesk } from '../../../main/core/cash/recycler-desk.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

/** The desk of a recycler by itself: what the device counts is the test's, the journal lies in memory, time is virtual. */
export const [ONE, TWO, FIVE] = [100_000, 200_000, 500_000];
export const BOX = 'acceptor.box';
type Counts = Readonly<Record<number, number>>;
export const notes = (counts: Counts) => Object.entries(counts).map(([denominationMinor, noteCount]) => ({ denominationMinor: Number(denominationMinor), noteCount }));

/** A recycler of which the test says what it counts; what it was told stands in `roles`. */
class ToldRecycler {
  counts: Counts = { [FIVE]: 0, [TWO]: 0 };
  movedToBox: Counts = {};
  /** What an inventory comes to, where not to these counts. */
  fails: DeviceOutcome<never> | null = null;
  kinds: readonly number[] = [ONE, TWO, FIVE];
  roleOutcome: (denominationMinor: number) => DeviceOutcome<void> = () => ({ kind: 'completed', value: undefined });
  roles: string[] = [];
  askedCount = 0;
  confirmedCount = 0;
  beforeAnswer: () => void = () => {};
  unitsChanged: () => void = () => {};
  #status = { state: 'ready' as DeviceState, faults: [] as readonly ErrorCode[] };
  #show: (status: DeviceStatus) => void = () => {};

  become(state: DeviceState, faults: readonly ErrorCode[] = []): void {
    this.#status = { state, faults };
    this.#show(this.#status as DeviceStatus);
  }

  readonly #told = {
    deviceId: 'recycler',
    status: () => this.#status as DeviceStatus,
    onStatus: (listener: (status: DeviceStatus) => void) => ((this.#show = listener), () => {}),
    onUnitsChanged: (listener: () => void) => ((this.unitsChanged = listener), () => {}),
    setRole: async ({ denominationMinor, role }: { readonly denominationMinor: number; readonly role: UnitRole }) => (this.roles.push(`${denominationMinor} ${role}`), this.roleOutcome(denominationMinor)),
    inventory: async () => {
      this.askedCount += 1;
      this.beforeAnswer();
      return this.fails ?? { kind: 'completed' as const, value: { units: notes(this.counts).map((note, index) => ({ ...note, unitNumber: index + 1, currency: 'KZT' as const, role: 'cashInCashOut' as const })), movedToBox: notes(this.movedToBox) } };
    },
    moved: { booked: () => void (this.movedToBox = {}) },
    payoutMark: () => 'registers',
    confirmPayout: () => void (this.confirmedCount += 1),
  };
  readonly device = Object.defineProperty(this.#told, 'capabilities', { get: () => ({ denominationsMinor: this.kinds }) }) as unknown as CashRecycler;
}

export function bench({ journal = memoryJournal(), keptMinor = [FIVE, TWO] }: { readonly journal?: Journal; readonly keptMinor?: readonly number[] } = {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const told = new ToldRecycler();
  const units = keptMinor.map((denominationMinor) => ({ denominationMinor, keepCount: 0 }));
  const desk = new RecyclerDesk({ recycler: told.device, config: { units } as unknown as ConstructorParameters<typeof RecyclerDesk>[0]['config'], journal, clock, ids: createIdSource(clock, cryptoRandom()), log: silentLog });
  let movedCount = 0;
  desk.onMoved(() => (movedCount += 1));
  return {
    journal, clock, told, desk,
    movedCount: () => movedCount,
    /** In the journal, without what is empty. */
    counted: () => Object.fromEntries(journal.cashUnits().filter(({ noteCount }) => noteCount > 0).map(({ unitId, denominationMinor, noteCount }) => [`${unitId} ${denominationMinor}`, noteCount])),
    boxed: (counts: Counts) => void journal.commit({ cashUnits: notes(counts).map(({ denominationMinor, noteCount }) => ({ unitId: BOX, denominationMinor, noteCountDelta: noteCount })) }),
    open: () => journal.suspense({ state: 'open' }).map(({ operationId, reason, amountMinor }) => [operationId, reason, amountMinor]),
    moves: () => dataOf(journal.entries({ limit: 1_000 }), 'notes.moved').map((moved) => moved.moves.map((move) => `${move.fromUnitId} ${move.toUnitId} ${move.noteCount}`)),
    async compared() {
      desk.recogniseSoon();
      await clock.advance(100);
    },
  };
}

/** Recovery is over, and its units were counted once. */
export async function seeded(counts: Counts = { [FIVE]: 4, [TWO]: 3 }) {
  const made = bench();
  made.told.counts = counts;
  made.desk.settled();
  await made.clock.advance(100);
  return made;
}
