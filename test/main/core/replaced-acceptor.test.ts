/**
 * Goal: while it is not known where a note is, another acceptor is put in place of the one that had it. What that one says of its own path and box ends no order of the other. Method: an
 * acceptor that says what it is told to say, the real journal.
 */
import { afterEach, expect, it } from 'vitest';
import type { CashAcceptor, CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE_MINOR = 500_000;
const OWNER = { operationId: 'operation-1', sessionId: 'session-1' };
const NOTE = { noteId: 'note-1', denominationMinor: NOTE_MINOR };
const UNHEARD: DeviceOutcome<'stacked'> = { kind: 'uncertain', completionCode: 'deviceNotReady', lastKnown: { stage: 'stackSentNoResult', noteCountMin: 0, noteCountMax: 1 } };
let journal: Journal;
afterEach(() => journal.close());

function bench() {
  journal = memoryJournal();
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5, 9) });
  let tell: (event: CashAcceptorEvent) => void = () => {};
  const acceptor = {
    deviceId: 'acceptor', status: () => ({ state: 'ready', faults: [] }), onStatus: () => () => {}, onEvent: (listener: typeof tell) => ((tell = listener), () => {}),
    stack: () => Promise.resolve(UNHEARD),
  } as unknown as CashAcceptor;
  const desk = new AcceptorDesk({ acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), clock, ids: createIdSource(clock, seededRandom(1)), log: silentLog });
  const isIn = (serialNumber: string) => void journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', protocol: 'ssp', model: 'm', firmware: 'f', serialNumber })] });
  return { clock, desk, isIn, tell: (event: CashAcceptorEvent) => tell(event) };
}

const told = () => journal.entries({ kinds: ['outcome.stack', 'note.unassigned'], limit: 9 }).map(({ kind, data }) => [kind, (data as { readonly result?: string }).result]);

it.each([['2', 'unknown'], ['1', 'stacked']] as const)('a power-up of unit %s with a note past its gate: ours is %s', async (serialNumber, fate) => {
  const { clock, desk, isIn, tell } = bench();
  isIn('1');
  desk.journalStackIntent(NOTE, OWNER);
  const settled = desk.stack(NOTE, OWNER);
  await clock.advance(1_000);
  isIn(serialNumber);
  tell({ kind: 'poweredUp', position: 'inStackerPath', postpone: () => {} });
  await clock.advance(60_000);
  expect(await settled).toBe(fate);
  expect(journal.cashUnits().reduce((sum, { noteCount }) => sum + noteCount, 0)).toBe(fate === 'stacked' ? 1 : 0);
});

it.each([['2', 'note.unassigned'], ['1', 'outcome.stack']] as const)('a note of the same kind in the box of unit %s is told late: %s', async (serialNumber, kind) => {
  const { clock, desk, isIn, tell } = bench();
  isIn('1');
  desk.journalStackIntent(NOTE, OWNER);
  const settled = desk.stack(NOTE, OWNER);
  await clock.advance(60_000);
  expect(await settled).toBe('unknown');
  isIn(serialNumber);
  tell({ kind: 'noteStacked', note: null, denominationMinor: NOTE_MINOR, currency: 'KZT', acknowledge: () => {}, postpone: () => {} });
  await clock.advance(1_000);
  expect(told().map(([first]) => first)).toEqual(['outcome.stack', kind]);
  expect(told()[0]).toEqual(['outcome.stack', 'unknown']);
});
