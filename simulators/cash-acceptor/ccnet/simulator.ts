import type { TimerHandle } from '../../../main/foundation/clock.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { HostReader, frameOf, identificationBytes, maskBytes, maskOf, tableBytes } from '../../ccnet-family/wire.ts';
import type { CreateSimulator, SimulatorEnvironment } from '../../simulator.ts';
import type { CcnetFault, WireMoment } from './faults.ts';
import { CcnetMechanism } from './mechanism.ts';
import type { CcnetSimulatorOptions } from './settings.ts';
import { settingsOf } from './settings.ts';

const ANSWER_MS = 4; // within 10 ms [ccnet §4]
const SLOW_ANSWER_MS = 450;
const INTER_BYTE_MS = 5; // [ccnet §4]

const ACK = 0x00;
const NAK = 0xff;
const ILLEGAL = 0x30;

const ACKNOWLEDGED = { data: [ACK] as readonly number[], isData: false };
const REFUSED = { data: [ILLEGAL] as readonly number[], isData: false };

/** A CCNET bill validator at the device's end of a line. */
export const createCcnetSimulator: CreateSimulator<CcnetSimulatorOptions> = (environment, options) => new CcnetSimulator(environment, options);

/** The validator's end of the protocol: hears commands, answers them, tells an event until it is acknowledged. */
class CcnetSimulator extends CcnetMechanism {
  readonly #reader: HostReader;
  #gapTimer: TimerHandle | undefined;
  /** The last data answer, as long as the host has said nothing since: an ACK belongs to it. */
  #lastData: { readonly data: readonly number[]; readonly isEvent: boolean } | null = null;
  #speaksUntilMs = 0;

  constructor(environment: SimulatorEnvironment, options: CcnetSimulatorOptions) {
    super(environment, settingsOf(options));
    this.#reader = new HostReader(this.settings.address);
  }

  /** The electronics forget what they had in their buffers. */
  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#reader.forget();
    this.#lastData = null;
  }

  protected override hear(chunk: Uint8Array): void {
    if (this.#gapTimer !== undefined) this.environment.clock.clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
    for (const word of this.#reader.push(chunk)) {
      if (word.kind === 'command') this.#take(word.code, word.data);
      else if (this.settings.answersBadCrc === 'nak') this.#transmit([NAK]);
    }
    if (this.#reader.isInsideFrame) this.#gapTimer = this.afterProtocolMs(INTER_BYTE_MS, () => this.#reader.forget());
  }

  #take(code: number, data: readonly number[]): void {
    if (code === ACK) return this.#takeAcknowledgement();
    if (code === NAK) {
      if (this.#lastData !== null) this.#transmit(this.#lastData.data);
      return;
    }
    this.#lastData = null;
    const fault = this.firstStruck(momentsOf(code, this.model.latch !== null));
    if (fault === 'silence') return;
    if (fault === 'nak') return this.#transmit([NAK]);
    if (fault === 'illegal') return this.#transmit([ILLEGAL]);
    const answer = this.#answer(code, data);
    if (answer.isData) this.#lastData = { data: answer.data, isEvent: code === 0x33 && (answer.data[0] === 0x81 || answer.data[0] === 0x82) };
    if (fault !== 'lostReply') this.#transmit(answer.data, fault);
  }

  #takeAcknowledgement(): void {
    const last = this.#lastData;
    this.#lastData = null;
    if (last === null || !last.isEvent) return;
    if (this.struck('lostAck', 'event') || this.struck('duplicateEvent', 'event')) return;
    this.model.latch = null;
    this.meet('afterStackedAck', () => {});
  }

  #answer(code: number, data: readonly number[]): { readonly data: readonly number[]; readonly isData: boolean } {
    const { model } = this;
    switch (code) {
      case 0x30:
        this.initialise();
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
        if (data.length !== 6 || model.phase === 'poweredUp' || model.phase === 'initialising') return REFUSED;
        this.#enable(maskOf(data, 0), maskOf(data, 3));
        return ACKNOWLEDGED;
      case 0x35:
      case 0x36:
      case 0x38:
        return this.#moveNote(code);
      case 0x37:
        return { data: identificationBytes({ partNumber: 'QS-KZ1301', serialNumber: this.ownSerial(this.settings.serialNumber) }), isData: true };
      case 0x41:
        return { data: tableBytes(this.settings.table), isData: true };
      default:
        return REFUSED;
    }
  }

  #enable(enableMask: number, escrowMask: number): void {
    const { model } = this;
    if (!model.isBoxIn) return; // ignored while the cassette is out [ccnet §14]
    model.enableMask = enableMask;
    model.escrowMask = escrowMask;
    if (model.phase === 'disabled' || model.phase === 'idling') model.rest();
  }

  /** STACK, RETURN, HOLD: only with a note in escrow. [ccnet §5, §18] */
  #moveNote(code: number): typeof ACKNOWLEDGED {
    const { phase, isBoxIn, condition } = this.model;
    const isWaiting = (phase === 'escrow' || phase === 'holding') && isBoxIn && (condition === null || condition.what === 'busy' || condition.what === 'cheat' || condition.what === 'pause');
    if (!isWaiting) return REFUSED;
    if (code === 0x35) this.stack();
    if (code === 0x36) this.giveBack();
    if (code === 0x38) this.hold();
    return ACKNOWLEDGED;
  }

  /** One after the other: a late answer holds up the next one, none overtakes. */
  #transmit(data: readonly number[], fault: CcnetFault | null = null): void {
    if (data.length === 0) return;
    const { clock, random, timeFactor } = this.environment;
    const { address } = this.settings;
    const nowMs = clock.monotonicMs();
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, nowMs + (fault === 'slow' ? SLOW_ANSWER_MS : ANSWER_MS) * timeFactor);
    const frame = frameOf(fault === 'wrongAddress' ? 1 : address, data);
    this.afterProtocolMs(this.#speaksUntilMs - nowMs, () => {
      if (fault === 'noise') this.write(random.bytes(1 + randomInteger(random, 20)));
      if (fault === 'zeroLength') this.write([0x02, address, 0x00, 0x00, 0x00]);
      if (fault === 'flood') this.write(random.bytes(4096));
      else if (fault === 'badCrc') this.write(damaged(frame, randomInteger(random, (frame.length - 3) * 8)));
      else if (fault === 'truncated') this.write(frame.subarray(0, 1 + randomInteger(random, frame.length - 1)));
      else this.write(frame);
    });
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
