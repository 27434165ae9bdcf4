import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
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

/** One command in flight; its answer carries the same command code. */
export class WatchdogLink implements Link {
  readonly #log: Log;
  readonly #line: ByteLine<FrameEvent>;
  readonly #exchange: Exchange<Request, Buffer | null>;
  #onLost: () => void = () => {};
  readonly #counters = { timeoutCount: 0, retryCount: 0, sumErrorCount: 0, noiseByteCount: 0, unexpectedFrameCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({
      transport: options.transport, clock: options.clock, createReader: createFrameReader, gapMs: INTER_BYTE_MS,
      onEvent: (event) => this.#receive(event),
      onLost: () => this.#lose(),
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#exchange.settle(null);
    await closed;
  }

  /** Data of the answer; null: none came. */
  async ask(command: WatchdogCommand): Promise<Buffer | null> {
    if (!this.#line.isOpen) return null;
    const request: Request = { command, attempts: 0 };
    const answered = this.#exchange.begin(request);
    this.#send(request);
    return answered;
  }

  #send(request: Request): void {
    request.attempts += 1;
    if (request.attempts > 1) this.#counters.retryCount += 1;
    const attemptsMax = NOT_REPEATED.includes(request.command.kind) ? 1 : ATTEMPTS_MAX;
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount += 1;
      if (request.attempts < attemptsMax) this.#send(request);
      else this.#exchange.settle(null);
    });
    this.#line.write(encodeCommand(request.command));
  }

  #receive(event: FrameEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      if (event.reason === 'badSum') this.#counters.sumErrorCount += 1;
      this.#log.debug('siu.noise.received', () => ({ reason: event.reason, byteCount: event.byteCount }));
      return;
    }
    const request = this.#exchange.request;
    if (request !== undefined && isAnswerTo(request.command, event.command)) this.#exchange.settle(event.data);
    else this.#counters.unexpectedFrameCount += 1;
  }

  #lose(): void {
    this.#counters.lineLostCount += 1;
    this.#exchange.settle(null);
    this.#onLost();
  }
}
