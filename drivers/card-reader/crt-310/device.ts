import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { readCardNumber } from '../../cards/emv-selection.ts';
import { cardOfTracks, hasChip } from '../../cards/iso-7813.ts';
import type { CardData, CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Occasion, Standing } from '../../life/line-device.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import type { CardPlace, Crt310Verb } from './codec.ts';
import { decodeChipAnswer, decodeResult, decodeStatus, decodeTracks, REFUSALS } from './codec.ts';
import { Crt310Link } from './link.ts';

/** [card-readers: session: poll status 200 ms] */
const POLL_INTERVAL_MS = 200;
const CAPABILITIES: CardReaderCapabilities = { motorised: true, capture: true, chip: true };
const POSITIONS: Readonly<Record<CardPlace, CardPosition>> = {
  long: 'inside', short: 'inside', frontReleased: 'atGate', frontHeld: 'atGate', inside: 'inside', atContacts: 'inside', rearHeld: 'inside', rearReleased: 'none', none: 'none',
};

export interface Crt310Options {
  readonly deviceId: string;
  /** 8N1, 9600 as delivered. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** Cards without a stripe come in too; off: the stripe must be seen at the mouth, which keeps foreign objects out. */
  readonly acceptsAnyCard: boolean;
}

type Move = Extract<Crt310Verb, 'holdAtFront' | 'capture'>;

/** Motorised reader with stripe and chip contacts; captures to the rear. */
export function createCrt310Reader(options: Crt310Options): CardReader {
  return new Crt310Reader(options);
}

class Crt310Reader extends LineDevice implements CardReader {
  readonly capabilities = CAPABILITIES;
  readonly #link: Crt310Link;
  readonly #entryVerb: Crt310Verb;
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #place: CardPlace = 'none';
  #isEntryEnabled = false;
  /** Offered to the customer at the mouth: when it is gone, it was taken. */
  #isOffered = false;
  /** Nobody heard how a capture ended: a card that is gone may lie in the bin. */
  #isCaptureOpen = false;

