import type { CashRecycler } from '../../drivers/interfaces/cash-recycler.ts';
import { isRecycler } from '../../drivers/interfaces/cash-recycler.ts';
import { assert } from '../../main/foundation/assert.ts';
import type { AcceptorBench, AcceptorParts } from './acceptor-bench.ts';
import { acceptorBench } from './acceptor-bench.ts';

export interface RecyclerBench extends AcceptorBench {
  readonly recycler: CashRecycler;
  /** Notes that lie in the units. */
  storedCount(denominationMinor: number): number;
  /** Notes with a customer that were in a unit at the start of the bench or since: paid out. In the bezel counts, it is in his reach. */
  outCount(): number;
  /** Ready, with these kinds kept for paying out. */
  ready(payableMinor: readonly number[]): Promise<void>;
  unitOf(denominationMinor: number): Promise<number>;
}

/** Driver and simulator of a recycler in virtual time. */
export function recyclerBench(parts: AcceptorParts, options: Parameters<typeof acceptorBench>[1] = {}): RecyclerBench {
  const bench = acceptorBench(parts, options);
  const recycler = bench.acceptor;
  assert(isRecycler(recycler), 'a recycler');
  const wasStored = new Set<string>();
  const look = () => {
    for (const note of bench.notes()) if (note.place === 'store') wasStored.add(note.serial);
  };
  look();
  bench.simulator.onEvent(look);
  const units = async () => {
    const inventory = await bench.settled(recycler.inventory());
    assert(inventory.kind === 'completed', `an inventory: ${JSON.stringify(inventory)}`);
    return inventory.value.units;
  };
  return {
    ...bench, recycler,
    storedCount: (denominationMinor) => bench.notes().filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length,
    outCount: () => {
      look();
      return bench.notes().filter((note) => wasStored.has(note.serial) && (note.place === 'customer' || note.place === 'bezel')).length;
    },
    async ready(payableMinor) {
      assert(await bench.until('ready'), 'the recycler comes up');
      for (const denominationMinor of payableMinor) {
        const outcome = await bench.settled(recycler.setRole({ denominationMinor, role: 'cashInCashOut' }));
        assert(outcome.kind === 'completed', 'the route is taken');
      }
    },
    async unitOf(denominationMinor) {
      return (await units()).find((unit) => unit.denominationMinor === denominationMinor)!.unitNumber;
    },
  };
}
