/**
 * Goal: when a recycler's own counts are taken for the journal's, which notes become payable by them, and what a person at its units leaves in doubt. Method: the desk by itself on a
 * device whose counts the test says, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import { NOTE_EXCHANGE } from '../../../main/core/cash/note-exchange.ts';
import { lateFacts } from '../../../main/core/cash/recycler-exchange.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { BOX, FIVE, ONE, TWO, bench, notes, seeded } from './recycler-desk-bench.ts';

describe('a recycler\'s units', () => {
  it('are counted by the device before the first start, once; after that notes in them must have come in', async () => {
    const { told, desk, journal, counted, compared } = await seeded({ [FIVE]: 4, [TWO]: 1 });
    expect([counted(), desk.counted]).toMatchObject([{ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 1 }, [{ denominationMinor: TWO, noteCount: 1 }, { denominationMinor: FIVE, noteCount: 4 }]]);
    expect(dataOf(journal.entries({ limit: 100 }), 'service.acted')).toEqual([{ login: 'configuration', action: 'recycler.firstLoad', target: 'recycler.1:4 recycler.2:1' }]);
    told.counts = { [FIVE]: 5, [TWO]: 1 };
    await compared();
    expect(counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 1 });
  });

  it('become payable by no more than was accepted into the box, kind by kind', async () => {
    const { told, boxed, counted, compared, movedCount, journal } = await seeded();
    boxed({ [FIVE]: 2, [TWO]: 1, [ONE]: 5 });
    told.counts = { [FIVE]: 5, [TWO]: 9, [ONE]: 5 };
    const before = movedCount();
    await compared();
    expect(counted()).toEqual({ [`recycler.1 ${FIVE}`]: 5, [`${BOX} ${FIVE}`]: 1, [`recycler.2 ${TWO}`]: 4, [`${BOX} ${ONE}`]: 5 });
    expect([movedCount() - before, dataOf(journal.entries({ limit: 100 }), 'notes.moved')[0]?.moves]).toEqual([1, [
      { fromUnitId: BOX, toUnitId: 'recycler.1', denominationMinor: FIVE, noteCount: 1 }, { fromUnitId: BOX, toUnitId: 'recycler.2', denominationMinor: TWO, noteCount: 1 },
    ]]);
  });

  it('lose to the box what the device says it brought there, and to nobody knows where what it does not; only that is in doubt', async () => {
    const { told, counted, compared, open, moves } = await seeded();
    [told.counts, told.movedToBox] = [{ [FIVE]: 1, [TWO]: 3 }, { [FIVE]: 2 }];
    await compared();
    expect([counted(), open()]).toEqual([{ [`recycler.1 ${FIVE}`]: 1, [`${BOX} ${FIVE}`]: 2, [`acceptor.transport ${FIVE}`]: 1, [`recycler.2 ${TWO}`]: 3 }, [[null, 'inTransport', -FIVE]]]);
    expect(moves()).toEqual([[`recycler.1 ${BOX} 2`], ['recycler.1 acceptor.transport 1']]);
    // One note is one too few already, and no more went to the box than is missing.
    [told.counts, told.movedToBox] = [{ [FIVE]: 0, [TWO]: 2 }, { [TWO]: 5 }];
    await compared();
    expect([moves().slice(2), open()]).toEqual([[[`recycler.2 ${BOX} 1`], ['recycler.1 acceptor.transport 1']], [[null, 'inTransport', -FIVE], [null, 'inTransport', -FIVE]]]);
  });

  it('lose without a new item what a payout without a result may have handed out, once', async () => {
    const { told, journal, counted, compared, open } = await seeded();
    journal.commit({ facts: { 'recycler.payoutDoubt': `${FIVE}:2` } });
    told.counts = { [FIVE]: 1, [TWO]: 3 };
    await compared();
    expect([counted(), open()]).toEqual([{ [`recycler.1 ${FIVE}`]: 1, [`acceptor.transport ${FIVE}`]: 3, [`recycler.2 ${TWO}`]: 3 }, [[null, 'inTransport', -FIVE]]]);
    told.counts = { [FIVE]: 0, [TWO]: 3 };
    await compared();
    expect(open()).toHaveLength(2);
  });

  it('of a kind that is kept no more take nothing in, and go to the box with the others', async () => {
    const { journal } = await seeded();
    const { told, desk, boxed, counted, compared } = bench({ journal, keptMinor: [FIVE] });
    boxed({ [TWO]: 2 });
    told.counts = { [FIVE]: 4, [TWO]: 5 };
    desk.settled();
    await compared();
    expect(counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 3, [`${BOX} ${TWO}`]: 2 });
    expect(desk.movesToBox(notes({ [TWO]: 9 }))).toEqual([{ fromUnitId: 'recycler.2', toUnitId: BOX, denominationMinor: TWO, noteCount: 3 }]);
    told.counts = { [FIVE]: 4, [TWO]: 1 };
    await compared();
    expect(counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 1, [`${BOX} ${TWO}`]: 2, [`acceptor.transport ${TWO}`]: 2 });
  });

  it('follow their kind to the number that the configuration gives it, before anything is counted', async () => {
    const { journal } = await seeded();
    const made = bench({ journal, keptMinor: [ONE, FIVE] });
    made.told.counts = { [FIVE]: 4, [TWO]: 3, [ONE]: 0 };
    made.desk.settled();
    await made.clock.advance(100);
    expect([made.counted(), made.open(), made.movedCount()]).toEqual([{ [`recycler.2 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 3 }, [], 1]);
  });

  it('tell their counts only as long as these are the journal\'s: not while a payout, hands or notes on their way change them', async () => {
    const { told, desk, journal, compared } = await seeded();
    told.become('offline');
    await compared();
    expect(desk.counted).toBeNull();
    told.become('ready');
    await compared();
    expect(desk.counted).not.toBeNull();
    desk.beginPayout();
    expect(desk.counted).toBeNull();
    desk.endPayout();
    await compared();
    for (const key of [NOTE_EXCHANGE, 'recycler.exchange', 'recycler.bringing']) {
      journal.commit({ facts: { [key]: 't-014' } });
      expect(desk.counted).toBeNull();
      journal.commit({ facts: { [key]: '' } });
      expect(desk.counted).not.toBeNull();
    }
  });
});

describe('units are not counted', () => {
  it.each([
    ['before an earlier start is settled', () => {}],
    ['between the intent of a payout and its outcome', ({ desk }) => (desk.beginPayout(), desk.settled())],
    ['while hands are at the notes', ({ desk, journal }) => (journal.commit({ facts: { [NOTE_EXCHANGE]: 't-014' } }), desk.settled())],
    ['while the device does not say what notes it knows', ({ desk, told }) => ((told.kinds = []), desk.settled())],
    ['while the device is away', ({ desk, told }) => (told.become('offline'), desk.settled())],
    ['while it is broken', ({ desk, told }) => (told.become('faulty', ['CIM_BOX_FULL', 'CIM_JAM'] as readonly ErrorCode[]), desk.settled())],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof bench>) => void])[])('%s', async (_, make) => {
    const made = bench();
    made.told.counts = { [FIVE]: 4 };
    make(made);
    made.desk.recogniseSoon();
    await made.clock.advance(100);
    expect([made.told.askedCount, made.counted(), made.journal.fact('recycler.seeded'), made.desk.counted]).toEqual([0, {}, undefined, null]);
  });

  it('by an answer that came when a payout had begun meanwhile', async () => {
    const made = await seeded();
    made.boxed({ [FIVE]: 1 });
    made.told.counts = { [FIVE]: 5, [TWO]: 3 };
    made.told.beforeAnswer = () => made.desk.beginPayout();
    await made.compared();
    expect(made.counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 3, [`${BOX} ${FIVE}`]: 1 });
  });
});

describe('units are counted', () => {
  it('behind a full box: collected next, the count must be right', async () => {
    const made = bench();
    made.told.counts = { [FIVE]: 4 };
    made.told.become('faulty', ['CIM_BOX_FULL']);
    made.desk.settled();
    await made.clock.advance(100);
    expect(made.counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4 });
  });

  it('again when the device is back, when it says that they changed, and after a payout', async () => {
    const { told, desk, clock } = await seeded();
    const asked: number[] = [];
    for (const happen of [() => told.become('ready'), () => told.unitsChanged(), () => desk.endPayout()]) {
      const before = told.askedCount;
      happen();
      await clock.advance(100);
      asked.push(told.askedCount - before);
    }
    expect(asked).toEqual([1, 1, 1]);
  });

  it('when an answer fails: asked again a second later, for a minute', async () => {
    const { told, clock, desk } = await seeded();
    told.fails = { kind: 'failed', completionCode: 'sequenceError' };
    const before = told.askedCount;
    desk.recogniseSoon();
    await clock.advance(10_500);
    expect(told.askedCount - before).toBe(11);
    await clock.advance(600_000);
    expect(told.askedCount - before).toBe(60);
    desk.recogniseSoon();
    desk.stop();
    await clock.advance(10_000);
    expect(told.askedCount - before).toBe(61);
  });

  it('for somebody who must know: an answer within a quarter of a minute, at once where the device is away', async () => {
    const { told, clock, desk } = await seeded();
    let sure: boolean | null = null;
    const ask = () => void desk.count().then((value) => (sure = value));
    ask();
    await clock.advance(100);
    expect(sure).toBe(true);
    told.become('recovering');
    sure = null;
    ask();
    await clock.advance(5_000);
    expect(sure).toBeNull();
    told.become('ready');
    await clock.advance(1_000);
    expect(sure).toBe(true);
    told.become('recovering');
    sure = null;
    ask();
    await clock.advance(15_000);
    expect(sure).toBe(false);
    told.become('offline');
    sure = null;
    ask();
    await clock.advance(100);
    expect(sure).toBe(false);
  });
});

describe('where notes of a kind go', () => {
  it('is told for each kind that the device knows, once as long as it stays, and again after it was away', async () => {
    const { told, compared } = await seeded();
    const all = [`${ONE} cashIn`, `${TWO} cashInCashOut`, `${FIVE} cashInCashOut`];
    await compared();
    expect(told.roles).toEqual(all);
    told.become('offline');
    told.become('ready');
    await compared();
    expect(told.roles).toEqual([...all, ...all]);
  });

  it.each([
    ['of a kind that is kept, refused', FIVE, { kind: 'failed', completionCode: 'invalidData' }],
    ['of another kind, not heard', ONE, { kind: 'failed', completionCode: 'timeOut' }],
    ['of another kind, nobody knows', ONE, { kind: 'uncertain', completionCode: 'invalidData', lastKnown: { stage: 'x' } }],
  ] as const)('%s: nothing is counted, and it is told again', async (_, kind, outcome) => {
    const made = bench();
    made.told.counts = { [FIVE]: 4 };
    made.told.roleOutcome = (denominationMinor) => (denominationMinor === kind ? outcome : { kind: 'completed', value: undefined });
    made.desk.settled();
    await made.clock.advance(2_500);
    expect([made.counted(), made.told.roles.filter((role) => role.startsWith(`${kind} `)).length]).toEqual([{}, 3]);
  });

  it.each(['commandErrorCode', 'invalidData', 'unsupportedCommand'] as const)('of another kind, for which the device has no unit (%s): it lies in the box anyway', async (completionCode) => {
    const made = bench();
    made.told.counts = { [FIVE]: 4 };
    made.told.roleOutcome = (denominationMinor) => (denominationMinor === ONE ? { kind: 'failed', completionCode } : { kind: 'completed', value: undefined });
    made.desk.settled();
    await made.clock.advance(100);
    expect(made.counted()).toEqual({ [`recycler.1 ${FIVE}`]: 4 });
  });
});

describe('a payout', () => {
  it('has the registers of before with its intent, for the next start', async () => {
    const { desk, journal } = await seeded();
    expect(desk.mark()).toBe('');
    journal.commit({ facts: desk.markFacts() });
    expect(desk.mark()).toBe('registers');
  });

  it('may be forgotten by the device when its outcome is durable, and at a start only when none is open', async () => {
    const { told, desk } = bench();
    desk.beginPayout();
    desk.settled();
    expect([told.confirmedCount, desk.isPayoutOpen]).toEqual([0, true]);
    desk.endPayout();
    expect([told.confirmedCount, desk.isPayoutOpen]).toEqual([1, false]);
    const next = bench();
    next.desk.settled();
    expect(next.told.confirmedCount).toBe(1);
  });
});

describe('notes that a person has brought to the box', () => {
  it('move no more than the journal counts in their units', async () => {
    const { desk } = await seeded();
    expect(desk.movesToBox(notes({ [FIVE]: 9, [TWO]: 2, [ONE]: 7 }))).toEqual([
      { fromUnitId: 'recycler.1', toUnitId: BOX, denominationMinor: FIVE, noteCount: 4 }, { fromUnitId: 'recycler.2', toUnitId: BOX, denominationMinor: TWO, noteCount: 2 },
    ]);
  });

  it('are on their way as long as the device is there to bring them, also when nothing is missing in the end', async () => {
    const { desk, journal, told, compared, counted, open } = await seeded();
    journal.commit({ facts: desk.bringingFacts('t-014') });
    expect(desk.isBringing).toBe(true);
    for (const [state, isBringing] of [['busy', true], ['faulty', false], ['offline', false]] as const) {
      told.become(state);
      expect(desk.isBringing).toBe(isBringing);
    }
    told.become('ready');
    await compared();
    expect([desk.isBringing, journal.fact('recycler.bringing'), counted(), open()]).toEqual([false, '', { [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 3 }, []]);
  });
});

describe('hands at the units', () => {
  it('that were counted before: what is more was loaded, what is less they took, and is in doubt', async () => {
    const { desk, journal, told, boxed, counted, open, moves, compared } = await seeded();
    boxed({ [FIVE]: 6 });
    journal.commit(desk.exchangeBatch('t-014', true));
    expect([desk.isExchanging, open()]).toEqual([true, []]);
    told.counts = { [FIVE]: 9, [TWO]: 1 };
    await compared();
    expect(counted()).toEqual({ [`recycler.1 ${FIVE}`]: 9, [`recycler.2 ${TWO}`]: 1, [`acceptor.transport ${TWO}`]: 2, [`${BOX} ${FIVE}`]: 6 });
    expect([open(), moves(), desk.isExchanging]).toEqual([[[null, 'inTransport', -2 * TWO]], [['recycler.2 acceptor.transport 2']], false]);
    expect(dataOf(journal.entries({ limit: 100 }), 'service.acted').at(-1)).toEqual({ login: 't-014', action: 'recycler.counted', target: 'recycler.1:5 recycler.2:-2' });
  });

  it('where the device does not name a kind any more: its notes are not taken for gone, nor for loaded when it names them again', async () => {
    const { desk, journal, told, counted, open, moves, compared } = await seeded();
    for (const counts of [{ [FIVE]: 6 }, { [FIVE]: 6, [TWO]: 3 }]) {
      journal.commit(desk.exchangeBatch('t-014', true));
      told.counts = counts;
      await compared();
      expect([counted(), open(), moves(), desk.isExchanging]).toEqual([{ [`recycler.1 ${FIVE}`]: 6, [`recycler.2 ${TWO}`]: 3 }, [], [], false]);
    }
    expect(dataOf(journal.entries({ limit: 100 }), 'service.acted').slice(1).map(({ target }) => target)).toEqual(['recycler.1:2', 'recycler.1:0 recycler.2:0']);
  });

  it.each([[5, 3], [2, 2], [1, 1], [0, 0]])('that were not: of %s loaded notes as many are in doubt as may have been accepted into the unit before (%s)', async (loadedCount, doubtCount) => {
    const { desk, journal, told, boxed, counted, open, compared } = await seeded();
    boxed({ [FIVE]: 3, [ONE]: 8 });
    journal.commit(desk.exchangeBatch('t-014', false));
    told.counts = { [FIVE]: 4 + loadedCount, [TWO]: 9 };
    await compared();
    expect(open()).toEqual(doubtCount === 0 ? [] : [[null, 'unassigned', doubtCount * FIVE]]);
    expect([counted()[`recycler.1 ${FIVE}`], journal.fact('recycler.uncounted')]).toEqual([4 + loadedCount, '']);
  });

  it('that were not, and hands took some out: what may have lain there besides is in doubt with what is missing', async () => {
    const { desk, journal, told, boxed, open, compared } = await seeded();
    boxed({ [FIVE]: 2 });
    journal.commit(desk.exchangeBatch('t-014', false));
    told.counts = { [FIVE]: 0, [TWO]: 0 };
    await compared();
    expect(open()).toEqual([[null, 'inTransport', -4 * FIVE], [null, 'inTransport', -3 * TWO], [null, 'unassigned', 0]]);
    expect(journal.suspense().at(-1)?.evidence).toContain(`up to 2 of what box and path count`);
  });

  it('that were not, of a kind that the device does not name afterwards either: how many of them lie there is in doubt', async () => {
    const { desk, journal, told, boxed, counted, open, compared } = await seeded();
    boxed({ [FIVE]: 3, [TWO]: 2 });
    journal.commit(desk.exchangeBatch('t-014', false));
    told.counts = { [FIVE]: 4 };
    await compared();
    expect([open(), counted()[`recycler.2 ${TWO}`], desk.isExchanging]).toEqual([[[null, 'unassigned', 0]], 3, false]);
    expect(journal.suspense()[0]?.evidence).toContain('up to 2 notes');
  });

  it('that were not, and the box counts a note late meanwhile: neither it nor what lay there is forgotten, also of a kind of which no unit has counted one yet', async () => {
    const { desk, journal, told, boxed, counted, open, compared } = bench();
    told.counts = { [FIVE]: 4, [TWO]: 0 };
    desk.settled();
    await compared();
    boxed({ [TWO]: 2 });
    journal.commit(desk.exchangeBatch('t-014', false));
    for (const denominationMinor of [FIVE, TWO, ONE]) {
      const cashUnits = [{ unitId: BOX, denominationMinor, noteCountDelta: 1 }];
      journal.commit({ cashUnits, facts: lateFacts(journal, cashUnits) });
    }
    told.counts = { [FIVE]: 5, [TWO]: 3 };
    await compared();
    expect([counted()[`recycler.2 ${TWO}`], open()]).toEqual([3, [[null, 'unassigned', FIVE], [null, 'unassigned', 3 * TWO]]]);
  });

  it('while notes were on their way to the box: all of the units is in doubt from here on, and what is found in them is in doubt as well', async () => {
    const { desk, journal, told, counted, open, compared } = await seeded();
    journal.commit({ facts: desk.bringingFacts('t-013') });
    journal.commit(desk.exchangeBatch('t-014', false));
    expect(counted()).toEqual({ [`acceptor.transport ${FIVE}`]: 4, [`acceptor.transport ${TWO}`]: 3 });
    expect([open(), desk.isBringing]).toEqual([[[null, 'inTransport', -4 * FIVE], [null, 'inTransport', -3 * TWO]], false]);
    told.counts = { [FIVE]: 1, [TWO]: 0 };
    await compared();
    expect(open().at(-1)).toEqual([null, 'unassigned', FIVE]);
  });
});
