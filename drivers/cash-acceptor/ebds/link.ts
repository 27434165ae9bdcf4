import type { NumberedRequest } from '../../transport/alternating-link.ts';
import { AlternatingLink } from '../../transport/alternating-link.ts';
import type { LinkParts } from '../../transport/exchange-link.ts';
import type { EbdsReply, MessageType } from './codec.ts';
import { MESSAGE_TYPES, decodeReply } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

const GAP_MS = 30;
/** Usually within 50 ms; while it scans a note it may miss polls. [ebds §3] */
const REPLY_MS = 300;
/** A second and more of missed polls is normal; five seconds is the longest that the device bears itself. [ebds §3] */
const ATTEMPTS_MAX = 17;

/** Messages with the acknowledge number that alternates. [ebds §3] */
export class EbdsLink extends AlternatingLink<FrameEvent, NumberedRequest, EbdsReply, { checksumErrorCount: number; nakReceivedCount: number }> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'cim', gapMs: GAP_MS, createReader: createFrameReader }, { checksumErrorCount: 0, nakReceivedCount: 0 });
  }

  /** @returns null: no reply; the message stays open */
  send(type: MessageType, data: readonly number[]): Promise<EbdsReply | null> {
    return this.sendNumbered({ number: this.nextNumber, frame: this.#frame(type, data), attempts: 0, attemptCountMax: ATTEMPTS_MAX, timeoutMs: REPLY_MS });
  }

  /** For the soft reset, whose reply nobody guarantees; the device begins anew. [ebds §7] */
  tell(type: MessageType, data: readonly number[]): void {
    this.line.write(this.#frame(type, data));
    this.forgetLast();
  }

  protected override take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.countNoise(event);
      if (event.reason === 'badChecksum') this.count.checksumErrorCount++;
      return;
    }
    const message = this.exchange.request;
    const reply = decodeReply(event.control, Buffer.from(event.data));
    if (message === undefined || reply.kind === 'unknown') {
      this.count.unexpectedFrameCount++;
    } else if ((event.control & 1) === message.number) {
      this.exchange.settle(reply);
    } else {
      // The opposite number: the device did not take the message – or this is the late reply to the one before. Its own time repeats it. [ebds §3]
      this.count.nakReceivedCount++;
    }
  }

  #frame(type: MessageType, data: readonly number[]): Buffer {
    return encodeFrame((MESSAGE_TYPES[type] << 4) | this.nextNumber, Uint8Array.from(data));
  }
}
