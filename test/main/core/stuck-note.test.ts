/** Goal: a note that jams before its order was sent is not said to be returned: it sticks in the acceptor until a person takes it out. */
import { afterEach, expect, it } from 'vitest';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { ccnetParts } from '../../support/acceptor-parts.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
let journal: Journal;
afterEach(() => journal.close());

it.each([['jamInHead', 'stack', 'unknown'], ['failure', 'stack', 'unknown'], ['jamInHead', 'return', 'unknown'], ['full', 'stack', 'returned']] as const)('%s with a note in escrow, then %s: %s', async (fault, verb, fate) => {
  journal = memoryJournal();
  const bench = acceptorBench(ccnetParts(), { acknowledgeAfterMs: null });
  const desk = new AcceptorDesk({ acceptor: bench.acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock: bench.clock, log: silentLog }), clock: bench.clock, ids: createIdSource(bench.clock, bench.random), log: silentLog });
  const offered: { readonly noteId: string; readonly denominationMinor: number }[] = [];
  desk.attach((event) => {
    if (event.type === 'acceptor.noteEscrowed') offered.push(event.note);
  });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(desk.enable(TENGE_NOTES_MINOR));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  expect(await bench.clock.runUntil(() => offered.length > 0, 20_000)).toBe(true);
  bench.hand({ do: 'fault', fault, at: 'now' });
  expect(await bench.until('faulty')).toBe(true);
  desk.journalStackIntent(offered[0]!, OWNER);
  expect(await bench.settled(verb === 'stack' ? desk.stack(offered[0]!, OWNER) : desk.returnNote(offered[0]!, 'overLimit', OWNER))).toBe(fate);
});
