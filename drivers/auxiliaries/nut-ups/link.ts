import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { NutLine } from './codec.ts';
import { decodeLine } from './codec.ts';
import type { LineEvent } from './frames.ts';
import { createLineReader } from './frames.ts';

const ANSWER_TIMEOUT_MS = 3_000;
/** A TCP line is not cut off in the middle of a line unless its other end hangs. */
const INTER_BYTE_MS = 3_000;
/** Items of a list; a UPS has some dozens of variables. */
const LIST_ITEMS_MAX = 500;

export type NutAnswer = { readonly kind: 'list'; readonly items: readonly NutLine[] } | { readonly kind: 'error'; readonly error: string } | { readonly kind: 'silence' | 'lost' | 'strange' };

interface Request {
  readonly list: string;
  readonly items: NutLine[];
  hasBegun: boolean;
}

/** One list asked for at a time. Nothing is asked again by the link: TCP loses no byte, a silent server is a lost one. */
export class NutLink implements Link {
  readonly #log: Log;
  readonly #line: ByteLine<LineEvent>;
  readonly #exchange: Exchange<Request, NutAnswer>;
  #onLost: () => void = () => {};
  readonly #counters = { timeoutCount: 0, errorAnswerCount: 0, unexpectedLineCount: 0, noiseByteCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#exchange = new Exchange(options.clock);
    this.#line = new ByteLine({
      transport: options.transport, clock: options.clock, createReader: createLineReader, gapMs: INTER_BYTE_MS,
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
    this.#exchange.settle({ kind: 'lost' });
    await closed;
  }

  write(bytes: Uint8Array): void {
    this.#line.write(bytes);
  }

  /** @param list  what BEGIN and END name: `UPS`, `VAR <name>` */
  async list(bytes: Uint8Array, list: string): Promise<NutAnswer> {
    if (!this.#line.isOpen) return { kind: 'lost' };
    const answered = this.#exchange.begin({ list, items: [], hasBegun: false });
    this.#exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.#counters.timeoutCount += 1;
      this.#exchange.settle({ kind: 'silence' });
    });
    this.#line.write(bytes);
    return answered;
  }

  #receive(event: LineEvent): void {
    if (event.kind === 'noise') {
      this.#counters.noiseByteCount += event.byteCount;
      this.#log.debug('siu.noise.received', () => ({ reason: event.reason, byteCount: event.byteCount }));
      return;
    }
    this.#take(decodeLine(event.text));
  }

  #take(line: NutLine): void {
    const request = this.#exchange.request;
    if (request === undefined) {
      this.#counters.unexpectedLineCount += 1;
    } else if (line.kind === 'error') {
      this.#counters.errorAnswerCount += 1;
      this.#exchange.settle({ kind: 'error', error: line.error });
    } else if (line.kind === 'begin' && line.list === request.list) request.hasBegun = true;
    else if (line.kind === 'end' && line.list === request.list && request.hasBegun) this.#exchange.settle({ kind: 'list', items: request.items });
    else if (!request.hasBegun) this.#counters.unexpectedLineCount += 1;
    else if (request.items.length >= LIST_ITEMS_MAX) this.#exchange.settle({ kind: 'strange' });
    else request.items.push(line);
  }

  #lose(): void {
    this.#counters.lineLostCount += 1;
    this.#exchange.settle({ kind: 'lost' });
    this.#onLost();
  }
}
