import { z } from 'zod';
import type { TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { ControlError, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../simulator.ts';
import type { FaultOf, FaultPlace, FaultTable } from './fault-board.ts';
import { FaultBoard, faultCommandOf } from './fault-board.ts';
import { notNow } from './not-now.ts';

/** What hands can do to every device. */
const COMMON_HANDS = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('powerOff') }),
  z.strictObject({ do: z.literal('powerOn') }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('clearFaults') }),
  /** Staff put a spare unit in its place, without power and with nothing in its path. */
  z.strictObject({ do: z.literal('putSpare') }),
]);

export interface SimulatedDeviceOptions<Faults extends FaultTable, Hand> {
  readonly protocol: string;
  readonly environment: SimulatorEnvironment;
  readonly faults: Faults;
  /** What hands can do to this device, besides power, cable and faults: a union discriminated by `do`. */
  readonly hands: z.ZodType<Hand>;
}

/**
 * What all simulated devices are: a line that is plugged or not, power that is on or not, an armed list of faults, hands, and an account of what happened.
 * A device adds its physics (`describe`, `act`) and its side of the wire (`hear`). Timers of an earlier power-on do nothing.
 */
export abstract class SimulatedDevice<Faults extends FaultTable, Hand> implements DeviceSimulator {
  readonly protocol: string;
  protected readonly environment: SimulatorEnvironment;
  protected readonly faults: FaultBoard<Faults>;
  readonly #hands: z.ZodType<Hand>;
  readonly #faultCommand: ReturnType<typeof faultCommandOf<Faults>>;
  readonly #listeners: ((event: SimulatorEvent) => void)[] = [];
  #isStarted = false;
  #isPowered = true;
  #isPlugged = true;
  #powerCycle = 0;
  #spareNumber = 0;

  protected constructor(options: SimulatedDeviceOptions<Faults, Hand>) {
    this.protocol = options.protocol;
    this.environment = options.environment;
    this.faults = new FaultBoard(options.faults);
    this.#hands = options.hands;
    this.#faultCommand = faultCommandOf(options.faults);
    options.environment.line.onData((chunk) => {
      if (this.isAlive) this.hear(chunk);
    });
  }

  // ——— what the device adds

  /** Bytes of the terminal, in any cut, while the device has power. */
  protected abstract hear(chunk: Uint8Array): void;
  /** One thing that hands do. */
  protected abstract act(hand: Hand): Result<Json, ControlError>;
  /** The physical truth. Never a card number or code in clear. */
  protected abstract describe(): { readonly [key: string]: Json };
  /** Power is gone: what is not on paper, in metal or in permanent memory is forgotten. */
  protected onPowerOff(): void {}
  protected onPowerOn(): void {}
  /** Another unit stands here: what this one kept over a loss of power is not in it. */
  protected onSpare(): void {}
  /** What a person says with `clearFaults`, besides that nothing armed strikes any more. */
  protected onFaultsCleared(): void {}

