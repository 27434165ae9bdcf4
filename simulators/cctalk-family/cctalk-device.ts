import type { TimerHandle } from '../../main/foundation/clock.ts';
import type { FaultTable } from '../parts/fault-board.ts';
import type { SimulatedDeviceOptions } from '../parts/simulated-device.ts';
import { SimulatedDevice } from '../parts/simulated-device.ts';
import type { HostCommand, WireCheck } from './wire.ts';
import { HostReader, buildAnswer } from './wire.ts';

const ANSWER_MS = 8;
const BOOT_MS = 250;
/** The device gives up a frame. [misc §5.2] */
const SILENCE_MS = 50;
const SLOW_MS = 700;
const GAP_MS = 90;
const [NAK, BUSY] = [5, 6];

/** What can go wrong on this wire; a device says at which moments. */
export type CctalkFault = 'powerCut' | 'restart' | 'lineLoss' | 'silence' | 'nak' | 'busy' | 'collision' | 'replyLost' | 'badSum' | 'noise' | 'gap' | 'slow';

export interface CctalkWire {
  readonly address: number;
  readonly check: WireCheck;
  /** The adapter sends back what it is sent; so most do. */
  readonly hasEcho: boolean;
}

/** A ccTalk device on its wire: it echoes, hears frames for its address, is silent while it boots, answers or refuses. What it does is its own. [misc §5.1, §5.2] */
export abstract class CctalkDevice<Faults extends FaultTable & Readonly<Record<CctalkFault, FaultTable[string]>>, Hand> extends SimulatedDevice<Faults, Hand> {
  readonly #wire: CctalkWire;
  readonly #reader: HostReader;
  #isBooting = false;
  #silence: TimerHandle | undefined;

  protected constructor(options: SimulatedDeviceOptions<Faults, Hand>, wire: CctalkWire) {
    super(options);
    this.#wire = wire;
    this.#reader = new HostReader(wire.address, wire.check);
  }

  /** @returns data of the answer; null: nothing is answered */
  protected abstract execute(command: HostCommand): readonly number[] | 'nak' | null;

  /** Moments of a command that has its own, besides `command` and `reply`. */
  protected momentsOf(_command: HostCommand): { readonly command: string; readonly reply: string } | null {
    return null;
  }

  /** It has power, and its program runs. */
  protected get isRunning(): boolean {
    return this.isAlive && !this.#isBooting;
  }

  /** Power or cable at this moment. @returns whether what was to happen now does not */
  protected accident(at: string, index?: number): boolean {
    if (this.struck('lineLoss', at, { index })) {
      // The cable alone does not stop a motor.
      this.unplug();
      return at === 'reply';
    }
    if (this.struck('powerCut', at, { index })) {
      this.powerOff();
      return true;
    }
    if (!this.struck('restart', at, { index })) return false;
    this.blink();
    return true;
  }

  protected blink(): void {
    this.powerOff();
    this.powerOn();
  }

  protected blinkSoon(): void {
    this.after(ANSWER_MS * 2, () => this.blink());
  }

  protected override onPowerOff(): void {
    this.#reader.forget();
  }

  protected override onPowerOn(): void {
    this.#isBooting = true;
    this.after(BOOT_MS, () => {
      this.#isBooting = false;
    });
  }

  protected override hear(chunk: Uint8Array): void {
    if (this.#wire.hasEcho) this.#echo(chunk);
    if (this.#isBooting) return;
    if (this.#silence !== undefined) this.environment.clock.clearTimeout(this.#silence);
    for (const command of this.#reader.push(chunk)) this.#take(command);
    this.#silence = this.#reader.isMidFrame ? this.afterProtocolMs(SILENCE_MS, () => this.#reader.forget()) : undefined;
  }

  #echo(chunk: Uint8Array): void {
    const bytes = [...chunk];
    if (this.struck('collision', 'echo')) bytes[0]! ^= 0x24;
    this.write(bytes);
  }

  #take(command: HostCommand): void {
    const own = this.momentsOf(command);
    const strikes = (fault: 'silence' | 'nak' | 'busy') => this.struck(fault, 'command') || (own !== null && this.struck(fault, own.command));
    if (strikes('silence') || this.accident('command') || (own !== null && this.accident(own.command))) return;
    const refusal = strikes('nak') ? NAK : strikes('busy') ? BUSY : null;
    const answer = refusal === null ? this.execute(command) : [];
    if (answer === null) return;
    this.after(ANSWER_MS, () => (answer === 'nak' ? this.#answer([], NAK, own?.reply) : this.#answer(answer, refusal ?? 0, own?.reply)));
  }

  #answer(data: readonly number[], header: number, ownMoment: string | undefined): void {
    const strikes = (fault: 'replyLost' | 'badSum' | 'gap' | 'slow') => this.struck(fault, 'reply') || (ownMoment !== undefined && this.struck(fault, ownMoment));
    if (strikes('replyLost') || this.accident('reply')) return;
    if (this.struck('noise', 'reply')) this.write([0x55, 0x00, 0xaa]);
    const bytes = buildAnswer(this.#wire.address, data, this.#wire.check, header);
    if (strikes('badSum')) bytes[bytes.length - 1]! ^= 0x10;
    if (strikes('slow')) this.afterProtocolMs(SLOW_MS, () => this.write(bytes));
    else if (strikes('gap')) {
      this.write(bytes.slice(0, 3));
      this.afterProtocolMs(GAP_MS, () => this.write(bytes.slice(3)));
    } else this.write(bytes);
  }
}

/** Characters of an answer. */
export function textBytes(value: string): readonly number[] {
  return [...value].map((character) => character.charCodeAt(0));
}
