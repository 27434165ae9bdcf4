import { describe, it } from 'vitest';
import { createLcdmBench } from '../../support/lcdm-bench.ts';
import { describeCashDispenser } from './cash-dispenser.contract.ts';

describeCashDispenser('LCDM-2000 on its simulator', () => {
  const bench = createLcdmBench();
  return { ...bench, unplug: () => bench.hand({ do: 'unplug' }), plug: () => bench.hand({ do: 'plug' }) };
});

describeCashDispenser('LCDM-2000 on its simulator, one to three bytes at a time', () => {
  const bench = createLcdmBench({ bytesMax: 3, seed: 7 });
  return { ...bench, unplug: () => bench.hand({ do: 'unplug' }), plug: () => bench.hand({ do: 'plug' }) };
});

describe('LCDM-2000 on real hardware', () => {
  it.todo('set QOLMA_PORT_DISPENSER to the serial port of an LCDM-2000 with play notes in both cassettes');
});
