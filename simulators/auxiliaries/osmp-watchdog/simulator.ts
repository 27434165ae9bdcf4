import { z } from 'zod';
import type { TimerHandle } from '../../../main/foundation/clock.ts';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { buildFrame, HostFrameReader, type HostFrame } from './wire.ts';

const ANSWER_MS = 10;
const FAULTS = {
  silence: { at: ['answer'], label: 'The board does not answer' },
  wrongSum: { at: ['answer'], label: 'The answer has a wrong sum' },
  noise: { at: ['answer'], label: 'Bytes before the answer' },
  otherCommand: { at: ['answer'], label: 'An answer to another command comes first' },
  lostPing: { at: ['ping'], label: 'The ping is not heard' },
} as const;
const HANDS = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('imitate') })]);
type Hand = z.infer<typeof HANDS>;

/** Countdown, off times, and what was done to modem and computer. */
export const createOsmpWatchdogSimulator: CreateSimulator<object> = (environment) => new OsmpWatchdogSimulator(environment);

class OsmpWatchdogSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #reader = new HostFrameReader();
  #isTimerOn = false;
  #windowS = 60;
  #computerOffS = 1;
  #modemOffS = 1;
  #wakeUpUnits = 0;
  #pingCount = 0;
  #computerResetCount = 0;
  #modemResetCount = 0;
  #isImitator = false;
  #countdown: TimerHandle | undefined;

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'osmp-watchdog', environment, faults: FAULTS, hands: HANDS });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return {
      isTimerOn: this.#isTimerOn, windowS: this.#windowS, computerOffS: this.#computerOffS, modemOffS: this.#modemOffS,
      pingCount: this.#pingCount, computerResetCount: this.#computerResetCount, modemResetCount: this.#modemResetCount,
    };
  }

  protected override act(): Result<Json, ControlError> {
    this.#isImitator = true;
    return ok(null);
  }

  protected override hear(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) {
      if (frame.command === 0x05 && this.struck('lostPing', 'ping')) continue;
      const answer = this.#execute(frame);
      if (answer !== null) this.afterProtocolMs(ANSWER_MS, () => this.#answer(frame.command, answer));
    }
  }

  /** Settings are kept in the board, the running timer is not. [unverified] */
  protected override onPowerOff(): void {
    this.#reader.forget();
    this.#isTimerOn = false;
  }

  #execute({ command, data }: HostFrame): readonly number[] | null {
    const seconds = data[0] === 0x02 && data.length === 2 ? data[1]! : null;
    switch (command) {
      case 0x00:
        return [...Buffer.from(this.#isImitator ? '3.0.0' : '2.5.1', 'latin1')];
      case 0x01:
        return [0x00, 0x19, 0x00, 0x04, 0x27];
      case 0x02:
        if (seconds === null) this.#modemResetCount += 1;
        else this.#modemOffS = seconds;
        return [];
      case 0x03:
        if (seconds !== null) this.#windowS = seconds;
        else {
          this.#isTimerOn = true;
          this.#restartCountdown();
        }
        return [];
      case 0x04:
        this.#isTimerOn = false;
        return [];
      case 0x05:
        this.#pingCount += 1;
        this.#restartCountdown();
        return [];
      case 0x06:
        return [];
      case 0x0c:
        if (seconds === null) this.#resetComputer('ordered');
        else this.#computerOffS = seconds;
        return [];
      case 0x15:
        if (data.length === 1) this.#wakeUpUnits = data[0]!;
        return [this.#wakeUpUnits];
      default:
        return null;
    }
  }

  #restartCountdown(): void {
    if (this.#countdown !== undefined) this.environment.clock.clearTimeout(this.#countdown);
    if (!this.#isTimerOn) return;
    this.#countdown = this.afterProtocolMs(this.#windowS * 1000, () => {
      if (this.#isTimerOn) this.#resetComputer('window');
    });
  }

  /** Off for some seconds, then on; the timer waits for the next start. [unverified] */
  #resetComputer(cause: 'ordered' | 'window'): void {
    this.#computerResetCount += 1;
    this.#isTimerOn = false;
    this.tell('computerReset', { cause, offS: this.#computerOffS });
  }

  #answer(command: number, data: readonly number[]): void {
    if (this.struck('silence', 'answer')) return;
    if (this.struck('noise', 'answer')) this.write([0x00, 0xa5, 0xff]);
    if (this.struck('otherCommand', 'answer')) this.write(buildFrame(command ^ 0x07, []));
    const frame = buildFrame(command, data);
    if (this.struck('wrongSum', 'answer')) frame[frame.length - 1]! ^= 0x10;
    this.write(frame);
  }
}
