import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { Log } from '../../foundation/log.ts';

/** Which cassettes the dispenser sees, as it last said: a cassette that was pulled out pays nothing, whatever the journal counts in it. */
export class CassetteWatch {
  readonly #dispenser: CashDispenser | null;
  readonly #log: Log;
  #missing: ReadonlySet<number> = new Set();

  constructor(options: { readonly dispenser: CashDispenser | null; readonly log: Log }) {
    this.#dispenser = options.dispenser;
    this.#log = options.log;
  }

  /** Unknown counts as present: the device refuses a command for a missing one before anything moves. */
  isPresent(cassetteNumber: number): boolean {
    return !this.#missing.has(cassetteNumber);
  }

  /** Asks the device, where it is up. @returns whether anything changed */
  async refresh(): Promise<boolean> {
    if (this.#dispenser?.status().state !== 'ready') return false;
    const sensors = await this.#dispenser.readSensors();
    if (sensors.kind !== 'completed') return false;
    const missing = new Set(sensors.value.cassettes.filter((cassette) => !cassette.isPresent).map((cassette) => cassette.cassetteNumber));
    const isChanged = [...missing].join() !== [...this.#missing].join();
    if (isChanged) this.#log.warn('cdm.cassettes.changed', { missing: [...missing].join(' ') });
    this.#missing = missing;
    return isChanged;
  }
}
