import { describe, expect, it } from 'vitest';
import { AnswerRecord } from '../../../main/core/host/answer-record.ts';
import { WrittenAhead } from '../../../main/core/cash/written-ahead.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type JournalBatch, type JournalError } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const FULL: JournalError = { code: 'JNL_UNWRITABLE', detail: 'test' };
const meaning: JournalBatch = { entries: [entry('authorisation.received', { messageId: 'message-1', authorisedMinor: 100, authorisationCode: 'A1' }, { operationId: 'operation-1' })] };
const answered: JournalBatch = { messageMoves: [{ messageId: 'message-1', to: 'executed', detail: 'approved' }] };

function setUp() {
  let failuresLeft = 0;
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock, faults: { beforeCommit: () => (failuresLeft-- > 0 ? FULL : null) } });
  journal.commit({ messages: [messageDraft(1, { operation: 'cash.withdraw', lane: 'online', state: 'sending' })] });
  const commits: number[] = [];
  journal.onCommitted((entries) => commits.push(entries.length));
  return { clock, journal, commits, record: new AnswerRecord({ journal, clock, log: silentLog }), failNext: (count: number) => (failuresLeft = count) };
}

describe('an answer and what it means', () => {
  it('are one transaction', () => {
    const { record, journal, commits } = setUp();
    expect(record.writeTogether(answered, meaning)).toBe(true);
    expect(commits).toHaveLength(1);
    expect(journal.operationEntries('operation-1').map(({ kind }) => kind).slice(-2)).toEqual(['authorisation.received', 'message.moved']);
  });

  it('are not, where the disk refuses: the answer is written later, what it means is the caller’s to write or to give up', async () => {
    const { record, journal, clock, failNext } = setUp();
    failNext(2);
    expect(record.writeTogether(answered, meaning)).toBe(false);
    expect(journal.message('message-1')?.state).toBe('sending');
    await clock.advance(1_000);
    expect(journal.message('message-1')?.state).toBe('executed');
    expect(journal.operationEntries('operation-1').some(({ kind }) => kind === 'authorisation.received')).toBe(false);
  });

  it('wait behind an answer that the disk has not taken yet', async () => {
    const { record, journal, clock, failNext } = setUp();
    failNext(1);
    record.write({ entries: [entry('terminal.stopped', { reason: 'first' })] });
    expect(record.writeTogether(answered, meaning)).toBe(false);
    await clock.advance(1_000);
    expect(journal.entries({ limit: 10 }).map(({ kind }) => kind)).toEqual(['message.staged', 'terminal.stopped', 'message.moved']);
  });
});

describe('answers that the disk does not take', () => {
  const stopped = (reason: string): JournalBatch => ({ entries: [entry('terminal.stopped', { reason })] });
  const reasons = (journal: ReturnType<typeof setUp>['journal']) => journal.entries({ kinds: ['terminal.stopped'], limit: 500 }).map(({ data }) => (data as { readonly reason: string }).reason);

  it('are written once each, in the order in which they came, as soon as it takes them', async () => {
    const { record, journal, clock, failNext } = setUp();
    failNext(3);
    for (const reason of ['first', 'second', 'third']) record.write(stopped(reason));
    await clock.advance(900);
    expect(reasons(journal)).toEqual([]);
    await clock.advance(60_000);
    expect(reasons(journal)).toEqual(['first', 'second', 'third']);
    record.write(stopped('fourth'));
    expect(reasons(journal)).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('that came while one is written come after it, also where they mean more', () => {
    const { record, journal } = setUp();
    let isTogether: boolean | null = null;
    journal.onCommitted((entries) => {
      if (!entries.some(({ kind }) => kind === 'terminal.stopped') || isTogether !== null) return;
      isTogether = record.writeTogether(answered, meaning);
      record.write(stopped('behind'));
    });
    record.write(stopped('before'));
    expect([isTogether, journal.entries({ limit: 10 }).map(({ kind }) => kind)]).toEqual([false, ['message.staged', 'terminal.stopped', 'message.moved', 'terminal.stopped']]);
  });

  it('that came while one was written together with its meaning come after both', () => {
    const { record, journal } = setUp();
    journal.onCommitted((entries) => entries.some(({ kind }) => kind === 'message.moved') && record.write(stopped('behind')));
    expect(record.writeTogether(answered, meaning)).toBe(true);
    expect(journal.entries({ limit: 10 }).map(({ kind }) => kind)).toEqual(['message.staged', 'authorisation.received', 'message.moved', 'terminal.stopped']);
  });

  it('are not written any more once the journal is to close', async () => {
    const { record, journal, clock, failNext } = setUp();
    failNext(1);
    record.write(stopped('held'));
    record.close();
    record.write(stopped('late'));
    expect(record.writeTogether(answered, meaning)).toBe(false);
    await clock.advance(60_000);
    expect(journal.entries({ limit: 10 }).map(({ kind }) => kind)).toEqual(['message.staged']);
    const idle = setUp();
    idle.record.close();
    idle.record.write(stopped('late'));
    expect([idle.record.writeTogether(answered, meaning), idle.commits]).toEqual([false, []]);
  });

  it('and what they mean keep all that either has', () => {
    const { record, journal } = setUp();
    expect(record.writeTogether({ ...answered, entries: [entry('terminal.stopped', { reason: 'told' })], facts: { 'host.time': 'now' } }, { ...meaning, facts: { memo: 'kept' }, messages: [messageDraft(2)], messageMoves: [{ messageId: 'message-2', to: 'ready', detail: '' }], cashUnits: [{ unitId: 'box', denominationMinor: 100, noteCountDelta: 1 }] })).toBe(true);
    expect([reasons(journal), journal.fact('host.time'), journal.fact('memo'), journal.message('message-1')?.state, journal.message('message-2')?.state, journal.cashUnits().length]).toEqual([['told'], 'now', 'kept', 'executed', 'ready', 1]);
  });
});

describe('what was written ahead', () => {
  const intent = (noteCount: number, operationId = 'operation-1') => entry('intent.dispense', { cassetteNumber: 1, denominationMinor: 500_000, noteCount }, { operationId });

  it('is found once by the step that comes next', () => {
    const ahead = new WrittenAhead();
    ahead.wrote(intent(5));
    expect([ahead.take(intent(5)), ahead.take(intent(5))]).toEqual([true, false]);
  });

  it('is of no other operation, and nothing else of its own may come instead', () => {
    const ahead = new WrittenAhead();
    ahead.wrote(intent(5));
    expect(ahead.take(intent(5, 'operation-2'))).toBe(false);
    ahead.wrote(intent(5));
    expect(() => ahead.take(intent(4))).toThrow('what was written ahead');
  });
});
