/**
 * Goal: the bank hears of each item once, is asked about those that it may still decide on and no others, and after a loss nobody ends here what it may have ended already. Method: the reporter by itself on a
 * journal in memory and virtual time, with a bank that answers as told.
 */
import { describe, expect, it } from 'vitest';
import type { SuspenseDecision } from '../../../main/contracts/host-operations.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { lossToTell, mayBeEndedHere, toldFacts } from '../../../main/core/suspense/ends-unheard.ts';
import { endOf } from '../../../main/core/suspense/suspense-messages.ts';
import { toldState } from '../../../main/core/suspense/told-state.ts';
import { endToldState, SuspenseReporter } from '../../../main/core/suspense/suspense-reporter.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type JournalError, type SuspenseDraft } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft } from '../journal/journal-fixture.ts';

const HOUR_MS = 3_600_000;
const item = (suspenseId: string, more: Partial<SuspenseDraft> = {}): SuspenseDraft => ({ suspenseId, operationId: null, reason: 'retained', amountMinor: 500, evidence: 'x', reference: null, ...more });
const decision = (suspenseId: string): SuspenseDecision => ({ suspenseId, decisionId: `D-${suspenseId}`, to: 'paid', amountMinor: 500, authority: 'cash centre', reason: 'claim 7', decidedAtUtcMs: 1 });

type Word = readonly SuspenseDecision[] | 'silence' | 'malformed' | 'declined';

function bench(word: (suspenseIds: readonly string[]) => Word | Promise<Word> = () => []) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const state = { word, asked: [] as (readonly string[])[], askedAtMs: [] as number[], decided: 0, fault: null as JournalError | null };
  const journal = memoryJournal({ clock, faults: { beforeCommit: () => state.fault } });
  const gateway = {
    draft: (operation: 'suspense.report', _body: object, scope: { readonly operationId: string | null }, position = 0) => {
      const messageId = `m-${journal.peekSeq() + position}`;
      return messageDraft(journal.peekSeq() + position, { messageId, operation, operationId: scope.operationId ?? messageId });
    },
    ask: async (_: string, { suspenseIds }: { readonly suspenseIds: readonly string[] }) => {
      state.asked.push(suspenseIds);
      state.askedAtMs.push(clock.monotonicMs());
      const said = await state.word(suspenseIds);
      if (said === 'silence' || said === 'malformed') return { kind: 'failed', failure: { code: said === 'silence' ? 'HST_TIMED_OUT' : 'HST_MALFORMED' } };
      return { kind: 'answered', messageId: 'q', answer: said === 'declined' ? { outcome: 'declined' } : { outcome: 'approved', body: { decisions: said } } };
    },
  } as unknown as Pick<HostGateway, 'draft' | 'ask'>;
  const makeReporter = () => new SuspenseReporter({ journal, gateway, clock, log: silentLog, onDecided: () => (state.decided += 1) });
  const reporter = makeReporter();
  const open = (...drafts: readonly SuspenseDraft[]) => expect(journal.commit({ suspense: drafts }).ok).toBe(true);
  const settle = (suspenseId: string) => {
    const [row] = journal.suspense({ suspenseId });
    const end = { to: 'paid', by: 'k', authority: 'administrator', why: 'found' } as const;
    const told = endOf({ journal, gateway }, row!, end);
    journal.commit({ ...told, entries: [entry('suspense.settled', { ...end, suspenseId, itemReason: row!.reason, amountMinor: row!.amountMinor, reference: null }), ...told.entries] });
  };
  /** The bank has every message that waits, or refuses it. */
  const deliver = (to: 'executed' | 'refused' = 'executed') => {
    for (const { messageId } of journal.messages({ states: ['staged'], limit: 1_000 })) for (const next of ['sending', to] as const) journal.commit({ messageMoves: [{ messageId, to: next, detail: '' }] });
  };
  return Object.assign(state, { clock, journal, gateway, reporter, makeReporter, open, settle, deliver, reports: () => journal.messages({ limit: 1_000 }).filter(({ operation }) => operation === 'suspense.report').length });
}

