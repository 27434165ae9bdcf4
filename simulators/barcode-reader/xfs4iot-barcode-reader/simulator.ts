import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

const FAULTS = { ...SERVICE_FAULTS } as const;
const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('show'), text: z.string().max(4_096) })]);
type Hand = z.infer<typeof hands>;

/** A scanner behind an XFS4IoT service: lit while a Read waits. [xfs4iot §9] */
export const createXfsBarcodeSimulator: CreateSimulator<object> = (environment) => new XfsBarcodeSimulator(environment);

class XfsBarcodeSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  #waiting: ((answer: Answer) => void) | null = null;

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'xfs4iot-barcode-reader', environment, faults: FAULTS, hands });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { isLit: this.#waiting !== null };
  }

  protected override act({ text }: Hand): Result<Json, ControlError> {
    if (this.#waiting === null || !this.isAlive) return err({ code: 'notNow', detail: 'the light is off' });
    const respond = this.#waiting;
    this.#waiting = null;
    respond({ payload: { readOutput: [{ symbology: 'qrCode', barcodeData: Buffer.from(text).toString('base64') }] } });
    return ok(null);
  }

  protected override status(): object {
    return { barcodeReader: { scanner: this.#waiting === null ? 'off' : 'on' } };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      'BarcodeReader.Read': (_, respond) => {
        this.#waiting = respond;
        return (completionCode) => {
          this.#waiting = null;
          respond({ completionCode });
        };
      },
    };
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#waiting = null;
  }
}
