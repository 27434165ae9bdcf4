/**
 * Goal: whose a coin is, that it is credited once and with the device's mark in one transaction, when the gate is open, and what stays in doubt. Method: the desk by itself on a
 * device whose words the test says, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import { COIN_BOX_UNIT } from '../../../main/core/cash/cash-unit-ids.ts';
import { COIN_EXCHANGE } from '../../../main/core/cash/coin-exchange.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { entry } from '../../../main/journal/journal.ts';
import { COINS_UNDER_WAY_MAX } from '../../../state-machines/cash-in/cash-in.types.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';
import { BOX_CAPACITY, DONE, FIFTY, HUNDRED, OWNER, REFUSED, ROOM_MINOR, bench, taking } from './coin-desk-bench.ts';

describe('a coin that is told', () => {
  it('is the credit, the count and the device\'s mark in one transaction, and the next is told after it', async () => {
    const { told, desk, visit, journal, coins, boxed, facts } = await taking();
    const batches: string[][] = [];
    journal.onCommitted((entries) => void batches.push(entries.map(({ kind }) => kind)));
    expect([told.coin(HUNDRED), told.coin(FIFTY), told.coin(HUNDRED)]).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
    expect(batches).toEqual(Array.from({ length: 3 }, () => ['coin.accepted', 'counts.changed', 'fact.put']));
    expect([coins(), visit.counted]).toEqual([['coin-1 of operation-1', 'coin-2 of operation-1', 'coin-3 of operation-1'], ['coin-1 10000', 'coin-2 5000', 'coin-3 10000']]);
    expect([boxed(), facts()[1], desk.isOpen]).toEqual([[`coinAcceptor.box ${FIFTY}: 1`, `coinAcceptor.box ${HUNDRED}: 2`], 'mark-3', true]);
    expect(journal.entries({ kinds: ['coin.accepted'], limit: 1 })[0]).toMatchObject({ sessionId: OWNER.sessionId, operationId: OWNER.operationId, data: { denominationMinor: HUNDRED, position: 3 } });
  });

  it('is not credited, and asked for again, where the disk does not take it', async () => {
    const { told, isFull, visit, coins, boxed, facts } = await taking();
    isFull(true);
    expect([told.coin(HUNDRED), visit.counted, coins(), boxed(), facts()[1]]).toEqual(['postponed', [], [], [], 'mark-0']);
    isFull(false);
    expect([told.coin(HUNDRED), visit.counted]).toEqual(['acknowledged', ['coin-2 10000']]);
  });

  it('that the disk does not take is the last one until it does: nobody puts in what he does not see counted', async () => {
    const { told, isFull, desk, visit } = await taking();
    isFull(true);
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders.at(-1)]).toEqual([false, 'disable']);
    desk.lookSoon();
    await Promise.resolve();
    expect([desk.isOpen, told.orders.length]).toEqual([false, 2]);
    isFull(false);
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders.length, visit.counted]).toEqual([true, 3, ['coin-2 10000']]);
  });

  it('is the last one while the disk is nearly full, as no further note is taken then', async () => {
    const { told, disk, desk, visit, clock } = await taking();
    const room = disk.room;
    Object.assign(disk, { room: () => ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } }) });
    told.coin(HUNDRED);
    expect([visit.counted, desk.isOpen, told.orders.at(-1)]).toEqual([['coin-1 10000'], false, 'disable']);
    Object.assign(disk, { room });
    desk.lookSoon();
    await clock.advance(0);
    expect(desk.isOpen).toBe(true);
  });

  it('is nobody\'s when its operation is over, and another\'s cash-in does not get it', async () => {
    const { told, visit, coins, boxed, open } = await taking();
    visit.operationId = 'operation-2';
    expect([told.coin(HUNDRED), visit.counted, coins(), boxed()]).toEqual(['acknowledged', [], [], [`coinAcceptor.box ${HUNDRED}: 1`]]);
    expect(open()).toEqual([[null, 'unassigned', HUNDRED, 'a coin that fell after operation operation-1 was settled']]);
  });

  it('of untold value is in no count and without a sum, also in an open cash-in', async () => {
    const { told, visit, boxed, open, facts } = await taking();
    expect([told.coin(0), visit.counted, boxed(), facts()[1]]).toEqual(['acknowledged', [], [], 'mark-1']);
    expect(open()).toEqual([[null, 'unassigned', 0, 'a coin of position 3, which has no value in the table']]);
  });

  it('that no operation asked for is a suspense item with its sum', async () => {
    const { told, desk, open, journal } = await taking();
    await desk.disable();
    told.coin(FIFTY);
    expect(open()).toEqual([[null, 'unassigned', FIFTY, 'a coin that no operation asked for']]);
    expect(dataOf(journal.entries({ limit: 100 }), 'suspense.opened')).toMatchObject([{ amountMinor: FIFTY, reference: null }]);
    expect(dataOf(journal.entries({ limit: 100 }), 'coin.accepted')).toMatchObject([{ coinId: 'coin-1', denominationMinor: FIFTY, evidence: 'a coin that no operation asked for' }]);
  });

  it('that went back is told to whoever put it in, and a fraud moves nothing', async () => {
    const { told, visit, open, boxed } = await taking();
    told.tell({ kind: 'fraudSuspected', reason: 1, means: 'string' });
    expect(visit.rejectedCount).toBe(0);
    told.tell({ kind: 'coinRejected', reason: 2, means: 'window' });
    expect([visit.rejectedCount, open(), boxed()]).toEqual([1, [], []]);
  });
});

describe('after a death of the core, a coin of its last gate', () => {
  function restarted(...more: readonly ReturnType<typeof entry>[]) {
    const journal = memoryJournal();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER), ...more], facts: { 'coinAcceptor.owner': JSON.stringify(OWNER), 'coinAcceptor.mark': 'mark-7' } });
    return bench(journal);
  }

  it('is asked for from the mark that is durable', () => {
    expect(restarted().told.heard).toEqual(['mark-7']);
    expect(bench().told.heard).toEqual([]);
  });

  it('is credited to its operation also where the device is up before anything is settled', () => {
    const { told, visit, coins, open } = restarted();
    visit.operationId = null;
    told.coin(HUNDRED);
    expect([coins(), open()]).toEqual([['coin-1 of operation-1'], []]);
  });

  it('is credited to its operation until that is settled, and nobody\'s from then on', async () => {
    const { told, desk, visit, coins, open } = restarted();
    visit.operationId = null;
    await desk.resume([OWNER.operationId]);
    told.coin(HUNDRED);
    told.become('recovering');
    desk.settled();
    told.coin(FIFTY);
    expect([coins(), visit.counted]).toEqual([['coin-1 of operation-1'], []]);
    expect(open()).toEqual([[null, 'unassigned', FIFTY, 'a coin that fell after operation operation-1 was settled']]);
    // A recovery of the same life, after a session that the disk did not let end.
    told.become('ready');
    await desk.enable(OWNER);
    await desk.resume([OWNER.operationId]);
    told.coin(HUNDRED);
    expect(coins()).toHaveLength(2);
  });

  it.each([
    ['accepted', entry('deposit.accepted', { insertedMinor: HUNDRED, feeMinor: 0, creditMinor: HUNDRED, changeMinor: 0, notes: [], by: 'customer' }, OWNER)],
    ['kept', entry('deposit.cancelled', { retainedMinor: HUNDRED, notes: [], reason: 'x' }, OWNER)],
    ['closed', entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: HUNDRED, reference: null }, OWNER)],
  ])('is nobody\'s where its cash-in was %s before', async (_, ended) => {
    const { told, desk, coins, open } = restarted(ended);
    await desk.resume([OWNER.operationId]);
    told.coin(HUNDRED);
    expect([coins(), open()[0]?.slice(0, 3)]).toEqual([[], [null, 'unassigned', HUNDRED]]);
  });

  it.each(['offline', 'initialising', 'recovering'] as const)('is waited for while the device is %s, not longer than any takes to come up', async (state) => {
    const { told, desk, clock } = restarted();
    told.become(state);
    let isOver = false;
    void desk.resume([OWNER.operationId]).then(() => (isOver = true));
    await clock.advance(44_000);
    expect(isOver).toBe(false);
    await clock.advance(2_000);
    expect(isOver).toBe(true);
  });

  it('is not waited for once the device is up, or where that operation is not open', async () => {
    const { told, desk, clock } = restarted();
    told.become('offline');
    let overCount = 0;
    void desk.resume(['operation-2']).then(() => (overCount += 1));
    void desk.resume([OWNER.operationId]).then(() => (overCount += 1));
    await clock.advance(1_000);
    expect(overCount).toBe(1);
    told.become('ready');
    await clock.advance(300);
    expect(overCount).toBe(2);
  });

  it('is nobody\'s where nothing is left of that operation', async () => {
    const journal = memoryJournal();
    journal.commit({ facts: { 'coinAcceptor.owner': JSON.stringify(OWNER) } });
    const { told, desk, coins, open } = bench(journal);
    await desk.resume([]);
    told.coin(HUNDRED);
    expect([coins(), open()[0]?.slice(0, 3)]).toEqual([[], [null, 'unassigned', HUNDRED]]);
  });

  it.each(['', '{', '[]', '{"operationId":1}'])('is nobody\'s where whose it was cannot be read: %s', async (text) => {
    const journal = memoryJournal();
    journal.commit({ facts: { 'coinAcceptor.owner': text } });
    const { told, desk, open } = bench(journal);
    await desk.resume([OWNER.operationId]);
    told.coin(HUNDRED);
    expect(open()).toEqual([[null, 'unassigned', HUNDRED, 'a coin that no operation asked for']]);
  });
});

describe('the gate', () => {
  it('opens after whose coins these are is durable, with the mark up to where the device was read', async () => {
    const { told, desk, facts } = bench();
    const before: unknown[] = [];
    told.answers = { ...told.answers, enable: () => (before.push(facts()), Promise.resolve(DONE)) };
    await desk.enable(OWNER);
    expect([before, told.orders]).toEqual([[[JSON.stringify(OWNER), 'mark-0']], [`enable ${FIFTY} ${HUNDRED}`]]);
  });

  it.each([
    ['no mark is known', ({ told }) => void (told.markNow = null)],
    ['the device is busy', ({ told }) => told.become('busy')],
    ['it knows no coins', ({ told }) => void (told.denominationsMinor = [])],
    ['hands are at the coins', ({ journal }) => void journal.commit({ facts: { [COIN_EXCHANGE]: 't-014' } })],
    ['the disk takes nothing', ({ isFull }) => void isFull(true)],
    ['the disk is nearly full', ({ disk }) => void Object.assign(disk, { room: () => ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } }) })],
    ['the box has no room for what may be under way', ({ journal }) => void journal.commit({ cashUnits: [{ unitId: COIN_BOX_UNIT, denominationMinor: FIFTY, noteCountDelta: BOX_CAPACITY - COINS_UNDER_WAY_MAX + 1 }] })],
    ['there is no room for what may be under way', ({ visit }) => void (visit.roomMinor = ROOM_MINOR - 1)],
    ['that cash-in is not the one in front of the customer', ({ visit }) => void (visit.operationId = 'operation-2')],
    ['no cash-in is there', ({ visit }) => void (visit.operationId = null)],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof bench>) => void])[])('stays shut where %s', async (_, make) => {
    const made = bench();
    make(made);
    expect([await made.desk.enable(OWNER), made.told.orders, made.desk.isOpen]).toEqual([[], [], false]);
  });

  it('that the device does not open takes none, and no coin is promised', async () => {
    const { told, desk } = bench();
    told.answers = { ...told.answers, enable: () => Promise.resolve(REFUSED) };
    expect([await desk.enable(OWNER), desk.isOpen]).toEqual([[], false]);
  });

  it('is shut when twenty more of the largest would no longer fit, and opens again when they do', async () => {
    const { told, desk, visit, clock } = await taking();
    visit.roomMinor = ROOM_MINOR - 1;
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders.at(-1)]).toEqual([false, 'disable']);
    visit.roomMinor = ROOM_MINOR;
    desk.lookSoon();
    await clock.advance(0);
    expect([desk.isOpen, told.orders.at(-1), told.orders.length]).toEqual([true, `enable ${FIFTY} ${HUNDRED}`, 3]);
  });

  it('is shut when twenty more might not go into the box, and opens again once that was taken away', async () => {
    const { told, desk, journal, clock, visit } = await taking();
    const box = (noteCountDelta: number) => journal.commit({ cashUnits: [{ unitId: COIN_BOX_UNIT, denominationMinor: FIFTY, noteCountDelta }] });
    box(BOX_CAPACITY - COINS_UNDER_WAY_MAX - 1);
    told.coin(HUNDRED);
    expect([desk.isOpen, desk.takesMinor()]).toEqual([true, [FIFTY, HUNDRED]]);
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders.at(-1), desk.takesMinor(), visit.counted.length]).toEqual([false, 'disable', [], 2]);
    box(-1);
    desk.lookSoon();
    await clock.advance(0);
    expect([desk.isOpen, desk.takesMinor()]).toEqual([true, [FIFTY, HUNDRED]]);
  });

  it('of a device that knows one kind only is shut for want of room as well', async () => {
    const { told, desk, visit } = bench();
    told.denominationsMinor = [HUNDRED];
    desk.settled();
    await desk.enable(OWNER);
    visit.roomMinor = ROOM_MINOR - 1;
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders]).toEqual([false, [`enable ${HUNDRED}`, 'disable']]);
  });

  it.each(['offline', 'faulty'] as const)('is shut by a device that went %s, and opened again when it is back', async (state) => {
    const { told, desk, clock } = await taking();
    told.become(state);
    expect(desk.isOpen).toBe(false);
    told.become('recovering');
    await clock.advance(10);
    expect(told.orders).toHaveLength(1);
    told.become('ready');
    await clock.advance(10);
    expect([desk.isOpen, told.orders.length]).toEqual([true, 2]);
  });

  it('that is shut for good lets go of its operation in one transaction with the mark, and a device that is back stays shut', async () => {
    const { told, desk, facts, clock } = await taking();
    told.markNow = 'mark-9';
    await desk.disable();
    expect([desk.isOpen, facts(), told.orders.at(-1)]).toEqual([false, ['', 'mark-9'], 'disable']);
    told.become('offline');
    told.become('ready');
    await clock.advance(10);
    expect(told.orders).toHaveLength(2);
  });

  it.each([
    ['does not shut', ({ told }) => void (told.answers = { ...told.answers, disable: () => Promise.resolve(REFUSED) })],
    ['says nothing', ({ told }) => void (told.answers = { ...told.answers, disable: () => new Promise(() => {}) })],
    ['has not told all', ({ told }) => void (told.markNow = null)],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof bench>) => void])[])('keeps its operation where the device %s', async (_, make) => {
    const made = await taking();
    make(made);
    let isOver = false;
    void made.desk.disable().then(() => (isOver = true));
    await made.clock.advance(11_000);
    expect([isOver, made.desk.isOpen, made.facts()]).toEqual([true, false, [JSON.stringify(OWNER), 'mark-0']]);
    // What falls behind it is still his, and opens nothing.
    made.told.coin(HUNDRED);
    expect([made.coins(), made.told.orders.at(-1)]).toEqual([['coin-1 of operation-1'], 'disable']);
  });

  it('waits for a coin that is told a second time before it counts as shut', async () => {
    const { told, desk, clock, facts } = await taking();
    told.markNow = null;
    void desk.disable();
    await clock.advance(3_000);
    expect(facts()[0]).toBe(JSON.stringify(OWNER));
    told.markNow = 'mark-1';
    await clock.advance(300);
    expect(facts()).toEqual(['', 'mark-1']);
  });

  it('that is shut for a while keeps its operation and opens by itself; one that does not say so is an error only while the device is there', async () => {
    const { told, desk, clock, facts } = await taking();
    await desk.shut();
    expect([desk.isOpen, facts()[0]]).toEqual([false, JSON.stringify(OWNER)]);
    desk.lookSoon();
    await clock.advance(0);
    expect(desk.isOpen).toBe(true);
    told.answers = { ...told.answers, disable: () => Promise.resolve(REFUSED) };
    await expect(desk.shut()).rejects.toThrow('shut');
    told.answers = { ...told.answers, disable: () => Promise.resolve(DONE) };
    told.markNow = null;
    const [unread] = await Promise.all([desk.shut().catch((error: unknown) => String(error)), clock.advance(11_000)]);
    expect(unread).toContain('shut');
    told.markNow = 'mark-0';
    told.answers = { ...told.answers, disable: () => Promise.resolve(REFUSED) };
    told.become('offline');
    await desk.shut();
    told.become('ready');
    told.answers = { ...told.answers, disable: () => Promise.resolve(DONE) };
    await desk.disable();
    const before = told.orders.length;
    await desk.shut();
    expect(told.orders).toHaveLength(before);
  });

  it('offers its kinds while the device serves and nobody is at the coins', () => {
    const { told, desk, journal } = bench();
    expect(desk.takesMinor()).toEqual([FIFTY, HUNDRED]);
    told.become('faulty');
    expect(desk.takesMinor()).toEqual([]);
    told.become('ready');
    journal.commit({ facts: { [COIN_EXCHANGE]: 't-014' } });
    expect(desk.takesMinor()).toEqual([]);
  });
});

describe('coins of which the device lost count', () => {
  const LOST = { kind: 'creditsUncertain', cause: 'bufferOverrun', countMin: 0, countMax: 6 } as const;

  it('are one item without a sum that names who asked for them, and nobody is credited', async () => {
    const { told, open, boxed, visit, journal } = await taking();
    told.tell(LOST);
    expect([open(), boxed(), visit.counted]).toEqual([[[null, 'unassigned', 0, 'coins without a credit: bufferOverrun, at most 6; asked for by operation operation-1']], [], []]);
    expect(dataOf(journal.entries({ limit: 100 }), 'suspense.opened')).toMatchObject([{ reason: 'unassigned', amountMinor: 0 }]);
    told.tell({ ...LOST, countMax: null });
    expect(open()[1]?.[3]).toContain('how many is not known');
  });

  it('are nobody\'s doubt with the gate shut and the device read', async () => {
    const { told, desk, open } = await taking();
    await desk.disable();
    told.tell(LOST);
    expect(open()).toEqual([]);
  });

  it('are written once, as soon as the disk takes again: the device says it once', async () => {
    const { told, open, isFull, heldOutcomes } = await taking();
    isFull(true);
    told.tell(LOST);
    isFull(false);
    heldOutcomes.requireWritten();
    heldOutcomes.requireWritten();
    expect(open()).toHaveLength(1);
  });
});
