import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../main/foundation/assert.ts';
import { err } from '../../../main/foundation/outcome.ts';
import { countersAfter, countersPastTombstone } from '../../../main/journal/counters.ts';
import { canonicalJson, createCanonicalEntry, sha256Hex } from '../../../main/journal/hash-chain.ts';
import { entry, type JournalBatch, type JournalEntry, type JournalError } from '../../../main/journal/journal.ts';
import { receiptNumber, REFERENCE_COUNT_MAX, REFERENCE_STEP, referenceCode } from '../../../main/journal/numbering.ts';
import { journalOptions, makeFolder, memoryJournal, messageDraft, mustOpen, standingClock } from './journal-fixture.ts';

const chosen = (operationId: string) => entry('operation.chosen', { operation: 'op-01' }, { operationId });

describe('commit', () => {
  it('numbers entries without a gap and tells each change beside the chain in it', () => {
    const journal = memoryJournal();
    const written = journal.commit({
      entries: [chosen('operation-1')],
      cashUnits: [{ unitId: 'box', denominationMinor: 500_000, noteCountDelta: 2 }],
      receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: 'operation-1', operation: 'op-01', recordJson: '{"sample":true}', status: 'accepted' }],
      suspense: [{ suspenseId: 'suspense-1', operationId: 'operation-1', reason: 'retained', amountMinor: 1_000_000, evidence: 'two notes', reference: journal.peekReference() }],
      messages: [messageDraft(journal.peekSeq())],
      facts: { catalogue: '7' },
    });
    expect(written).toEqual({ ok: true, value: { lastEntryNumber: 8 } });
    expect(journal.entries({ limit: 10 }).map(({ entryNumber, kind }) => [entryNumber, kind])).toEqual([
      [1, 'operation.chosen'], [2, 'counts.changed'], [3, 'receipt.recorded'], [4, 'receipt.issued'], [5, 'suspense.recorded'], [6, 'suspense.opened'], [7, 'message.staged'], [8, 'fact.put'],
    ]);
    expect(journal.cashUnits()).toEqual([{ unitId: 'box', denominationMinor: 500_000, noteCount: 2 }]);
    expect(journal.suspense({ state: 'open' })).toMatchObject([{ suspenseId: 'suspense-1', amountMinor: 1_000_000 }]);
    expect([journal.peekReceiptNumber(), journal.peekSeq(), journal.fact('catalogue')]).toEqual(['0427-000002', 2, '7']);
    expect(journal.verify().ok).toBe(true);
  });

  it('is refused after the journal was closed, as by a disk; a device may have its last word then', () => {
    const journal = memoryJournal();
    journal.commit({ entries: [chosen('operation-1')] });
    journal.close();
    const closed = { code: 'JNL_UNWRITABLE', detail: 'the journal was closed' };
    expect([journal.commit({ entries: [chosen('operation-2')] }), journal.probe(), journal.distrust()]).toEqual([err(closed), err(closed), closed]);
  });

  it('does not tell twice what the caller tells in its own words', () => {
    const journal = memoryJournal();
    const [number, reference] = [journal.peekReceiptNumber(), journal.peekReference()];
    journal.commit({
      entries: [entry('receipt.issued', { receiptNumber: number, reference, status: 'accepted' }, { sessionId: 'session-1', operationId: 'operation-1' })],
      receipts: [{ receiptNumber: number, reference, operationId: 'operation-1', operation: 'op-01', recordJson: '{}', status: 'accepted' }],
    });
    journal.commit({
      entries: [entry('receipt.statusChanged', { receiptNumber: number, status: 'executed', hostRef: 'H-1' }, { operationId: 'operation-1' }), entry('suspense.opened', { suspenseId: 's-1', reason: 'retained', amountMinor: 5, reference }, { operationId: 'operation-1' })],
      receiptStatuses: [{ receiptNumber: number, status: 'executed', hostRef: 'H-1' }],
      suspense: [{ suspenseId: 's-1', operationId: 'operation-1', reason: 'retained', amountMinor: 5, evidence: 'one note', reference }],
    });
    expect(journal.entries({ limit: 10 }).map((written) => written.kind)).toEqual(['receipt.issued', 'receipt.recorded', 'receipt.statusChanged', 'suspense.opened', 'suspense.recorded']);
  });

  it('names operation and session in what it tells of messages, items and receipts, so that they are found by them', () => {
    const journal = memoryJournal();
    const [number, reference] = [journal.peekReceiptNumber(), journal.peekReference()];
    journal.commit({
      receipts: [{ receiptNumber: number, reference, operationId: 'operation-1', operation: 'op-01', recordJson: '{}', status: 'accepted' }],
      suspense: [{ suspenseId: 's-1', operationId: 'operation-1', reason: 'retained', amountMinor: 5, evidence: 'one note', reference }, { suspenseId: 's-2', operationId: null, reason: 'unassigned', amountMinor: 5, evidence: 'nobody knows whose', reference: null }],
      messages: [messageDraft(1, { sessionId: 'session-1' })],
    });
    journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'sending', detail: '', isNewAttempt: true }], receiptStatuses: [{ receiptNumber: number, status: 'executed', hostRef: 'H-1' }] });
    const told = journal.entries({ limit: 20 }).map(({ kind, operationId = 'nobody', sessionId = '' }) => `${kind} ${operationId} ${sessionId}`.trim());
    expect(told).toEqual([
      'receipt.recorded operation-1', 'receipt.issued operation-1', 'suspense.recorded operation-1', 'suspense.opened operation-1', 'suspense.recorded nobody', 'suspense.opened nobody', 'message.staged operation-1 session-1',
      'receipt.statusChanged operation-1', 'message.moved operation-1 session-1',
    ]);
  });

  it('keeps the statuses of a receipt beside the immutable record', () => {
    const journal = memoryJournal();
    const number = journal.peekReceiptNumber();
    journal.commit({ receipts: [{ receiptNumber: number, reference: journal.peekReference(), operationId: 'operation-1', operation: 'op-01', recordJson: '{}', status: 'accepted' }] });
    journal.commit({ receiptStatuses: [{ receiptNumber: number, status: 'executed', hostRef: 'H-1' }] });
    expect(journal.receipt(number)).toMatchObject({ receipt: { status: 'accepted' }, statuses: [{ status: 'executed', hostRef: 'H-1' }] });
  });

  it.each<[string, JournalBatch]>([
    ['a count below zero', { cashUnits: [{ unitId: 'box', denominationMinor: 100_000, noteCountDelta: -1 }] }],
    ['a count below zero by two changes of one batch', { cashUnits: [{ unitId: 'box', denominationMinor: 100_000, noteCountDelta: 1 }, { unitId: 'box', denominationMinor: 100_000, noteCountDelta: -2 }] }],
    ['a note of no value', { cashUnits: [{ unitId: 'box', denominationMinor: 0, noteCountDelta: 1 }] }],
    ['half a tenge in doubt', { suspense: [{ suspenseId: 's-1', operationId: null, reason: 'unassigned', amountMinor: 0.5, evidence: 'x', reference: null }] }],
    ['a status of no receipt', { receiptStatuses: [{ receiptNumber: '0427-000001', status: 'executed', hostRef: null }] }],
    ['half a note', { cashUnits: [{ unitId: 'box', denominationMinor: 100_000, noteCountDelta: 0.5 }] }],
    ['data of another shape', { entries: [{ kind: 'amount.chosen', data: { amountMinor: 1.5 } }] }],
    ['a receipt number out of turn', { receipts: [{ receiptNumber: '0427-000002', reference: referenceCode('0427', 1), operationId: 'o', operation: 'op-01', recordJson: '{}', status: 'accepted' }] }],
    ['a reference out of turn', { receipts: [{ receiptNumber: '0427-000001', reference: referenceCode('0427', 2), operationId: 'o', operation: 'op-01', recordJson: '{}', status: 'accepted' }] }],
    ['a sequence number out of turn', { messages: [messageDraft(2)] }],
    ['a move of no message', { messageMoves: [{ messageId: 'nobody', to: 'ready', detail: '' }] }],
    ['an entry that only the journal writes', { entries: [entry('clock.jumped', { byMs: 5000 })] }],
  ])('asserts on %s and writes nothing', (_what, batch) => {
    const journal = memoryJournal();
    expect(() => journal.commit({ ...batch, entries: [chosen('operation-1'), ...(batch.entries ?? [])] })).toThrow(AssertionFailure);
    expect([journal.entries({ limit: 10 }), journal.cashUnits(), journal.messages({ limit: 10 }), journal.peekReceiptNumber(), journal.peekSeq()]).toEqual([[], [], [], '0427-000001', 1]);
    expect(journal.commit({ entries: [chosen('operation-1')] })).toEqual({ ok: true, value: { lastEntryNumber: 1 } });
  });

  it('masks a card number in the words of a device instead of losing what it says', () => {
    const journal = memoryJournal();
    journal.commit({ entries: [entry('device.faulted', { deviceId: 'reader', code: 'IDC_FAILURE', detail: 'track 9999000000000103 unread' })] });
    expect(journal.entries({ limit: 1 })[0]?.data).toMatchObject({ detail: 'track 999900••••••0103 unread' });
  });

  it('moves a message only as the table allows, counts attempts and keeps bytes', () => {
    const journal = memoryJournal();
    journal.commit({ messages: [messageDraft(1)] });
    journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'sending', detail: 'attempt 1', isNewAttempt: true }, { messageId: 'message-1', to: 'unknown', detail: 'silence', notBeforeUtcMs: 99 }] });
    expect(journal.message('message-1')).toMatchObject({ state: 'unknown', attemptCount: 1, lastError: 'silence', notBeforeUtcMs: 99 });
    expect(() => journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'cancelled', detail: '' }] })).toThrow('from unknown to cancelled');
    journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'executed', detail: '', answerBytes: Buffer.from('yes') }] });
    expect(() => journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'refused', detail: '' }] })).toThrow(AssertionFailure);
    expect(Buffer.from(journal.message('message-1')!.bytes).toString()).toBe('signed 1');
    expect(journal.entries({ kinds: ['message.moved'], limit: 9 }).map(({ data }) => (data as { to: string }).to)).toEqual(['sending', 'unknown', 'executed']);
  });

  it('reads of an operation all entries or those of some kinds, oldest first, and none of another operation', () => {
    const journal = memoryJournal();
    journal.commit({ entries: [chosen('a'), chosen('b')], messages: [messageDraft(1, { operationId: 'a' })] });
    journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'sending', detail: '', isNewAttempt: true }, { messageId: 'message-1', to: 'unknown', detail: 'silence' }] });
    const kindsOf = (kinds?: Parameters<typeof journal.operationEntries>[1]) => journal.operationEntries('a', kinds).map(({ kind, operationId }) => `${operationId} ${kind}`);
    expect(kindsOf()).toEqual(['a operation.chosen', 'a message.staged', 'a message.moved', 'a message.moved']);
    expect(kindsOf(['message.moved', 'operation.chosen'])).toEqual(['a operation.chosen', 'a message.moved', 'a message.moved']);
    expect(kindsOf([])).toEqual([]);
  });

  it('tells a fact as the last commit that stands put it, short or long, one of few or of many', () => {
    let isFailing = false;
    const journal = memoryJournal({ faults: { beforeCommit: () => (isFailing ? { code: 'JNL_UNWRITABLE', detail: 'injected' } : null) } });
    expect([journal.fact('exchange'), journal.fact('exchange')]).toEqual([undefined, undefined]);
    for (const value of ['t-014', '', 'x'.repeat(5000), 't-015']) {
      journal.commit({ facts: { exchange: value } });
      expect([journal.fact('exchange'), journal.fact('exchange')]).toEqual([value, value]);
    }
    isFailing = true;
    expect(journal.commit({ facts: { exchange: 'never' } }).ok).toBe(false);
    expect(journal.fact('exchange')).toBe('t-015');
    isFailing = false;
    const told: (string | undefined)[] = [];
    journal.onCommitted(() => told.push(journal.fact('exchange')));
    journal.commit({ facts: { exchange: 't-016' } });
    expect(told).toEqual(['t-016']);
    for (let number = 0; number < 200; number += 1) journal.commit({ facts: { [`memo.${number}`]: String(number) } });
    for (let number = 0; number < 200; number += 1) expect(journal.fact(`memo.${number}`)).toBe(String(number));
    expect(journal.fact('exchange')).toBe('t-016');
  });

  it('knows the operations that are open: chosen or with money, and not closed', () => {
    const journal = memoryJournal();
    journal.commit({ entries: [chosen('b'), chosen('a')], messages: [messageDraft(1, { operationId: 'report' })] });
    journal.commit({ entries: [entry('intent.stack', { noteId: 'n', denominationMinor: 1 }, { operationId: 'c' }), entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, { operationId: 'b' })] });
    journal.commit({ entries: [entry('outcome.take', { result: 'notObservable', presentedMinor: 1 }, { operationId: 'b' })] });
    expect(journal.openOperationIds()).toEqual(['a', 'c']);
  });

  it('tells listeners in the order of the commits, even when one of them commits', () => {
    const journal = memoryJournal();
    const heard: number[] = [];
    journal.onCommitted((entries) => {
      if (entries[0]?.entryNumber === 1) journal.commit({ entries: [chosen('second')] });
    });
    const stop = journal.onCommitted((entries) => heard.push(...entries.map((written) => written.entryNumber)));
    journal.commit({ entries: [chosen('first')] });
    stop();
    journal.commit({ entries: [chosen('third')] });
    expect(heard).toEqual([1, 2]);
  });
});

