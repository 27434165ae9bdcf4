import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { CONTACT_DIRECTORY, CONTACTLESS_DIRECTORY, readCardNumber } from '../../cards/emv-selection.ts';
import type { CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import { Liveness } from '../../life/liveness.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { SmartCardAdapter } from './adapter.ts';
import { interfaceOf } from './codec.ts';
import { PcscLink } from './link.ts';

/** Cards are told by the service; the reader is asked only whether it is still there. */
const POLL_INTERVAL_MS = 3_000;
const CAPABILITIES: CardReaderCapabilities = { motorised: false, capture: false, chip: true };

export interface PcscReaderOptions {
  readonly deviceId: string;
  readonly adapter: SmartCardAdapter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Contact or contactless reader behind PC/SC: a card is detected and its number read; it is put in and taken out by hand. */
export function createPcscReader(options: PcscReaderOptions): CardReader {
  return new PcscReader(options);
}

class PcscReader extends LineDevice implements CardReader {
  readonly capabilities = CAPABILITIES;
  readonly #link: PcscLink;
  readonly #liveness: Liveness;
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #answerToReset: Uint8Array | null = null;
  #isEntryEnabled = false;
  /** Cards that came: another may lie there when a reading ends. */
  #cardCount = 0;
  /** Told as inserted, so its going is told too. */
  #isTold = false;

  constructor(options: PcscReaderOptions) {
    const link = new PcscLink({ adapter: options.adapter, onCard: (answerToReset) => this.#see(answerToReset) });
    super({ ...options, deviceClass: 'cardReader', protocol: 'pc-sc', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'IDC_OFFLINE', logArea: 'idc' });
    this.#link = link;
    this.#liveness = new Liveness({ clock: options.clock, ask: () => link.isAlive() });
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return this.#answerToReset === null ? 'none' : 'inside';
  }

  /** A card that lies there already counts as inserted now. */
  enableEntry(): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      this.#isEntryEnabled = true;
      this.#offer();
      return { kind: 'completed', value: undefined };
    });
  }

  disableEntry(): Promise<DeviceOutcome<void>> {
    this.#isEntryEnabled = false;
    return this.run(async (): Promise<DeviceOutcome<void>> => ({ kind: 'completed', value: undefined }));
  }

  async eject(): Promise<DeviceOutcome<void>> {
    return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the card is put in and taken out by hand' };
  }

  async capture(): Promise<DeviceOutcome<void>> {
    return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the card is put in and taken out by hand' };
  }

  protected override async bringUp(): Promise<boolean> {
    if (!(await this.#liveness.begin())) return false;
    this.identified({ model: this.#link.name });
    this.becomeReady('opened', this.#standing());
    return true;
  }

  protected override poll(): Promise<boolean> {
    return this.#liveness.check();
  }

  protected override onDown(): void {
    this.#isEntryEnabled = false;
    this.#see(null);
  }

  #see(answerToReset: Uint8Array | null): void {
    const wasThere = this.#answerToReset !== null;
    this.#answerToReset = answerToReset;
    if (answerToReset !== null) {
      if (!wasThere) {
        this.#cardCount++;
        this.#offer();
      }
    } else if (this.#isTold) {
      this.#isTold = false;
      this.#tell({ kind: 'cardTaken' });
    }
    if (wasThere !== (answerToReset !== null) && this.status().state !== 'offline') this.settle('card', this.#standing());
  }

  /** Reads in its turn: one card, one reading. */
  #offer(): void {
    if (!this.#isEntryEnabled || this.#answerToReset === null || this.#isTold) return;
    this.#isEntryEnabled = false;
    this.#isTold = true;
    this.#tell({ kind: 'cardInserted' });
    void this.run(async (): Promise<DeviceOutcome<void>> => {
      await this.#read();
      return { kind: 'completed', value: undefined };
    });
  }

  /** What it read goes to listeners and is not kept here. */
  async #read(): Promise<void> {
    const answerToReset = this.#answerToReset;
    if (answerToReset === null) return;
    const cardCount = this.#cardCount;
    const directory = interfaceOf(answerToReset) === 'contactless' ? CONTACTLESS_DIRECTORY : CONTACT_DIRECTORY;
    const card = await readCardNumber((command) => this.#link.transmit(command), directory);
    // Gone while it was read: that was told as taken.
    if (this.#answerToReset === null || this.#cardCount !== cardCount) return;
    if (card === null) this.record('IDC_UNREADABLE', 'the chip gave no card number');
    this.#tell(card === null ? { kind: 'cardUnreadable' } : { kind: 'cardRead', card });
  }

  #standing() {
    return { isEngaged: this.#answerToReset !== null };
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
