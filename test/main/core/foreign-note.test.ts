/**
 * Goal: a note of another currency is worth nothing in the books, whatever its figure: it is offered to nobody, ends no order of ours as the ordered note, and stands in doubt without a
 * sum. Method: an acceptor that says what it is told to say, the real journal.
 */
import { afterEach, expect, it } from 'vitest';
import type { CashAcceptor, CashAcceptorEvent, NoteEnd } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FIVE_THOUSAND_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
const OURS = { noteId: 'note-1', denominationMinor: FIVE_THOUSAND_MINOR };
let journal: Journal;
afterEach(() => journal.close());

function bench() {
  journal = memoryJournal();
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 9) });
  let tell: (event: CashAcceptorEvent) => void = () => {};
  const returned: string[] = [];
  const stacked = Promise.withResolvers<{ readonly kind: 'completed'; readonly value: 'stacked' }>();
  const acceptor = {
    deviceId: 'acceptor', status: () => ({ state: 'ready', faults: [] }), onStatus: () => () => {}, onEvent: (listener: typeof tell) => ((tell = listener), () => {}),
    stack: () => stacked.promise, return: (noteId: string) => (returned.push(noteId), new Promise(() => {})),
  } as unknown as CashAcceptor;
  const desk = new AcceptorDesk({ acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), clock, ids: createIdSource(clock, seededRandom(1)), log: silentLog });
  const offered: unknown[] = [];
  desk.attach((event) => void offered.push(event));
  let acknowledgedCount = 0;
  const end = (currency: Currency, note: typeof OURS | null): Extract<CashAcceptorEvent, { kind: 'noteStacked' }> => ({
    kind: 'noteStacked', note: note === null ? null : { ...note, currency }, denominationMinor: FIVE_THOUSAND_MINOR, currency,
    acknowledge: () => void acknowledgedCount++, postpone: () => {},
  } satisfies NoteEnd & { readonly kind: 'noteStacked' });
  // The event comes first, then its command ends.
  const tellEnd = (event: ReturnType<typeof end>) => {
    tell(event);
    stacked.resolve({ kind: 'completed', value: 'stacked' });
  };
  return { clock, desk, tellEnd, returned, offered, tell: (event: CashAcceptorEvent) => tell(event), end, acknowledgedCount: () => acknowledgedCount };
}

const told = () => journal.entries({ kinds: ['outcome.stack', 'note.unassigned', 'suspense.opened'], limit: 9 }).map(({ kind, data }) => {
  const { result, denominationMinor, amountMinor } = data as { readonly result?: string; readonly denominationMinor?: number; readonly amountMinor?: number };
  return [kind, result ?? denominationMinor ?? amountMinor];
});

it('in escrow: it goes back', () => {
  const { tell, returned, offered } = bench();
  tell({ kind: 'noteEscrowed', note: { ...OURS, currency: 'RUB' } });
  expect(returned).toEqual([OURS.noteId]);
  expect(offered).toEqual([]);
});

it('stacked for the note that was ordered: what lies in the box is in doubt', async () => {
  const { clock, desk, tellEnd, end, acknowledgedCount } = bench();
  desk.journalStackIntent(OURS, OWNER);
  const fate = desk.stack(OURS, OWNER);
  tellEnd(end('RUB', OURS));
  await clock.advance(100);
  expect(await fate).toBe('unknown');
  expect(told()).toEqual([['outcome.stack', 'unknown']]);
  expect(journal.cashUnits()).toEqual([]);
  expect(acknowledgedCount()).toBe(1);
});

it('stacked without an order: nobody’s, and no sum; its repeat is the same note', async () => {
  const { clock, tell, end, acknowledgedCount } = bench();
  tell(end('RUB', null));
  await clock.advance(100);
  expect(told()).toEqual([['note.unassigned', 0], ['suspense.opened', 0]]);
  expect(journal.cashUnits()).toEqual([]);
  expect(acknowledgedCount()).toBe(1);
});
