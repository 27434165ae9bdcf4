import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { PowerReading, PowerSupply } from '../../interfaces/power-supply.ts';
import { LineDevice } from '../../life/line-device.ts';
import type { Transport } from '../../transport/transport.ts';
import { faultsOf, listUps, listVariables, logout, readingOf, UNKNOWN_READING } from './codec.ts';
import type { NutAnswer } from './link.ts';
import { NutLink } from './link.ts';

/** [misc §4.1: every 2 to 5 s] */
const POLL_INTERVAL_MS = 3_000;
/** Old data are no data. [misc §4.1, policy] */
const STALE_MS_MAX = 30_000;

export interface NutUpsOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** As the server calls it. */
  readonly upsName: string;
}

/** A UPS behind the Network UPS Tools server, read only: no user, no password, nothing switched. */
export function createNutUps(options: NutUpsOptions): PowerSupply {
  return new NutUps(options);
}

class NutUps extends LineDevice implements PowerSupply {
  readonly #link: NutLink;
  readonly #upsName: string;
  readonly #listeners = new Set<(reading: PowerReading) => void>();
  #reading: PowerReading = UNKNOWN_READING;
  #lastGoodMs = -Infinity;

  constructor(options: NutUpsOptions) {
    const link = new NutLink(options);
    super({ ...options, deviceClass: 'powerSupply', protocol: 'nut-ups', link, pollIntervalMs: POLL_INTERVAL_MS, offlineCode: 'SIU_OFFLINE', logArea: 'siu' });
    this.#link = link;
    this.#upsName = options.upsName;
  }

  override async stop(): Promise<void> {
    this.#link.write(logout());
    await super.stop();
  }

  reading(): PowerReading {
    return this.#reading;
  }

  onChange(listener: (reading: PowerReading) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected override async bringUp(): Promise<boolean> {
    const listed = await this.#link.list(listUps(), 'UPS');
    if (listed.kind !== 'list') return false;
    const ups = listed.items.find((item) => item.kind === 'ups' && item.upsName === this.#upsName);
    if (ups?.kind !== 'ups') this.record('LNK_PROTOCOL', `the server knows no UPS ${this.#upsName}`);
    if (!(await this.#ask())) return false;
    this.becomeReady('read', this.#standing());
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (!(await this.#ask())) return false;
    this.settle('read', this.#standing());
    return true;
  }

  /** A reading of before is no knowledge of now. */
  protected override onDown(): void {
    this.#become(UNKNOWN_READING);
  }

  /** False: no answer. An answer that the data are old keeps the last reading for a while. */
  async #ask(): Promise<boolean> {
    const answer: NutAnswer = await this.#link.list(listVariables(this.#upsName), `VAR ${this.#upsName}`);
    if (answer.kind !== 'list' && answer.kind !== 'error') return false;
    const nowMs = this.clock.monotonicMs();
    if (answer.kind === 'list') {
      const variables = new Map(answer.items.flatMap((item) => (item.kind === 'variable' && item.upsName === this.#upsName ? [[item.name, item.value] as const] : [])));
      this.#lastGoodMs = nowMs;
      this.#become(readingOf(variables));
      this.#identify(variables);
    } else if (nowMs - this.#lastGoodMs >= STALE_MS_MAX) this.#become(UNKNOWN_READING);
    this.see(faultsOf(this.#reading));
    return true;
  }

  /** On battery it works as it should: only a UPS that nobody knows anything of is faulty. */
  #standing() {
    return { blocking: this.faults.filter((code) => code === 'SIU_POWER_UNKNOWN') };
  }

  #identify(variables: ReadonlyMap<string, string>): void {
    const words = (...names: readonly string[]) => names.map((name) => variables.get(name)?.trim().slice(0, 40) ?? '').find((word) => word !== '');
    const [model, firmware, serialNumber] = [words('ups.model', 'device.model'), words('ups.firmware'), words('ups.serial', 'device.serial')];
    this.identified({ ...(model === undefined ? {} : { model }), ...(firmware === undefined ? {} : { firmware }), ...(serialNumber === undefined ? {} : { serialNumber }) });
  }

  #become(reading: PowerReading): void {
    const before = this.#reading;
    this.#reading = reading;
    const isSame = before.source === reading.source && before.isBatteryLow === reading.isBatteryLow && before.mustReplaceBattery === reading.mustReplaceBattery;
    if (isSame) return;
    this.log.info('siu.power.changed', { deviceId: this.deviceId, source: reading.source, isBatteryLow: reading.isBatteryLow });
    for (const listener of this.#listeners) listener(reading);
  }
}
