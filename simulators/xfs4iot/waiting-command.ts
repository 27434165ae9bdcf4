import type { Answer, EarlyEnd, Handler } from './xfs-simulator.ts';

/** Whoever gave the command: what he is told meanwhile, and its end. */
export interface Waiting {
  readonly respond: (answer: Answer) => void;
  readonly event: (name: string, payload?: object) => void;
}

/** The command of a service that waits for a customer's hand: at most one. */
export class WaitingCommand {
  #current: Waiting | null = null;

  get current(): Waiting | null {
    return this.#current;
  }

  /** @param insertEvent  told once it waits; absent: none. @returns what ends it before a hand comes */
  begin(respond: Waiting['respond'], event: Waiting['event'], insertEvent?: string): ReturnType<Handler> {
    const waiting = { respond, event };
    this.#current = waiting;
    if (insertEvent !== undefined) event(insertEvent);
    return (completionCode: EarlyEnd) => {
      if (this.#current !== waiting) return;
      this.#current = null;
      respond({ completionCode });
    };
  }

  /** A hand has come, or the power went: it waits no more. @returns who waited */
  end(): Waiting | null {
    const waiting = this.#current;
    this.#current = null;
    return waiting;
  }
}
