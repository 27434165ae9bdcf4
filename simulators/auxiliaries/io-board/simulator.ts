import { z } from 'zod';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment, SimulatorEvent } from '../../simulator.ts';
import type { Letter } from './wire.ts';
import { checkedLine, eventBody, LAMP_LETTERS, RequestReader, statusBody } from './wire.ts';

export interface IoBoardSimulatorOptions {
  readonly serialNumber?: string;
  /** 1: a board of the first version, without headphone jack and lamps. */
  readonly version?: 1 | 2;
}

const ANSWER_MS = 5;
const RESTART_MS = 400;
const MOMENTS = ['answer', 'event'] as const;
const FAULTS = {
  noise: { at: MOMENTS, label: 'Random bytes before the line' },
  silence: { at: MOMENTS, label: 'The line is not sent' },
  badChecksum: { at: MOMENTS, label: 'The line is damaged' },
  restart: { at: ['answer'], label: 'The board restarts after the line: its lamps are dark' },
} as const;

const door = z.enum(['safe', 'cabinet']);
const HANDS = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('turnKey'), on: z.boolean() }),
  z.strictObject({ do: z.literal('openDoor'), door }),
  z.strictObject({ do: z.literal('closeDoor'), door }),
  z.strictObject({ do: z.literal('tamper'), on: z.boolean() }),
  z.strictObject({ do: z.literal('headphones'), on: z.boolean() }),
]);
type Hand = z.infer<typeof HANDS>;

/** A small board with contacts and lamps, by the page of its protocol. */
export const createIoBoardSimulator: CreateSimulator<IoBoardSimulatorOptions> = (environment, options) => new IoBoardSimulator(environment, options);

class IoBoardSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #options: IoBoardSimulatorOptions;
  readonly #reader = new RequestReader();
  readonly #isOn: Record<Letter, boolean> = { K: false, D: false, C: false, T: false, H: false };
  #lamps = new Map<string, number>();
  #answeredCount = 0;

  constructor(environment: SimulatorEnvironment, options: IoBoardSimulatorOptions) {
    super({ protocol: 'io-board', environment, faults: FAULTS, hands: HANDS });
    this.#options = options;
  }

  protected override describe(): { readonly [key: string]: Json } {
    const { K, D, C, T, H } = this.#isOn;
    return { operatorKey: K, safeDoor: D, cabinetDoor: C, tamper: T, headphones: H, lamps: this.#lampDigits(), answeredCount: this.#answeredCount };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    switch (hand.do) {
      case 'turnKey':
        return this.#switch('K', hand.on, hand.on ? 'keyTurnedToService' : 'keyTurnedBack');
      case 'openDoor':
      case 'closeDoor': {
        const isOpen = hand.do === 'openDoor';
        return this.#switch(hand.door === 'safe' ? 'D' : 'C', isOpen, isOpen ? 'doorOpened' : 'doorClosed', { door: hand.door });
      }
      case 'tamper':
        return this.#switch('T', hand.on, hand.on ? 'tamperSeen' : 'tamperCleared');
      case 'headphones':
        return this.#switch('H', hand.on, hand.on ? 'headphonesPlugged' : 'headphonesPulled');
    }
  }

  protected override hear(chunk: Uint8Array): void {
    for (const request of this.#reader.push(chunk)) {
      this.after(ANSWER_MS, () => {
        this.#answeredCount += 1;
        if (request.kind === 'lamp') this.#light(request.letter, request.pattern);
        else this.#say('answer', request.kind === 'I' ? this.#identity() : statusBody((letter) => this.#isOn[letter], this.#options.version === 1 ? null : this.#lampDigits()));
      });
    }
  }

  protected override onPowerOff(): void {
    this.#reader.reset();
    this.#lamps.clear();
  }

  #identity(): string {
    return `I ${this.#options.version === 1 ? 'QIO-1 1.0' : 'QIO-2 2.0'} ${this.#options.serialNumber ?? 'SIM-000427'}`;
  }

  #lampDigits(): string {
    return [...LAMP_LETTERS].map((letter) => this.#lamps.get(letter) ?? 0).join('');
  }

  #light(letter: string, pattern: number): void {
    if (this.#options.version === 1) return;
    if (!LAMP_LETTERS.includes(letter)) return this.#say('answer', `L ${letter}=!`);
    this.#lamps.set(letter, pattern);
    this.tell('lampSet', { lamp: letter, pattern });
    this.#say('answer', `L ${letter}=${pattern}`);
  }

  #switch(letter: Letter, isOn: boolean, event: string, fields: SimulatorEvent['fields'] = {}): Result<Json, ControlError> {
    if (this.#isOn[letter] === isOn) return ok(null);
    this.#isOn[letter] = isOn;
    this.tell(event, fields);
    const isWired = letter !== 'H' || this.#options.version !== 1;
    if (isWired && this.isAlive) this.#say('event', eventBody(letter, isOn));
    return ok(null);
  }

  #say(moment: (typeof MOMENTS)[number], body: string): void {
    if (this.struck('silence', moment)) return;
    const { random } = this.environment;
    if (this.struck('noise', moment)) this.write([...random.bytes(1 + randomInteger(random, 8)), 0x0a]);
    this.write(checkedLine(body, this.struck('badChecksum', moment) ? 0x01 : 0));
    if (moment === 'answer' && this.struck('restart', 'answer')) {
      this.powerOff();
      // Its own start, with the power that is there.
      this.after(RESTART_MS, () => this.powerOn());
    }
  }
}
