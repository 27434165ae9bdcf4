import { isDeepStrictEqual } from 'node:util';
import type { OutgoingRequest } from './request-link.ts';
import { RequestLink } from './request-link.ts';

/** A request with the number, 0 or 1, that tells it from the one before. */
export interface NumberedRequest extends OutgoingRequest {
  readonly number: number;
}

/** What a repeated request brought. */
export interface Repeated<Reply> {
  readonly reply: Reply;
  /** The reply that was given to it before, and nothing new: what it tells was told. */
  readonly isKnown: boolean;
}

/**
 * Requests numbered 0 and 1 in turn. One is sent unchanged until its answer comes, so that it acts once; the device answers a repeated number with its last
 * reply and does nothing, which also keeps an event in the device until the next request says that it was taken (`repeat`).
 */
export abstract class AlternatingLink<Event, Request extends NumberedRequest, Reply, OwnCounters extends Record<string, number>> extends RequestLink<Event, Request, Reply, OwnCounters> {
  protected nextNumber = 0;
  #last: Request | null = null;
  #lastReply: Reply | null = null;
  #isLastOpen = false;

  /** The last request got no answer: `repeat` it before anything else is said, also after the line was lost. */
  get isLastOpen(): boolean {
    return this.#isLastOpen;
  }

  protected get last(): Request | null {
    return this.#last;
  }

  /** The last request once more, byte by byte. @returns null: no answer, or nothing was ever sent */
  async repeat(): Promise<Repeated<Reply> | null> {
    if (this.#last === null) return null;
    const before = this.#lastReply;
    this.#last.attempts = 0;
    const reply = await this.#transfer(this.#last);
    return reply === null ? null : { reply, isKnown: isDeepStrictEqual(reply, before) };
  }

  /** @returns null: no answer came, the request stays open */
  protected sendNumbered(request: Request): Promise<Reply | null> {
    this.#last = request;
    this.#lastReply = null;
    return this.#transfer(request);
  }

  async #transfer(request: Request): Promise<Reply | null> {
    this.#isLastOpen = true;
    if (!this.line.isOpen) return null;
    const reply = await this.begin(request);
    if (reply !== null) {
      this.#lastReply = reply;
      this.#isLastOpen = false;
      this.nextNumber = 1 - request.number;
    }
    return reply;
  }

  /** The device begins anew: nothing is open with it. */
  protected forgetLast(): void {
    this.#last = null;
    this.#lastReply = null;
    this.#isLastOpen = false;
  }
}