describe('a disk that fails', () => {
  it('loses the whole batch, keeps the numbers, and goes on when the disk is back', () => {
    let fault: JournalError | null = null;
    const journal = memoryJournal({ faults: { beforeCommit: () => fault } });
    journal.commit({ entries: [chosen('operation-1')] });
    fault = { code: 'JNL_UNWRITABLE', detail: 'disk full' };
    const batch = { entries: [chosen('operation-2')], cashUnits: [{ unitId: 'box', denominationMinor: 1, noteCountDelta: 1 }], messages: [messageDraft(1)] };
    expect([journal.commit(batch), journal.probe()]).toEqual([{ ok: false, error: fault }, { ok: false, error: fault }]);
    expect([journal.cashUnits(), journal.messages({ limit: 1 }), journal.openOperationIds()]).toEqual([[], [], ['operation-1']]);
    fault = null;
    expect([journal.probe(), journal.commit(batch).ok, journal.verify().ok]).toEqual([{ ok: true, value: undefined }, true, true]);
  });
});

describe('a full disk', () => {
  const full: JournalError = { code: 'JNL_DISK_FULL', detail: '' };

  function bench() {
    const state = { faults: [] as JournalError[], tries: 0, reserved: 0 };
    const disk = { writeProblem: () => undefined, freeBytes: () => 1e12, reservedBytes: () => state.reserved, reserve: (lengthBytes: number) => void (state.reserved = lengthBytes), release: () => void (state.reserved = 0) };
    const journal = memoryJournal({ room: { freeBytesMin: 1, reserveBytes: 10 }, faults: { disk, beforeCommit: () => ((state.tries += 1), state.faults.shift() ?? null) } });
    journal.probe();
    return Object.assign(state, { journal });
  }

  it('is given the room of the reserve, and the batch is written once, in order', () => {
    const one = bench();
    one.faults = [full];
    expect([one.journal.commit({ entries: [chosen('a'), chosen('b')], cashUnits: [{ unitId: 'box', denominationMinor: 1, noteCountDelta: 1 }] }), one.reserved]).toEqual([{ ok: true, value: { lastEntryNumber: 3 } }, 0]);
    expect([one.journal.entries({ limit: 9 }).map(({ entryNumber, kind }) => `${entryNumber} ${kind}`), one.journal.cashUnits()[0]?.noteCount, one.journal.verify().ok]).toEqual([['1 operation.chosen', '2 operation.chosen', '3 counts.changed'], 1, true]);
    expect([one.journal.probe().ok, one.reserved]).toEqual([true, 10]);
  });

  it('that stays full loses the batch, and is not tried again where there is no reserve', () => {
    const one = bench();
    one.faults = [full, full];
    expect([one.journal.commit({ entries: [chosen('a')] }), one.reserved, one.tries]).toEqual([err(full), 0, 3]);
    one.faults = [full];
    expect([one.journal.commit({ entries: [chosen('a')] }), one.tries]).toEqual([err(full), 4]);
    expect([one.journal.commit({ entries: [chosen('a')] }).ok, one.tries, one.journal.verify().ok, one.journal.distrust()]).toEqual([true, 5, true, null]);
  });

  it('alone costs the reserve: no other trouble does, and no commit that is well', () => {
    const one = bench();
    one.journal.commit({ entries: [chosen('a')] });
    one.faults = [{ code: 'JNL_READ_ONLY', detail: '' }];
    expect([one.journal.commit({ entries: [chosen('b')] }).ok, one.reserved, one.tries]).toEqual([false, 10, 3]);
  });
});

