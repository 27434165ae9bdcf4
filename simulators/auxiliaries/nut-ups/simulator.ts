import { z } from 'zod';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { UpsModel } from './model.ts';

export interface NutUpsSimulatorOptions {
  readonly upsName?: string;
}

const ANSWER_MS = 2;
/** Of a request; a longer one is no request. */
const LINE_CHARS_MAX = 512;
const FAULTS = {
  silence: { at: ['answer'], label: 'The server does not answer' },
  cutLine: { at: ['answer'], label: 'The answer ends in the middle of a line' },
  noise: { at: ['answer'], label: 'A line of something else before the answer' },
  error: { at: ['answer'], label: 'The server answers with an error' },
  closed: { at: ['answer'], label: 'The server closes the connection' },
} as const;

const HANDS = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('mains'), on: z.boolean() }),
  z.strictObject({ do: z.literal('setCharge'), percent: z.number().min(0).max(100) }),
  z.strictObject({ do: z.literal('wearBattery') }),
  z.strictObject({ do: z.literal('loseUps') }),
  z.strictObject({ do: z.literal('findUps') }),
  z.strictObject({ do: z.literal('orderShutdown') }),
]);
type Hand = z.infer<typeof HANDS>;

/** The server's side of the text protocol. [misc §4.1] */
export const createNutUpsSimulator: CreateSimulator<NutUpsSimulatorOptions> = (environment, options) => new NutUpsSimulator(environment, options);

class NutUpsSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #upsName: string;
  readonly #model: UpsModel;
  #text = '';

  constructor(environment: SimulatorEnvironment, options: NutUpsSimulatorOptions) {
    super({ protocol: 'nut-ups', environment, faults: FAULTS, hands: HANDS });
    this.#upsName = options.upsName ?? 'ups';
    this.#model = new UpsModel(() => environment.clock.monotonicMs());
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...this.#model.describe() };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    const model = this.#model;
    if (hand.do === 'mains') model.setMains(hand.on);
    else if (hand.do === 'setCharge') model.setCharge(hand.percent);
    else if (hand.do === 'wearBattery') model.isWorn = true;
    else if (hand.do === 'orderShutdown') model.isShutdownOrdered = true;
    else model.isLost = hand.do === 'loseUps';
    this.tell(hand.do, hand.do === 'mains' ? { on: hand.on } : {});
    return ok(null);
  }

  protected override hear(chunk: Uint8Array): void {
    this.#text = (this.#text + Buffer.from(chunk).toString('utf8')).slice(-LINE_CHARS_MAX);
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      const request = this.#text.slice(0, end).replace(/\r$/, '');
      this.#text = this.#text.slice(end + 1);
      this.after(ANSWER_MS, () => this.#answer(this.#answerTo(request)));
    }
  }

  protected override onPowerOff(): void {
    this.#text = '';
  }

  #answerTo(request: string): string {
    const [verb, what, name, variable] = request.split(' ');
    if (request === 'LIST UPS') return `BEGIN LIST UPS\nUPS ${this.#upsName} "Simulated \\"700\\" UPS"\nEND LIST UPS\n`;
    if (verb === 'LOGOUT') return 'OK Goodbye\n';
    if ((verb !== 'LIST' && verb !== 'GET') || what !== 'VAR') return 'ERR UNKNOWN-COMMAND\n';
    if (name !== this.#upsName) return 'ERR UNKNOWN-UPS\n';
    if (this.#model.isLost) return 'ERR DATA-STALE\n';
    const lines = Object.entries(this.#model.variables()).map(([key, value]) => ({ key, line: `VAR ${name} ${key} "${value}"\n` }));
    if (verb === 'GET') return lines.find(({ key }) => key === variable)?.line ?? 'ERR VAR-NOT-SUPPORTED\n';
    return `BEGIN LIST VAR ${name}\n${lines.map(({ line }) => line).join('')}END LIST VAR ${name}\n`;
  }

  #answer(text: string): void {
    if (this.struck('silence', 'answer')) return;
    if (this.struck('closed', 'answer')) {
      this.unplug();
      this.plug();
      return;
    }
    if (this.struck('noise', 'answer')) this.write(Buffer.from('220 another service\n\u0007\n'));
    if (this.struck('error', 'answer')) return this.write(Buffer.from('ERR DRIVER-NOT-CONNECTED\n'));
    const isCut = this.struck('cutLine', 'answer');
    this.write(Buffer.from(isCut ? text.slice(0, text.length / 2) : text));
  }
}
