import { describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../../../main/journal/journal.ts';
import type { JournalMoney, OperationMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { VisitWatch } from '../../../simulators/world/checkers/visits.ts';

/** Goal: one customer's cash in another's operation is seen, though the sums of the world come out even. Method: told devices and told operations of two customers. */
const FIVE = 500_000;
const operation = (operationId: string, over: Partial<OperationMoney>): OperationMoney => ({
  operationId, isClosed: true, stacked: [], coins: [], ordered: [], unknown: [], settledInMinor: null, retainedMinor: 0, authorisedMinor: null, presentedMinor: 0, uncertainOutMinor: 0, inPathMinor: 0, isEndLost: false, ...over,
});
const money = (operations: readonly OperationMoney[], over: Partial<JournalMoney> = {}): JournalMoney => ({ operations, unassigned: [], untoldNotes: 0, strayCoins: [], entries: [], restedAfterNumber: null, ...over });

/** Of a life of the core. */
function coreOf(watch: VisitWatch, openIds: readonly string[] = []) {
  const listeners: Parameters<Journal['onCommitted']>[0][] = [];
  watch.coreStarted({ openOperationIds: () => openIds, onCommitted: (listener) => (listeners.push(listener), () => {}) });
  return (kind: string, operationId: string) => listeners.forEach((listener) => listener([{ kind, operationId }] as unknown as readonly JournalEntry[], {}));
}

/** The first puts a note of 5 000 in and is handed 10 000, the second does nothing. */
function watched(place = 'box') {
  const notes: { readonly denominationMinor: number; readonly place: string; readonly wasStored: boolean }[] = [];
  let takenMinor = 0;
  const devices = { acceptor: { world: () => ({ notes, paidOutMinor: 0 }) }, dispenser: { world: () => ({ takenMinor }) } };
  const watch = new VisitWatch();
  const commit = coreOf(watch);
  watch.begin(0, devices);
  commit('operation.chosen', 'first');
  notes.push({ denominationMinor: FIVE, place, wasStored: false });
  takenMinor = 2 * FIVE;
  commit('operation.closed', 'first');
  watch.end(devices);
  watch.begin(1, devices);
  commit('operation.chosen', 'second');
  // The first one's, told late.
  commit('outcome.stack', 'first');
  commit('operation.closed', 'second');
  watch.end(devices);
  return (told: JournalMoney) => watch.check(devices, told).map(({ detail }) => detail);
}

describe('what a customer put in and took', () => {
  it('is that of whoever came before his operation was closed, too: a device goes on after he left', () => {
    const devices = { acceptor: { world: () => ({ notes: [], paidOutMinor: 0 }) }, dispenser: { world: () => ({ takenMinor }) } };
    let takenMinor = 0;
    const watch = new VisitWatch();
    const visit = (session: number, minor: number, meanwhile: () => void) => {
      watch.begin(session, devices);
      meanwhile();
      takenMinor += minor;
      watch.end(devices);
    };
    visit(0, FIVE, () => coreOf(watch)('operation.chosen', 'first'));
    const commit = coreOf(watch, ['first']);
    visit(1, FIVE, () => commit('operation.closed', 'first'));
    visit(2, FIVE, () => commit('operation.chosen', 'third'));
    expect(watch.check(devices, money([operation('first', { presentedMinor: 2 * FIVE }), operation('third', { presentedMinor: FIVE })]))).toEqual([]);
  });

  it('may be what an earlier command without a result still gives, once, as much as was in doubt and nobody had', () => {
    const given = (takenMinors: readonly number[], operations: readonly OperationMoney[]) => {
      let takenMinor = 0;
      const devices = { acceptor: { world: () => ({ notes: [], paidOutMinor: 0 }) }, dispenser: { world: () => ({ takenMinor }) } };
      const watch = new VisitWatch();
      const commit = coreOf(watch);
      for (const [session, minor] of takenMinors.entries()) {
        watch.begin(session, devices);
        for (const kind of ['operation.chosen', 'operation.closed']) commit(kind, String(session));
        takenMinor += minor;
        watch.end(devices);
      }
      return watch.check(devices, money(operations)).map(({ detail }) => detail);
    };
    const doubtful = operation('0', { uncertainOutMinor: 2 * FIVE });
    expect(given([0, 2 * FIVE], [doubtful])).toEqual([]);
    expect(given([FIVE, FIVE, FIVE], [doubtful])).toEqual([`visit 2: he took ${FIVE}; the journal has 0 presented and 0 perhaps`]);
    expect(given([0, 3 * FIVE], [doubtful])).toEqual([`visit 1: he took ${3 * FIVE}; the journal has 0 presented and ${2 * FIVE} perhaps`]);
    expect(given([FIVE, 0], [operation('0', {}), operation('1', { uncertainOutMinor: FIVE })])).toEqual([`visit 0: he took ${FIVE}; the journal has 0 presented and 0 perhaps`]);
    expect(given([0, FIVE], [operation('0', { presentedMinor: FIVE, uncertainOutMinor: FIVE })])).toEqual([`visit 0: he took 0; the journal has ${FIVE} presented and ${FIVE} perhaps`]);
    expect(given([0, FIVE], [operation('0', { inPathMinor: FIVE })])).toEqual([`visit 1: he took ${FIVE}; the journal has 0 presented and 0 perhaps`]);
  });

  it('is that of his operations', () => {
    expect(watched()(money([operation('first', { stacked: [FIVE], presentedMinor: 2 * FIVE }), operation('second', {})]))).toEqual([]);
  });

  it('is found in another one\'s', () => {
    expect(watched()(money([operation('first', { presentedMinor: 2 * FIVE }), operation('second', { stacked: [FIVE] })]))).toEqual([
      `visit 0: 1 notes of ${FIVE} that he put in are inside and 0 stuck; the journal has 0 of his, 0 unknown and 0 that are nobody's`,
      `visit 1: 0 notes of ${FIVE} that he put in are inside and 0 stuck; the journal has 1 of his, 0 unknown and 0 that are nobody's`,
    ]);
    expect(watched()(money([operation('first', { stacked: [FIVE] }), operation('second', { presentedMinor: 2 * FIVE })]))).toEqual([`visit 0: he took ${2 * FIVE}; the journal has 0 presented and 0 perhaps`, `visit 1: he took 0; the journal has ${2 * FIVE} presented and 0 perhaps`]);
  });

  it('may be in doubt, or nobody\'s, where the journal says so', () => {
    for (const of of [{ unknown: [FIVE] }, {}]) expect(watched()(money([operation('first', { ...of, uncertainOutMinor: FIVE, inPathMinor: FIVE })], 'unknown' in of ? {} : { unassigned: [FIVE] }))).toEqual([]);
    expect(watched()(money([operation('first', { presentedMinor: 2 * FIVE })], { untoldNotes: 1 }))).toEqual([]);
    expect(watched('technician')(money([operation('first', { stacked: [FIVE], presentedMinor: 2 * FIVE })]))).toEqual([]);
    expect(watched('customer')(money([operation('first', { stacked: [FIVE], presentedMinor: 2 * FIVE })]))).toHaveLength(1);
  });
});