  // ——— what all have

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
    this.#powerCycle++;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): ReturnType<DeviceSimulator['faultBoard']> {
    return this.faults.rows();
  }

  world(): Json {
    return { protocol: this.protocol, isPowered: this.#isPowered, isPlugged: this.#isPlugged, ...this.describe(), faults: this.faults.list().map((fault) => ({ ...fault })) };
  }

  control(command: unknown): Result<Json, ControlError> {
    const asked = (command as { readonly do?: unknown } | null)?.do;
    if (asked === 'fault') {
      const parsed = this.#faultCommand.safeParse(command);
      if (!parsed.success) return err({ code: 'invalid', detail: z.prettifyError(parsed.error) });
      const problem = this.faults.arm(parsed.data as Parameters<FaultBoard<Faults>['arm']>[0]);
      return problem === null ? ok(null) : err({ code: 'invalid', detail: problem });
    }
    const common = COMMON_HANDS.safeParse(command);
    if (common.success) return this.#obey(common.data.do);
    const parsed = this.#hands.safeParse(command);
    if (parsed.success) return this.act(parsed.data);
    const isUnknown = typeof asked === 'string' && parsed.error.issues.some(({ path }) => path.length === 1 && path[0] === 'do');
    return err({ code: isUnknown ? 'unknownCommand' : 'invalid', detail: z.prettifyError(parsed.error) });
  }

  protected get isPowered(): boolean {
    return this.#isPowered;
  }

  /** 0: the unit of the beginning. */
  protected get spareNumber(): number {
    return this.#spareNumber;
  }

  /** As the unit that stands here tells it. @param first  of the unit of the beginning, in decimal; each spare has the next */
  protected ownSerial(first: string): string {
    const tail = first.slice(-4);
    return first.slice(0, -4) + String((Number(tail) + this.#spareNumber) % 10_000).padStart(4, '0');
  }

  protected get isAlive(): boolean {
    return this.#isStarted && this.#isPowered;
  }

  /** Nothing is said without power. */
  protected write(bytes: Uint8Array | readonly number[]): void {
    if (this.isAlive) this.environment.line.write(Uint8Array.from(bytes));
  }

  /** Mechanics: scaled by the time factor, and gone with the power. */
  protected after(delayMs: number, action: () => void): TimerHandle {
    return this.afterProtocolMs(delayMs * this.environment.timeFactor, action);
  }

  /** Times of the protocol: not scaled, because the other side's are not. */
  protected afterProtocolMs(delayMs: number, action: () => void): TimerHandle {
    const powerCycle = this.#powerCycle;
    return this.environment.clock.setTimeout(() => {
      if (powerCycle === this.#powerCycle && this.#isStarted) action();
    }, delayMs);
  }

  /** Whether this fault strikes now; the account says so. */
  protected struck(fault: FaultOf<Faults>, at: string, place: FaultPlace = {}): boolean {
    if (!this.faults.strike(fault, at, place)) return false;
    const { index, opcode } = place;
    this.tell('fault', { fault, at, ...(index === undefined ? {} : { index }), ...(opcode === undefined ? {} : { opcode }) });
    return true;
  }

  /** The fault that was armed first for one of these moments; the account says so. */
  protected firstStruck(moments: readonly string[]): FaultOf<Faults> | null {
    const struck = this.faults.strikeFirst(moments);
    if (struck === null) return null;
    this.tell('fault', { fault: struck.fault, at: struck.at });
    return struck.fault;
  }

  protected tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }

  protected powerOff(): void {
    if (!this.#isPowered) return;
    this.#isPowered = false;
    this.#powerCycle++;
    this.onPowerOff();
    this.tell('powerOff', {});
  }

  protected powerOn(): void {
    if (this.#isPowered) return;
    this.#isPowered = true;
    this.tell('powerOn', {});
    this.onPowerOn();
  }

  protected unplug(): void {
    this.#isPlugged = false;
    this.environment.line.unplug();
    this.tell('unplugged', {});
  }

  protected plug(): void {
    this.#isPlugged = true;
    this.environment.line.plug();
    this.tell('plugged', {});
  }

  #obey(hand: z.infer<typeof COMMON_HANDS>['do']): Result<Json, ControlError> {
    if (hand === 'powerOff') this.powerOff();
    else if (hand === 'powerOn') this.powerOn();
    else if (hand === 'unplug') this.unplug();
    else if (hand === 'plug') this.plug();
    else if (hand === 'putSpare') return this.#putSpare();
    else {
      this.faults.clear();
      this.onFaultsCleared();
    }
    return ok(null);
  }

  #putSpare(): Result<Json, ControlError> {
    if (this.#isPowered) return notNow('it has power');
    this.#spareNumber++;
    this.onSpare();
    this.tell('spare', { spareNumber: this.#spareNumber });
    return ok(null);
  }
}
