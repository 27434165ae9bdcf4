/** Goal: a note whose end an earlier start never acknowledged is told once, with its value. Method: a driver that is stopped before it acknowledges, then another one on the same simulator, in virtual time. */
import { expect, it } from 'vitest';
import { billToBillParts } from '../../../support/acceptor-parts.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const TEN = 1_000_000;

it.each(['billType', 'typeAndDestination'] as const)('what 81 says is understood by the bill table, which is not read yet; 81 tells %s', async (stackedByte) => {
  const bench = recyclerBench(billToBillParts({ stackedByte }), { acknowledgeAfterMs: null });
  await bench.ready([]);
  await bench.settled(bench.recycler.enable({ denominationsMinor: [TEN], currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: TEN });
  const escrowed = await bench.untilEvent('noteEscrowed');
  if (escrowed.kind !== 'noteEscrowed') throw new Error('not escrowed');
  void bench.recycler.stack(escrowed.note.noteId);
  await bench.untilEvent('noteStacked');
  await bench.settled(bench.recycler.stop());
  const next = bench.successor();
  const toldMinor: number[] = [];
  next.onEvent((event) => {
    if (event.kind !== 'noteStacked') return;
    toldMinor.push(event.denominationMinor);
    event.acknowledge();
  });
  next.start();
  expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000)).toBe(true);
  expect(toldMinor).toEqual([TEN]);
});
