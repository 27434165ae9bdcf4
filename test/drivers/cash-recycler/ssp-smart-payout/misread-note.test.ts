import { expect, it } from 'vitest';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { smartPayoutParts } from '../../../support/acceptor-parts.ts';

/** Goal: what a power-up brings in is told as such, so that the core can tell a credited note that is called otherwise from another one. Method: the box is taken out behind the credit. [ssp §13] */
it('a credited note that the power-up behind it brings in as another one is told as brought in by it', async () => {
  const bench = acceptorBench(smartPayoutParts());
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'fault', fault: 'boxOut', at: 'afterGate' });
  bench.hand({ do: 'fault', fault: 'misread', at: 'powerUp' });
  bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
  const event = await bench.untilEvent('noteEscrowed');
  void bench.acceptor.stack(event.kind === 'noteEscrowed' ? event.note.noteId : '');
  await bench.untilEvent('noteStacked');
  await bench.clock.advance(5_000);
  bench.tryHand({ do: 'insertBox' });
  await bench.clock.advance(60_000);
  expect(bench.events.filter(({ kind }) => kind === 'noteStacked')).toMatchObject([{ denominationMinor: 500_000 }, { note: null, denominationMinor: TENGE_NOTES_MINOR[0], isByPowerUp: true }]);
});
