import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { WaitingCommand } from '../../xfs4iot/waiting-command.ts';
import type { Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const FAULTS = { ...SERVICE_FAULTS } as const;
const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('show'), text: z.string().max(4_096) })]);
type Hand = z.infer<typeof hands>;

/** A scanner behind an XFS4IoT service: lit while a Read waits. [xfs4iot §9] */
export const createXfsBarcodeSimulator: CreateSimulator<object> = (environment) => new XfsBarcodeSimulator(environment);

class XfsBarcodeSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #waiting = new WaitingCommand();

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-barcode-reader', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { isLit: this.#waiting.current !== null };
  }

  protected override act({ text }: Hand): Result<Json, ControlError> {
    if (this.#waiting.current === null || !this.isAlive) return err({ code: 'notNow', detail: 'the light is off' });
    this.#waiting.end()?.respond({ payload: { readOutput: [{ symbology: 'qrCode', barcodeData: Buffer.from(text).toString('base64') }] } });
    return ok(null);
  }

  protected override status(): object {
    return { barcodeReader: { scanner: this.#waiting.current === null ? 'off' : 'on' } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      'BarcodeReader.Read': (_, respond, event) => this.#waiting.begin(respond, event),
    };
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#waiting.end();
  }
}
