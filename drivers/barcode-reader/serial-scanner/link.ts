import { assert } from '../../../main/foundation/assert.ts';
import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
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
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #log: Log;
  #collector = new CodeCollector();
  #idleTimer: TimerHandle | undefined;
  #menuTimer: TimerHandle | undefined;
  #settleMenu: ((reply: MenuReply) => void) | undefined;
  #isOpen = false;
  #onCode: (text: string) => void = () => {};
  #onLost: () => void = () => {};
  readonly #counters = { codeCount: 0, tooLongCount: 0, timeoutCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: Transport; readonly clock: Clock; readonly log: Log }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#transport.onData((chunk) => this.#receive(chunk));
    this.#transport.onClosed((detail) => this.#lose(detail));
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

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#transport.open();
    if (opened.ok) {
      this.#collector = new CodeCollector();
      this.#isOpen = true;
    }
    return opened;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#clearIdleTimer();
    this.#answerMenu({ kind: 'silence' });
    await this.#transport.close();
  }

  /** False when the line is closed. Nobody answers a trigger. */
  send(bytes: Uint8Array): boolean {
    return this.#isOpen && this.#transport.write(bytes);
  }

  async menu(tag: string): Promise<MenuReply> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX && this.#isOpen; attempt++) {
      const reply = await this.#menuOnce(tag);
      if (reply.kind === 'answered') return reply;
    }
    return { kind: 'silence' };
  }

  #menuOnce(tag: string): Promise<MenuReply> {
    assert(this.#settleMenu === undefined, 'one menu command is in flight at a time');
    return new Promise((resolve) => {
      this.#settleMenu = resolve;
      this.#menuTimer = this.#clock.setTimeout(() => {
        this.#counters.timeoutCount++;
        this.#answerMenu({ kind: 'silence' });
      }, MENU_TIMEOUT_MS);
      this.#transport.write(encodeMenuCommand(tag));
    });
  }

  #answerMenu(reply: MenuReply): void {
    const settle = this.#settleMenu;
    this.#settleMenu = undefined;
    if (this.#menuTimer !== undefined) this.#clock.clearTimeout(this.#menuTimer);
    this.#menuTimer = undefined;
    settle?.(reply);
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#clearIdleTimer();
    for (const event of this.#collector.push(chunk)) this.#take(event);
    if (this.#collector.isInsideCode) {
      this.#idleTimer = this.#clock.setTimeout(() => {
        for (const event of this.#collector.endOfCode()) this.#take(event);
      }, IDLE_GAP_MS);
    }
  }

  #take(event: ScannerEvent): void {
    if (event.kind === 'menuAnswer') this.#answerMenu({ kind: 'answered', text: event.text, isAccepted: event.verdict === 'ok' });
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
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount++;
    this.#log.warn('bcr.link.lost', { detail });
    this.#clearIdleTimer();
    this.#answerMenu({ kind: 'silence' });
    this.#onLost();
  }

  #clearIdleTimer(): void {
    if (this.#idleTimer !== undefined) this.#clock.clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
  }
}
