import type { PostponableEvent } from '../interfaces/cash-acceptor.ts';

/** More than one only where a device forgot an event over a power cut and went on to the next note. */
const EVENTS_MAX = 16;

/** What the core could not write down: told again with the next answer of the device. */
export class PostponedEvents {
  #events: readonly PostponableEvent[] = [];

  /** A power-up may be said with each poll: once is enough, and leaves room for a credit behind it. */
  add(event: PostponableEvent): void {
    const isKept = this.#events.some((kept) => kept === event || (kept.kind === 'poweredUp' && event.kind === 'poweredUp' && kept.position === event.position));
    if (!isKept && this.#events.length < EVENTS_MAX) this.#events = [...this.#events, event];
  }

  takeAll(): readonly PostponableEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  get hasPowerUp(): boolean {
    return this.#events.some(({ kind }) => kind === 'poweredUp');
  }
}
