import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ByteLine } from '../../transport/byte-line.ts';
import { Exchange } from '../../transport/exchange.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import { codeText, encodeMenuCommand } from './codec.ts';
import type { ScannerEvent } from './frames.ts';
import { CodeCollector } from './frames.ts';

/** Silence that ends a code without a suffix. [scanners §1.3: 50–100 ms] */
const IDLE_GAP_MS = 80;
const MENU_TIMEOUT_MS = 500;
const ATTEMPTS_MAX = 3;

export type MenuReply = { readonly kind: 'answered'; readonly text: string; readonly isAccepted: boolean } | { readonly kind: 'silence' };

/** Trigger bytes, one menu command in flight, and codes as they come. What was scanned is never logged. */
export class ScannerLink {
  readonly #line: ByteLine<ScannerEvent>;
  readonly #log: Log;
  readonly #menu: Exchange<string, MenuReply>;
  #onCode: (text: string) => void = () => {};
  #onLost: () => void = () => {};
  readonly #counters = { codeCount: 0, tooLongCount: 0, timeoutCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#log = options.log;
    this.#menu = new Exchange(options.clock);
    this.#line = new ByteLine({ ...options, createReader: () => new CodeCollector(), gapMs: IDLE_GAP_MS, onEvent: (event) => this.#take(event), onLost: (detail) => this.#lose(detail) });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onCode(listener: (text: string) => void): void {
    this.#onCode = listener;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#line.open();
  }

  async close(): Promise<void> {
    const closed = this.#line.close();
    this.#menu.settle({ kind: 'silence' });
    await closed;
  }

  /** False when the line is closed. Nobody answers a trigger. */
  send(bytes: Uint8Array): boolean {
    return this.#line.write(bytes);
  }

  async menu(tag: string): Promise<MenuReply> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX && this.#line.isOpen; attempt++) {
      const reply = await this.#menuOnce(tag);
      if (reply.kind === 'answered') return reply;
    }
    return { kind: 'silence' };
  }

  #menuOnce(tag: string): Promise<MenuReply> {
    const reply = this.#menu.begin(tag);
    this.#menu.arm(MENU_TIMEOUT_MS, () => {
      this.#counters.timeoutCount++;
      this.#menu.settle({ kind: 'silence' });
    });
    this.#line.write(encodeMenuCommand(tag));
    return reply;
  }

  #take(event: ScannerEvent): void {
    if (event.kind === 'menuAnswer') this.#menu.settle({ kind: 'answered', text: event.text, isAccepted: event.verdict === 'ok' });
    else if (event.kind === 'noise') {
      this.#counters.tooLongCount++;
      this.#log.warn('bcr.code.tooLong', { byteCount: event.byteCount });
    } else {
      const text = codeText(event.bytes);
      if (text === '') return;
      this.#counters.codeCount++;
      this.#onCode(text);
    }
  }

  #lose(detail: string): void {
    this.#counters.lineLostCount++;
    this.#log.warn('bcr.link.lost', { detail });
    this.#menu.settle({ kind: 'silence' });
    this.#onLost();
  }
}
