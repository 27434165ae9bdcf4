import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Occasion, Standing } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { CardPlace, Crt571Response, Crt571Verb } from './codec.ts';
import { NOT_INITIALISED, refusalRowOf } from './codec.ts';
import { readCardNumber } from '../../cards/emv-selection.ts';
import { Crt571Link } from './link.ts';

/** [card-readers: session: poll status 200 ms] */
const POLL_INTERVAL_MS = 200;
const CAPABILITIES: CardReaderCapabilities = { motorised: true, capture: true, chip: true };
const POSITIONS: Readonly<Record<CardPlace, CardPosition>> = { none: 'none', gate: 'atGate', inside: 'inside' };

/** Where the card is after a movement; none in the mouth: it was taken at once. */
const MOVED_TO: Partial<Readonly<Record<Crt571Verb, readonly CardPlace[]>>> = { holdAtGate: ['gate', 'none'], capture: ['none'] };

export interface Crt571Options {
  readonly deviceId: string;
  /** 8N1; 9600, 19200, 38400 or 57600, found by the reader at the first INITIALISE. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** DIP switches, 0…15. */
  readonly address?: number;
}

/** Motorised reader with chip contacts. Magnetic data is not in this dialect: what is read is the chip. */
export function createCrt571Reader(options: Crt571Options): CardReader {
  return new Crt571Reader(options);
}

class Crt571Reader extends LineDevice implements CardReader {
  readonly capabilities = CAPABILITIES;
  readonly #link: Crt571Link;
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #place: CardPlace = 'none';
  #isEntryEnabled = false;
  /** Offered to the customer at the gate: when it is gone, it was taken. */
  #isOffered = false;
  #isBinFull = false;
  /** Nobody heard how a capture ended: a card that is gone may lie in the bin. */
  #isCaptureOpen = false;

