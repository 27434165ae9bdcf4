import { delay, type Clock } from '../../main/foundation/clock.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { BunchPlace, DispenseCounts, LastDispense } from '../interfaces/cash-dispenser.ts';
import type { Registers } from './payout-registers.ts';
import { decodeRegisters, drawnInBetween, encodeRegisters, movesBetween, movesOfUnit } from './payout-registers.ts';

/** What its device lends it, with the line to itself while `run` runs. */
export interface LastBunchHost {
  readonly clock: Clock;
  run<T>(job: () => Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>>;
  /** null: no answer. */
  readRegisters(): Promise<Registers | null>;
  /** By a status of now, that says so. */
  isExitEmpty(): Promise<boolean>;
  /** The service's name of a cassette. */
  unitIdOf(cassetteNumber: number): string | null;
}

/** Counters that did not move for so long belong to no order that still runs: a service may end what the core before ordered. [unverified] */
const QUIET_MS = 3_000;
const QUIET_TRIES_MAX = 10;

/** What a service's counters, kept over power cuts and connections, say of orders whose answers nobody heard. [xfs4iot §14.10, §14.16] */
export class XfsLastBunch implements LastDispense {
  readonly #host: LastBunchHost;

  constructor(host: LastBunchHost) {
    this.#host = host;
  }

  async readMark(): Promise<string | null> {
    const read = await this.#host.run(async (): Promise<DeviceOutcome<Registers | null>> => ({ kind: 'completed', value: await this.#host.readRegisters() }));
    return read.kind === 'completed' && read.value !== null ? encodeRegisters(read.value) : null;
  }

  resolve({ cassetteNumber, noteCount, mark }: { readonly cassetteNumber: number; readonly noteCount: number; readonly mark: string }): Promise<DeviceOutcome<DispenseCounts>> {
    const uncertain = (stage: string): DeviceOutcome<never> => ({ kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage, noteCountMin: 0, noteCountMax: noteCount } });
    return this.#host.run(async (): Promise<DeviceOutcome<DispenseCounts>> => {
      const before = decodeRegisters(mark);
      const after = await this.#whenQuiet();
      if (before === null || after === null) return uncertain('countersUnread');
      // Which number each had then is not sure where one of them is not listed now.
      if (before.units.some(({ unitId }) => !after.units.some((unit) => unit.unitId === unitId))) return uncertain('otherCassettes');
      const moved = movesOfUnit(this.#host.unitIdOf(cassetteNumber) ?? '', before, after);
      // Of whichever unit: somebody was at them, and one that is as full again as it was counts as if nothing had left it.
      if (moved === null || moved.unknownCount > 0 || movesBetween(before, after) === null) return uncertain('countersSetAnew');
      const { presentedCount, stackedCount, rejectedCount, transportCount } = moved;
      const pickedCount = presentedCount + stackedCount + rejectedCount + transportCount;
      // Less than was ordered may be what a mechanism counted before it failed.
      if (pickedCount > 0 && presentedCount + stackedCount !== noteCount) return uncertain('countsDisagree');
      return { kind: 'completed', value: { cassetteNumber, requestedCount: noteCount, presentedCount, rejectedCount, stackedCount, inTransportCount: transportCount, pickedCount, stoppedBy: pickedCount === 0 ? 'CDM_PICK_FAILURE' : null, rawErrorCode: 0 } };
    });
  }

  async findBunch({ noteCount, mark }: { readonly noteCount: number; readonly mark: string }): Promise<BunchPlace> {
    const found = await this.#host.run(async (): Promise<DeviceOutcome<BunchPlace>> => ({ kind: 'completed', value: await this.#find(noteCount, decodeRegisters(mark)) }));
    return found.kind === 'completed' ? found.value : 'unknown';
  }

  /** For a job that has the line. @returns whether the counters came to rest where they stood at `before` */
  async isUnmoved(before: Registers | null): Promise<boolean> {
    const after = before === null ? null : await this.#whenQuiet();
    return before !== null && after !== null && encodeRegisters(after) === encodeRegisters(before);
  }

  async #find(noteCount: number, before: Registers | null): Promise<BunchPlace> {
    const after = before === null ? null : await this.#whenQuiet();
    if (before === null || after === null) return 'unknown';
    const moves = movesBetween(before, after);
    if (moves === null || moves.some(({ unknownCount }) => unknownCount > 0)) return 'unknown';
    const presentedCount = moves.reduce((sum, moved) => sum + moved.presentedCount, 0);
    const isDrawnIn = drawnInBetween(before, after).noteCount !== 0;
    if (presentedCount === 0) return isDrawnIn ? 'unknown' : 'notPresented';
    if (presentedCount !== noteCount || isDrawnIn) return 'unknown';
    return (await this.#host.isExitEmpty()) ? 'taken' : 'unknown';
  }

  /** null: it does not answer, or does not come to rest. */
  async #whenQuiet(): Promise<Registers | null> {
    let last = await this.#host.readRegisters();
    for (let tries = 0; last !== null && tries < QUIET_TRIES_MAX; tries++) {
      await delay(this.#host.clock, QUIET_MS);
      const now = await this.#host.readRegisters();
      if (now !== null && encodeRegisters(now) === encodeRegisters(last)) return now;
      last = now;
    }
    return null;
  }
}
