/** Goal: which entries of a day go into which of its sums, and what each difference is put down to. Method: the rule by itself, over entries that are written here by hand. */
import { describe, expect, it } from 'vitest';
import { dayTotals, operationsOfDay } from '../../../main/core/day/day-totals.ts';
import type { DaySource } from '../../../main/core/day/day-totals.ts';
import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import type { JournalEntry } from '../../../main/journal/journal.ts';

type Told = { readonly kind: EntryKind; readonly data: object; readonly operationId?: string };
type Message = { readonly messageId: string; readonly operationId: string; readonly operation: string; readonly state: string; readonly seq: number; readonly lane: string };

const told = (kind: EntryKind, data: object, operationId?: string): Told => ({ kind, data, ...(operationId === undefined ? {} : { operationId }) });
const day = (name: string) => told('businessDay.began', { day: name, previous: null });
const chosen = (operationId: string, operation: string) => told('operation.chosen', { operation }, operationId);
const note = (operationId: string, noteId: string, denominationMinor: number, result = 'stacked', kind: 'outcome.stack' | 'outcome.return' = 'outcome.stack') => told(kind, { noteId, denominationMinor, result }, operationId);
const coin = (denominationMinor: number, operationId?: string) => told('coin.accepted', { denominationMinor, evidence: 'too late' }, operationId);
const accepted = (operationId: string, insertedMinor: number) => told('deposit.accepted', { insertedMinor }, operationId);
const cancelled = (operationId: string, retainedMinor: number) => told('deposit.cancelled', { retainedMinor }, operationId);
const dispense = (operationId: string, cassetteNumber: number, counts: object) => told('outcome.dispense', { cassetteNumber, denominationMinor: 500, outcome: 'completed', presentedCount: 0, rejectedCount: 0, pickedCount: 0, uncertainCount: 0, ...counts }, operationId);
const completed = (operationId: string, presentedMinor: number) => told('withdrawal.completed', { presentedMinor }, operationId);
const counted = (...units: readonly (readonly [string, number, number])[]) => told('counts.changed', { units: units.map(([unitId, denominationMinor, noteCountDelta]) => ({ unitId, denominationMinor, noteCountDelta, noteCount: 100 })) });
const moved = (fromUnitId: string, toUnitId: string, noteCount: number) => told('notes.moved', { moves: [{ fromUnitId, toUnitId, denominationMinor: 500, noteCount }], evidence: '' });
const message = (operationId: string, state: string, more: Partial<Message> = {}): Message => ({ messageId: `m-${operationId}`, operationId, operation: 'cash.deposit', state, seq: 1, lane: 'mustDeliver', ...more });

function source(entries: readonly Told[], messages: readonly Message[] = []): DaySource {
  const all = entries.map((one, index) => ({ ...one, entryNumber: index + 1, atUtcMs: index })) as unknown as JournalEntry[];
  return {
    entries: ({ kinds, fromEntryNumber = 1, limit, newestFirst = false }: Parameters<DaySource['entries']>[0]) => {
      const found = all.filter((one) => one.entryNumber >= fromEntryNumber && (kinds?.includes(one.kind) ?? true));
      return (newestFirst ? found.toReversed() : found).slice(0, limit);
    },
    operationEntries: (operationId: string) => all.filter((one) => one.operationId === operationId),
    messages: ({ operationId, lanes, limit }: { readonly operationId: string; readonly lanes?: readonly string[]; readonly limit: number }) => messages.filter((one) => one.operationId === operationId && (lanes?.includes(one.lane) ?? true)).slice(0, limit),
  } as unknown as DaySource;
}

const ofKind = (entries: readonly Told[], messages: readonly Message[] = []) => dayTotals(source(entries, messages))!.operations;
const differences = (entries: readonly Told[], messages: readonly Message[] = []) => dayTotals(source(entries, messages))!.differences.map(({ operationId, kind, amountMinor }) => [operationId, kind, amountMinor]);
const units = (...entries: readonly Told[]) => dayTotals(source(entries))!.units.map(({ unitId, movedMinor, countedMinor }) => [unitId, movedMinor, countedMinor]);

