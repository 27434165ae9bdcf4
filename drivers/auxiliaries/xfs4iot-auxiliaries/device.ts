import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { LampName, LightPattern, Lights } from '../../interfaces/lights.ts';
import type { SwitchName, Switches } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

/** Names of the standard; `status` is the one that says "in service". [xfs4iot §12] */
const LIGHT_NAMES: Readonly<Record<LampName, string>> = {
  cardReader: 'cardReader', cashAcceptor: 'billAcceptor', cashDispenser: 'notesDispenser', receiptPrinter: 'receiptPrinter', barcodeReader: 'scanner', pinPad: 'pinPad', status: 'statusInService',
};
const FLASH_RATES: Readonly<Record<LightPattern, string>> = { off: 'off', continuous: 'continuous', slowFlash: 'slow', mediumFlash: 'medium', quickFlash: 'quick' };
const POSITION = 'default';
const SENSORS = { operatorSwitch: 'register', safeDoor: 'register', cabinetDoor: 'register', tamperSensor: 'register', enhancedAudioSensor: 'register' } as const;

const light = z.record(z.string(), z.looseObject({ flashRate: z.string().nullish() }));
const statusSchema = z.looseObject({
  auxiliaries: z.looseObject({ operatorSwitch: z.string().nullish(), safeDoor: z.string().nullish(), cabinetDoor: z.string().nullish(), tamperSensor: z.string().nullish(), enhancedAudioSensor: z.string().nullish() }).nullish(),
  lights: z.record(z.string(), light).nullish(),
});
type Auxiliaries = NonNullable<z.infer<typeof statusSchema>['auxiliaries']>;

/** Doors, key, tamper sensor and headphones of a service with Auxiliaries; its lamps where it offers Lights too. */
export function createXfsAuxiliaries(options: XfsDeviceOptions): Switches {
  return new XfsAuxiliaries(options);
}

/** Changes come as status; `onChange` and `position` as in `drivers/auxiliaries/io-board`. [xfs4iot §12] */
class XfsAuxiliaries extends XfsDevice implements Switches {
  readonly lights: Lights = { set: (lamp, pattern) => this.#light(lamp, pattern), pattern: (lamp) => this.#patterns.get(lamp) ?? null };
  readonly #listeners = new Set<(change: { readonly name: SwitchName; readonly on: boolean }) => void>();
  readonly #positions = new Map<SwitchName, boolean>();
  readonly #told = new Map<SwitchName, boolean>(SWITCHES.map((name) => [name, false]));
  readonly #wanted = new Map<LampName, LightPattern>();
  readonly #patterns = new Map<LampName, LightPattern>();

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'auxiliaries', protocol: 'xfs4iot-auxiliaries', interfaceName: 'Auxiliaries', offlineCode: 'SIU_OFFLINE', failureCode: 'SIU_OFFLINE', logArea: 'siu' });
  }

  position(name: SwitchName): boolean | null {
    return this.#positions.get(name) ?? null;
  }

  onChange(listener: (change: { readonly name: SwitchName; readonly on: boolean }) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected override async prepare(): Promise<boolean> {
    if (!this.service.has('Auxiliaries.Register')) return true;
    // A service that knows fewer sensors says so; its status is asked in any case.
    return (await this.service.command('Auxiliaries.Register', SENSORS)).kind !== 'silence';
  }

  protected override async poll(): Promise<boolean> {
    return (await super.poll()) && this.#lightAsWanted();
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    const { auxiliaries, lights } = statusSchema.safeParse(status).data ?? {};
    if (auxiliaries) for (const name of SWITCHES) this.#setPosition(name, positionOf(name, auxiliaries));
    for (const lamp of Object.keys(LIGHT_NAMES) as LampName[]) {
      const rate = lights?.[LIGHT_NAMES[lamp]]?.[POSITION]?.flashRate;
      const pattern = (Object.keys(FLASH_RATES) as LightPattern[]).find((each) => FLASH_RATES[each] === rate);
      if (pattern !== undefined) this.#patterns.set(lamp, pattern);
    }
    return [];
  }

  protected override onDown(): void {
    this.#positions.clear();
    this.#patterns.clear();
  }

  #light(lamp: LampName, pattern: LightPattern): Promise<DeviceOutcome<void>> {
    this.#wanted.set(lamp, pattern);
    return this.run(() => this.#order(lamp));
  }

  /** The newest wish: a lamp may be wished for again while it is being set. */
  async #order(lamp: LampName): Promise<DeviceOutcome<void>> {
    const pattern = this.#wanted.get(lamp) ?? 'off';
    if (!this.service.has('Lights.SetLight')) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the service has no lights' };
    const reply = await this.service.command('Lights.SetLight', { [LIGHT_NAMES[lamp]]: { [POSITION]: { flashRate: FLASH_RATES[pattern] } } });
    if (reply.kind !== 'done') return this.failedBy(reply);
    this.#patterns.set(lamp, pattern);
    return { kind: 'completed', value: undefined };
  }

  /** After a restart of the service its lamps are dark: what is wanted is set again. */
  async #lightAsWanted(): Promise<boolean> {
    for (const [lamp, wanted] of this.#wanted) {
      const shown = this.#patterns.get(lamp) ?? null;
      if (shown !== null && shown !== wanted) await this.#order(lamp);
    }
    return true;
  }

  #setPosition(name: SwitchName, on: boolean | null): void {
    if (on === null) return void this.#positions.delete(name);
    this.#positions.set(name, on);
    if (this.#told.get(name) === on) return;
    this.#told.set(name, on);
    this.log.info('siu.switch.changed', { deviceId: this.deviceId, name, on });
    for (const listener of this.#listeners) listener({ name, on });
  }
}

const CLOSED: readonly string[] = ['closed', 'locked', 'bolted'];

/** null: not told, or in a word that says nothing. */
function positionOf(name: SwitchName, told: Auxiliaries): boolean | null {
  const { operatorSwitch, safeDoor, cabinetDoor, tamperSensor, enhancedAudioSensor } = told;
  const door = (word: string | null | undefined) => (word === 'open' || word === 'tampered' ? true : CLOSED.includes(word ?? '') ? false : null);
  switch (name) {
    case 'operatorKey':
      return operatorSwitch === 'maintenance' || operatorSwitch === 'supervisor' ? true : operatorSwitch === 'run' ? false : null;
    case 'safeDoor':
      return door(safeDoor);
    case 'cabinetDoor':
      return door(cabinetDoor);
    case 'tamper':
      return tamperSensor === 'on' || safeDoor === 'tampered' || cabinetDoor === 'tampered' ? true : tamperSensor === 'off' ? false : null;
    case 'headphones':
      return enhancedAudioSensor === 'present' ? true : enhancedAudioSensor === 'notPresent' ? false : null;
  }
}
