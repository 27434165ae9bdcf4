import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { LampBoard } from '../../xfs4iot/lamp-board.ts';
import type { Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const FAULTS = { ...SERVICE_FAULTS } as const;
const door = z.enum(['safe', 'cabinet']);
const hands = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('turnKey'), on: z.boolean() }),
  z.strictObject({ do: z.literal('openDoor'), door }),
  z.strictObject({ do: z.literal('closeDoor'), door }),
  z.strictObject({ do: z.literal('tamper'), on: z.boolean() }),
  z.strictObject({ do: z.literal('headphones'), on: z.boolean() }),
]);
type Hand = z.infer<typeof hands>;

/** Sensors and lights of a terminal behind one XFS4IoT service. [xfs4iot §12] */
export const createXfsAuxiliariesSimulator: CreateSimulator<object> = (environment) => new XfsAuxiliariesSimulator(environment);

class XfsAuxiliariesSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #isOn = { key: false, safe: false, cabinet: false, tamper: false, headphones: false };
  readonly #lamps = new LampBoard((lamp, rate) => this.tell('lampSet', { lamp, rate }));

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-auxiliaries', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { ...this.#isOn, lights: this.#lamps.world() };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'turnKey') this.#isOn.key = hand.on;
    else if (hand.do === 'tamper') this.#isOn.tamper = hand.on;
    else if (hand.do === 'headphones') this.#isOn.headphones = hand.on;
    else this.#isOn[hand.door] = hand.do === 'openDoor';
    this.tell(hand.do, {});
    if (this.isAlive) this.statusChanged();
    return ok(null);
  }

  protected override status(): object {
    const { key, safe, cabinet, tamper, headphones } = this.#isOn;
    return {
      auxiliaries: { operatorSwitch: key ? 'supervisor' : 'run', safeDoor: safe ? 'open' : 'locked', cabinetDoor: cabinet ? 'open' : 'closed', tamperSensor: tamper ? 'on' : 'off', enhancedAudioSensor: headphones ? 'present' : 'notPresent' },
      lights: this.#lamps.status(),
    };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return { 'Auxiliaries.Register': (_, respond) => respond({}), ...this.#lamps.handlers() };
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#lamps.darken();
  }
}