  constructor(options: Crt571Options) {
    const link = new Crt571Link({ ...options, address: options.address ?? 0 });
    super({ ...options, deviceClass: 'cardReader', protocol: 'crt-571', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'IDC_OFFLINE', logArea: 'idc' });
    this.#link = link;
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return POSITIONS[this.#place];
  }

  async enableEntry(): Promise<DeviceOutcome<void>> {
    return this.#command('enableEntry', () => {
      this.#isEntryEnabled = true;
    });
  }

  async disableEntry(): Promise<DeviceOutcome<void>> {
    return this.#command('disableEntry', () => {
      this.#isEntryEnabled = false;
    });
  }

  /** The card is held at the gate, so that it can still be captured when nobody takes it. */
  async eject(): Promise<DeviceOutcome<void>> {
    return this.#command('holdAtGate', () => {
      this.#isOffered = this.#place !== 'none';
    });
  }

  async capture(): Promise<DeviceOutcome<void>> {
    return this.#command('capture', () => {
      this.#isOffered = false;
      this.#tell({ kind: 'cardCaptured' });
    });
  }

  async #command(verb: Crt571Verb, onDone: () => void): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      // What lies there is the card of the customer before.
      if (verb === 'enableEntry' && this.position() === 'inside') return { kind: 'failed', completionCode: 'sequenceError', detail: 'a card is inside' };
      const response = await this.#ask(verb);
      if (response?.kind === 'done') {
        const isMoved = MOVED_TO[verb]?.includes(response.place) ?? true;
        this.#cameTo(response.place, verb === 'capture');
        if (isMoved) onDone();
        this.settle(verb, this.#standing());
        // Its word and its sensors contradict each other: the card is where it is. [card-readers: power loss]
        return isMoved ? { kind: 'completed', value: undefined } : { kind: 'failed', completionCode: 'hardwareError', detail: `done, card ${response.place}` };
      }
      if (response?.kind === 'refused') {
        const row = refusalRowOf(response.errorText);
        this.settle(row.means, this.#standing());
        return { kind: 'failed', completionCode: row.code === null ? 'sequenceError' : 'hardwareError', detail: row.means, ...(row.code === null ? {} : { errorCode: row.code }) };
      }
      this.#isCaptureOpen ||= verb === 'capture';
      this.lineLost();
      // Position status is the physical truth after the line is back. [card-readers: power loss]
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${verb}Unanswered` } };
    });
  }

  protected override async bringUp({ isReset, hadLatched }: Occasion): Promise<boolean> {
    const wasJammed = hadLatched.includes('IDC_JAMMED');
    // After a jam the card is brought to the gate once, on a person's order only; otherwise nothing moves.
    const initialised = await this.#ask(isReset && wasJammed ? 'initialiseToGate' : 'initialiseInPlace');
    if (initialised === null) return false;
    if (initialised.kind === 'done') {
      this.identified({ model: 'CRT-571', firmware: initialised.data.toString('latin1').replace(/[^\x20-\x7e]/g, '') });
      this.#cameTo(initialised.place, this.#isCaptureOpen);
      this.#isCaptureOpen = false;
      this.#isOffered = isReset && wasJammed && initialised.place === 'gate';
    }
    this.#isEntryEnabled = false;
    this.becomeReady('initialise', this.#standing());
    return true;
  }

  protected override async poll(): Promise<boolean> {
    const response = await this.#ask('status');
    if (response === null) return false;
    if (response.kind === 'refused') {
      // Lost its power between two polls: entry is off again and its settings are gone.
      if (response.errorText === NOT_INITIALISED) this.bringUpAgain();
      return true;
    }
    const before = this.#place;
    this.#cameTo(response.place, false);
    if (response.place !== 'none' && !this.#isOffered && this.#isEntryEnabled) {
      if (before === 'none') this.#tell({ kind: 'cardInserted' });
      if (response.place === 'inside') await this.#read();
    }
    this.settle('status', this.#standing());
    return true;
  }

  /** As any answer tells it: a card that is gone was taken, unless it was captured. */
  #cameTo(place: CardPlace, isCaptured: boolean): void {
    const isGone = this.#place !== 'none' && place === 'none';
    this.#place = place;
    if (!isGone || isCaptured) return;
    this.#isOffered = false;
    this.#tell({ kind: 'cardTaken' });
  }

  /** Shuts the entry, brings the card to the contacts and reads it. What it read goes to listeners and is not kept here. */
  async #read(): Promise<void> {
    this.#isEntryEnabled = false;
    await this.#ask('disableEntry');
    const moved = await this.#ask('moveToContacts');
    if (moved?.kind === 'done') this.#place = moved.place;
    const isActive = moved?.kind === 'done' && (await this.#ask('chipColdReset'))?.kind === 'done';
    const card = isActive
      ? await readCardNumber(async (command) => {
          const answer = await this.#ask('chipExchange', command);
          return answer?.kind === 'done' ? answer.data : null;
        })
      : null;
    if (isActive) await this.#ask('chipPowerOff');
    if (card === null) {
      this.log.info('idc.card.unreadable', { deviceId: this.deviceId, code: 'IDC_UNREADABLE' });
      this.record('IDC_UNREADABLE', 'the chip gave no card number');
    }
    this.#tell(card === null ? { kind: 'cardUnreadable' } : { kind: 'cardRead', card });
  }

  /** null: no answer. Faults that the answer tells are remembered. */
  async #ask(verb: Crt571Verb, data?: Uint8Array): Promise<Crt571Response | null> {
    const reply = await this.#link.request(verb, data);
    if (reply.kind !== 'answered') return null;
    const { response } = reply;
    if (response.kind === 'done') this.#isBinFull = response.isBinFull;
    else {
      const row = refusalRowOf(response.errorText);
      if (row.code === 'IDC_BIN_FULL') this.#isBinFull = true;
      else if (row.code !== null) this.latch(row.code, `${row.means}, ${verb}`);
    }
    this.see(this.#isBinFull ? ['IDC_BIN_FULL'] : []);
    return response;
  }

  /** A full bin stops captures, not reading: it is a fault to see, not a state. */
  #standing(): Standing {
    return { blocking: this.faults.filter((code) => code !== 'IDC_BIN_FULL'), isEngaged: this.#place !== 'none' };
  }

  protected override onDown(): void {
    this.#isEntryEnabled = false;
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
