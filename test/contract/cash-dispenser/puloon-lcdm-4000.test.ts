import { createLcdmBBench } from '../../support/lcdm-b-bench.ts';
import { describeCashDispenser } from './cash-dispenser.contract.ts';

const under = (options: Parameters<typeof createLcdmBBench>[0]) => {
  const bench = createLcdmBBench(options);
  return { ...bench, unplug: () => bench.hand({ do: 'unplug' }), plug: () => bench.hand({ do: 'plug' }) };
};

describeCashDispenser('LCDM-4000 on its simulator', () => under({}));
describeCashDispenser('LCDM-4000 on its simulator, one to three bytes at a time', () => under({ bytesMax: 3, seed: 7 }));