describe('an item', () => {
  it('is told a second after it was opened, once; those of an earlier life at the start', async () => {
    const { open, reporter, makeReporter, clock, reports, journal } = bench();
    reporter.stop();
    open(item('a'));
    makeReporter().start();
    await clock.advance(999);
    expect(reports()).toBe(0);
    await clock.advance(1);
    expect(reports()).toBe(1);
    open(item('b'), item('c'));
    expect(reports()).toBe(1);
    await clock.advance(1_000);
    expect([reports(), journal.suspense({ isTold: false })]).toEqual([3, []]);
    await clock.advance(2 * HOUR_MS);
    expect(reports()).toBe(3);
  });

  it('is told with the next look where the disk did not take it, twenty at a time', async () => {
    const bank = bench();
    bank.reporter.start();
    bank.open(...Array.from({ length: 25 }, (_, n) => item(`i${n}`)));
    bank.fault = { code: 'JNL_DISK_FULL', detail: '' };
    await bank.clock.advance(30_000);
    expect(bank.reports()).toBe(0);
    bank.fault = null;
    await bank.clock.advance(30_000);
    expect(bank.reports()).toBe(20);
    await bank.clock.advance(60_000);
    expect(bank.reports()).toBe(25);
  });

  it('is not told, and not asked about, by a reporter that was stopped', async () => {
    const { open, reporter, clock, reports, deliver, asked } = bench();
    reporter.start();
    open(item('a'));
    await clock.advance(1_000);
    deliver();
    open(item('b'));
    reporter.stop();
    open(item('c'));
    await reporter.ask();
    await clock.advance(2 * HOUR_MS);
    expect([reports(), asked]).toEqual([1, []]);
  });
});

