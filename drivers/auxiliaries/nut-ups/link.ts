import type { LinkParts } from '../../transport/exchange-link.ts';
import { ExchangeLink } from '../../transport/exchange-link.ts';
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

const COUNTERS = { errorAnswerCount: 0, unexpectedLineCount: 0 };

/** One list asked for at a time. Nothing is asked again by the link: TCP loses no byte, a silent server is a lost one. */
export class NutLink extends ExchangeLink<LineEvent, Request, NutAnswer, typeof COUNTERS> {
  constructor(parts: LinkParts) {
    super({ ...parts, logArea: 'siu', gapMs: INTER_BYTE_MS, createReader: createLineReader }, COUNTERS);
  }

  write(bytes: Uint8Array): void {
    this.line.write(bytes);
  }

  /** @param list  what BEGIN and END name: `UPS`, `VAR <name>` */
  async list(bytes: Uint8Array, list: string): Promise<NutAnswer> {
    if (!this.line.isOpen) return { kind: 'lost' };
    const answered = this.exchange.begin({ list, items: [], hasBegun: false });
    this.exchange.arm(ANSWER_TIMEOUT_MS, () => {
      this.count.timeoutCount += 1;
      this.exchange.settle({ kind: 'silence' });
    });
    this.line.write(bytes);
    return answered;
  }

  protected override take(event: LineEvent): void {
    if (event.kind === 'noise') this.countNoise(event);
    else this.#take(decodeLine(event.text));
  }

  protected override replyWhenLost(): NutAnswer {
    return { kind: 'lost' };
  }

  #take(line: NutLine): void {
    const request = this.exchange.request;
    if (request === undefined) {
      this.count.unexpectedLineCount += 1;
    } else if (line.kind === 'error') {
      this.count.errorAnswerCount += 1;
      this.exchange.settle({ kind: 'error', error: line.error });
    } else if (line.kind === 'begin' && line.list === request.list) request.hasBegun = true;
    else if (line.kind === 'end' && line.list === request.list && request.hasBegun) this.exchange.settle({ kind: 'list', items: request.items });
    else if (!request.hasBegun) this.count.unexpectedLineCount += 1;
    else if (request.items.length >= LIST_ITEMS_MAX) this.exchange.settle({ kind: 'strange' });
    else request.items.push(line);
  }
}
