import { z } from 'zod';
import { err, ok, type Result } from '../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import type { ControlError, CreateSimulator, DeviceSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import type { BoardMoment } from './faults.ts';
import { BOARD_FAULTS, BOARD_MOMENTS, FaultList, faultSchema } from './faults.ts';
import type { Letter } from './wire.ts';
import { checkedLine, eventBody, QuestionReader, statusBody } from './wire.ts';

export interface IoBoardSimulatorOptions {
  readonly serialNumber?: string;
}

const ANSWER_MS = 5;
const IDENTITY = 'QIO-1 1.0';

const door = z.enum(['safe', 'cabinet']);
const controlSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('turnKey'), on: z.boolean() }),
  z.strictObject({ do: z.literal('openDoor'), door }),
  z.strictObject({ do: z.literal('closeDoor'), door }),
  z.strictObject({ do: z.literal('tamper'), on: z.boolean() }),
  z.strictObject({ do: z.literal('powerOff') }),
  z.strictObject({ do: z.literal('powerOn') }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('clearFaults') }),
  faultSchema,
]);
type Control = z.infer<typeof controlSchema>;

export const createIoBoardSimulator: CreateSimulator<IoBoardSimulatorOptions> = (environment, options) => new IoBoardSimulator(environment, options);

class IoBoardSimulator implements DeviceSimulator {
  readonly protocol = 'io-board';
  readonly #environment: SimulatorEnvironment;
  readonly #serialNumber: string;
  readonly #reader = new QuestionReader();
  readonly #faults = new FaultList();
  readonly #listeners: ((event: SimulatorEvent) => void)[] = [];
  readonly #isOn: Record<Letter, boolean> = { K: false, D: false, C: false, T: false };
  #isRunning = false;
  #isPowered = true;
  #isPlugged = true;
  #answeredCount = 0;

  constructor(environment: SimulatorEnvironment, options: IoBoardSimulatorOptions) {
    this.#environment = environment;
    this.#serialNumber = options.serialNumber ?? 'SIM-000427';
    environment.line.onData((chunk) => this.#receive(chunk));
  }

  start(): void {
    this.#isRunning = true;
  }

  stop(): void {
    this.#isRunning = false;
  }

  onEvent(listener: (event: SimulatorEvent) => void): void {
    this.#listeners.push(listener);
  }

  faultBoard(): ReturnType<DeviceSimulator['faultBoard']> {
    return Object.entries(BOARD_FAULTS).map(([fault, label]) => ({ fault, at: BOARD_MOMENTS, label }));
  }

  world(): Json {
    return {
      protocol: this.protocol,
      isPowered: this.#isPowered,
      isPlugged: this.#isPlugged,
      operatorKey: this.#isOn.K,
      safeDoor: this.#isOn.D,
      cabinetDoor: this.#isOn.C,
      tamper: this.#isOn.T,
      answeredCount: this.#answeredCount,
      faults: this.#faults.armed.map((fault) => ({ ...fault })),
    };
  }

  control(command: unknown): Result<Json, ControlError> {
    const parsed = controlSchema.safeParse(command);
    if (!parsed.success) {
      const isKnown = controlSchema.options.some((option) => option.shape.do.value === (command as { do?: unknown } | null)?.do);
      return err({ code: isKnown ? 'invalid' : 'unknownCommand', detail: z.prettifyError(parsed.error) });
    }
    return this.#obey(parsed.data);
  }

  #obey(command: Control): Result<Json, ControlError> {
    switch (command.do) {
      case 'turnKey':
        return this.#switch('K', command.on, command.on ? 'keyTurnedToService' : 'keyTurnedBack');
      case 'openDoor':
      case 'closeDoor': {
        const isOpen = command.do === 'openDoor';
        return this.#switch(command.door === 'safe' ? 'D' : 'C', isOpen, isOpen ? 'doorOpened' : 'doorClosed', { door: command.door });
      }
      case 'tamper':
        return this.#switch('T', command.on, command.on ? 'tamperSeen' : 'tamperCleared');
      case 'powerOff':
      case 'powerOn':
        this.#isPowered = command.do === 'powerOn';
        this.#reader.reset();
        this.#tell(command.do, {});
        return ok(null);
      case 'unplug':
      case 'plug':
        this.#setPlugged(command.do === 'plug');
        return ok(null);
      case 'clearFaults':
        this.#faults.clear();
        return ok(null);
      case 'fault':
        return this.#faults.arm(command) ? ok(null) : err({ code: 'notNow', detail: 'too many faults are armed' });
    }
  }

  #switch(letter: Letter, isOn: boolean, event: string, fields: SimulatorEvent['fields'] = {}): Result<Json, ControlError> {
    if (this.#isOn[letter] === isOn) return ok(null);
    this.#isOn[letter] = isOn;
    this.#tell(event, fields);
    if (this.#isRunning && this.#isPowered) this.#say('event', eventBody(letter, isOn));
    return ok(null);
  }

  #setPlugged(isPlugged: boolean): void {
    if (this.#isPlugged === isPlugged) return;
    this.#isPlugged = isPlugged;
    if (isPlugged) this.#environment.line.plug();
    else this.#environment.line.unplug();
    this.#tell(isPlugged ? 'plugged' : 'unplugged', {});
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#isRunning || !this.#isPowered) return;
    for (const question of this.#reader.push(chunk)) {
      this.#environment.clock.setTimeout(() => {
        if (!this.#isRunning || !this.#isPowered) return;
        this.#answeredCount += 1;
        this.#say('answer', question === 'I' ? `I ${IDENTITY} ${this.#serialNumber}` : statusBody((letter) => this.#isOn[letter]));
      }, ANSWER_MS * this.#environment.timeFactor);
    }
  }

  #say(moment: BoardMoment, body: string): void {
    const fault = this.#faults.take(moment);
    if (fault !== null) this.#tell('faultFired', { fault, at: moment });
    if (fault === 'silence') return;
    const { line, random } = this.#environment;
    if (fault === 'noise') line.write(Uint8Array.from([...random.bytes(1 + randomInteger(random, 8)), 0x0a]));
    line.write(checkedLine(body, fault === 'badChecksum' ? 0x01 : 0));
  }

  #tell(event: string, fields: SimulatorEvent['fields']): void {
    for (const listener of this.#listeners) listener({ event, fields });
  }
}