it('a failed sync is the last word: nothing is written after it, however well the disk is, and who listens hears of it', () => {
  let fault: JournalError | null = null;
  const journal = memoryJournal({ faults: { beforeCommit: () => fault } });
  const heard: string[] = [];
  const stop = journal.onTrouble(({ code }) => heard.push(code));
  const failed: JournalError = { code: 'JNL_DISK_FAILED', detail: '' };
  fault = failed;
  expect(journal.commit({ entries: [chosen('a')] })).toEqual(err(failed));
  stop();
  fault = null;
  expect([journal.commit({ entries: [chosen('a')] }), journal.probe(), journal.distrust(), heard, journal.entries({ limit: 1 })]).toEqual([err(failed), err(failed), failed, ['JNL_DISK_FAILED'], []]);
});

it('a probe is a write of its own', () => {
  const folder = makeFolder();
  const journal = mustOpen(journalOptions(folder.path));
  const probes = () => {
    const database = new Database(join(folder.path, 'journal.db'), { readonly: true });
    const count = database.prepare('SELECT probe_count FROM probe').pluck().get() as number;
    database.close();
    return count;
  };
  const before = probes();
  journal.probe();
  expect(probes()).toBe(before + 1);
  journal.close();
  folder.remove();
});

describe('time', () => {
  it('tells a step that was seen while nothing was written, or while the disk took nothing, with the next commit, once', () => {
    const clock = standingClock();
    let fault: JournalError | null = null;
    const journal = memoryJournal({ clock, faults: { beforeCommit: () => fault } });
    journal.commit({ entries: [chosen('a')] });
    clock.jump(10_000);
    expect(journal.nowUtcMs()).toBe(clock.nowUtcMs());
    clock.jump(20_000);
    expect(journal.clockDoubt()).toBeNull();
    clock.jump(30_000);
    fault = { code: 'JNL_DISK_FULL', detail: '' };
    journal.commit({ entries: [chosen('b')] });
    fault = null;
    clock.jump(40_000);
    journal.commit({ entries: [chosen('b')] });
    journal.commit({ entries: [chosen('c')] });
    expect(journal.entries({ kinds: ['clock.jumped'], limit: 9 }).map(({ data }) => data)).toEqual([{ byMs: 100_000 }]);
    clock.jump(86_400_000);
    expect(journal.clockDoubt()).toEqual({ byMs: 86_400_000, against: 'monotonic' });
    journal.confirmClock(clock.nowUtcMs());
    expect(journal.clockDoubt()).toBeNull();
  });

  it('never goes back, and a clock that was set is told once', () => {
    const clock = standingClock();
    const journal = memoryJournal({ clock });
    journal.commit({ entries: [chosen('a'), chosen('b')] });
    clock.pass(10_000);
    clock.jump(-365 * 86_400_000);
    journal.commit({ entries: [chosen('c')] });
    clock.pass(5);
    clock.jump(1500);
    journal.commit({ entries: [chosen('d')] });
    const entries = journal.entries({ limit: 10 });
    expect(entries.map((written) => written.kind)).toEqual(['operation.chosen', 'operation.chosen', 'clock.jumped', 'operation.chosen', 'operation.chosen']);
    expect(entries[2]?.data).toEqual({ byMs: -365 * 86_400_000 });
    for (const [index, written] of entries.entries()) if (index > 0) expect(written.atUtcMs).toBeGreaterThan(entries[index - 1]!.atUtcMs);
    expect(entries.at(-1)).toMatchObject({ monotonicMs: 10_005, bootId: 'boot-1' });
  });

  it('adds up a drift until it is worth telling', () => {
    const clock = standingClock();
    const journal = memoryJournal({ clock });
    for (let step = 0; step < 3; step++) {
      journal.commit({ entries: [chosen(`operation-${step}`)] });
      clock.pass(60_000);
      clock.jump(1100);
    }
    journal.commit({});
    expect(journal.entries({ kinds: ['clock.jumped'], limit: 9 }).map(({ data }) => data)).toEqual([{ byMs: 2200 }]);
  });
});

