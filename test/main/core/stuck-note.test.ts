/** Goal: a note that jams before its order was sent, or while the acceptor is away, is not said to be returned: it sticks in the acceptor until a person takes it out. */
import { afterEach, describe, expect, it } from 'vitest';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import type { AcceptorParts } from '../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../support/acceptor-bench.ts';
import { ccnetParts, ebdsParts, id003Parts, sspParts } from '../../support/acceptor-parts.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
let journal: Journal;
afterEach(() => journal.close());

async function escrowed(parts: AcceptorParts) {
  journal = memoryJournal();
  const bench = acceptorBench(parts, { acknowledgeAfterMs: null });
  const desk = new AcceptorDesk({ acceptor: bench.acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock: bench.clock, log: silentLog }), clock: bench.clock, ids: createIdSource(bench.clock, bench.random), log: silentLog });
  const offered: { readonly noteId: string; readonly denominationMinor: number }[] = [];
  desk.attach((event) => {
    if (event.type === 'acceptor.noteEscrowed') offered.push(event.note);
  });
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(desk.enable(TENGE_NOTES_MINOR));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  expect(await bench.clock.runUntil(() => offered.length > 0, 20_000)).toBe(true);
  return {
    bench,
    ordered: (verb: string) => {
      desk.journalStackIntent(offered[0]!, OWNER);
      return bench.settled(verb === 'stack' ? desk.stack(offered[0]!, OWNER) : desk.returnNote(offered[0]!, 'overLimit', OWNER));
    },
  };
}

it.each([['jamInHead', 'stack', 'unknown'], ['failure', 'stack', 'unknown'], ['jamInHead', 'return', 'unknown'], ['full', 'stack', 'returned']] as const)('%s with a note in escrow, then %s: %s', async (fault, verb, fate) => {
  const { bench, ordered } = await escrowed(ccnetParts());
  bench.hand({ do: 'fault', fault, at: 'now' });
  expect(await bench.until('faulty')).toBe(true);
  expect(await ordered(verb)).toBe(fate);
});

it.each([
  ['ccnet', { parts: ccnetParts(), jam: 'jamInHead' }, 'stack', 'unknown'], ['ccnet', { parts: ccnetParts(), jam: 'jamInHead' }, 'return', 'unknown'], ['ccnet', { parts: ccnetParts() }, 'stack', 'returned'], ['ccnet', { parts: ccnetParts() }, 'return', 'returned'],
  ['ebds', { parts: ebdsParts(), jam: 'jam' }, 'stack', 'unknown'], ['ebds', { parts: ebdsParts(), jam: 'jam' }, 'return', 'unknown'], ['ebds', { parts: ebdsParts() }, 'stack', 'returned'],
] as const)('%s: ordered while the acceptor is away, which gives it back when it is there again; %j, %s: %s', async (_protocol, { parts, jam }: { readonly parts: AcceptorParts; readonly jam?: string }, verb, fate) => {
  const { bench, ordered } = await escrowed(parts);
  bench.hand({ do: 'unplug' });
  expect(await bench.until('offline')).toBe(true);
  bench.clock.setTimeout(() => {
    if (jam !== undefined) bench.hand({ do: 'fault', fault: jam, at: 'returning' });
    bench.hand({ do: 'plug' });
  }, 1_000);
  expect(await ordered(verb)).toBe(fate);
});

it.each([['ccnet', ccnetParts(), true], ['ebds', ebdsParts(), true], ['ccnet', ccnetParts(), false], ['ebds', ebdsParts(), false]] as const)('%s %j: the box is out when it is ordered; hands take it from escrow meanwhile (%s), or it comes back', async (_protocol, parts, isTaken) => {
  const { bench, ordered } = await escrowed(parts);
  bench.hand({ do: 'removeBox' });
  expect(await bench.until('faulty')).toBe(true);
  bench.clock.setTimeout(() => isTaken && bench.hand({ do: 'clearPath' }), 1_000);
  bench.clock.setTimeout(() => bench.hand({ do: 'insertBox' }), 3_000);
  const fate = await ordered('stack');
  expect([fate, bench.notes()[0]?.place]).toEqual(isTaken ? ['unknown', 'technician'] : ['returned', 'customer']);
});

describe('a note that a power-up finds, and that does not come to where it goes from there', () => {
  it.each([
    ['ccnet', ccnetParts(), 'beforeGate', 'jamInHead'], ['ccnet', ccnetParts(), 'afterGate', 'jamInStacker'], ['ccnet', ccnetParts(), 'afterGate', 'failure'], ['id003', id003Parts(), 'beforeGate', 'failure'], ['id003', id003Parts(), 'afterGate', 'failure'],
    ['ssp', sspParts(), 'beforeGate', 'failure'], ['ssp', sspParts(), 'afterGate', 'failure'],
  ] as const)('%s %j, power cut %s and %s in the initialisation: nobody says whose it is, also when hands took it out', async (_protocol, parts, at, fault) => {
    const { bench, ordered } = await escrowed(parts);
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    bench.hand({ do: 'fault', fault, at: 'initialising' });
    expect(await ordered('stack')).toBe('unknown');
    bench.hand({ do: 'clearPath' });
    bench.acceptor.reset();
    expect(await bench.until('ready')).toBe(true);
    await bench.clock.advance(10_000);
    expect(bench.notes()).toMatchObject([{ place: 'technician' }]);
    expect(bench.events.filter(({ kind }) => kind === 'noteStacked' || kind === 'noteReturned')).toEqual([]);
    expect(journal.cashUnits()).toEqual([]);
  });

  it('is where it was found when the power is cut again after the jam', async () => {
    const { bench, ordered } = await escrowed(ccnetParts());
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'beforeGate' });
    bench.hand({ do: 'fault', fault: 'jamInHead', at: 'initialising' });
    bench.clock.setTimeout(() => bench.hand({ do: 'powerOff' }), 12_000);
    bench.clock.setTimeout(() => bench.hand({ do: 'powerOn' }), 14_000);
    bench.clock.setTimeout(() => bench.tryHand({ do: 'clearFaults' }), 12_000);
    const fate = await ordered('stack');
    expect(fate).toBe(bench.notes()[0]?.place === 'customer' ? 'returned' : 'unknown');
  });
});
