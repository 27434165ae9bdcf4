import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { LampBoard } from '../../xfs4iot/lamp-board.ts';
import type { Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const FAULTS = { ...SERVICE_FAULTS } as const;
/** The service is started anew: its lamps are dark. */
const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('darken') })]);
type Hand = z.infer<typeof hands>;

/** Guidance lights behind an XFS4IoT service of their own. [xfs4iot §12] */
export const createXfsLightsSimulator: CreateSimulator<object> = (environment) => new XfsLightsSimulator(environment);

class XfsLightsSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #lamps = new LampBoard((lamp, rate) => this.tell('lampSet', { lamp, rate }));

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-lights', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { lights: this.#lamps.world() };
  }

  protected override act(): Result<Json, ControlError> {
    this.#lamps.darken();
    if (this.isAlive) this.statusChanged();
    return ok(null);
  }

  protected override status(): object {
    return { lights: this.#lamps.status() };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return this.#lamps.handlers();
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#lamps.darken();
  }
}
