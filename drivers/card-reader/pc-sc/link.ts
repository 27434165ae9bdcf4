import type { Result } from '../../../main/foundation/outcome.ts';
import type { Link } from '../../life/line-device.ts';
import type { TransportError } from '../../transport/transport.ts';
import type { SmartCardAdapter } from './adapter.ts';

/** Counts what passes the adapter. What is in an APDU is never logged, nor kept. */
export class PcscLink implements Link {
  readonly #adapter: SmartCardAdapter;
  #isCardThere = false;
  #onLost: () => void = () => {};
  readonly #counters = { cardCount: 0, apduCount: 0, unansweredCount: 0, lineLostCount: 0 };

  constructor(options: { readonly adapter: SmartCardAdapter; readonly onCard: (answerToReset: Uint8Array | null) => void }) {
    this.#adapter = options.adapter;
    this.#adapter.onCard((answerToReset) => {
      // The state is told again with each question for it.
      if (answerToReset !== null && !this.#isCardThere) this.#counters.cardCount++;
      this.#isCardThere = answerToReset !== null;
      options.onCard(answerToReset);
    });
    this.#adapter.onClosed(() => {
      this.#isCardThere = false;
      this.#counters.lineLostCount++;
      this.#onLost();
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counters };
  }

  get name(): string {
    return this.#adapter.name;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  open(): Promise<Result<void, TransportError>> {
    return this.#adapter.open();
  }

  close(): Promise<void> {
    return this.#adapter.close();
  }

  isAlive(): Promise<boolean> {
    return this.#adapter.isAlive();
  }

  async transmit(command: Uint8Array): Promise<Buffer | null> {
    this.#counters.apduCount++;
    const answer = await this.#adapter.transmit(command);
    if (answer === null) this.#counters.unansweredCount++;
    return answer === null ? null : Buffer.from(answer);
  }
}
