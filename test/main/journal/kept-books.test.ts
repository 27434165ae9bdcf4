/** Goal: what the books say of counts, operations, messages, items and devices is what the entries told, each thing once; a batch that cannot be so leaves nothing. Method: a journal in memory, and its books made a second time from the chain. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { memoryJournal, messageDraft } from './journal-fixture.ts';

const [FIVE, TEN] = [500_000, 1_000_000];
let journal: ReturnType<typeof memoryJournal>;
const start = () => (journal = memoryJournal());
/** What is kept is what the chain tells. */
afterEach(() => {
  expect(journal.compareBooks()).toEqual([]);
  journal.close();
});
const commit = (batch: JournalBatch) => expect(journal.commit(batch).ok).toBe(true);
const change = (unitId: string, denominationMinor: number, noteCountDelta: number) => ({ unitId, denominationMinor, noteCountDelta });
const counts = () => journal.cashUnits().map(({ unitId, denominationMinor, noteCount }) => [unitId, denominationMinor, noteCount]);

describe('counts', () => {
  it('of one unit and kind add up, within a batch too, and others stay as they are', () => {
    start();
    commit({ cashUnits: [change('box', FIVE, 2), change('box', TEN, 1), change('path', FIVE, 1), change('box', FIVE, 3), change('box', FIVE, -1)] });
    commit({ cashUnits: [change('box', FIVE, -4)] });
    expect(counts()).toEqual([['box', FIVE, 0], ['box', TEN, 1], ['path', FIVE, 1]]);
  });

  it.each([
    ['that would fall below nothing', [change('box', FIVE, -4)]], ['that would fall below nothing on the way', [change('box', FIVE, -2), change('box', FIVE, -2), change('box', FIVE, 9)]], ['of a half', [change('box', FIVE, 0.5)]],
    ['of notes of no value', [change('box', 0, 1)]], ['of notes of less', [change('box', -FIVE, 1)]], ['of another kind, of which there are none', [change('box', TEN, -1)]],
  ])('%s are refused with all of their batch', (_, cashUnits) => {
    start();
    commit({ cashUnits: [change('box', FIVE, 3)] });
    const entries = journal.entries({ limit: 100 }).length;
    expect(() => journal.commit({ cashUnits, facts: { a: 'b' }, entries: [entry('terminal.stopped', { reason: 'x' })] })).toThrow();
    expect([counts(), journal.fact('a'), journal.entries({ limit: 100 }).length]).toEqual([[['box', FIVE, 3]], undefined, entries]);
  });
});

describe('an operation', () => {
  const scope = { operationId: 'o' };
  const note = { noteId: 'n', denominationMinor: FIVE };
  const closed = entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, scope);

  it.each([
    ['its choice', entry('operation.chosen', { operation: 'op-01' }, scope)], ['a note in escrow', entry('note.escrowed', note, scope)], ['an order', entry('intent.stack', note, scope)], ['a return', entry('intent.return', { ...note, why: 'x' }, scope)],
    ['a coin', entry('coin.accepted', { coinId: 'c', denominationMinor: 100, position: 1, evidence: 'x' }, scope)], ['an authorisation', entry('authorisation.received', { messageId: 'm', authorisedMinor: 1, authorisationCode: '1' }, scope)],
    ['a command', entry('intent.dispense', { cassetteNumber: 1, denominationMinor: FIVE, noteCount: 1 }, scope)], ['a take', entry('outcome.take', { result: 'taken', presentedMinor: 1 }, scope)],
  ])('is open from %s to its end, and not again by a late word', (_, opening) => {
    start();
    commit({ entries: [opening] });
    expect(journal.openOperationIds()).toEqual(['o']);
    commit({ entries: [closed] });
    commit({ entries: [opening, closed] });
    expect(journal.openOperationIds()).toEqual([]);
  });

  it('is not begun by what moves no money, nor by what is of none', () => {
    start();
    commit({ entries: [entry('amount.chosen', { amountMinor: FIVE }, scope), entry('note.escrowed', note)] });
    expect(journal.openOperationIds()).toEqual([]);
  });
});

