/**
 * Goal: what of coins is durable before what, and who is asked when the two do not fit: no mark goes past a doubt that is not written, no gate opens or is let go of on a word that the disk did not take. Method:
 * the desk by itself on a device whose words the test says, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';
import { DONE, FIFTY, HUNDRED, OWNER, REFUSED, ROOM_MINOR, bench, taking } from './coin-desk-bench.ts';

const LOST = { kind: 'creditsUncertain', cause: 'deviceRestarted', countMin: 0, countMax: null } as const;

describe('coins of which the device lost count while the disk took nothing', () => {
  it.each([
    ['the gate opens again', async ({ desk, told, clock }) => {
      told.markNow = 'mark-of-now';
      told.become('ready');
      desk.lookSoon();
      await clock.advance(10);
      expect(desk.isOpen).toBe(true);
    }],
    ['a further coin is credited', ({ told }) => void expect(told.coin(HUNDRED)).toBe('acknowledged')],
    ['the gate is shut for good', async ({ desk }) => desk.disable()],
    ['the next cash-in begins', async ({ desk, told, visit }) => {
      told.become('ready');
      visit.operationId = 'operation-2';
      expect(await desk.enable({ ...OWNER, operationId: 'operation-2' })).toEqual([FIFTY, HUNDRED]);
    }],
  ] as const satisfies readonly (readonly [string, (made: Awaited<ReturnType<typeof taking>>) => void | Promise<void>])[])('are an item before %s: a core that dies then has forgotten them, and by its mark so has the device', async (_, act) => {
    const made = await taking();
    made.isFull(true);
    made.told.become('offline');
    made.told.tell(LOST);
    made.told.become('recovering');
    made.isFull(false);
    await act(made);
    expect(made.open()).toHaveLength(1);
  });

  it('are waited for: as long as the disk does not take them, no coin after them is credited', async () => {
    const { told, disk, isFull, visit, facts } = await taking();
    isFull(true);
    told.tell(LOST);
    isFull(false);
    const { commit } = disk;
    Object.assign(disk, { commit: (batch: JournalBatch) => (batch.suspense === undefined ? commit(batch) : ({ ok: false, error: { code: 'JNL_DISK_FULL', detail: '' } } as const)) });
    expect([told.coin(HUNDRED), visit.counted, facts()[1]]).toEqual(['postponed', [], 'mark-0']);
  });
});

describe('the gate', () => {
  it('stays shut where whose coins these are does not become durable, also where the mark is', async () => {
    const journal = memoryJournal();
    journal.commit({ facts: { 'coinAcceptor.mark': 'mark-0' } });
    const { desk, told, isFull } = bench(journal);
    desk.settled();
    isFull(true);
    expect([await desk.enable(OWNER), told.orders, desk.isOpen]).toEqual([[], [], false]);
  });

  it('does not open again while a coin that was read is not acknowledged', async () => {
    const { desk, told, clock } = await taking();
    await desk.shut();
    told.markNow = null;
    desk.lookSoon();
    await clock.advance(10);
    expect([desk.isOpen, told.orders.at(-1)]).toEqual([false, 'disable']);
  });

  it('of a device that says that it takes coins is shut for want of room', async () => {
    const { desk, told, visit } = await taking();
    told.become('busy');
    visit.roomMinor = ROOM_MINOR - 1;
    told.coin(HUNDRED);
    expect([desk.isOpen, told.orders.at(-1)]).toEqual([false, 'disable']);
  });

  it('that the disk does not let go of keeps its operation: what the device loses then may be its', async () => {
    const { desk, told, isFull, open, heldOutcomes } = await taking();
    isFull(true);
    await desk.disable();
    isFull(false);
    told.tell(LOST);
    heldOutcomes.requireWritten();
    expect(open()).toHaveLength(1);
  });

  it.each([
    ['the device did not open', ({ told }) => void (told.answers = { ...told.answers, enable: () => Promise.resolve(REFUSED) })],
    ['there was no room for what may be under way', ({ visit }) => void (visit.roomMinor = ROOM_MINOR - 1)],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof bench>) => void])[])('that %s, so that no coin was promised, stays shut in this cash-in: notes are taken as if no coin could come', async (_, make) => {
    const made = bench();
    made.desk.settled();
    make(made);
    expect(await made.desk.enable(OWNER)).toEqual([]);
    made.told.answers = { ...made.told.answers, enable: () => Promise.resolve(DONE) };
    made.visit.roomMinor = ROOM_MINOR;
    const before = made.told.orders.length;
    made.told.become('offline');
    made.told.become('ready');
    await made.clock.advance(1_000);
    expect([made.desk.isOpen, made.told.orders.length]).toEqual([false, before]);
  });
});

describe('a gate that a death of the core left open', () => {
  function restarted() {
    const journal = memoryJournal();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)], facts: { 'coinAcceptor.owner': JSON.stringify(OWNER), 'coinAcceptor.mark': 'mark-7' } });
    const made = bench(journal);
    made.told.markNow = 'mark-9';
    return made;
  }

  it.each([
    ['the device is up when all is settled', ({ desk }) => desk.settled()],
    ['the device comes up afterwards', ({ desk, told }) => {
      told.become('recovering');
      desk.settled();
      told.become('ready');
    }],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof restarted>) => void])[])('is let go of where %s: each later loss of power would be a doubt of it', (_, act) => {
    const made = restarted();
    act(made);
    expect(made.facts()).toEqual(['', 'mark-9']);
    made.told.tell(LOST);
    expect(made.open()).toEqual([]);
  });

  it.each([
    ['nothing is settled', ({ told }) => told.become('ready')],
    ['the device is not up', ({ desk, told }) => {
      told.become('recovering');
      desk.settled();
    }],
    ['a coin that was read is not acknowledged', ({ desk, told }) => {
      told.markNow = null;
      desk.settled();
    }],
    ['the disk takes nothing', ({ desk, isFull }) => {
      isFull(true);
      desk.settled();
      isFull(false);
    }],
  ] as const satisfies readonly (readonly [string, (made: ReturnType<typeof restarted>) => void])[])('is not let go of where %s', (_, act) => {
    const made = restarted();
    act(made);
    expect(made.facts()).toEqual([JSON.stringify(OWNER), 'mark-7']);
    made.told.tell(LOST);
    expect(made.open()).toHaveLength(1);
  });
});

describe('a coin', () => {
  it('of an operation that is being settled counts in nobody\'s cash-in', async () => {
    const journal = memoryJournal();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)], facts: { 'coinAcceptor.owner': JSON.stringify(OWNER) } });
    const { desk, told, visit, coins } = bench(journal);
    visit.operationId = 'operation-2';
    await desk.resume([OWNER.operationId]);
    told.coin(HUNDRED);
    expect([coins(), visit.counted]).toEqual([['coin-1 of operation-1'], []]);
  });

  it('that was read, and that the disk did not take, is waited for before its operation is settled', async () => {
    const journal = memoryJournal();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)], facts: { 'coinAcceptor.owner': JSON.stringify(OWNER) } });
    const { desk, told, clock, coins } = bench(journal);
    told.markNow = null;
    let isOver = false;
    void desk.resume([OWNER.operationId]).then(() => (isOver = true));
    await clock.advance(1_000);
    expect(isOver).toBe(false);
    told.coin(HUNDRED);
    told.markNow = 'mark-1';
    await clock.advance(300);
    expect([isOver, coins()]).toEqual([true, ['coin-1 of operation-1']]);
  });

  it('that falls at the end of the core, when the machines are gone, is its operation\'s; the gate is shut and let go of', async () => {
    const { desk, told, visit, journal, coins, open, facts } = await taking();
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)] });
    visit.operationId = null;
    told.answers = { ...told.answers, disable: () => (told.coin(HUNDRED), Promise.resolve(DONE)) };
    told.markNow = 'mark-1';
    await desk.stop();
    expect([coins(), visit.counted, open(), desk.isOpen, facts()]).toEqual([['coin-1 of operation-1'], [], [], false, ['', 'mark-1']]);
  });
});
