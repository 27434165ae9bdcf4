/** Events that POLL WITH ACK keeps end with EVENT ACK, also those that belong to nobody's payout: until then the unit takes no note. [ssp §9 column A, §13] */
import { expect, it } from 'vitest';
import type { CashRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { smartPayoutParts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;

it('the end of a payout whose outcome was written, and whose core died before it said so', async () => {
  const bench = acceptorBench(smartPayoutParts({ stored: [{ denominationMinor: NOTE_MINOR, noteCount: 5 }] }));
  const first = bench.acceptor as CashRecycler;
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(first.dispenser.dispense({ cassetteNumber: first.unitNumberOf(NOTE_MINOR)!, noteCount: 2 }))).kind).toBe('completed');
  await bench.settled(first.stop());
  const next = bench.successor();
  next.start();
  expect(await bench.clock.runUntil(() => next.status().state === 'ready', 60_000)).toBe(true);
  await bench.clock.advance(5_000);
  expect(bench.simulator.world()).toMatchObject({ isLatched: true });
  (next as CashRecycler).confirmPayout();
  await bench.clock.advance(2_000);
  expect((await bench.settled(next.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
  expect(bench.tryHand({ do: 'insertNote', denominationMinor: NOTE_MINOR })).toBe(true);
});

it('a note that the unit moved to the cash box by itself: told once it was booked no more, and the next one is taken', async () => {
  const bench = acceptorBench(smartPayoutParts());
  const recycler = bench.acceptor as CashRecycler;
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(recycler.setRole({ denominationMinor: NOTE_MINOR, role: 'cashInCashOut' }))).kind).toBe('completed');
  // The recovery of the start is over.
  recycler.confirmPayout();
  await bench.settled(recycler.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'fault', fault: 'movedOn', at: 'stored' });
  for (const storedCount of [0, 1]) {
    const since = bench.events.length;
    expect(await bench.clock.runUntil(() => bench.tryHand({ do: 'insertNote', denominationMinor: NOTE_MINOR }), 20_000)).toBe(true);
    const event = await bench.untilEvent('noteEscrowed', { since });
    if (event.kind === 'noteEscrowed') expect(await bench.settled(recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(10_000);
    const inventory = await bench.settled(recycler.inventory());
    expect(inventory).toMatchObject({ kind: 'completed', value: { movedToBox: storedCount === 0 ? [{ denominationMinor: NOTE_MINOR, noteCount: 1 }] : [] } });
    if (inventory.kind !== 'completed') throw new Error('not counted');
    expect(inventory.value.units.find((unit) => unit.denominationMinor === NOTE_MINOR)?.noteCount).toBe(storedCount);
    recycler.moved.booked(inventory.value.movedToBox);
  }
});

it('a unit that says for ten minutes that it moves, for no order of this start, is jammed until it rests', async () => {
  const bench = acceptorBench(smartPayoutParts({ stored: [{ denominationMinor: NOTE_MINOR, noteCount: 80 }], takesPaidAfterMs: 9_000 }));
  const first = bench.acceptor as CashRecycler;
  expect(await bench.until('ready')).toBe(true);
  void first.payOutAmount(80 * NOTE_MINOR);
  await bench.clock.advance(2_000);
  await bench.settled(first.stop());
  const next = bench.successor();
  next.start();
  await bench.clock.advance(590_000);
  expect(next.status().faults).toEqual([]);
  await bench.clock.advance(30_000);
  expect(next.status()).toMatchObject({ state: 'faulty', faults: ['CDM_JAMMED'] });
  expect(await bench.clock.runUntil(() => next.status().state === 'ready', 600_000)).toBe(true);
  expect(await bench.settled((next as CashRecycler).inventory())).toMatchObject({ kind: 'completed' });
});