describe('the bank', () => {
  it('is asked each hour about the open items that it knows, and those that a person ended in the last 45 days', async () => {
    const { open, settle, reporter, makeReporter, clock, deliver, asked, askedAtMs } = bench();
    reporter.start();
    open(item('open'), item('ended'));
    await clock.advance(1_000);
    deliver();
    open(item('unheard'));
    settle('ended');
    await clock.advance(HOUR_MS - 60_000);
    expect(asked).toEqual([]);
    await clock.advance(120_000);
    expect([asked, askedAtMs.length]).toEqual([[['open', 'ended']], 1]);
    await clock.advance(HOUR_MS);
    expect(askedAtMs).toHaveLength(2);
    expect(askedAtMs[1]! - askedAtMs[0]!).toBe(HOUR_MS);
    reporter.stop();
    for (const [days, then] of [[44, ['open', 'ended']], [1, ['open']]] as const) {
      await clock.advance(days * 24 * HOUR_MS);
      await makeReporter().ask();
      expect(asked.at(-1)).toEqual(then);
    }
  });

  it('is asked about an end of yesterday also where the item is older than it is asked about', async () => {
    const { open, settle, reporter, makeReporter, clock, deliver, asked } = bench();
    reporter.start();
    open(item('old'), item('unheard'));
    await clock.advance(1_000);
    await reporter.ask();
    expect(asked).toEqual([]);
    deliver();
    settle('unheard');
    reporter.stop();
    await clock.advance(50 * 24 * HOUR_MS);
    settle('old');
    await clock.advance(24 * HOUR_MS);
    await makeReporter().ask();
    expect(asked).toEqual([['old']]);
  });

  it('is not asked about a report that it refused, nor about an end on which it has said a word; another sum is none', async () => {
    const { open, settle, reporter, clock, deliver, asked, journal } = bench();
    reporter.start();
    open(item('agreed'), item('other sum'));
    await clock.advance(1_000);
    deliver();
    open(item('refused'));
    await clock.advance(1_000);
    deliver('refused');
    for (const suspenseId of ['agreed', 'other sum']) settle(suspenseId);
    journal.commit({ entries: [entry('suspense.decided', { ...decision('agreed'), result: 'agrees', messageId: 'q' }), entry('suspense.decided', { ...decision('other sum'), amountMinor: 7, result: 'otherSum', messageId: 'q' })] });
    await reporter.ask();
    expect(asked).toEqual([['other sum']]);
  });

  it('ends an item by its word, with one round at a time', async () => {
    let say: (word: Word) => void = () => undefined;
    const bank = bench(() => new Promise((resolve) => (say = resolve)));
    bank.open(item('a'));
    bank.reporter.start();
    await bank.clock.advance(1_000);
    bank.deliver();
    const rounds = [bank.reporter.ask(), bank.reporter.ask()];
    await bank.clock.advance(0);
    expect(bank.asked).toHaveLength(1);
    say([decision('a')]);
    await Promise.all(rounds);
    expect([bank.journal.suspense({ suspenseId: 'a' })[0]?.state, bank.decided]).toEqual(['paid', 1]);
    bank.word = () => [];
    await bank.reporter.ask();
    expect(bank.asked).toHaveLength(1);
  });

  it('ends nothing by a word that comes after the end of this core, or that the disk does not take', async () => {
    for (const hinder of ['stop', 'disk'] as const) {
      const bank = bench((ids) => {
        if (hinder === 'stop') bank.reporter.stop();
        else bank.fault = { code: 'JNL_DISK_FULL', detail: '' };
        return ids.map(decision);
      });
      bank.open(item('a'));
      bank.reporter.start();
      await bank.clock.advance(1_000);
      bank.deliver();
      await bank.reporter.ask();
      bank.fault = null;
      expect([hinder, bank.asked.length, bank.journal.suspense({ suspenseId: 'a' })[0]?.state, bank.decided]).toEqual([hinder, 1, 'open', 0]);
    }
  });

  it('is believed in all but what is odd: each half is asked for by itself', async () => {
    const { open, reporter, clock, deliver, asked, journal } = bench((ids) => (ids.includes('i3') ? 'malformed' : ids.map(decision)));
    open(...Array.from({ length: 5 }, (_, n) => item(`i${n}`)));
    reporter.start();
    await clock.advance(1_000);
    deliver();
    await reporter.ask();
    expect(asked.map((ids) => ids.length)).toEqual([5, 3, 2, 1, 1]);
    expect(journal.suspense({ state: 'open' }).map(({ suspenseId }) => suspenseId)).toEqual(['i3']);
  });

  it('whose words are all odd is asked a hundred times a round, fifty items at once', async () => {
    const { open, reporter, clock, deliver, asked } = bench(() => 'malformed');
    open(...Array.from({ length: 120 }, (_, n) => item(`i${n}`)));
    reporter.start();
    await clock.advance(7 * 60_000);
    deliver();
    await reporter.ask();
    expect([asked.length, Math.max(...asked.map((ids) => ids.length))]).toEqual([100, 50]);
  });

  it('is asked about each of many items, however many are still open before it', async () => {
    const { open, reporter, clock, deliver, journal } = bench((asked) => (asked.includes('the newest') ? [decision('the newest')] : []));
    reporter.start();
    for (let n = 0; n < 26; n++) open(...Array.from({ length: 20 }, (_, each) => item(`i${n}-${each}`)));
    open(item('the newest'));
    await clock.advance(27 * 60_000);
    deliver();
    await reporter.ask();
    expect(journal.suspense({ suspenseId: 'the newest' })[0]?.state).toBe('paid');
  });

  it('whose odd words use up a round is asked about the others in the next', async () => {
    // Nine odd ones on nine pages cost more inquiries than a round has.
    const { open, reporter, clock, deliver, journal } = bench((asked) => (asked.some((suspenseId) => suspenseId.endsWith('-odd')) ? 'malformed' : asked.includes('last') ? [decision('last')] : []));
    reporter.start();
    for (let n = 0; n < 9; n++) open(...Array.from({ length: 50 }, (_, each) => item(`i${n}-${each === 25 ? 'odd' : each}`)));
    open(item('last'));
    await clock.advance(24 * 60_000);
    deliver();
    await reporter.ask();
    expect(journal.suspense({ suspenseId: 'last' })[0]?.state).toBe('open');
    await reporter.ask();
    expect(journal.suspense({ suspenseId: 'last' })[0]?.state).toBe('paid');
  });

  it('that is silent or declines is left alone for this round, and one of more than fifty items is asked for the rest', async () => {
    for (const [word, count] of [['silence', 1], ['declined', 1], [[], 3]] as const) {
      const { open, reporter, clock, deliver, asked } = bench(() => word);
      open(...Array.from({ length: 120 }, (_, n) => item(`i${n}`)));
      reporter.start();
      await clock.advance(7 * 60_000);
      deliver();
      await reporter.ask();
      expect(asked.map((ids) => ids.length)).toEqual([50, 50, 20].slice(0, count));
    }
  });
});

