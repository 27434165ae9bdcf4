import type { TimerHandle } from '../../../main/foundation/clock.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { SimulatorEnvironment } from '../../simulator.ts';
import type { FaultList, WireMoment } from './faults.ts';
import type { Mechanism, MechanismParts } from './mechanism.ts';
import type { ValidatorModel } from './model.ts';
import type { CcnetSettings } from './settings.ts';
import { HostReader, frameOf, identificationBytes, maskBytes, maskOf, tableBytes } from '../../ccnet-family/wire.ts';

const ANSWER_MS = 4; // within 10 ms [ccnet §4]
const SLOW_ANSWER_MS = 450;
const INTER_BYTE_MS = 5; // [ccnet §4]

const ACK = 0x00;
const NAK = 0xff;
const ILLEGAL = 0x30;

const ACKNOWLEDGED = { data: [ACK] as readonly number[], isData: false };
const REFUSED = { data: [ILLEGAL] as readonly number[], isData: false };

/** The validator's end of the protocol: hears commands, answers them, tells an event until it is acknowledged. */
export class Electronics {
  readonly #environment: SimulatorEnvironment;
  readonly #settings: CcnetSettings;
  readonly #model: ValidatorModel;
  readonly #faults: FaultList;
  readonly #mechanism: Mechanism;
  readonly #tell: MechanismParts['tell'];
  readonly #reader: HostReader;
  #gapTimer: TimerHandle | undefined;
  /** The last data answer and whether the host has said nothing since: an ACK belongs to it. */
  #lastData: { readonly data: readonly number[]; readonly isEvent: boolean } | null = null;
  #speaksUntilMs = 0;
  #isListening = false;

  constructor(parts: Omit<MechanismParts, 'onPowerOff'> & { readonly mechanism: Mechanism }) {
    this.#environment = parts.environment;
    this.#settings = parts.settings;
    this.#model = parts.model;
    this.#faults = parts.faults;
    this.#mechanism = parts.mechanism;
    this.#tell = parts.tell;
    this.#reader = new HostReader(parts.settings.address);
  }

  start(): void {
    this.#isListening = true;
  }

  stop(): void {
    this.#isListening = false;
    this.#endGap();
  }

  losePower(): void {
    this.#reader.forget();
    this.#lastData = null;
  }

