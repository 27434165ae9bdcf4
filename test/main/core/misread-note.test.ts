/**
 * Goal: a note that the acceptor calls one thing in escrow and another in the box is neither: it stands in doubt with both values, its event ends, and no
 * later word of the same event books it. Method: the real driver and simulator over a line, the real journal. [ccnet §15.3, ebds §13.7]
 */
import { afterEach, expect, it } from 'vitest';
import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { AcceptorBench, AcceptorParts } from '../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { ccnetParts, ebdsParts, smartPayoutParts } from '../../support/acceptor-parts.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
let journal: Journal;
afterEach(() => journal.close());

const deskOf = (bench: AcceptorBench, acceptor: CashAcceptor) => new AcceptorDesk({ acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock: bench.clock, log: silentLog }), clock: bench.clock, ids: createIdSource(bench.clock, bench.random), log: silentLog });
const told = () => journal.entries({ kinds: ['outcome.stack', 'note.unassigned', 'suspense.opened'], limit: 9 }).map(({ kind, data }) => [kind, (data as { result?: string }).result, (data as { toldMinor?: number }).toldMinor]);
const DOUBT = ['outcome.stack', 'unknown', TENGE_NOTES_MINOR[0]];

/** A note in escrow, which the acceptor is going to call another one in the box. */
async function misread(parts: AcceptorParts, at: string) {
  journal = memoryJournal();
  // The desk acknowledges, nobody else.
  const bench = acceptorBench(parts, { acknowledgeAfterMs: null });
  const desk = deskOf(bench, bench.acceptor);
  const offered: { readonly noteId: string; readonly denominationMinor: number }[] = [];
  desk.attach((event) => {
    if (event.type === 'acceptor.noteEscrowed') offered.push(event.note);
  });
  expect(await bench.until('ready')).toBe(true);
  expect((await bench.settled(desk.enable(TENGE_NOTES_MINOR))).kind).toBe('completed');
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  expect(await bench.clock.runUntil(() => offered.length > 0, 20_000)).toBe(true);
  bench.hand({ do: 'fault', fault: 'misread', at });
  desk.journalStackIntent(offered[0]!, OWNER);
  return { bench, desk, offered };
}

async function nextLife(bench: AcceptorBench, adopted: readonly { readonly noteId: string; readonly denominationMinor: number }[]): Promise<void> {
  const acceptor = bench.successor();
  const desk = deskOf(bench, acceptor);
  for (const note of adopted) desk.adopt('stack', note, OWNER);
  acceptor.start();
  expect(await bench.clock.runUntil(() => acceptor.status().state === 'ready', 60_000)).toBe(true);
  expect(desk.hasOpenOrders()).toBe(false);
  await bench.settled(acceptor.stop());
}

it.each([['event', ccnetParts()], ['stacked', ebdsParts()], ['stacked', ebdsParts({ tellsShortStackedFirst: true })]] as const)('misread at %s', async (at, parts) => {
  const { bench, desk, offered } = await misread(parts, at);
  expect(await bench.settled(desk.stack(offered[0]!, OWNER))).toBe('unknown');
  await bench.clock.advance(60_000);
  expect(told()).toEqual([DOUBT]);
  expect(journal.cashUnits()).toEqual([]);
  expect(bench.acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
  expect(bench.acceptor.status().lastFaults).toMatchObject([{ code: 'CIM_STACK_UNCERTAIN' }]);
  // It was acknowledged: the mouth opens for the next one.
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  expect(await bench.clock.runUntil(() => offered.length > 1, 20_000)).toBe(true);
});

it('a SMART Payout tells the value of a note that its power-up brings in: another one than was in escrow', async () => {
  const { bench, desk, offered } = await misread(smartPayoutParts(), 'powerUp');
  bench.hand({ do: 'fault', fault: 'powerCut', at: 'afterGate' });
  void desk.stack(offered[0]!, OWNER);
  await bench.clock.advance(60_000);
  expect(told()).toEqual([DOUBT]);
});

it('the core dies before the acceptor was told: it says it again, and it is the same note', async () => {
  const { bench, desk, offered } = await misread(ccnetParts(), 'event');
  bench.hand({ do: 'fault', fault: 'lostAck', times: 1_000 });
  expect(await bench.settled(desk.stack(offered[0]!, OWNER))).toBe('unknown');
  await bench.settled(bench.acceptor.stop());
  bench.hand({ do: 'clearFaults' });
  await nextLife(bench, []);
  expect(told()).toEqual([DOUBT]);
  expect(journal.cashUnits()).toEqual([]);
});

it('the core dies before it is written: the only open order is in doubt', async () => {
  journal = memoryJournal();
  const bench = acceptorBench(ccnetParts(), { acknowledgeAfterMs: null });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
  bench.hand({ do: 'fault', fault: 'misread', at: 'event' });
  await bench.settled(bench.acceptor.stack(event.note.noteId));
  await bench.settled(bench.acceptor.stop());
  await nextLife(bench, [{ noteId: event.note.noteId, denominationMinor: NOTE_MINOR }]);
  expect(told()).toEqual([DOUBT]);
  expect(journal.cashUnits()).toEqual([]);
});