it('how far the bank knows of an end is that of the message that told it', async () => {
  const { open, settle, reporter, clock, deliver, journal } = bench();
  reporter.start();
  open(item('a'));
  expect(endToldState(journal, 'a')).toBe('no');
  await clock.advance(1_000);
  deliver();
  expect([endToldState(journal, 'a'), endToldState(journal, 'nobody')]).toEqual(['no', 'no']);
  settle('a');
  expect(endToldState(journal, 'a')).toBe('waiting');
  deliver();
  expect(endToldState(journal, 'a')).toBe('told');
});

it.each([['staged', 'waiting'], ['executed', 'told'], ['refused', 'refused'], ['cancelled', 'refused'], ['purged', 'told'], [null, 'no']] as const)('a report that is %s: %s', (state, told) => {
  expect(toldState({ message: () => (state === 'purged' ? undefined : { state, operationId: 'o' }), operationEntries: () => [] } as unknown as Parameters<typeof toldState>[0], { toldMessageId: state === null ? null : 'm' })).toBe(told);
});

it('a report that was refused and sent anew by two persons is told as the new one is', () => {
  const confirmed = (messageId: string, newMessageId: string | null) => ({ kind: 'message.actConfirmed', data: { messageId, newMessageId } });
  const states: Readonly<Record<string, string>> = { first: 'refused', second: 'refused', third: 'sending', alone: 'refused' };
  const journal = { message: (messageId: string) => ({ state: states[messageId], operationId: 'o' }), operationEntries: () => [confirmed('alone', null), confirmed('first', 'second'), confirmed('second', 'third')] } as unknown as Parameters<typeof toldState>[0];
  expect(['first', 'third', 'alone'].map((toldMessageId) => toldState(journal, { toldMessageId }))).toEqual(['waiting', 'waiting', 'refused']);
});

it('an item that nobody told is told with its end, in one chain and in this order; its report says what it is of', () => {
  const { journal, open } = bench();
  const drafted: (readonly [string, string | null, number, object])[] = [];
  const gateway = { draft: (operation: string, body: object, { operationId }: { readonly operationId: string | null }, position = 0) => (drafted.push([operation, operationId, position, body]), { messageId: `m${drafted.length}` }) } as unknown as Pick<HostGateway, 'draft'>;
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-05' }, { operationId: 'o' })] });
  open(item('a', { operationId: 'o', amountMinor: -700, reference: 'R' }));
  const [row] = journal.suspense();
  const end = { to: 'writtenOff', by: 'k', authority: 'administrator', why: 'lost' } as const;
  const untold = endOf({ journal, gateway }, row!, end);
  expect([untold.messages.map(({ messageId }) => messageId), untold.entries.map(({ kind, data, operationId }) => [kind, data, operationId])]).toEqual([['m1', 'm2'], [['suspense.told', { suspenseId: 'a', messageId: 'm1' }, 'o'], ['suspense.endTold', { suspenseId: 'a', messageId: 'm2' }, 'o']]]);
  const told = endOf({ journal, gateway }, { ...row!, toldMessageId: 'report', operationId: null }, end);
  expect([told.messages.map(({ messageId }) => messageId), told.entries.map(({ kind, operationId }) => [kind, operationId])]).toEqual([['m3'], [['suspense.endTold', undefined]]]);
  expect(drafted).toMatchObject([
    ['suspense.report', null, 0, { suspenseId: 'a', kind: 'retained', amountMinor: -700, operationId: 'o', operation: 'op-05', reference: 'R', evidence: 'x' }],
    ['suspense.settlement', 'm1', 1, { suspenseId: 'a', to: 'writtenOff', amountMinor: -700, by: 'k', authority: 'administrator', why: 'lost', evidence: 'x' }],
    ['suspense.settlement', 'report', 0, { suspenseId: 'a' }],
  ]);
});

