import { createActor } from 'xstate';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import { StatusBoard } from '../../interfaces/status-board.ts';
import { LineOwner } from '../../transport/line-owner.ts';
import type { Transport, TransportError } from '../../transport/transport.ts';
import type { CardPlace, Crt571Response, Crt571Verb } from './codec.ts';
import { NOT_INITIALISED, refusalRowOf } from './codec.ts';
import type { Crt571MachineEvent } from './crt-571.machine.ts';
import { crt571DeviceState, crt571Machine } from './crt-571.machine.ts';
import { readCardNumber } from './emv-selection.ts';
import { Crt571Link } from './link.ts';

/** [card-readers: session: poll status 200 ms] */
const POLL_INTERVAL_MS = 200;
const CAPABILITIES: CardReaderCapabilities = { motorised: true, capture: true, chip: true };
const POSITIONS: Readonly<Record<CardPlace, CardPosition>> = { none: 'none', gate: 'atGate', inside: 'inside' };

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

class Crt571Reader implements CardReader {
  readonly deviceId: string;
  readonly capabilities = CAPABILITIES;
  readonly #log: Log;
  readonly #link: Crt571Link;
  readonly #owner: LineOwner;
  readonly #board: StatusBoard;
  readonly #machine = createActor(crt571Machine);
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #place: CardPlace = 'none';
  #isEntryEnabled = false;
  /** Offered to the customer at the gate: when it is gone, it was taken. */
  #isOffered = false;
  #latched: readonly ErrorCode[] = [];
  #isBinFull = false;
  #isResetRequested = false;

  constructor(options: Crt571Options) {
    this.deviceId = options.deviceId;
    this.#log = options.log;
    this.#link = new Crt571Link({ ...options, address: options.address ?? 0 });
    this.#board = new StatusBoard({ deviceId: options.deviceId, deviceClass: 'cardReader', protocol: 'crt-571', clock: options.clock, counters: () => this.#link.counters });
    this.#owner = new LineOwner({
      clock: options.clock,
      pollIntervalMs: POLL_INTERVAL_MS,
      work: { open: () => this.#link.open(), close: () => this.#link.close(), bringUp: () => this.#bringUp(), poll: () => this.#poll(), onDown: (reason) => this.#goDown(reason) },
    });
    this.#link.onLost(() => this.#owner.lineLost());
    this.#machine.start();
  }

  start(): void {
    this.#owner.start();
  }

  async stop(): Promise<void> {
    await this.#owner.stop();
    this.#isEntryEnabled = false;
    this.#send({ type: 'line.lost' });
    this.#publish();
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return POSITIONS[this.#place];
  }

  reset(): void {
    this.#isResetRequested = true;
    this.#owner.bringUpAgain();
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
    const outcome = await this.#owner.run(async (): Promise<DeviceOutcome<void>> => {
      const response = await this.#ask(verb);
      if (response?.kind === 'done') {
        this.#place = verb === 'capture' ? 'none' : response.place;
        onDone();
        this.#settleState();
        return { kind: 'completed', value: undefined };
      }
      if (response?.kind === 'refused') {
        const row = refusalRowOf(response.errorText);
        this.#settleState(row.means);
        return { kind: 'failed', completionCode: row.code === null ? 'sequenceError' : 'hardwareError', detail: row.means, ...(row.code === null ? {} : { errorCode: row.code }) };
      }
      this.#owner.lineLost();
      // Position status is the physical truth after the line is back. [card-readers: power loss]
      return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: `${verb}Unanswered` } };
    });
    return outcome ?? { kind: 'failed', completionCode: 'deviceNotReady', errorCode: this.#board.faults[0] ?? 'IDC_OFFLINE', detail: 'the line was not up' };
  }

  async #bringUp(): Promise<boolean> {
    const isReset = this.#isResetRequested;
    const wasJammed = this.#latched.includes('IDC_JAMMED');
    this.#isResetRequested = false;
    this.#send({ type: this.#machine.getSnapshot().matches('offline') ? 'port.opened' : 'driver.resetRequested' });
    if (isReset) this.#latched = [];
    this.#publish();
    // After a jam the card is brought to the gate once, on a person's order only; otherwise nothing moves.
    const initialised = await this.#ask(isReset && wasJammed ? 'initialiseToGate' : 'initialiseInPlace');
    if (initialised === null) return false;
    if (initialised.kind === 'done') {
      this.#board.update({ model: 'CRT-571', firmware: initialised.data.toString('latin1').replace(/[^\x20-\x7e]/g, '') });
      this.#place = initialised.place;
      this.#isOffered = isReset && wasJammed && initialised.place === 'gate';
    }
    this.#isEntryEnabled = false;
    if (this.#latched.length === 0) this.#send({ type: 'device.initialised' });
    this.#settleState('initialise');
    return true;
  }

  async #poll(): Promise<boolean> {
    const response = await this.#ask('status');
    if (response === null) return false;
    if (response.kind === 'refused') {
      // Lost its power between two polls: entry is off again and its settings are gone.
      if (response.errorText === NOT_INITIALISED) this.#owner.bringUpAgain();
      return true;
    }
    const before = this.#place;
    this.#place = response.place;
    if (before !== 'none' && response.place === 'none') {
      this.#isOffered = false;
      this.#tell({ kind: 'cardTaken' });
    } else if (response.place !== 'none' && !this.#isOffered && this.#isEntryEnabled) {
      if (before === 'none') this.#tell({ kind: 'cardInserted' });
      if (response.place === 'inside') await this.#read();
    }
    this.#settleState('status');
    return true;
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
      this.#log.info('idc.card.unreadable', { deviceId: this.deviceId, code: 'IDC_UNREADABLE' });
      this.#board.record('IDC_UNREADABLE', 'the chip gave no card number');
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
      else if (row.code !== null && !this.#latched.includes(row.code)) {
        this.#latched = [row.code, ...this.#latched];
        this.#log.error('idc.device.faulted', { deviceId: this.deviceId, code: row.code, means: row.means, verb });
      }
    }
    return response;
  }

  #settleState(detail?: string): void {
    if (this.#latched.length > 0) this.#send({ type: 'device.faulted' });
    else if (this.#machine.getSnapshot().matches('faulty')) this.#send({ type: 'device.faultCleared' });
    this.#send({ type: this.#place === 'none' ? 'device.cardGone' : 'device.cardPresent' });
    this.#publish(detail);
  }

  #goDown(reason: TransportError): void {
    this.#isEntryEnabled = false;
    this.#send({ type: 'line.lost' });
    this.#log.warn('idc.device.offline', { deviceId: this.deviceId, code: reason.code, detail: reason.detail });
    this.#publish(reason.detail);
  }

  #send(event: Crt571MachineEvent): void {
    this.#machine.send(event);
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** A full bin stops captures, not reading: it is a fault to see, not a state. */
  #publish(detail?: string): void {
    const state = crt571DeviceState(this.#machine.getSnapshot().value);
    const bin: readonly ErrorCode[] = this.#isBinFull ? ['IDC_BIN_FULL'] : [];
    this.#board.update({ state, faults: state === 'offline' ? ['IDC_OFFLINE', ...this.#latched, ...bin] : [...this.#latched, ...bin], ...(detail === undefined ? {} : { detail }) });
  }
}