describe('numbers', () => {
  it('gives receipts at least six digits', () => {
    expect([receiptNumber('0427', 8213), receiptNumber('0427', 12_345_678)]).toEqual(['0427-008213', '0427-12345678']);
  });

  it('gives the n-th reference of a terminal as every other version of the software does: nobody’s code is given again after an update', () => {
    expect([1, 2, 3, 1_000, REFERENCE_COUNT_MAX].map((count) => referenceCode('0427', count))).toEqual(['K0M-821', '6SG-558', 'TJC-295', '0AJ-084', 'Z7S-084']);
  });

  it('counts what the chain tells, also past a tombstone, and skips ahead, never back', () => {
    const none = { receiptCount: 5, referenceCount: 7, seq: 9 };
    const after = (kind: JournalEntry['kind'], data: object) => countersAfter(none, { kind, data } as Pick<JournalEntry, 'kind' | 'data'>, '0427');
    expect(after('numbers.skipped', { receiptCount: 6, referenceCount: 6, seq: 6, because: '' })).toEqual({ receiptCount: 6, referenceCount: 7, seq: 9 });
    expect(after('numbers.skipped', { receiptCount: 4, referenceCount: 8, seq: 10, because: '' })).toEqual({ receiptCount: 5, referenceCount: 8, seq: 10 });
    expect([after('reference.given', { reference: referenceCode('0427', 8) }), after('suspense.recorded', { reference: referenceCode('0427', 3) }), after('receipt.recorded', { reference: referenceCode('0427', 8) })]).toEqual([{ ...none, referenceCount: 8 }, none, { ...none, receiptCount: 6, referenceCount: 8 }]);
    expect(([['message.staged', 1], ['reference.given', 1], ['receipt.recorded', 1], ['receipt.recorded', 2], ['suspense.recorded', 1]] as const).map(([kind, version]) => countersPastTombstone(none, { kind, version }))).toEqual([
      { ...none, seq: 10 }, { ...none, referenceCount: 8 }, { ...none, receiptCount: 6 }, { ...none, receiptCount: 6, referenceCount: 8 }, none,
    ]);
  });

  it('gives every reference code once, without the letters I, L, O and U', () => {
    const seen = new Set<string>();
    for (let count = 1; count <= 100_000; count++) seen.add(referenceCode('0427', count));
    expect(seen.size).toBe(100_000);
    for (const code of seen) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{3}-\d{3}$/);
    // A property of the step: coprime to the range, so one to one over all of it, and back at the start one past the end.
    expect(() => referenceCode('0427', REFERENCE_COUNT_MAX + 1)).toThrow(AssertionFailure);
    expect([REFERENCE_STEP % 2, REFERENCE_STEP % 5]).toEqual([1, 2]);
  });
});

