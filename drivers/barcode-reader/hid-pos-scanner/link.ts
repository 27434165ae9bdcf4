import type { Clock, TimerHandle } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import type { HidTransport, TransportError } from '../../transport/transport.ts';
import type { Code } from './codec.ts';
import { CodeJoiner } from './codec.ts';
import { readReport } from './frames.ts';

/** A part that comes later belongs to no code any more. [scanners §1.2, design choice] */
const NEXT_PART_MS = 500;
/** After so much silence the next part begins a code. */
const QUIET_MS = 1_500;

/** Reports to codes; what a code says is never logged. */
export class HidPosLink implements Link {
  readonly #transport: HidTransport;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #joiner = new CodeJoiner();
  #isOpen = false;
  #timer: TimerHandle | undefined;
  #onCode: (code: Code) => void = () => {};
  #onLost: () => void = () => {};
  readonly #counters = { codeCount: 0, badReportCount: 0, droppedCodeCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: HidTransport; readonly clock: Clock; readonly log: Log }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#log = options.log;
    options.transport.onReport((report) => {
      if (this.#isOpen) this.#take(report);
    });
    options.transport.onClosed((detail) => this.#lose(detail));
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onCode(listener: (code: Code) => void): void {
    this.#onCode = listener;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async open(): Promise<Result<void, TransportError>> {
    const opened = await this.#transport.open();
    this.#isOpen = opened.ok;
    return opened;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#forget();
    await this.#transport.close();
  }

  /** False when the device is not open; a write that fails later shows as a lost line. */
  send(report: Uint8Array): boolean {
    if (!this.#isOpen) return false;
    void this.#transport.write(report).then((written) => {
      if (!written.ok) this.#lose(written.error.detail);
    });
    return true;
  }

  #take(report: Uint8Array): void {
    const event = readReport(report);
    this.#clearTimer();
    if (event.kind === 'noise') {
      this.#counters.badReportCount += 1;
      this.#log.debug('bcr.link.noise', () => ({ reason: event.reason, byteCount: event.byteCount }));
      this.#giveUp();
      return;
    }
    const joined = this.#joiner.push(event);
    if (joined.kind === 'code') {
      this.#counters.codeCount += 1;
      this.#onCode(joined.code);
    } else if (joined.kind === 'dropped') this.#counters.droppedCodeCount += 1;
    if (this.#joiner.isDropping) this.#timer = this.#clock.setTimeout(() => this.#joiner.forget(), QUIET_MS);
    else if (this.#joiner.isInsideCode) this.#timer = this.#clock.setTimeout(() => this.#giveUp(), NEXT_PART_MS);
  }

  #giveUp(): void {
    if (this.#joiner.giveUp()) this.#counters.droppedCodeCount += 1;
    this.#timer = this.#clock.setTimeout(() => this.#joiner.forget(), QUIET_MS);
  }

  #lose(detail: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#counters.lineLostCount += 1;
    this.#log.warn('bcr.link.lost', { detail });
    this.#forget();
    this.#onLost();
  }

  #forget(): void {
    this.#clearTimer();
    this.#joiner.forget();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
