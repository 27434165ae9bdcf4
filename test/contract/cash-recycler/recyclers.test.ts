/** Each recycler on its simulator: what it promises as a dispenser of its own units, and as the one store that both sides share. */
import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { AcceptorParts } from '../../support/acceptor-bench.ts';
import { billToBillParts, id003RecyclerParts, smartPayoutParts, xfsRecyclerParts } from '../../support/acceptor-parts.ts';
import { recyclerBench } from '../../support/recycler-bench.ts';
import { describeCashDispenser } from '../cash-dispenser/cash-dispenser.contract.ts';
import { describeCashRecycler } from './cash-recycler.contract.ts';

const TENGE = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
const STORED = TENGE.map((units) => ({ denominationMinor: units * 100, noteCount: 11 }));
const RECYCLERS: readonly { readonly name: string; readonly parts: (stored: typeof STORED) => AcceptorParts; readonly floats?: boolean; readonly isWhole?: boolean }[] = [
  { name: 'ccnet-bill-to-bill', parts: (stored: typeof STORED) => billToBillParts({ stored, cassetteCount: TENGE.length }) },
  // Two boxes: a cassette each of the dispenser only where the device knows two kinds of notes.
  { name: 'id003-recycler', parts: (stored: typeof STORED) => id003RecyclerParts(stored === STORED ? { slots: [{ mantissa: 2, exponent: 2 }, { mantissa: 5, exponent: 2 }], stored: STORED.slice(0, 2) } : { stored }), floats: false },
  { name: 'ssp-smart-payout', parts: (stored: typeof STORED) => smartPayoutParts({ stored }) },
  // Messages, not bytes: a WebSocket keeps them whole.
  { name: 'xfs4iot-cash-recycler', parts: (stored: typeof STORED) => xfsRecyclerParts({ stored }), isWhole: true },
];

for (const { name, parts, floats, isWhole } of RECYCLERS) {
  for (const cutsBytes of isWhole === true ? [false] : [false, true]) {
    const make = (stored: typeof STORED) => recyclerBench(parts(stored), { isStarted: false, cutsBytes });
    const title = `${name} on its simulator${cutsBytes ? ', bytes cut anywhere' : ''}`;
    describeCashRecycler(title, (stored) => make(stored ?? []), { floats: floats ?? true });
    describeCashDispenser(title, () => {
      const bench = make(STORED);
      const { recycler } = bench;
      // Its life is the recycler's.
      const dispenser: CashDispenser = new Proxy(recycler.dispenser, {
        get(target, key) {
          if (key === 'start') return () => recycler.start();
          if (key === 'stop') return () => recycler.stop();
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value as (...values: unknown[]) => unknown).bind(target) : value;
        },
      });
      return {
        dispenser,
        settle: (promise) => bench.settled(promise, 900_000),
        async untilState(state) {
          if (!(await bench.until(state))) throw new Error(`is ${recycler.status().state}, not ${state}`);
        },
        unplug: () => void bench.hand({ do: 'unplug' }),
        plug: () => void bench.hand({ do: 'plug' }),
      };
    });
  }
}
