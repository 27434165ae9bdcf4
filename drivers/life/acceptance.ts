import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';

const ENABLE_MS_MAX = 8_000;
/** A note on its way comes to its end first; a customer may leave it in the mouth. */
const DISABLE_MS_MAX = 180_000;

/** Which note types the device shall take, and what it was last told. What is wanted outlives a recovery; what the device holds does not. */
export class Acceptance {
  readonly #clock: Clock;
  #wanted: readonly number[] = [];
  #onDevice: readonly number[] | null = null;
  #waiter: { readonly settle: (outcome: DeviceOutcome<void>) => void; readonly limit: TimerHandle } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is to be sent now, empty for none; null: the device has it already. */
  get due(): readonly number[] | null {
    return this.#onDevice !== null && this.#onDevice.join() === this.#wanted.join() ? null : this.#wanted;
  }

  /** Completed when the device's answers show it. */
  want(noteTypes: readonly number[]): Promise<DeviceOutcome<void>> {
    this.settle({ kind: 'failed', completionCode: 'canceled', detail: 'superseded by a newer request' });
    this.#wanted = noteTypes;
    this.#onDevice = null;
    return new Promise((settle) => {
      const limit = this.#clock.setTimeout(() => this.settle({ kind: 'failed', completionCode: 'timeOut' }), noteTypes.length === 0 ? DISABLE_MS_MAX : ENABLE_MS_MAX);
      this.#waiter = { settle, limit };
    });
  }

  /** The device in place has other numbers for the notes that are wanted. */
  renumber(noteTypes: readonly number[]): void {
    this.#wanted = noteTypes;
  }

  /** For a device that cannot accept now: it does not start again by itself after its recovery. */
  wantNothing(): void {
    this.#wanted = [];
    this.#onDevice = null;
    this.settle({ kind: 'failed', completionCode: 'canceled' });
  }

  sent(noteTypes: readonly number[]): void {
    this.#onDevice = noteTypes;
  }

  /** Power, reset and the exchange of the box clear it. */
  forgotten(): void {
    this.#onDevice = null;
  }

  /** @param isAccepting  as the device's state shows; `null`: a note is under way, both are possible */
  seen(isAccepting: boolean | null): void {
    if (this.#onDevice === null || this.due !== null) return;
    const isWanted = this.#wanted.length > 0;
    if (isAccepting === isWanted || (isAccepting === null && isWanted)) this.settle({ kind: 'completed', value: undefined });
    // Lost without a word: sent again.
    else if (isAccepting !== null) this.#onDevice = null;
  }

  settle(outcome: DeviceOutcome<void>): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    this.#waiter = null;
    this.#clock.clearTimeout(waiter.limit);
    waiter.settle(outcome);
  }
}