describe('a journal that lost its end', () => {
  const LOST = entry('journal.restored', { entryCount: 9, lastAtUtcMs: 0, knownLostCount: null, stoppedBecause: null });

  async function lost(word: Parameters<typeof bench>[0] = () => []) {
    const bank = bench(word);
    bank.reporter.start();
    bank.journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'before' })] });
    bank.open(item('old'));
    await bank.clock.advance(2_000);
    bank.deliver();
    bank.journal.commit({ entries: [LOST] });
    await bank.clock.advance(2_000);
    bank.journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'after' })] });
    bank.open(item('found anew', { operationId: 'before' }), item('new', { operationId: 'after' }), item('nobody\'s'));
    const may = () => bank.journal.suspense({ state: 'open' }).filter((row) => mayBeEndedHere(bank.journal, row)).map(({ suspenseId }) => suspenseId);
    const tell = () => {
      const loss = lossToTell(bank.journal);
      expect(loss).toBeDefined();
      bank.journal.commit({ messages: [messageDraft(bank.journal.peekSeq(), { messageId: 'seal', operation: 'journal.seal', operationId: 'seal' })], facts: toldFacts(loss!.entryNumber, 'seal') });
    };
    return Object.assign(bank, { may, tell });
  }

  it('has nothing of before ended here until the bank has heard of it and was asked about each item; what came since is ended as ever', async () => {
    const bank = await lost();
    expect(bank.may()).toEqual(['new', 'nobody\'s']);
    await bank.clock.advance(2_000);
    bank.deliver();
    await bank.reporter.ask();
    expect(bank.may()).toEqual(['new', 'nobody\'s']);
    bank.asked.length = 0;
    bank.tell();
    expect(lossToTell(bank.journal)).toBeUndefined();
    await bank.clock.advance(10_000);
    expect([bank.asked, bank.may()]).toEqual([[], ['new', 'nobody\'s']]);
    bank.deliver();
    await bank.clock.advance(1_000);
    expect([bank.asked.map((ids) => ids.toSorted()), bank.may().toSorted(), bank.decided]).toEqual([[['found anew', 'new', 'nobody\'s', 'old']], ['found anew', 'new', 'nobody\'s', 'old'], 1]);
    // Of the operation of before, and found only now: the bank has not heard of it.
    bank.open(item('found late', { operationId: 'before' }));
    expect(bank.may()).not.toContain('found late');
    await bank.clock.advance(1_000);
    expect(bank.may()).not.toContain('found late');
    bank.deliver('refused');
    expect(bank.may()).toContain('found late');
    await bank.clock.advance(HOUR_MS - 120_000);
    expect(bank.asked).toHaveLength(1);
  });

  it('waits for its whole answer: one that is cut off is asked for again with the next look', async () => {
    const bank = await lost(() => 'silence');
    await bank.clock.advance(2_000);
    bank.tell();
    bank.deliver();
    await bank.clock.advance(1_000);
    const count = bank.asked.length;
    expect([count > 0, bank.may()]).toEqual([true, ['new', 'nobody\'s']]);
    bank.word = () => [];
    await bank.clock.advance(60_000);
    expect([bank.asked.length > count, bank.may().length]).toEqual([true, 4]);
  });

  it('has each of many items asked about before any of them is ended here', async () => {
    const bank = await lost((asked) => (asked.includes('the newest') ? [decision('the newest')] : []));
    for (let n = 0; n < 26; n++) bank.open(...Array.from({ length: 20 }, (_, each) => item(`i${n}-${each}`)));
    bank.open(item('the newest', { operationId: 'before' }));
    await bank.clock.advance(27 * 60_000);
    bank.deliver();
    bank.tell();
    bank.deliver();
    await bank.clock.advance(10_000);
    expect([bank.may().includes('old'), bank.may().includes('the newest'), bank.journal.suspense({ suspenseId: 'the newest' })[0]?.state]).toEqual([true, false, 'paid']);
  });

  it('is not heard of where the disk does not take that it was', async () => {
    const bank = await lost();
    await bank.clock.advance(2_000);
    bank.tell();
    bank.deliver();
    bank.fault = { code: 'JNL_DISK_FULL', detail: '' };
    await bank.clock.advance(10_000);
    expect(bank.may()).toEqual(['new', 'nobody\'s']);
    bank.fault = null;
    await bank.clock.advance(60_000);
    expect(bank.may()).toHaveLength(4);
  });

  it('a second time is to be told, and heard of, a second time', async () => {
    const bank = await lost();
    await bank.clock.advance(2_000);
    bank.tell();
    bank.deliver();
    await bank.clock.advance(1_000);
    expect(bank.may()).toHaveLength(4);
    bank.journal.commit({ entries: [LOST] });
    expect([bank.may(), lossToTell(bank.journal)?.entryNumber === bank.journal.entries({ newestFirst: true, limit: 1 })[0]?.entryNumber]).toEqual([[], true]);
  });
});
