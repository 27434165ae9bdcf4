import type { OutgoingRequest } from './request-link.ts';
import { RequestLink } from './request-link.ts';

/** A request with the number, 0 or 1, that tells it from the one before. */
export interface NumberedRequest extends OutgoingRequest {
  readonly number: number;
}

/**
 * Requests numbered 0 and 1 in turn. One is sent unchanged until its answer comes, so that it acts once; the device answers a repeated number with its last
 * reply and does nothing, which also keeps an event in the device until the next request says that it was taken (`repeat`).
 */
export abstract class AlternatingLink<Event, Request extends NumberedRequest, Reply, OwnCounters extends Record<string, number>> extends RequestLink<Event, Request, Reply, OwnCounters> {
  protected nextNumber = 0;
  #last: Request | null = null;
  #isLastOpen = false;

  /** The last request got no answer: `repeat` it before anything else is said, also after the line was lost. */
  get isLastOpen(): boolean {
    return this.#isLastOpen;
  }

  protected get last(): Request | null {
    return this.#last;
  }

  /** The last request once more, byte by byte. @returns null: no answer, or nothing was ever sent */
  repeat(): Promise<Reply | null> {
    if (this.#last === null) return Promise.resolve(null);
    this.#last.attempts = 0;
    return this.sendNumbered(this.#last);
  }

  /** @returns null: no answer came, the request stays open */
  protected async sendNumbered(request: Request): Promise<Reply | null> {
    this.#last = request;
    this.#isLastOpen = true;
    if (!this.line.isOpen) return null;
    const reply = await this.begin(request);
    if (reply !== null) {
      this.#isLastOpen = false;
      this.nextNumber = 1 - request.number;
    }
    return reply;
  }

  /** The device begins anew: nothing is open with it. */
  protected forgetLast(): void {
    this.#last = null;
    this.#isLastOpen = false;
  }
}
