import type { Availability } from '../../state-machines/terminal/terminal.types.ts';
import type { TimerHandle } from '../foundation/clock.ts';
import { entry } from '../journal/journal.ts';
import { availabilityOf } from './availability.ts';
import type { CoreParts } from './core-parts.ts';
import { allDevices } from './core-parts.ts';

/** A disk that is full or read-only shows here before a customer's note depends on it. */
const PROBE_MS = 15_000;

export interface AvailabilityWatchOptions {
  readonly parts: CoreParts;
  readonly onChange: (availability: Availability) => void;
  /** Something that screens show changed. */
  readonly onAny: () => void;
}

/** Follows devices, link, queue and disk; tells the terminal machine what can be offered, journals faults of devices. */
export class AvailabilityWatch {
  readonly #options: AvailabilityWatchOptions;
  #isJournalWritable = true;
  #last = '';
  #timer: TimerHandle | null = null;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #faults = new Map<string, string>();

  constructor(options: AvailabilityWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { parts } = this.#options;
    for (const device of allDevices(parts.devices)) {
      this.#unsubscribe.push(
        device.onStatus((status) => {
          this.#journalFault(status.deviceId, status.faults[0] ?? null);
          this.look();
          if (device === parts.devices.dispenser && status.state === 'ready') void parts.cassettes.refresh().then(() => this.look());
        }),
      );
    }
    this.#unsubscribe.push(parts.gateway.onLink(() => this.look()), parts.journal.onCommitted(() => this.#options.onAny()));
    this.#probe();
    this.look();
  }

  stop(): void {
    if (this.#timer !== null) this.#options.parts.clock.clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  look(): void {
    const availability = availabilityOf(this.#options.parts, this.#isJournalWritable);
    this.#options.onAny();
    const key = `${availability.level} ${availability.reason}`;
    if (key === this.#last) return;
    this.#last = key;
    this.#options.parts.log.info('trm.availability.changed', { level: availability.level, reason: availability.reason });
    this.#options.onChange(availability);
  }

  #probe(): void {
    const { parts } = this.#options;
    const probed = parts.journal.probe();
    if (probed.ok !== this.#isJournalWritable) {
      this.#isJournalWritable = probed.ok;
      if (!probed.ok) parts.log.error('jnl.probe.failed', { code: probed.error.code, detail: probed.error.detail });
    }
    this.look();
    void parts.cassettes.refresh().then((isChanged) => {
      if (isChanged) this.look();
    });
    this.#timer = parts.clock.setTimeout(() => this.#probe(), PROBE_MS);
  }

  #journalFault(deviceId: string, code: string | null): void {
    const before = this.#faults.get(deviceId) ?? null;
    if (before === code) return;
    if (code === null) this.#faults.delete(deviceId);
    else this.#faults.set(deviceId, code);
    const written = this.#options.parts.journal.commit({ entries: [code === null ? entry('device.recovered', { deviceId }) : entry('device.faulted', { deviceId, code, detail: '' })] });
    if (!written.ok) this.#options.parts.log.error('jnl.fault.unrecorded', { code: written.error.code });
  }
}
