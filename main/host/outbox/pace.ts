import type { Random } from '../../foundation/random.ts';
import { backoffMs, LINK_BACKOFF } from './backoff.ts';
import { SENDS_PER_SECOND_MAX } from './outbox.ts';

/** When the line may be used at all: probes while it is down, a steady drain when it is back. [host-messages §5.5] */
export class Pace {
  readonly #random: Random;
  readonly #isLinkUp: () => boolean;
  /** Monotonic times of the sends of the last second. */
  #sentAtMs: number[] = [];
  #probe: { readonly dueAtMs: number; readonly failureCount: number } | undefined;

  constructor(options: { readonly random: Random; readonly isLinkUp: () => boolean }) {
    this.#random = options.random;
    this.#isLinkUp = options.isLinkUp;
  }

  /** true at the first look after the link came back. */
  hasReturned(nowMs: number): boolean {
    if (!this.#isLinkUp()) {
      this.#probe ??= { dueAtMs: nowMs + backoffMs(LINK_BACKOFF, 1, this.#random), failureCount: 0 };
      return false;
    }
    const hasReturned = this.#probe !== undefined;
    this.#probe = undefined;
    return hasReturned;
  }

  /** When the next send may begin; `inFlightCount` because a probe goes alone. */
  nextSendAtMs(nowMs: number, inFlightCount: number): number {
    this.#sentAtMs = this.#sentAtMs.filter((sentAtMs) => nowMs - sentAtMs < 1000);
    const drainAtMs = this.#sentAtMs.length < SENDS_PER_SECOND_MAX ? nowMs : this.#sentAtMs[0]! + 1000;
    if (this.#probe === undefined) return drainAtMs;
    return inFlightCount > 0 ? Infinity : Math.max(drainAtMs, this.#probe.dueAtMs);
  }

  sent(nowMs: number): void {
    this.#sentAtMs.push(nowMs);
  }

  /** @param wasReached  anything but "nothing was written" */
  ended(nowMs: number, wasReached: boolean): void {
    if (this.#probe === undefined) return;
    const failureCount = wasReached ? 0 : this.#probe.failureCount + 1;
    this.#probe = { dueAtMs: nowMs + backoffMs(LINK_BACKOFF, failureCount + 1, this.#random), failureCount };
  }

  /** The next probe may go at once. */
  probeNow(nowMs: number): void {
    if (this.#probe !== undefined) this.#probe = { ...this.#probe, dueAtMs: nowMs };
  }
}
