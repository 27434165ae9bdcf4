import { z } from 'zod';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { LampName, LightPattern, Lights } from '../interfaces/lights.ts';
import type { Payload } from './messages.ts';
import type { ServiceLink, XfsReply } from './service-link.ts';

/** Names of the standard; `status` is the one that says "in service". [xfs4iot §12] */
const LIGHT_NAMES: Readonly<Record<LampName, string>> = {
  cardReader: 'cardReader', cashAcceptor: 'billAcceptor', cashDispenser: 'notesDispenser', receiptPrinter: 'receiptPrinter', barcodeReader: 'scanner', pinPad: 'pinPad', status: 'statusInService',
};
const FLASH_RATES: Readonly<Record<LightPattern, string>> = { off: 'off', continuous: 'continuous', slowFlash: 'slow', mediumFlash: 'medium', quickFlash: 'quick' };
const POSITION = 'default';

const light = z.record(z.string(), z.looseObject({ flashRate: z.string().nullish() }));
const statusSchema = z.looseObject({ lights: z.record(z.string(), light).nullish() });

export interface LampsHost {
  readonly service: ServiceLink;
  run<T>(job: () => Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>>;
  failedBy(reply: Exclude<XfsReply, { kind: 'done' }>): DeviceOutcome<never>;
}

/** Lights of one service, whether they stand alone or beside its sensors. */
export class XfsLamps implements Lights {
  readonly #host: LampsHost;
  readonly #wanted = new Map<LampName, LightPattern>();
  readonly #patterns = new Map<LampName, LightPattern>();

  constructor(host: LampsHost) {
    this.#host = host;
  }

  set(lamp: LampName, pattern: LightPattern): Promise<DeviceOutcome<void>> {
    this.#wanted.set(lamp, pattern);
    return this.#host.run(() => this.#order(lamp));
  }

  pattern(lamp: LampName): LightPattern | null {
    return this.#patterns.get(lamp) ?? null;
  }

  /** @param status  payload of Common.Status */
  takeStatus(status: Payload): void {
    const { lights } = statusSchema.safeParse(status).data ?? {};
    for (const lamp of Object.keys(LIGHT_NAMES) as LampName[]) {
      const rate = lights?.[LIGHT_NAMES[lamp]]?.[POSITION]?.flashRate;
      const pattern = (Object.keys(FLASH_RATES) as LightPattern[]).find((each) => FLASH_RATES[each] === rate);
      if (pattern !== undefined) this.#patterns.set(lamp, pattern);
    }
  }

  /** The line is gone: nobody knows what burns. */
  forget(): void {
    this.#patterns.clear();
  }

  /** After a restart of the service its lamps are dark: what is wanted is set again. */
  async lightAsWanted(): Promise<void> {
    for (const [lamp, wanted] of this.#wanted) {
      const shown = this.#patterns.get(lamp) ?? null;
      if (shown !== null && shown !== wanted) await this.#order(lamp);
    }
  }

  /** The newest wish: a lamp may be wished for again while it is being set. */
  async #order(lamp: LampName): Promise<DeviceOutcome<void>> {
    const pattern = this.#wanted.get(lamp) ?? 'off';
    const { service } = this.#host;
    if (!service.has('Lights.SetLight')) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the service has no lights' };
    const reply = await service.command('Lights.SetLight', { [LIGHT_NAMES[lamp]]: { [POSITION]: { flashRate: FLASH_RATES[pattern] } } });
    if (reply.kind !== 'done') return this.#host.failedBy(reply);
    this.#patterns.set(lamp, pattern);
    return { kind: 'completed', value: undefined };
  }
}