describe('the sums of a kind of operation', () => {
  it('are what the devices said, what was agreed and what the bank confirmed', () => {
    const deposits = [chosen('a', 'op-01'), note('a', 'n1', 500), note('a', 'n2', 200, 'unknown'), note('a', 'n3', 200), note('a', 'n3', 200, 'returned', 'outcome.return'), coin(20, 'a'), accepted('a', 520), chosen('b', 'op-01'), note('b', 'n4', 1_000), accepted('b', 1_000)];
    expect(ofKind(deposits, [message('a', 'executed')])).toEqual([{ operation: 'op-01', count: 2, deviceMinor: 1_520, journalMinor: 1_520, hostMinor: 520 }]);
    expect(differences(deposits, ['a', 'b'].map((one) => message(one, 'executed')))).toEqual([]);
  });

  it('have a note once, where it was found last', () => {
    const course = [chosen('a', 'op-05'), note('a', 'n1', 500, 'unknown'), note('a', 'n1', 500), note('a', 'n2', 200, 'unknown'), note('a', 'n2', 200, 'unknown', 'outcome.return'), note('a', 'n2', 200), cancelled('a', 700)];
    const kept = [message('a', 'executed', { operation: 'cash.deposit.complete' })];
    expect([differences(course, kept), differences([...course, note('a', 'late', 100)], kept)]).toEqual([[], [['a', 'lateNote', 100]]]);
    expect(ofKind(course, kept)).toEqual([{ operation: 'op-05', count: 1, deviceMinor: 700, journalMinor: 700, hostMinor: 700 }]);
  });

  it('are below zero for what was paid out, by notes at once or as a bunch', () => {
    const atOnce = [chosen('a', 'op-10'), dispense('a', 1, { pickedCount: 3, presentedCount: 2, rejectedCount: 1 }), completed('a', 1_000)];
    const bunch = [chosen('b', 'op-10'), dispense('b', 1, { pickedCount: 3, stackedCount: 3 }), told('outcome.present', { presentedMinor: 1_500, notes: [{ denominationMinor: 500, noteCount: 3 }], outcome: 'completed', evidence: '' }, 'b'), told('outcome.take', { result: 'taken', presentedMinor: 1_500 }, 'b'), completed('b', 1_500)];
    expect(ofKind([...atOnce, ...bunch], ['a', 'b'].map((one) => message(one, 'executed', { operation: 'cash.withdraw.complete' })))).toEqual([{ operation: 'op-10', count: 2, deviceMinor: -2_500, journalMinor: -2_500, hostMinor: -2_500 }]);
  });

  it('have what the bank confirmed also where the payer had it asked a hundred times before', () => {
    const asked = Array.from({ length: 100 }, (_, n) => message('a', 'executed', { messageId: `asked-${n}`, operation: 'pay.check', lane: 'online' }));
    expect(ofKind([chosen('a', 'op-05'), note('a', 'n', 500), accepted('a', 500)], [...asked, message('a', 'executed', { operation: 'pay.provider', seq: 101 })])).toMatchObject([{ journalMinor: 500, hostMinor: 500 }]);
  });

  it('have no operation in which nothing moved, nor one of a kind that is not known', () => {
    const course = [chosen('a', 'op-01'), note('a', 'n', 500, 'returned', 'outcome.return'), chosen('b', 'op-99'), note('b', 'n', 500), chosen('c', 'op-10'), dispense('c', 1, {})];
    expect(differences(course)).toEqual([]);
    expect(ofKind(course)).toEqual([{ operation: 'op-10', count: 1, deviceMinor: 0, journalMinor: 0, hostMinor: 0 }]);
  });

  it('and of a unit go over pages of entries of any number, each once', () => {
    const many = Array.from({ length: 4_001 }, (_, index) => note('a', `n${index}`, 500));
    expect(ofKind([chosen('a', 'op-01'), ...many, accepted('a', 2_000_500), chosen('b', 'op-01'), note('b', 'n', 500), accepted('b', 500)])).toMatchObject([{ count: 2, deviceMinor: 2_001_000 }]);
    expect(units(...many)).toEqual([['acceptor.box', 2_000_500, 0]]);
  });
});

