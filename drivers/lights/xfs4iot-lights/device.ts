import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { LampName, LightBoard, LightPattern } from '../../interfaces/lights.ts';
import { XfsLamps } from '../../xfs4iot/lamps.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

/** Guidance lights behind a service of their own. */
export function createXfsLights(options: XfsDeviceOptions): LightBoard {
  return new XfsLights(options);
}

/** Lights of a service that has no Auxiliaries, or whose Auxiliaries are not ours. [xfs4iot §12] */
class XfsLights extends XfsDevice implements LightBoard {
  readonly #lamps: XfsLamps;

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'lights', protocol: 'xfs4iot-lights', interfaceNames: ['Lights'], offlineCode: 'SIU_OFFLINE', failureCode: 'SIU_OFFLINE', logArea: 'siu' });
    this.#lamps = new XfsLamps({ service: this.service, run: (job) => this.run(job), failedBy: (reply) => this.failedBy(reply) });
  }

  set(lamp: LampName, pattern: LightPattern): Promise<DeviceOutcome<void>> {
    return this.#lamps.set(lamp, pattern);
  }

  pattern(lamp: LampName): LightPattern | null {
    return this.#lamps.pattern(lamp);
  }

  protected override async prepare(): Promise<boolean> {
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (!(await super.poll())) return false;
    await this.#lamps.lightAsWanted();
    return true;
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    this.#lamps.takeStatus(status);
    return [];
  }

  protected override onDown(): void {
    this.#lamps.forget();
  }
}
