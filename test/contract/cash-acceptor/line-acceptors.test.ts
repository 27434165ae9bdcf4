/** The acceptors on a shared life, each on its simulator: the contract in virtual time, with bytes whole and cut anywhere. */
import type { AcceptorParts } from '../../support/acceptor-bench.ts';
import { acceptorBench } from '../../support/acceptor-bench.ts';
import { ebdsParts, id003Parts, smartPayoutParts, sspParts } from '../../support/acceptor-parts.ts';
import { cashAcceptorContract } from './cash-acceptor.contract.ts';

const ACCEPTORS: readonly AcceptorParts[] = [id003Parts(), ebdsParts(), sspParts(), sspParts({ isEncrypted: true }), smartPayoutParts()];

for (const parts of ACCEPTORS) {
  for (const cutsBytes of [false, true]) {
    cashAcceptorContract(`${parts.name} in memory, virtual time${cutsBytes ? ', bytes cut anywhere' : ''}`, async () => {
      const bench = acceptorBench(parts, { isStarted: false, acknowledgeAfterMs: null, cutsBytes });
      return {
        acceptor: bench.acceptor,
        denominationMinor: 1_000_000,
        otherDenominationMinor: 50_000,
        insert: (denominationMinor, kind) => void bench.hand({ do: 'insertNote', denominationMinor, kind }),
        unplug: () => void bench.hand({ do: 'unplug' }),
        plug: () => void bench.hand({ do: 'plug' }),
        boxSumMinor: () => bench.sumIn('box'),
        until: (predicate, limitMs) => bench.clock.runUntil(predicate, limitMs),
        async close() {
          const stopping = bench.acceptor.stop();
          await bench.clock.advance(2_000);
          await stopping;
          bench.simulator.stop();
        },
      };
    });
  }
}
