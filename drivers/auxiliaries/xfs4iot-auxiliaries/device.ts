import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { SwitchName, Switches } from '../../interfaces/switches.ts';
import { SWITCHES } from '../../interfaces/switches.ts';
import { XfsLamps } from '../../xfs4iot/lamps.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

const SENSORS = { operatorSwitch: 'register', safeDoor: 'register', cabinetDoor: 'register', tamperSensor: 'register', enhancedAudioSensor: 'register' } as const;

const statusSchema = z.looseObject({
  auxiliaries: z.looseObject({ operatorSwitch: z.string().nullish(), safeDoor: z.string().nullish(), cabinetDoor: z.string().nullish(), tamperSensor: z.string().nullish(), enhancedAudioSensor: z.string().nullish() }).nullish(),
});
type Auxiliaries = NonNullable<z.infer<typeof statusSchema>['auxiliaries']>;

/** Doors, key, tamper sensor and headphones of a service with Auxiliaries; its lamps where it offers Lights too. */
export function createXfsAuxiliaries(options: XfsDeviceOptions): Switches {
  return new XfsAuxiliaries(options);
}

/** Changes come as status; `onChange` and `position` as in `drivers/auxiliaries/io-board`. [xfs4iot §12] */
class XfsAuxiliaries extends XfsDevice implements Switches {
  readonly lights: XfsLamps;
  readonly #listeners = new Set<(change: { readonly name: SwitchName; readonly on: boolean }) => void>();
  readonly #positions = new Map<SwitchName, boolean>();
  readonly #told = new Map<SwitchName, boolean>(SWITCHES.map((name) => [name, false]));

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'auxiliaries', protocol: 'xfs4iot-auxiliaries', interfaceNames: ['Auxiliaries'], offlineCode: 'SIU_OFFLINE', failureCode: 'SIU_OFFLINE', logArea: 'siu' });
    this.lights = new XfsLamps({ service: this.service, run: (job) => this.run(job), failedBy: (reply) => this.failedBy(reply) });
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
    if (!(await super.poll())) return false;
    await this.lights.lightAsWanted();
    return true;
  }

  protected override faultsOf(status: Payload): readonly ErrorCode[] {
    const { auxiliaries } = statusSchema.safeParse(status).data ?? {};
    if (auxiliaries) for (const name of SWITCHES) this.#setPosition(name, positionOf(name, auxiliaries));
    this.lights.takeStatus(status);
    return [];
  }

  protected override onDown(): void {
    this.#positions.clear();
    this.lights.forget();
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