describe('random batches', () => {
  it('keep counts, counters and chain as a simple model says', () => {
    const change = fc.record({ unit: fc.integer({ min: 0, max: 2 }), delta: fc.integer({ min: -3, max: 5 }) });
    const step = fc.record({ changes: fc.array(change, { maxLength: 3 }), receipts: fc.integer({ min: 0, max: 2 }), messages: fc.integer({ min: 0, max: 2 }), isFailing: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        let isFailing = false;
        const journal = memoryJournal({ faults: { beforeCommit: () => (isFailing ? { code: 'JNL_UNWRITABLE', detail: 'injected' } : null) } });
        const model = { counts: [0, 0, 0], receipts: 0, messages: 0, commits: 0 };
        for (const next of steps) {
          ({ isFailing } = next);
          const counts = [...model.counts];
          const changes = next.changes.filter(({ unit, delta }) => counts[unit]! + delta >= 0 && ((counts[unit]! += delta), true));
          const written = journal.commit({
            entries: [chosen(`operation-${model.commits}`)],
            cashUnits: changes.map(({ unit, delta }) => ({ unitId: `unit-${unit}`, denominationMinor: 100, noteCountDelta: delta })),
            receipts: Array.from({ length: next.receipts }, (_, n) => ({ receiptNumber: receiptNumber('0427', model.receipts + 1 + n), reference: referenceCode('0427', model.receipts + 1 + n), operationId: 'o', operation: 'op-01' as const, recordJson: '{}', status: 'accepted' })),
            messages: Array.from({ length: next.messages }, (_, n) => messageDraft(journal.peekSeq() + n)),
          });
          expect(written.ok).toBe(!isFailing);
          if (!written.ok) continue;
          Object.assign(model, { counts, receipts: model.receipts + next.receipts, messages: model.messages + next.messages, commits: model.commits + 1 });
        }
        const stored = Object.fromEntries(journal.cashUnits().map((row) => [row.unitId, row.noteCount]));
        expect([0, 1, 2].map((unit) => stored[`unit-${unit}`] ?? 0)).toEqual(model.counts);
        expect([journal.peekReceiptNumber(), journal.peekSeq(), journal.openOperationIds().length]).toEqual([receiptNumber('0427', model.receipts + 1), model.messages + 1, model.commits]);
        expect(journal.verify().ok).toBe(true);
        journal.close();
      }),
      { numRuns: 60 },
    );
  });

  it('are hashed as RFC 8785 says', () => {
    const canonicalEntry = createCanonicalEntry();
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.option(fc.string()), (data, bootId, sessionId) => {
        const object = { entryNumber: 7, kind: 'k', version: 2, atUtcMs: 1, monotonicMs: 2, bootId, sessionId, operationId: null, dataSha256: sha256Hex(canonicalJson(data)), payloadSha256: null };
        expect(canonicalEntry(object)).toBe(canonicalJson(object));
      }),
    );
  });
});
