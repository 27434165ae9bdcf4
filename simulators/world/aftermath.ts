import type { Clock } from '../../main/foundation/clock.ts';
import type { Surroundings } from './virtual-terminal.ts';

export interface AftermathParts {
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  /** Ends the life of the core that is on. */
  readonly die: () => void;
}

/** Lets the core die a while after a fault of a device's board struck: what the device does then, and what it says when it comes back, that life does not see to its end. */
export class Aftermath {
  readonly #parts: AftermathParts;
  #afterMs: number | null = null;

  constructor(parts: AftermathParts) {
    this.#parts = parts;
    const { acceptor, dispenser, coins } = parts.surroundings;
    for (const device of [acceptor, dispenser, ...(coins === null ? [] : [coins.acceptor, ...coins.hoppers])]) device.onEvent(({ event }) => void (event === 'fault' && this.#follow()));
  }

  /** Of the next fault that strikes. */
  plan(afterMs: number): void {
    this.#afterMs = afterMs;
  }

  forget(): void {
    this.#afterMs = null;
  }

  #follow(): void {
    const afterMs = this.#afterMs;
    if (afterMs === null) return;
    this.#afterMs = null;
    this.#parts.clock.setTimeout(this.#parts.die, afterMs);
  }
}
