import type { CashAcceptor, CashAcceptorEvent, PowerUpPosition } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal, JournalError } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import type { Currency } from '../../../main/foundation/money.ts';
import type { CashInEvent, InsertedNote } from '../../../state-machines/cash-in/cash-in.types.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

/** The desk of an acceptor by itself: the acceptor's words are the test's, the journal lies in memory, time is virtual. */
export const [FIVE, TEN] = [500_000, 1_000_000];
export const ID = 'operation-1';
export const OWNER = { operationId: ID, sessionId: 'session-1' };
const FULL: JournalError = { code: 'JNL_DISK_FULL', detail: 'test' };
type End = DeviceOutcome<'stacked' | 'returned' | 'rejected'>;
export const LOST: End = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'orderSent' } };
export const REFUSED: End = { kind: 'failed', completionCode: 'sequenceError' };
export const STACKED: End = { kind: 'completed', value: 'stacked' };

const clock = () => createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
export const disk = { failuresLeft: 0 };
const newJournal = (time: ReturnType<typeof clock>) => memoryJournal({ clock: time, faults: { beforeCommit: () => (disk.failuresLeft-- > 0 ? FULL : null) } });

/** One life of the core. */
export function life(time = clock(), journal: Journal = newJournal(time)) {
  disk.failuresLeft = 0;
  const told: CashInEvent[] = [];
  const [acks, postponed, ordered]: [string[], string[], string[]] = [[], [], []];
  const device = { state: 'ready', deviceClass: 'cashAcceptor', faults: [] as string[], say: (_: CashAcceptorEvent) => {}, sayStatus: (_: object) => {}, end: (_: End) => {} };
  const order = (verb: string) => (noteId: string) => (ordered.push(`${verb} ${noteId}`), new Promise<End>((resolve) => (device.end = resolve)));
  const acceptor = {
    deviceId: 'acceptor', status: () => ({ state: device.state, faults: device.faults, deviceClass: device.deviceClass }), onEvent: (listener: typeof device.say) => (device.say = listener), onStatus: (listener: typeof device.sayStatus) => (device.sayStatus = listener),
    stack: order('stack'), return: order('return'), enable: async () => ({ kind: 'completed' }), disable: async () => ({ kind: 'completed' }),
  } as unknown as CashAcceptor;
  const held = new HeldOutcomes({ journal, clock: time, log: silentLog });
  const desk = new AcceptorDesk({ acceptor, journal, heldOutcomes: held, clock: time, ids: createIdSource(time, cryptoRandom()), log: silentLog });
  desk.attach((event) => told.push(event));
  const entries = (operationId = ID) => journal.operationEntries(operationId);
  const moved = (kind: 'noteStacked' | 'noteReturned', note: InsertedNote | null, denominationMinor = note?.denominationMinor ?? 0, currency: Currency = 'KZT', isByPowerUp = false) => {
    const name = `${kind === 'noteStacked' ? 'stacked' : 'returned'} ${note?.noteId ?? denominationMinor}`;
    device.say({ kind, note: note === null ? null : { ...note, currency }, denominationMinor, currency, isByPowerUp, acknowledge: () => acks.push(name), postpone: () => postponed.push(name) });
    // The event comes first, then the end of the order.
    if (note !== null) device.end({ kind: 'completed', value: kind === 'noteStacked' ? 'stacked' : 'returned' });
    return time.advance(0);
  };
  return {
    time, journal, held, desk, device, told, acks, postponed, ordered, moved,
    poweredUp: (position: PowerUpPosition) => (device.say({ kind: 'poweredUp', position, postpone: () => postponed.push(`power-up ${position}`) }), time.advance(0)),
    faulty: (...faults: string[]) => { Object.assign(device, { state: 'faulty', faults }); device.sayStatus({ state: 'faulty', faults }); },
    /** A note in escrow that is ordered into the box, or back. */
    begin: (note: InsertedNote, verb: 'stack' | 'return' = 'stack', owner = OWNER) => {
      const fate = { is: null as string | null };
      if (verb === 'stack') desk.journalStackIntent(note, owner);
      void (verb === 'stack' ? desk.stack(note, owner) : desk.returnNote(note, 'overLimit', owner)).then((is) => (fate.is = is));
      return fate;
    },
    outcomes: (operationId = ID) => [...dataOf(entries(operationId), 'outcome.stack'), ...dataOf(entries(operationId), 'outcome.return')].map(({ noteId, result }) => [noteId, result]),
    box: () => Object.fromEntries(journal.cashUnits().filter(({ noteCount }) => noteCount > 0).map(({ denominationMinor, noteCount }) => [denominationMinor, noteCount])),
    items: () => journal.suspense().map(({ reason, amountMinor }) => [reason, amountMinor]),
    located: () => dataOf(entries(), 'note.located').map(({ noteId, position }) => [noteId, position]),
  };
}
export const A: InsertedNote = { noteId: 'a', denominationMinor: FIVE };
export const B: InsertedNote = { noteId: 'b', denominationMinor: FIVE };
