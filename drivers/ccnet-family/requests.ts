import type { CcnetCommand } from './codec.ts';
import { encodeCommand } from './codec.ts';
import type { CcnetLink, LinkReply } from './link.ts';

const POLL_BODY = encodeCommand({ command: 'poll' });

const REPLY_MS = 300; // the device has to begin within 10 ms; hosts wait 300 ms and more [ccnet §4]
const SLOW_REPLY_MS = 1_500; // IDENTIFICATION, GET BILL TABLE
const RESET_REPLY_MS = 3_000;
const ATTEMPT_COUNT_MAX = 3;

/** Each command with the time and the attempts that it gets on the line. No data reply that tells money is acknowledged here. */
export class CcnetRequests {
  readonly #link: CcnetLink;
  readonly #withholdsAcknowledgement: (body: Buffer) => boolean;

  /** @param withholdsAcknowledgement  of a data reply: what tells money, and what else must be durable first */
  constructor(link: CcnetLink, withholdsAcknowledgement: (body: Buffer) => boolean) {
    this.#link = link;
    this.#withholdsAcknowledgement = withholdsAcknowledgement;
  }

  poll(): Promise<LinkReply> {
    return this.#link.request({ body: POLL_BODY, expects: 'data', timeoutMs: REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX, withholdsAcknowledgement: this.#withholdsAcknowledgement });
  }

  /** For commands whose repeat does no harm. */
  send(command: CcnetCommand): Promise<LinkReply> {
    const timeoutMs = command.command === 'reset' ? RESET_REPLY_MS : REPLY_MS;
    return this.#link.request({ body: encodeCommand(command), expects: 'acknowledgement', timeoutMs, attemptCountMax: ATTEMPT_COUNT_MAX });
  }

  /** For commands that move a note: a repeat by time-out could meet a note that already moves. [ccnet §15.4, §15.5] */
  sendOnce(command: CcnetCommand): Promise<LinkReply> {
    return this.#link.request({ body: encodeCommand(command), expects: 'acknowledgement', timeoutMs: REPLY_MS, attemptCountMax: 1 });
  }

  /** @returns null when no usable answer came */
  async read(command: CcnetCommand): Promise<Uint8Array | null> {
    const reply = await this.#link.request({ body: encodeCommand(command), expects: 'data', timeoutMs: SLOW_REPLY_MS, attemptCountMax: ATTEMPT_COUNT_MAX, withholdsAcknowledgement: this.#withholdsAcknowledgement });
    return reply.kind === 'data' ? reply.body : null;
  }
}
