/**
 * A power cut catches a note behind the gate, hands take it out with the box, and the box is put back: some firmware tells then that a note without a value was stacked. Goal: that is no
 * credit. [ebds §11, §12, §13.3]
 */
import { expect, it } from 'vitest';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { ebdsParts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;

it.each([false, true])('hands took the note: %s', async (isTaken) => {
  const bench = acceptorBench(ebdsParts({ tellsBlankAfterBox: true }));
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  const outcome = bench.acceptor.stack(event.kind === 'noteEscrowed' ? event.note.noteId : '');
  expect(await bench.clock.runUntil(() => bench.sumIn('transport') === NOTE_MINOR, 10_000)).toBe(true);
  bench.hand({ do: 'powerOff' });
  if (isTaken) bench.hand({ do: 'removeBox' });
  if (isTaken) bench.hand({ do: 'clearPath' });
  bench.hand({ do: 'powerOn' });
  await bench.clock.advance(20_000);
  if (isTaken) bench.hand({ do: 'insertBox' });
  expect(await bench.settled(outcome)).toMatchObject(isTaken ? { kind: 'uncertain' } : { kind: 'completed', value: 'stacked' });
  await bench.clock.advance(30_000);
  expect(bench.events.filter(({ kind }) => kind === 'noteStacked')).toHaveLength(isTaken ? 0 : 1);
});
