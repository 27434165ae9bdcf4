import { describe, it } from 'vitest';
import { createF53Bench } from '../../support/f53-bench.ts';
import { describeCashDispenser } from './cash-dispenser.contract.ts';

const under = (options: Parameters<typeof createF53Bench>[0]) => {
  const bench = createF53Bench(options);
  return { ...bench, unplug: () => bench.hand({ do: 'unplug' }), plug: () => bench.hand({ do: 'plug' }), takeNotes: () => bench.hand({ do: 'takeNotes' }), untilSent: () => bench.clock.advance(1_500) };
};

describeCashDispenser('F53 on its simulator', () => under({}));
describeCashDispenser('F53 on its simulator, one to three bytes at a time, short results', () => under({ bytesMax: 3, seed: 7, countedBytes: 139 }));

describe('F53 on real hardware', () => {
  it.todo('set QOLMA_PORT_DISPENSER to the serial port of an F53 with play notes in both cassettes');
});