describe('a message', () => {
  it('has as many attempts as it was sent, the last error while it waits, and the last answer', () => {
    start();
    commit({ messages: [messageDraft(1), messageDraft(2, { state: 'sending' })] });
    const told = (messageId = 'message-1') => { const { state, attemptCount, lastError, answerBytes } = journal.message(messageId)!; return [state, attemptCount, lastError, answerBytes === null ? null : Buffer.from(answerBytes).toString()]; };
    expect([told(), told('message-2')]).toEqual([['staged', 0, null, null], ['sending', 1, null, null]]);
    const move = (to: 'ready' | 'sending' | 'unknown' | 'inProcess' | 'awaiting' | 'executed', detail: string, more: object = {}) => commit({ messageMoves: [{ messageId: 'message-1', to, detail, ...more }] });
    move('ready', 'not reached');
    expect(told()).toEqual(['ready', 0, 'not reached', null]);
    move('sending', 'attempt 1', { isNewAttempt: true });
    expect(told()).toEqual(['sending', 1, 'not reached', null]);
    move('unknown', 'silent');
    move('sending', 'attempt 2', { isNewAttempt: true });
    move('inProcess', 'works on it', { answerBytes: Buffer.from('first') });
    move('awaiting', 'asked again', { isNewAttempt: true });
    expect(told()).toEqual(['awaiting', 3, 'works on it', 'first']);
    move('executed', 'approved', { answerBytes: Buffer.from('last') });
    expect([told(), told('message-2')]).toEqual([['executed', 3, null, 'last'], ['sending', 1, null, null]]);
    expect(() => journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'ready', detail: '' }] })).toThrow();
    expect(told()[0]).toBe('executed');
  });
});

describe('an item of money in doubt', () => {
  const settled = (to: 'paid' | 'matched') => entry('suspense.settled', { suspenseId: 's', to, by: 'x', authority: 'y', why: 'z', itemReason: 'retained', amountMinor: FIVE, reference: null });

  it('is ended once, and told to the bank once, whatever is said after', () => {
    start();
    commit({ suspense: [{ suspenseId: 's', operationId: null, reason: 'retained', amountMinor: FIVE, evidence: 'e', reference: null }, { suspenseId: 't', operationId: null, reason: 'retained', amountMinor: -TEN, evidence: 'e', reference: null }] });
    for (const to of ['paid', 'matched'] as const) commit({ entries: [settled(to)] });
    for (const messageId of ['first', 'second']) commit({ entries: [entry('suspense.told', { suspenseId: 's', messageId })] });
    expect(journal.suspense().map(({ suspenseId, state, amountMinor, toldMessageId }) => [suspenseId, state, amountMinor, toldMessageId])).toEqual([['s', 'paid', FIVE, 'first'], ['t', 'open', -TEN, null]]);
    expect([journal.suspense({ state: 'open' }).length, journal.suspense({ isTold: true }).length]).toEqual([1, 1]);
  });
});

describe('a device', () => {
  it('has its newest ten faults, each until it works again', () => {
    start();
    for (let index = 1; index <= 12; index += 1) commit({ entries: [entry('device.faulted', { deviceId: 'a', code: 'CIM_JAMMED', detail: `${index}` })] });
    commit({ entries: [entry('device.faulted', { deviceId: 'b', code: 'CIM_JAMMED', detail: 'other' })] });
    commit({ entries: [entry('device.recovered', { deviceId: 'a' })] });
    commit({ entries: [entry('device.faulted', { deviceId: 'a', code: 'CIM_JAMMED', detail: '13' })] });
    const [a, b] = journal.deviceRecords();
    expect(a?.faults.map(({ detail, recoveredAtUtcMs }) => [detail, recoveredAtUtcMs !== null])).toEqual(Array.from({ length: 10 }, (_, index) => [`${13 - index}`, index > 0]));
    expect(b?.faults.map(({ detail, recoveredAtUtcMs }) => [detail, recoveredAtUtcMs !== null])).toEqual([['other', false]]);
  });
});

describe('what the journal tells by itself', () => {
  it('nobody else tells', () => {
    start();
    for (const one of [entry('counts.changed', { units: [{ unitId: 'box', denominationMinor: FIVE, noteCountDelta: 1, noteCount: 9 }] }), entry('fact.put', { key: 'a' })]) expect(() => journal.commit({ entries: [one] })).toThrow();
    expect(counts()).toEqual([]);
  });

  it('are numbers, each the next one', () => {
    start();
    expect(() => journal.commit({ messages: [messageDraft(2)] })).toThrow();
    expect(() => journal.commit({ references: ['AAA-111'] })).toThrow();
    const reference = journal.peekReference();
    commit({ references: [reference], messages: [messageDraft(1)] });
    expect([journal.peekReference() === reference, journal.peekSeq()]).toEqual([false, 2]);
  });
});
