import type { CashDispenser, CashDispenserSensors } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { Log } from '../../foundation/log.ts';

interface ConfiguredCassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
}

/** Which cassettes the dispenser sees, as it last said: a cassette that was pulled out, or of which the device says that other notes lie in it than we count there, pays nothing. */
export class CassetteWatch {
  readonly #dispenser: CashDispenser | null;
  readonly #log: Log;
  readonly #configured: readonly ConfiguredCassette[];
  #missing: ReadonlySet<number> = new Set();

  constructor(options: { readonly dispenser: CashDispenser | null; readonly log: Log; readonly configured: readonly ConfiguredCassette[] }) {
    this.#dispenser = options.dispenser;
    this.#log = options.log;
    this.#configured = options.configured;
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
    const { cassettes } = sensors.value;
    const valueOf = (number: number) => this.#configured.find(({ cassetteNumber }) => cassetteNumber === number)?.denominationMinor;
    const other = cassettes.filter(({ cassetteNumber, denominationMinor }) => denominationMinor !== undefined && denominationMinor !== (valueOf(cassetteNumber) ?? denominationMinor));
    const missing = new Set([...cassettes.filter(({ isPresent }) => !isPresent), ...other, ...this.#unlisted(cassettes)].map(({ cassetteNumber }) => cassetteNumber).sort((left, right) => left - right));
    const isChanged = [...missing].join() !== [...this.#missing].join();
    if (isChanged) this.#log.warn('cdm.cassettes.changed', { missing: [...missing].join(' '), otherNotes: other.map(({ cassetteNumber, denominationMinor }) => `${cassetteNumber}:${denominationMinor}`).join(' ') });
    this.#missing = missing;
    return isChanged;
  }

  /** A device that leaves a cassette out may have given its number to the next: of two of one value nobody can tell which is there. */
  #unlisted(cassettes: CashDispenserSensors['cassettes']): readonly ConfiguredCassette[] {
    const left = this.#configured.filter((each) => !cassettes.some(({ cassetteNumber }) => cassetteNumber === each.cassetteNumber));
    if (left.length === 0) return [];
    return [...left, ...this.#configured.filter((each) => this.#configured.some((twin) => twin !== each && twin.denominationMinor === each.denominationMinor))];
  }
}
