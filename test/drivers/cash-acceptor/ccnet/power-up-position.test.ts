/** Goal: where a power-up finds a note is lost only when the core has it on its disk [ccnet §13]. Method: driver and simulator in virtual time, a core that cannot write for a while. */
import { expect, it } from 'vitest';
import { TENGE_MINOR, ccnetBench } from '../../../support/ccnet-bench.ts';

const POSTPONED = 20;

it('behind the gate, and the core cannot write down where: no RESET moves the note until it can', async () => {
  const bench = ccnetBench();
  expect(await bench.until('ready')).toBe(true);
  void bench.acceptor.enable({ denominationsMinor: TENGE_MINOR, currency: 'KZT' });
  await bench.clock.advance(2_000);
  let told = 0;
  bench.acceptor.onEvent((event) => {
    if (event.kind === 'poweredUp' && ++told <= POSTPONED) event.postpone();
  });
  bench.hand({ do: 'insertNote', denominationMinor: 1_000_000 });
  const escrowed = await bench.untilEvent('noteEscrowed');
  if (escrowed.kind !== 'noteEscrowed') throw new Error('not escrowed');
  bench.hand({ do: 'fault', fault: 'powerCut', at: 'afterGate' });
  const outcomes: unknown[] = [];
  void bench.acceptor.stack(escrowed.note.noteId).then((outcome) => outcomes.push(outcome));
  expect(await bench.clock.runUntil(() => told === POSTPONED, 60_000)).toBe(true);
  expect([bench.simulator.world(), bench.places()['transport'], outcomes]).toMatchObject([{ phase: 'poweredUp' }, { noteCount: 1 }, []]);
  expect(await bench.clock.runUntil(() => outcomes.length > 0, 60_000)).toBe(true);
  expect(outcomes).toEqual([{ kind: 'completed', value: 'stacked' }]);
  expect(await bench.until('ready')).toBe(true);
  expect(bench.events.filter(({ kind }) => kind === 'noteStacked')).toHaveLength(1);
  expect(bench.places()['box']).toMatchObject({ noteCount: 1 });
});
