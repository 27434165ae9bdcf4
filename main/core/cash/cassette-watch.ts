import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { Log } from '../../foundation/log.ts';

/** Which cassettes the dispenser sees, as it last said: a cassette that was pulled out, or of which the device says that other notes lie in it than we count there, pays nothing. */
export class CassetteWatch {
  readonly #dispenser: CashDispenser | null;
  readonly #log: Log;
  readonly #denominationOf: (cassetteNumber: number) => number | undefined;
  #missing: ReadonlySet<number> = new Set();

  /** @param options.denominationOf  minor units, as configured; undefined: no such cassette */
  constructor(options: { readonly dispenser: CashDispenser | null; readonly log: Log; readonly denominationOf: (cassetteNumber: number) => number | undefined }) {
    this.#dispenser = options.dispenser;
    this.#log = options.log;
    this.#denominationOf = options.denominationOf;
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
    const other = sensors.value.cassettes.filter(({ cassetteNumber, denominationMinor }) => denominationMinor !== undefined && denominationMinor !== (this.#denominationOf(cassetteNumber) ?? denominationMinor));
    const missing = new Set([...sensors.value.cassettes.filter(({ isPresent }) => !isPresent), ...other].map(({ cassetteNumber }) => cassetteNumber).sort((left, right) => left - right));
    const isChanged = [...missing].join() !== [...this.#missing].join();
    if (isChanged) this.#log.warn('cdm.cassettes.changed', { missing: [...missing].join(' '), otherNotes: other.map(({ cassetteNumber, denominationMinor }) => `${cassetteNumber}:${denominationMinor}`).join(' ') });
    this.#missing = missing;
    return isChanged;
  }
}