  hear(chunk: Uint8Array): void {
    this.#endGap();
    if (!this.#isListening || this.#model.phase === 'off') return;
    for (const word of this.#reader.push(chunk)) {
      if (word.kind === 'command') this.#takeCommand(word.code, word.data);
      else if (this.#settings.answersBadCrc === 'nak') this.#transmit([NAK], ANSWER_MS);
    }
    if (this.#reader.isInsideFrame) this.#gapTimer = this.#environment.clock.setTimeout(() => this.#reader.forget(), INTER_BYTE_MS);
  }

  #takeCommand(code: number, data: readonly number[]): void {
    if (code === ACK) return this.#takeAcknowledgement();
    if (code === NAK) {
      if (this.#lastData !== null) this.#transmit(this.#lastData.data, ANSWER_MS);
      return;
    }
    this.#lastData = null;
    const moments = momentsOf(code, this.#model.latch !== null);
    const fault = this.#faults.takeWire(moments);
    if (fault !== null) this.#tell('fault', { fault });
    if (fault === 'silence') return;
    if (fault === 'nak') return this.#transmit([NAK], ANSWER_MS);
    if (fault === 'illegal') return this.#transmit([ILLEGAL], ANSWER_MS);
    const answer = this.#answer(code, data);
    if (answer.isData) this.#lastData = { data: answer.data, isEvent: code === 0x33 && (answer.data[0] === 0x81 || answer.data[0] === 0x82) };
    if (fault === 'lostReply') return;
    this.#transmit(answer.data, fault === 'slow' ? SLOW_ANSWER_MS : ANSWER_MS, fault);
  }

  #takeAcknowledgement(): void {
    const last = this.#lastData;
    this.#lastData = null;
    if (last === null || !last.isEvent) return;
    if (this.#faults.takeEvent('lostAck') || this.#faults.takeEvent('duplicateEvent')) {
      this.#tell('fault', { fault: 'event repeated' });
      return;
    }
    this.#model.latch = null;
    this.#mechanism.meet('afterStackedAck', () => {});
  }

  #answer(code: number, data: readonly number[]): { readonly data: readonly number[]; readonly isData: boolean } {
    const model = this.#model;
    const isPoweredUp = model.phase === 'poweredUp';
    switch (code) {
      case 0x30:
        this.#mechanism.initialise();
        return ACKNOWLEDGED;
      case 0x31:
        return { data: [...maskBytes(model.enableMask), ...maskBytes(model.securityMask)], isData: true };
      case 0x32:
        if (data.length !== 3) return REFUSED;
        model.securityMask = maskOf(data, 0);
        return ACKNOWLEDGED;
      case 0x33:
        return { data: model.pollData(), isData: true };
      case 0x34:
        if (data.length !== 6 || isPoweredUp || model.phase === 'initialising') return REFUSED;
        this.#enable(maskOf(data, 0), maskOf(data, 3));
        return ACKNOWLEDGED;
      case 0x35:
      case 0x36:
      case 0x38:
        return this.#moveNote(code);
      case 0x37:
        return { data: identificationBytes({ partNumber: 'QS-KZ1301', serialNumber: '26QS00000427' }), isData: true };
      case 0x41:
        return { data: tableBytes(this.#settings.table), isData: true };
      default:
        return REFUSED;
    }
  }

  #enable(enableMask: number, escrowMask: number): void {
    const model = this.#model;
    if (!model.isBoxIn) return; // ignored while the cassette is out [ccnet §14]
    model.enableMask = enableMask;
    model.escrowMask = escrowMask;
    if (model.phase === 'disabled' || model.phase === 'idling') model.rest();
  }

  /** STACK, RETURN, HOLD: only with a note in escrow. [ccnet §5, §18] */
  #moveNote(code: number): typeof ACKNOWLEDGED {
    const model = this.#model;
    const isWaiting = (model.phase === 'escrow' || model.phase === 'holding') && model.isBoxIn && (model.condition === null || model.condition.what === 'busy' || model.condition.what === 'cheat' || model.condition.what === 'pause');
    if (!isWaiting) return REFUSED;
    if (code === 0x35) this.#mechanism.stack();
    if (code === 0x36) this.#mechanism.giveBack();
    if (code === 0x38) this.#mechanism.hold();
    return ACKNOWLEDGED;
  }

  /** One after the other: a late answer holds up the next one, none overtakes. */
  #transmit(data: readonly number[], delayMs: number, fault: string | null = null): void {
    const { clock, line, random, timeFactor } = this.#environment;
    if (data.length === 0) return;
    const nowMs = clock.monotonicMs();
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, nowMs + delayMs * timeFactor);
    const frame = frameOf(fault === 'wrongAddress' ? 1 : this.#settings.address, data);
    clock.setTimeout(() => {
      if (!this.#isListening || this.#model.phase === 'off') return;
      if (fault === 'noise') line.write(random.bytes(1 + randomInteger(random, 20)));
      if (fault === 'zeroLength') line.write(Uint8Array.of(0x02, this.#settings.address, 0x00, 0x00, 0x00));
      if (fault === 'flood') line.write(random.bytes(4096));
      else if (fault === 'badCrc') line.write(damaged(frame, randomInteger(random, (frame.length - 3) * 8)));
      else if (fault === 'truncated') line.write(frame.subarray(0, 1 + randomInteger(random, frame.length - 1)));
      else line.write(frame);
    }, this.#speaksUntilMs - nowMs);
  }

  #endGap(): void {
    if (this.#gapTimer !== undefined) this.#environment.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }
}

function momentsOf(code: number, isEventWaiting: boolean): readonly WireMoment[] {
  switch (code) {
    case 0x33:
      return isEventWaiting ? ['reply', 'pollReply', 'eventReply'] : ['reply', 'pollReply'];
    case 0x35:
      return ['reply', 'stackReply'];
    case 0x36:
      return ['reply', 'returnReply'];
    case 0x30:
      return ['reply', 'resetReply'];
    case 0x34:
      return ['reply', 'enableReply'];
    default:
      return ['reply'];
  }
}

/** One bit behind the length turned over: always a bad CRC. */
function damaged(frame: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(frame);
  const index = 3 + (bit >> 3);
  copy[index] = copy[index]! ^ (1 << (bit & 7));
  return copy;
}
