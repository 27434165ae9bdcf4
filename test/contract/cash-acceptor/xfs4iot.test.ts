import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { cashAcceptorContract } from './cash-acceptor.contract.ts';

cashAcceptorContract('XFS4IoT service, in memory, virtual time', async () => {
  const bench = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [50_000, 500_000, 1_000_000] }));
  return {
    acceptor: bench.device,
    denominationMinor: 1_000_000,
    otherDenominationMinor: 50_000,
    insert: (denominationMinor, kind) => bench.hand({ do: 'insertNote', denominationMinor, kind }),
    unplug: () => bench.hand({ do: 'unplug' }),
    plug: () => bench.hand({ do: 'plug' }),
    boxSumMinor: () => (bench.simulator.world() as { readonly places: { readonly box: { readonly sumMinor: number } } }).places.box.sumMinor,
    until: (predicate, limitMs) => bench.clock.runUntil(predicate, limitMs),
    async close() {
      const stopping = bench.device.stop();
      await bench.clock.advance(2_000);
      await stopping;
      bench.simulator.stop();
    },
  };
});
