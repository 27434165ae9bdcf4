/** Goal: what a unit says is valued by its own table, whoever stood in its place before. Method: the table of the simulated unit is another one when the cable is back. */
import { expect, it } from 'vitest';
import { TENGE_TABLE, valueMinor } from '../../../../simulators/ccnet-family/wire.ts';
import { TENGE_MINOR, ccnetBench } from '../../../support/ccnet-bench.ts';

it('values what another unit in its place tells first by the table of that unit', async () => {
  const table = [...TENGE_TABLE];
  const bench = ccnetBench({ table });
  expect(await bench.until('ready')).toBe(true);
  void bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' });
  await bench.clock.advance(2_000);
  bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
  const escrowed = await bench.untilEvent('noteEscrowed');
  void bench.acceptor.stack(escrowed.kind === 'noteEscrowed' ? escrowed.note.noteId : '');
  await bench.clock.runUntil(() => (bench.simulator.world() as unknown as { phase: string }).phase === 'stacking', 10_000);
  bench.hand({ do: 'unplug' });
  expect(await bench.until('offline')).toBe(true);
  // The same bill type is another note there.
  const [five, ten] = [500_000, 1_000_000].map((denominationMinor) => TENGE_TABLE.findIndex((_, type) => valueMinor(TENGE_TABLE, type) === denominationMinor)) as [number, number];
  [table[five], table[ten]] = [table[ten]!, table[five]!];
  bench.hand({ do: 'plug' });
  expect(await bench.untilEvent('noteStacked')).toMatchObject({ denominationMinor: 1_000_000 });
});
