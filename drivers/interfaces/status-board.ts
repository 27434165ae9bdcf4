import type { Clock } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { DeviceClass, DeviceState, DeviceStatus, Unsubscribe } from './device.ts';

/** As many as a technician reads at once. */
const LAST_FAULTS_MAX = 10;

export interface StatusChange {
  readonly state?: DeviceState;
  /** The gravest first. */
  readonly faults?: readonly ErrorCode[];
  readonly model?: string | null;
  readonly firmware?: string | null;
  readonly serialNumber?: string | null;
  /** For the list of faults, when the change brings a new one. Never card data. */
  readonly detail?: string;
}

/** Keeps the status of one device, tells listeners about each change, and remembers the newest faults. */
export class StatusBoard {
  readonly #clock: Clock;
  readonly #counters: () => Readonly<Record<string, number>>;
  readonly #listeners = new Set<(status: DeviceStatus) => void>();
  #status: Omit<DeviceStatus, 'counters'>;

  constructor(options: { readonly deviceId: string; readonly deviceClass: DeviceClass; readonly protocol: string; readonly clock: Clock; readonly counters: () => Readonly<Record<string, number>> }) {
    this.#clock = options.clock;
    this.#counters = options.counters;
    this.#status = {
      deviceId: options.deviceId, deviceClass: options.deviceClass, protocol: options.protocol,
      state: 'offline', faults: [], model: null, firmware: null, serialNumber: null, sinceUtcMs: options.clock.nowUtcMs(), lastFaults: [],
    };
  }

  get state(): DeviceState {
    return this.#status.state;
  }

  get faults(): readonly ErrorCode[] {
    return this.#status.faults;
  }

  status(): DeviceStatus {
    return { ...this.#status, counters: this.#counters() };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** For the list of faults: what went wrong once and does not last. @param detail  never card data */
  record(code: ErrorCode, detail: string): void {
    const line = { code, atUtcMs: this.#clock.nowUtcMs(), detail };
    this.#status = { ...this.#status, lastFaults: [line, ...this.#status.lastFaults].slice(0, LAST_FAULTS_MAX) };
    this.#tell();
  }

  /** Listeners hear only of what changed. */
  update(change: StatusChange): void {
    const { detail, ...fields } = change;
    const before = this.#status;
    const after = { ...before, ...fields };
    const isUsableAsBefore = after.state === before.state && after.faults.join() === before.faults.join();
    if (isUsableAsBefore && after.model === before.model && after.firmware === before.firmware && after.serialNumber === before.serialNumber) return;
    const fresh = after.faults.filter((code) => !before.faults.includes(code)).map((code) => ({ code, atUtcMs: this.#clock.nowUtcMs(), detail: detail ?? '' }));
    this.#status = {
      ...after,
      sinceUtcMs: isUsableAsBefore ? before.sinceUtcMs : this.#clock.nowUtcMs(),
      lastFaults: [...fresh, ...before.lastFaults].slice(0, LAST_FAULTS_MAX),
    };
    this.#tell();
  }

  #tell(): void {
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }
}
