import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { PollState } from './codec.ts';
import { ACCEPTING_STATES } from './poll-states.ts';
import type { CcnetRequests } from './requests.ts';

const ENABLE_MS_MAX = 5_000;
/** A note on its way comes to its end first; a customer may leave it in the mouth. */
const DISABLE_MS_MAX = 180_000;

interface MaskWaiter {
  readonly isEnabling: boolean;
  readonly settle: (outcome: DeviceOutcome<void>) => void;
  readonly limit: TimerHandle;
}

/**
 * Which notes the device shall take, and which it was last told. What is wanted outlives a recovery; what the device holds does not. [ccnet §10]
 * Whoever waits for `want` is settled exactly once.
 */
export class AcceptanceMask {
  readonly #clock: Clock;
  readonly #requests: CcnetRequests;
  readonly #wakeUp: () => void;
  #wanted = 0;
  /** `null`: not known, it is sent again. */
  #onDevice: number | null = null;
  #waiter: MaskWaiter | null = null;

  constructor(options: { readonly clock: Clock; readonly requests: CcnetRequests; readonly wakeUp: () => void }) {
    this.#clock = options.clock;
    this.#requests = options.requests;
    this.#wakeUp = options.wakeUp;
  }

  get isAwaited(): boolean {
    return this.#waiter !== null;
  }

  get mayAccept(): boolean {
    return this.#onDevice !== 0;
  }

  /** @param mask  bill types, 0 for none. Completed when the device's states show it. */
  want(mask: number): Promise<DeviceOutcome<void>> {
    this.#wanted = mask;
    this.#onDevice = null;
    this.settle({ kind: 'failed', completionCode: 'canceled', detail: 'superseded by a newer request' });
    return new Promise((settle) => {
      const limitMs = mask === 0 ? DISABLE_MS_MAX : ENABLE_MS_MAX;
      const limit = this.#clock.setTimeout(() => this.settle({ kind: 'failed', completionCode: 'timeOut' }), limitMs);
      this.#waiter = { isEnabling: mask !== 0, settle, limit };
      this.#wakeUp();
    });
  }

  /** For a device that cannot accept now: it does not start again by itself after its recovery. */
  wantNothing(): void {
    this.#wanted = 0;
    this.settle({ kind: 'failed', completionCode: 'canceled' });
  }

  async send(): Promise<void> {
    if (this.#onDevice === this.#wanted) return;
    const mask = this.#wanted;
    // Escrow mask = enable mask: the device cannot reach 81 without our STACK. [ccnet §5]
    const reply = await this.#requests.send({ command: 'enableBillTypes', enableMask: mask, escrowMask: mask });
    if (reply.kind === 'acknowledged') this.#onDevice = mask;
  }

  /** RESET, power-up and initialisation clear it. [ccnet §10] */
  noteCleared(): void {
    this.#onDevice = 0;
  }

  noteUnknown(): void {
    this.#onDevice = null;
  }

  /** @param state  19 or 14. 19 although it should accept, or 14 although it should not: the mask was lost without a word; it is sent again. */
  compareAtRest(state: PollState): void {
    if ((state.state === 'unitDisabled') !== (this.#onDevice === 0)) this.#onDevice = null;
  }

  settleBy(state: PollState): void {
    const waiter = this.#waiter;
    if (waiter === null || this.#onDevice !== this.#wanted) return;
    const isReached = waiter.isEnabling ? ACCEPTING_STATES.has(state.state) : state.state === 'unitDisabled';
    if (isReached) this.settle({ kind: 'completed', value: undefined });
  }

  /** A device that has stopped (box full, jam) takes nothing and may say so for hours: whoever waits is told. [ccnet §7, 41–47] */
  fail(errorCode: ErrorCode): void {
    this.settle({ kind: 'failed', completionCode: 'hardwareError', errorCode });
  }

  settle(outcome: DeviceOutcome<void>): void {
    const waiter = this.#waiter;
    if (waiter === null) return;
    this.#waiter = null;
    this.#clock.clearTimeout(waiter.limit);
    waiter.settle(outcome);
  }
}
