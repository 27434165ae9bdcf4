import type { Log } from '../../../main/foundation/log.ts';
import type { Result } from '../../../main/foundation/outcome.ts';
import type { HidTransport, TransportError } from '../../transport/transport.ts';
import type { ReportEvent } from './frames.ts';
import { readReport } from './frames.ts';

/** Reports as they come; the reader is asked nothing. What is in a report is never logged, nor kept. */
export class MagtekLink {
  readonly #transport: HidTransport;
  #isOpen = false;
  #onSwipe: (swipe: Extract<ReportEvent, { kind: 'swipe' }>) => void = () => {};
  #onLost: () => void = () => {};
  readonly #counters = { swipeCount: 0, trackErrorCount: 0, badReportCount: 0, lineLostCount: 0 };

  constructor(options: { readonly transport: HidTransport; readonly log: Log }) {
    this.#transport = options.transport;
    this.#transport.onReport((report) => {
      if (!this.#isOpen) return;
      const event = readReport(report);
      if (event.kind === 'noise') {
        this.#counters.badReportCount++;
        options.log.warn('idc.link.noise', { reason: event.reason, byteCount: event.byteCount });
        return;
      }
      this.#counters.swipeCount++;
      this.#counters.trackErrorCount += event.tracks.filter((track) => track.kind === 'error').length;
      this.#onSwipe(event);
    });
    this.#transport.onClosed((detail) => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      this.#counters.lineLostCount++;
      options.log.warn('idc.link.lost', { detail });
      this.#onLost();
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  onSwipe(listener: (swipe: Extract<ReportEvent, { kind: 'swipe' }>) => void): void {
    this.#onSwipe = listener;
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
    await this.#transport.close();
  }
}