describe('the day of an operation', () => {
  const visit = (operationId: string) => [chosen(operationId, 'op-01'), note(operationId, 'n', 500)];
  const course = [...visit('before'), accepted('before', 500), day('d1'), ...visit('first'), accepted('first', 500), ...visit('over'), day('d2'), accepted('over', 500), ...visit('second'), accepted('second', 500), day('d3'), ...visit('open')];
  const idsOf = (name: string) => operationsOfDay(source(course), name).map(({ operationId }) => operationId);

  it('is the one in which its money was agreed on, or moved where it was not; what came before the first is of the first', () => {
    expect([idsOf('d1'), idsOf('d2'), idsOf('d3'), idsOf('d9')]).toEqual([['before', 'first'], ['over', 'second'], ['open'], []]);
    expect([dayTotals(source(course), 'd1'), dayTotals(source(course), 'd2'), dayTotals(source(course))].map((totals) => [totals?.day, totals?.fromEntryNumber, totals?.sinceUtcMs])).toEqual([['d1', 1, 3], ['d2', 10, 9], ['d3', 15, 14]]);
    expect(dayTotals(source(course), 'd9')).toBeNull();
    expect(dayTotals(source([...visit('a'), accepted('a', 500)]))).toMatchObject({ day: null, sinceUtcMs: null, fromEntryNumber: 1, operations: [{ count: 1 }] });
  });
});

it('of the oldest day that is looked through, with many before it, are its own', () => {
  const course = [...Array.from({ length: 30 }, (_, n) => day(`before-${n}`)), chosen('b', 'op-01'), note('b', 'n', 500), accepted('b', 500), ...Array.from({ length: 400 }, (_, n) => day(`d${n}`))];
  expect([operationsOfDay(source(course), 'd0'), operationsOfDay(source(course), 'before-29')]).toEqual([[], []]);
});

