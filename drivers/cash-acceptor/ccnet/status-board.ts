import type { Clock } from '../../../main/foundation/clock.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceState, DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import type { Identification } from './codec.ts';

const LAST_FAULTS_MAX = 10;

/** What a technician sees of the device; tells its listeners when state or faults change, not at each counter. */
export class StatusBoard {
  readonly #deviceId: string;
  readonly #clock: Clock;
  readonly #readCounters: () => Readonly<Record<string, number>>;
  readonly #listeners = new Set<(status: DeviceStatus) => void>();
  #state: DeviceState = 'offline';
  #faults: readonly ErrorCode[] = [];
  #sinceUtcMs: number;
  #identification: Identification | null = null;
  #lastFaults: DeviceStatus['lastFaults'] = [];

  constructor(options: { readonly deviceId: string; readonly clock: Clock; readonly counters: () => Readonly<Record<string, number>> }) {
    this.#deviceId = options.deviceId;
    this.#clock = options.clock;
    this.#readCounters = options.counters;
    this.#sinceUtcMs = options.clock.nowUtcMs();
  }

  get faults(): readonly ErrorCode[] {
    return this.#faults;
  }

  status(): DeviceStatus {
    return {
      deviceId: this.#deviceId,
      deviceClass: 'cashAcceptor',
      protocol: 'ccnet',
      state: this.#state,
      faults: this.#faults,
      model: this.#identification?.partNumber ?? null,
      // The part number names the firmware family ("SM-RU1353"); CCNET has no other version for a validator. [ccnet §10]
      firmware: this.#identification?.partNumber ?? null,
      serialNumber: this.#identification?.serialNumber ?? null,
      sinceUtcMs: this.#sinceUtcMs,
      counters: this.#readCounters(),
      lastFaults: this.#lastFaults,
    };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  identify(identification: Identification): void {
    this.#identification = identification;
  }

  /** One line for the history of faults, also for those that do not last. */
  record(code: ErrorCode, detail: string): void {
    this.#lastFaults = [{ code, atUtcMs: this.#clock.nowUtcMs(), detail }, ...this.#lastFaults].slice(0, LAST_FAULTS_MAX);
  }

  /** @param faults  all that hold now, the gravest first */
  show(state: DeviceState, faults: readonly ErrorCode[]): void {
    const isSame = state === this.#state && faults.length === this.#faults.length && faults.every((fault, index) => fault === this.#faults[index]);
    if (isSame) return;
    if (state !== this.#state) this.#sinceUtcMs = this.#clock.nowUtcMs();
    this.#state = state;
    this.#faults = faults;
    const status = this.status();
    for (const listener of [...this.#listeners]) listener(status);
  }
}
