import type { LinkParts } from '../transport/exchange-link.ts';
import type { OutgoingRequest } from '../transport/request-link.ts';
import { RequestLink } from '../transport/request-link.ts';
import type { Id003Command } from './codec.ts';
import { encodeCommand } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

/** A USB adapter hands bytes on up to 16 ms late. */
const GAP_MS = 30;
/** The device answers within about 50 ms; adapters and busy hosts add to that. [id003 §4] */
const REPLY_MS = 300;

export interface LinkRequest {
  readonly command: Id003Command;
  /** Answers that are meant for this command; others are late ones of an earlier command and are passed over. */
  readonly isAnswer: (body: Buffer) => boolean;
  /** How often it may be sent; 1 where a repeat could act twice. */
  readonly attemptCountMax: number;
  readonly timeoutMs?: number;
}

interface Waiting extends OutgoingRequest {
  readonly isAnswer: (body: Buffer) => boolean;
}

/** One request in flight, repeated on silence. ID003 has no sequence and no NAK: an answer is known by its code alone. */
export class Id003Link extends RequestLink<FrameEvent, Waiting, Buffer, { crcErrorCount: number }> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'cim', gapMs: GAP_MS, createReader: createFrameReader }, { crcErrorCount: 0 });
  }

  /** @returns the answer's body; null: nothing usable came, the device may or may not have acted */
  request({ command, isAnswer, attemptCountMax, timeoutMs = REPLY_MS }: LinkRequest): Promise<Buffer | null> {
    if (!this.line.isOpen) return Promise.resolve(null);
    return this.begin({ isAnswer, attemptCountMax, timeoutMs, frame: encodeFrame(encodeCommand(command)), attempts: 0 });
  }

  /** For ACK, which the device does not answer. @returns whether it left */
  tell(command: Id003Command): boolean {
    return this.line.write(encodeFrame(encodeCommand(command)));
  }

  protected override take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.countNoise(event);
      if (event.reason === 'badCrc') this.count.crcErrorCount++;
      return;
    }
    if (this.exchange.request?.isAnswer(event.body) === true) this.exchange.settle(Buffer.from(event.body));
    else this.count.unexpectedFrameCount++;
  }
}
