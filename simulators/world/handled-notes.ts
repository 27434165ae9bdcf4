import type { DeviceSimulator } from '../simulator.ts';

/** Notes by denomination, minor units. */
type Tally = ReadonlyMap<number, number>;

interface ValidatorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[];
}
interface DispenserWorld {
  readonly cassettes: readonly { readonly denominationMinor: number; readonly left: { readonly removed: number } }[];
}

/**
 * What technicians of a world really did with notes, told by nobody who writes a journal: what went away in the bag with a cash box or a reject bin, and what was put into the units of a
 * recycler. A cassette knows by itself what was put into it and taken out.
 */
export class HandledNotes {
  /** Of the cash box: all that was in a box taken out so far, by whomever. */
  boxed: Tally = new Map();
  /** Of the reject bin and the way of a dispenser. */
  rejected: Tally = new Map();
  readonly #taken: { readonly denominationMinor: number; readonly noteCount: number }[] = [];
  readonly #loaded: { readonly denominationMinor: number; readonly noteCount: number }[] = [];

  /** A box or bin was carried away just now, and with it what others had taken out before. */
  carryAway({ acceptor, dispenser }: { readonly acceptor: DeviceSimulator; readonly dispenser: DeviceSimulator }): void {
    const { notes } = acceptor.world() as unknown as ValidatorWorld;
    const { cassettes } = dispenser.world() as unknown as DispenserWorld;
    this.boxed = tally(notes.filter(({ place }) => place === 'collected').map(({ denominationMinor }) => [denominationMinor, 1]));
    this.rejected = tally(cassettes.map(({ denominationMinor, left }) => [denominationMinor, left.removed]));
  }

  /** Into a unit that pays out. */
  load(denominationMinor: number, noteCount: number): void {
    this.#loaded.push({ denominationMinor, noteCount });
  }

  /** Out of a unit that pays out, and nobody was told. */
  takeFromUnit(denominationMinor: number, noteCount: number): void {
    this.#taken.push({ denominationMinor, noteCount });
  }

  get takenFromUnits(): readonly { readonly denominationMinor: number; readonly noteCount: number }[] {
    return this.#taken;
  }

  get loaded(): readonly { readonly denominationMinor: number; readonly noteCount: number }[] {
    return this.#loaded;
  }
}

function tally(counts: readonly (readonly [number, number])[]): Tally {
  const total = new Map<number, number>();
  for (const [denominationMinor, noteCount] of counts) total.set(denominationMinor, (total.get(denominationMinor) ?? 0) + noteCount);
  return total;
}
