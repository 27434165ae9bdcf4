/**
 * Goal: what a unit tells that was put in the place of another is about no note of that one, and the core can tell so when it hears it: who it is comes before its first end of a note. [ebds §11]
 * Method: driver and simulator on a line in virtual time; the spare has another serial number and a note behind its gate.
 */
import { expect, it } from 'vitest';
import type { CashAcceptor } from '../../../../drivers/interfaces/cash-acceptor.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { ebdsParts } from '../../../support/acceptor-parts.ts';

const [OURS, STRANGE] = [500_000, 200_000];

it.each([['within the time of a message', 500, false], ['when the line was lost', 20_000, false], ['when no core ran', 20_000, true]] as const)('exchanged %s', async (_, outMs, isAnotherStart) => {
  const bench = acceptorBench(ebdsParts());
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: OURS });
  const event = await bench.untilEvent('noteEscrowed');
  const outcome = bench.acceptor.stack(event.kind === 'noteEscrowed' ? event.note.noteId : '');
  await bench.clock.runUntil(() => bench.notes().some(({ place }) => place === 'transport'), 5_000);
  const serialBefore = bench.acceptor.status().serialNumber;
  for (const hand of ['powerOff', 'clearPath', 'putSpare']) bench.hand({ do: hand });
  bench.hand({ do: 'leaveNote', denominationMinor: STRANGE });
  if (isAnotherStart) await bench.settled(bench.acceptor.stop());
  const driver: CashAcceptor = isAnotherStart ? bench.successor() : bench.acceptor;
  const ends: unknown[] = [];
  driver.onEvent((told) => {
    // Who it is is not known yet, and the device has not been asked: its memory of the note is not over.
    if (told.kind === 'poweredUp' && told.position === 'inStackerPath') ends.push([told.kind, driver.status().serialNumber]);
    if (told.kind !== 'noteStacked' && told.kind !== 'noteReturned') return;
    ends.push([told.kind, told.note, told.denominationMinor, driver.status().serialNumber]);
    if (isAnotherStart) told.acknowledge();
  });
  if (isAnotherStart) driver.start();
  await bench.clock.advance(outMs);
  bench.hand({ do: 'powerOn' });
  expect((await bench.settled(outcome)).kind).toBe('uncertain');
  await bench.clock.runUntil(() => ends.length > 0, 30_000);
  await bench.clock.advance(10_000);
  const { serialNumber } = driver.status();
  expect(serialNumber).not.toBe(serialBefore);
  expect(ends).toEqual([['poweredUp', isAnotherStart ? null : serialBefore], ['noteStacked', null, 0, serialNumber]]);
});