describe('a note that is found on another day', () => {
  it('stays with the day of its operation', () => {
    const course = [day('d1'), chosen('a', 'op-01'), note('a', 'n', 500), accepted('a', 500), day('d2'), note('a', 'late', 200), day('d3')];
    expect(operationsOfDay(source(course), 'd2')).toEqual([]);
    expect(dayTotals(source(course), 'd1')?.differences.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([['lateNote', 200], ['unexplained', 500]]);
  });
});

describe('a difference', () => {
  const deposit = [chosen('a', 'op-01'), note('a', 'n', 500), accepted('a', 500)];

  it.each([
    ['executed', []], ['cancelled', [['a', 'unexplained', 500]]], ['sending', [['a', 'waiting', 500]]], ['inProcess', [['a', 'waiting', 500]]], ['parked', [['a', 'parked', 500]]], ['refused', [['a', 'refused', 500]]],
  ] as const)('of what is not booked is put down to its first message: %s', (state, expected) => {
    expect(differences(deposit, [message('a', 'executed', { operation: 'cash.deposit.complete', seq: 2, messageId: 'later' }), message('a', state), message('a', 'executed', { operation: 'receipt.send', seq: 0, messageId: 'other' })])).toEqual(expected);
  });

  it('is unexplained where the bank was told nothing, and then the day is', () => {
    expect(dayTotals(source(deposit))).toMatchObject({ isExplained: false, differences: [{ kind: 'unexplained', amountMinor: 500 }] });
    expect(dayTotals(source(deposit, [message('a', 'parked')]))).toMatchObject({ isExplained: true });
    expect(dayTotals(source([...deposit, coin(50)]))).toMatchObject({ isExplained: false });
  });

  it('of a message that two people ended is theirs; where they sent another, that one counts', () => {
    const ended = (newMessageId: string | null) => [...deposit, told('message.actConfirmed', { messageId: 'm-a', newMessageId }, 'a')];
    expect(differences(ended(null), [message('a', 'refused')])).toEqual([['a', 'settled', 500]]);
    expect(differences(ended('m2'), [message('a', 'refused'), message('a', 'executed', { messageId: 'm2', seq: 5 })])).toEqual([]);
  });

  it('of a note that was found later, or of what only the devices say', () => {
    expect(differences([...deposit, note('a', 'late', 200)], [message('a', 'executed')])).toEqual([['a', 'lateNote', 200]]);
    expect(differences([chosen('a', 'op-01'), accepted('a', 500)], [message('a', 'executed')])).toEqual([['a', 'unexplained', -500]]);
    expect(differences([chosen('a', 'op-10'), dispense('a', 1, { pickedCount: 2, presentedCount: 2 }), completed('a', 500)], [message('a', 'executed', { operation: 'cash.withdraw.complete' })])).toEqual([['a', 'unexplained', -500]]);
  });

  it('of what may have left besides, or left unauthorised', () => {
    const report = [message('a', 'executed', { operation: 'cash.withdraw.complete' })];
    expect(differences([chosen('a', 'op-10'), dispense('a', 1, { outcome: 'uncertain', pickedCount: 1, presentedCount: 1, uncertainCount: 2 }), completed('a', 500)], report)).toEqual([['a', 'doubt', -1_000]]);
    const uncertainBunch = [chosen('a', 'op-10'), dispense('a', 1, { pickedCount: 3, stackedCount: 3 }), told('outcome.present', { presentedMinor: 1_500, notes: [{ denominationMinor: 500, noteCount: 3 }], outcome: 'uncertain', evidence: '' }, 'a'), completed('a', 0)];
    expect(differences(uncertainBunch, report)).toEqual([['a', 'doubt', -1_500]]);
    const over = [chosen('a', 'op-10'), dispense('a', 1, { pickedCount: 3, presentedCount: 3 }), completed('a', 1_500), told('suspense.opened', { suspenseId: 's', reason: 'overDispensed', amountMinor: -500, reference: null }, 'a')];
    expect(differences(over, report)).toEqual([['a', 'overDispensed', -500]]);
    expect(differences(over, [message('a', 'sending', { operation: 'cash.withdraw.complete' })])).toEqual([['a', 'waiting', -1_500]]);
    expect(ofKind(over, report)).toMatchObject([{ deviceMinor: -1_500, journalMinor: -1_500, hostMinor: -1_000 }]);
  });

  it('of what is not agreed on yet, and of what is nobody’s', () => {
    expect(differences([chosen('a', 'op-01'), note('a', 'n', 500), told('note.unassigned', { denominationMinor: 200, evidence: '' }), coin(50)])).toEqual([['a', 'open', 500], ['', 'unassigned', 200], ['', 'unassigned', 50]]);
    expect(differences([chosen('a', 'op-10'), dispense('a', 1, {})])).toEqual([]);
  });
});

describe('the sums of a cash unit', () => {
  it('are what was put in by the devices’ word, beside the count', () => {
    expect(units(note('a', 'n', 500), note('a', 'm', 500, 'unknown'), note('a', 'r', 200, 'stacked', 'outcome.return'), told('note.unassigned', { denominationMinor: 100, evidence: '' }), coin(20, 'a'), coin(0), counted(['acceptor.box', 500, 1], ['acceptor.box', 200, 1], ['acceptor.box', 100, 1], ['coinAcceptor.box', 20, 1]))).toEqual([['acceptor.box', 800, 800], ['coinAcceptor.box', 20, 20]]);
  });

  it('are what was picked, rejected and left on its way; of an uncertain command only what is certain', () => {
    expect(units(dispense('a', 2, { pickedCount: 5, presentedCount: 2, rejectedCount: 1 }), counted(['dispenser.2', 500, -5], ['dispenser.reject', 500, 1], ['dispenser.transport', 500, 2]))).toEqual([['dispenser.2', -2_500, -2_500], ['dispenser.reject', 500, 500], ['dispenser.transport', 1_000, 1_000]]);
    expect(units(dispense('a', 2, { outcome: 'uncertain', pickedCount: 3, presentedCount: 1, uncertainCount: 2 }), counted(['dispenser.2', 500, -3]))).toEqual([['dispenser.2', -1_500, -1_500]]);
  });

  it('have a single note as any number, and no unit in which none moved', () => {
    expect(units(dispense('a', 2, { pickedCount: 1, rejectedCount: 1 }), counted(['dispenser.2', 500, -1], ['dispenser.reject', 500, 1]))).toEqual([['dispenser.2', -500, -500], ['dispenser.reject', 500, 500]]);
    expect(units(dispense('a', 2, { pickedCount: 1 }), counted(['dispenser.2', 500, -1], ['dispenser.transport', 500, 1]))).toEqual([['dispenser.2', -500, -500], ['dispenser.transport', 500, 500]]);
    expect(units(dispense('a', 101, { pickedCount: 2, rejectedCount: 1 }), counted(['recycler.1', 500, -2], ['acceptor.box', 500, 1], ['acceptor.transport', 500, 1]))).toEqual([['acceptor.box', 500, 500], ['acceptor.transport', 500, 500], ['recycler.1', -1_000, -1_000]]);
    expect(units(dispense('a', 2, {}), coin(0), counted(['dispenser.1', 500, 1]))).toEqual([]);
  });

  it('follow a bunch out of the stacker, and back into the bin', () => {
    const notes = [{ denominationMinor: 500, noteCount: 3 }];
    const gathered = [dispense('a', 1, { pickedCount: 3, stackedCount: 3 }), counted(['dispenser.1', 500, -3], ['dispenser.transport', 500, 3])];
    expect(units(...gathered, told('outcome.present', { notes, outcome: 'completed' }, 'a'), counted(['dispenser.transport', 500, -3]))).toEqual([['dispenser.1', -1_500, -1_500], ['dispenser.transport', 0, 0]]);
    expect(units(...gathered, told('outcome.present', { notes, outcome: 'failed' }, 'a'))).toEqual([['dispenser.1', -1_500, -1_500], ['dispenser.transport', 1_500, 1_500]]);
    expect(units(...gathered, told('outcome.retract', { from: 'stacker', outcome: 'completed', notes }, 'a'), counted(['dispenser.transport', 500, -3], ['dispenser.reject', 500, 3]))).toEqual([['dispenser.1', -1_500, -1_500], ['dispenser.reject', 1_500, 1_500], ['dispenser.transport', 0, 0]]);
    expect(units(told('outcome.retract', { from: 'exit', outcome: 'completed', notes }, 'a'), counted(['dispenser.reject', 500, 3]))).toEqual([['dispenser.reject', 1_500, 1_500]]);
    expect(units(told('outcome.retract', { from: 'exit', outcome: 'completed', notes: null }, 'a'), told('outcome.retract', { from: 'exit', outcome: 'completed', notes: [] }, 'a'))).toEqual([]);
    expect(units(told('outcome.present', { notes }, 'a'))).toEqual([]);
  });

  it('follow notes from unit to unit, both ways', () => {
    expect(units(moved('acceptor.box', 'recycler.1', 2), counted(['acceptor.box', 500, -2], ['recycler.1', 500, 2]))).toEqual([['acceptor.box', -1_000, -1_000], ['recycler.1', 1_000, 1_000]]);
    expect(units(moved('recycler.1', 'acceptor.transport', 2), counted(['recycler.1', 500, -2], ['acceptor.transport', 500, 2]))).toEqual([['acceptor.transport', 1_000, 1_000], ['recycler.1', -1_000, -1_000]]);
    expect(units(moved('coinDispenser.1', 'coinAcceptor.box', 2), counted(['coinDispenser.1', 500, -2], ['coinAcceptor.box', 500, 2]))).toEqual([['coinAcceptor.box', 1_000, 1_000], ['coinDispenser.1', -1_000, -1_000]]);
  });

  it('leave out what staff put in and take out', () => {
    expect(units(counted(['dispenser.1', 500, 40]), moved('dispenser.1', 'outside', 40), counted(['dispenser.1', 500, -40]), moved('acceptor.box', 'outside', 7), counted(['acceptor.box', 500, -7]), moved('dispenser.reject', 'outside', 7), counted(['dispenser.reject', 500, -7]))).toEqual([['dispenser.1', 0, 0]]);
  });

  it('stand beside the device’s own count of it, by its last word', () => {
    const compared = (unitId: string, deviceCount: number | null, journalCount: number, denominationMinor: number | null = 500) => told('counts.compared', { unitId, denominationMinor, deviceCount, journalCount });
    const totals = dayTotals(source([counted(['dispenser.2', 500, -1], ['dispenser.4', 500, -1]), compared('dispenser.2', 9, 9), compared('dispenser.4', 9, 8), compared('dispenser.1', 5, 7), compared('dispenser.3', 4, 4), compared('acceptor.box', 3, 2, null)]))!;
    expect(totals.units.map(({ unitId, compared: one }) => [unitId, one?.differenceCount, one?.differenceMinor])).toEqual([['acceptor.box', 1, null], ['dispenser.1', -2, -1_000], ['dispenser.2', 0, 0], ['dispenser.4', 1, 500]]);
    expect(totals.units[1]).toMatchObject({ movedMinor: 0, countedMinor: 0 });
  });
});
