import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
import type { WatchdogCommand } from './codec.ts';
import { encodeCommand, isAnswerTo } from './codec.ts';
import type { FrameEvent } from './frames.ts';
import { createFrameReader } from './frames.ts';

/** [misc §3.3] */
const ANSWER_TIMEOUT_MS = 500;
const ATTEMPTS_MAX = 3;
/** At 9600 baud a byte takes 1 ms; a USB adapter hands bytes on up to 16 ms late. */
const INTER_BYTE_MS = 100;

/** Restarts happen once: a second order would cut the power again. */
const NOT_REPEATED: readonly WatchdogCommand['kind'][] = ['modemReset', 'computerReset'];

interface Request {
  readonly command: WatchdogCommand;
  attempts: number;
}

const COUNTERS = { sumErrorCount: 0, unexpectedFrameCount: 0 };

/** One command in flight; its answer carries the same command code. */
export class WatchdogLink extends ExchangeLink<FrameEvent, Request, Buffer | null, typeof COUNTERS> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'siu', gapMs: INTER_BYTE_MS, createReader: createFrameReader }, COUNTERS);
  }

  /** Data of the answer; null: none came. */
  async ask(command: WatchdogCommand): Promise<Buffer | null> {
    if (!this.line.isOpen) return null;
    const request: Request = { command, attempts: 0 };
    const answered = this.exchange.begin(request);
    this.#send(request);
    return answered;
  }

  #send(request: Request): void {
    request.attempts += 1;
    if (request.attempts > 1) this.count.retryCount += 1;
    const attemptsMax = NOT_REPEATED.includes(request.command.kind) ? 1 : ATTEMPTS_MAX;
    this.exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.count.timeoutCount += 1;
      if (request.attempts < attemptsMax) this.#send(request);
      else this.exchange.settle(null);
    });
    this.line.write(encodeCommand(request.command));
  }

  protected override replyWhenLost(): null {
    return null;
  }

  protected override take(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.countNoise(event);
      if (event.reason === 'badSum') this.count.sumErrorCount += 1;
      return;
    }
    const request = this.exchange.request;
    if (request !== undefined && isAnswerTo(request.command, event.command)) this.exchange.settle(event.data);
    else this.count.unexpectedFrameCount += 1;
  }
}
