/** A device that takes more than it was told to. Goal: a note that was not asked for is offered to nobody and goes back, also one whose figure is that of ours. */
import { expect, it } from 'vitest';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { ebdsParts } from '../../support/acceptor-parts.ts';

it('gives back a note of another currency with the same figure', async () => {
  const bench = acceptorBench(ebdsParts({ roubles: [5_000], takesAll: true }));
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
  expect(await bench.clock.runUntil(() => bench.sumIn('customer') === 500_000, 20_000), 'it goes back').toBe(true);
  expect(bench.events.filter(({ kind }) => kind === 'noteEscrowed' || kind === 'noteStacked')).toEqual([]);
  bench.hand({ do: 'insertNote', denominationMinor: 200_000 });
  expect(await bench.untilEvent('noteEscrowed')).toMatchObject({ note: { denominationMinor: 200_000, currency: 'KZT' } });
});