  constructor(options: Crt310Options) {
    const link = new Crt310Link(options);
    super({ ...options, deviceClass: 'cardReader', protocol: 'crt-310', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'IDC_OFFLINE', logArea: 'idc' });
    this.#link = link;
    this.#entryVerb = options.acceptsAnyCard ? 'allowAny' : 'allowMagnetic';
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return POSITIONS[this.#place];
  }

  enableEntry(): Promise<DeviceOutcome<void>> {
    return this.#switchEntry(true);
  }

  disableEntry(): Promise<DeviceOutcome<void>> {
    return this.#switchEntry(false);
  }

  /** The card is held at the mouth, so that it can still be captured when nobody takes it. */
  eject(): Promise<DeviceOutcome<void>> {
    return this.#move('holdAtFront', (place) => place === 'frontHeld' || place === 'frontReleased');
  }

  capture(): Promise<DeviceOutcome<void>> {
    return this.#move('capture', (place) => place === 'rearReleased');
  }

  protected override async bringUp({ isReset, hadLatched }: Occasion): Promise<boolean> {
    // A card is brought to the front once, on a person's order after a jam only; otherwise nothing moves.
    const version = await this.#ask(isReset && hadLatched.includes('IDC_JAMMED') ? 'resetToFront' : 'resetKeep');
    if (version === null) return false;
    // After a reset anybody may push a card in: shut it first of all. [card-readers §A, defaults]
    const shut = await this.#ask('prohibitEntry');
    const stop = await this.#ask('stopInside');
    const before = this.#place;
    if (shut === null || stop === null || !(await this.#look())) return false;
    this.#isEntryEnabled = false;
    if (!this.#isCaptureOpen) this.#tellWhenGone(before);
    this.#isCaptureOpen = false;
    this.#isOffered = this.#place === 'frontHeld';
    if (version !== 'refused') this.identified({ model: 'CRT-310', firmware: version.toString('latin1').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 32) });
    this.becomeReady('reset', this.#standing());
    return true;
  }

  protected override async poll(): Promise<boolean> {
    const before = this.#place;
    if (!(await this.#look())) return false;
    this.#tellWhenGone(before);
    const isHere = POSITIONS[this.#place] !== 'none';
    if (isHere && !this.#isOffered && this.#isEntryEnabled) {
      if (POSITIONS[before] === 'none') this.#tell({ kind: 'cardInserted' });
      if (this.#place === 'inside') await this.#read();
    }
    this.settle('status', this.#standing());
    return true;
  }

  protected override onDown(): void {
    this.#isEntryEnabled = false;
  }

  #switchEntry(isEnabled: boolean): Promise<DeviceOutcome<void>> {
    if (!isEnabled) this.#isEntryEnabled = false;
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      // What lies there is the card of the customer before.
      if (isEnabled && this.position() === 'inside') return { kind: 'failed', completionCode: 'sequenceError', detail: 'a card is inside' };
      const answer = await this.#ask(isEnabled ? this.#entryVerb : 'prohibitEntry');
      if (answer === null) {
        this.lineLost();
        return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'entryUnanswered' } };
      }
      this.settle('entry', this.#standing());
      if (answer === 'refused' || decodeResult(answer) === 'failed') return { kind: 'failed', completionCode: 'hardwareError', detail: 'refused' };
      this.#isEntryEnabled = isEnabled;
      return { kind: 'completed', value: undefined };
    });
  }

  #move(verb: Move, hasArrived: (place: CardPlace) => boolean): Promise<DeviceOutcome<void>> {
    return this.run(async (): Promise<DeviceOutcome<void>> => {
      const before = this.#place;
      const answer = await this.#ask(verb);
      // The answer may be lost, the card is where it is: position is the physical truth. [card-readers: power loss]
      if (!(await this.#look())) {
        this.#isCaptureOpen ||= verb === 'capture';
        this.lineLost();
        return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${verb}Unanswered` } };
      }
      const result = answer === null || answer === 'refused' ? null : decodeResult(answer);
      const isDone = hasArrived(this.#place) || (verb === 'capture' && result === 'done' && this.#place === 'none');
      if (isDone) this.#moved(verb);
      // Without a word of the reader it may as well be in the bin.
      else if (verb !== 'capture' || answer === 'refused' || result === 'noCard') this.#tellWhenGone(before);
      this.settle(verb, this.#standing());
      if (isDone) return { kind: 'completed', value: undefined };
      if (answer === null && this.#place === 'none') return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${verb}Unanswered` } };
      return { kind: 'failed', completionCode: result === 'noCard' ? 'sequenceError' : 'hardwareError', detail: result ?? 'not moved', ...(this.faults[0] === undefined ? {} : { errorCode: this.faults[0] }) };
    });
  }

  /** A card that is gone was taken, whoever saw it first. */
  #tellWhenGone(before: CardPlace): void {
    if (POSITIONS[before] === 'none' || POSITIONS[this.#place] !== 'none') return;
    this.#isOffered = false;
    this.#tell({ kind: 'cardTaken' });
  }

  #moved(verb: Move): void {
    this.#isOffered = verb === 'holdAtFront';
    if (verb !== 'capture') return;
    this.#place = 'none';
    this.#tell({ kind: 'cardCaptured' });
  }

  /** Shuts the entry and reads: the stripe that was buffered on the way in, and the chip of a card that has one. What it read goes to listeners and is not kept. */
  async #read(): Promise<void> {
    this.#isEntryEnabled = false;
    await this.#ask('prohibitEntry');
    const tracks = await this.#ask('readTracks');
    const read = tracks === null || tracks === 'refused' ? null : decodeTracks(tracks);
    const [track1, track2] = (read ?? []).map((track) => (track.kind === 'read' ? track.text : null));
    const striped = cardOfTracks({ track1: track1 ?? null, track2: track2 ?? null });
    const card = striped === null || hasChip(striped) ? ((await this.#readChip()) ?? striped) : striped;
    if (card === null) this.record('IDC_UNREADABLE', 'neither stripe nor chip gave a card number');
    this.#tell(card === null ? { kind: 'cardUnreadable' } : { kind: 'cardRead', card });
  }

  async #readChip(): Promise<CardData | null> {
    const moved = await this.#ask('moveToContacts');
    if (moved === null || moved === 'refused' || decodeResult(moved) !== 'done') return null;
    this.#place = 'atContacts';
    const reset = await this.#ask('chipColdReset');
    const chip = reset === null || reset === 'refused' ? null : decodeChipAnswer(reset);
    if (chip === null) return null;
    const card = await readCardNumber(async (command) => {
      const answer = await this.#ask(chip.isT1 ? 'chipExchangeT1' : 'chipExchangeT0', command);
      return answer === null || answer === 'refused' ? null : (decodeChipAnswer(answer)?.bytes ?? null);
    });
    await this.#ask('chipPowerOff');
    return card;
  }

  /** Where the card is. False: no answer. */
  async #look(): Promise<boolean> {
    const answer = await this.#ask('status');
    if (answer === null) return false;
    const status = answer === 'refused' ? null : decodeStatus(answer);
    if (status === null) return true;
    this.#place = status.place;
    if (status.place === 'long' || status.place === 'short') this.latch('IDC_JAMMED', `${status.place} card inside`);
    return true;
  }

  /** Data of the answer; null: none came. A fault that a refusal tells is latched. */
  async #ask(verb: Crt310Verb, data?: Uint8Array): Promise<Buffer | 'refused' | null> {
    const reply = await this.#link.request(verb, data);
    if (reply.kind !== 'answered') return null;
    if (reply.response.kind === 'answer') return reply.response.data;
    const { error } = reply.response;
    const row = REFUSALS[error] ?? { means: `unknown ${error}`, code: 'IDC_FAILURE' as const };
    if (row.code !== null) this.latch(row.code, `${row.means}, ${verb}`);
    return 'refused';
  }

  #standing(): Standing {
    return { isEngaged: POSITIONS[this.#place] !== 'none' };
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
