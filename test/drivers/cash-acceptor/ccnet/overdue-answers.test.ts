/**
 * An adapter held the device's answers for a while and brings them all at once: to several polls, the newest of which tells of a stacked note. An acknowledgement bears no number: one that is
 * meant for the oldest is taken for the newest. Goal: the device keeps the note's event until it is durable, so that a core that dies of the burst finds it in its next life, and forgets it
 * then as ever. Method: hangs of many lengths, the event acknowledged two seconds after it was told. [ccnet §4, §13]
 */
import { expect, it } from 'vitest';
import { TENGE_MINOR, ccnetBench } from '../../../support/ccnet-bench.ts';

it.each([300, 500, 900, 1_500, 2_000, 2_500, 3_000, 4_000, 6_000])('keeps a note that was told of within %i ms of held answers', async (durationMs) => {
  const bench = ccnetBench({ acknowledgeAfterMs: null });
  const untold = () => (bench.simulator.world() as unknown as { readonly untoldEvent: unknown }).untoldEvent;
  expect(await bench.until('ready')).toBe(true);
  void bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' });
  await bench.clock.advance(3_000);
  bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
  const escrowed = await bench.untilEvent('noteEscrowed');
  void bench.acceptor.stack(escrowed.kind === 'noteEscrowed' ? escrowed.note.noteId : '');
  await bench.clock.advance(100);
  bench.trouble!.hang({ way: 'toHost', forMs: durationMs, outlivesPort: true });
  await bench.untilEvent('noteStacked');
  await bench.clock.advance(2_000);
  expect(untold(), 'it is not durable yet').not.toBeNull();
  for (const event of bench.events) if (event.kind === 'noteStacked') event.acknowledge();
  await bench.clock.advance(2_000);
  expect([untold(), bench.places()['box']?.sumMinor]).toEqual([null, 500_000]);
});
