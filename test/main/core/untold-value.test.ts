/**
 * Goal: an acceptor whose event of an earlier start tells no value (ID003: VEND VALID carries none) still credits the note of the order that is open,
 * once, and never a guess. Method: the real driver and simulator over a line, the real journal, a desk for each life of the core.
 */
import { afterEach, expect, it } from 'vitest';
import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { AcceptorBench } from '../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { id003Parts } from '../../support/acceptor-parts.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
let journal: Journal;
afterEach(() => journal.close());

const deskOf = (bench: AcceptorBench, acceptor: CashAcceptor) => new AcceptorDesk({ acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock: bench.clock, log: silentLog }), clock: bench.clock, ids: createIdSource(bench.clock, bench.random), log: silentLog });
const kinds = () => journal.entries({ kinds: ['outcome.stack', 'note.unassigned', 'suspense.opened'], limit: 20 }).map(({ kind, data }) => [kind, (data as { denominationMinor?: number; amountMinor?: number }).denominationMinor ?? (data as { amountMinor?: number }).amountMinor]);
const boxed = () => journal.cashUnits().map(({ denominationMinor, noteCount }) => [denominationMinor, noteCount]);

/** The note lies in the box, its event waits in the device, and the core that ordered it is gone. */
async function killedBeforeTheOutcome(): Promise<{ readonly bench: AcceptorBench; readonly noteId: string }> {
  journal = memoryJournal();
  const bench = acceptorBench(id003Parts({}), { acknowledgeAfterMs: null });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  const { noteId } = event.note;
  deskOf(bench, bench.successor()).journalStackIntent({ noteId, denominationMinor: NOTE_MINOR }, OWNER);
  await bench.settled(bench.acceptor.stack(noteId));
  await bench.settled(bench.acceptor.stop());
  return { bench, noteId };
}

async function nextLife(bench: AcceptorBench, adopted: readonly { readonly noteId: string; readonly denominationMinor: number }[]) {
  const acceptor = bench.successor();
  const desk = deskOf(bench, acceptor);
  for (const note of adopted) desk.adopt('stack', note, OWNER);
  acceptor.start();
  expect(await bench.clock.runUntil(() => acceptor.status().state === 'ready', 60_000)).toBe(true);
  await bench.clock.advance(2_000);
  await bench.settled(acceptor.stop());
  return desk;
}

it('credits the note of the one open order, once over two more starts', async () => {
  const { bench, noteId } = await killedBeforeTheOutcome();
  const desk = await nextLife(bench, [{ noteId, denominationMinor: NOTE_MINOR }]);
  expect(desk.hasOpenOrders()).toBe(false);
  expect(bench.simulator.world()).toMatchObject({ isVendValidPending: false });
  await nextLife(bench, []);
  expect(kinds()).toEqual([['outcome.stack', NOTE_MINOR]]);
  expect(boxed()).toEqual([[NOTE_MINOR, 1]]);
});

it('credits it late where its operation was ended with the note in doubt: nothing waits for it until then', async () => {
  const { bench, noteId } = await killedBeforeTheOutcome();
  const note = { noteId, denominationMinor: NOTE_MINOR };
  const acceptor = bench.successor();
  const desk = deskOf(bench, acceptor);
  desk.adopt('stack', note, OWNER);
  expect(desk.hasOpenOrders()).toBe(true);
  expect(journal.commit({ entries: [{ kind: 'outcome.stack', data: { ...note, outcome: 'uncertain', result: 'unknown', evidence: 'no word from the device after the restart' }, ...OWNER }] }).ok).toBe(true);
  desk.giveUp(noteId);
  expect(desk.hasOpenOrders()).toBe(false);
  acceptor.start();
  expect(await bench.clock.runUntil(() => acceptor.status().state === 'ready', 60_000)).toBe(true);
  await bench.clock.advance(2_000);
  await bench.settled(acceptor.stop());
  expect([desk.hasOpenOrders(), boxed()]).toEqual([false, [[NOTE_MINOR, 1]]]);
  expect(journal.entries({ kinds: ['outcome.stack', 'note.unassigned'], limit: 9 }).map(({ data }) => (data as { result?: string }).result)).toEqual(['unknown', 'stacked']);
});

it('credits nothing when the outcome of that note was durable already', async () => {
  const { bench, noteId } = await killedBeforeTheOutcome();
  const stacked = { noteId, denominationMinor: NOTE_MINOR, outcome: 'completed', result: 'stacked', evidence: 'device event' } as const;
  expect(journal.commit({ entries: [{ kind: 'outcome.stack', data: stacked, ...OWNER }], cashUnits: [{ unitId: 'box', denominationMinor: NOTE_MINOR, noteCountDelta: 1 }] }).ok).toBe(true);
  await nextLife(bench, []);
  expect(kinds()).toEqual([['outcome.stack', NOTE_MINOR]]);
  expect(bench.simulator.world()).toMatchObject({ isVendValidPending: false });
});

it('guesses nothing between two open orders: the note is recorded as nobody\'s', async () => {
  const { bench, noteId } = await killedBeforeTheOutcome();
  const desk = await nextLife(bench, [{ noteId: 'older', denominationMinor: 100_000 }, { noteId, denominationMinor: NOTE_MINOR }]);
  expect(desk.hasOpenOrders()).toBe(true);
  expect(kinds().map(([kind]) => kind)).toEqual(['note.unassigned', 'suspense.opened']);
});
