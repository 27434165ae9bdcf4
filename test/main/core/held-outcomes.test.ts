/**
 * Goal: what a device told is known as long as the process lives, however long the disk takes nothing; it is written once, before anything that builds on it, and is in doubt
 * only if the process dies before. Method: the whole terminal in virtual time over a disk that takes nothing for longer than anybody waits.
 */
import { describe, expect, it, vi } from 'vitest';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { JournalUnavailable } from '../../../main/core/require-commit.ts';
import { actOnRecycler } from '../../../main/core/service/recycler-acts.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry } from '../../../main/journal/journal.ts';
import { WORLD_RECYCLERS } from '../../../simulators/terminal/sample-config.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import type { DeskWorldOptions } from '../../support/virtual-desk.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const AMOUNT_MINOR = 3_200_000;
/** Longer than whoever waits for an outcome waits for the disk. */
const LONG_MS = 45_000;

/** The disk takes nothing from the moment on at which the notes of the last command are ordered. */
async function dispensedUnwritten(options: DeskWorldOptions = {}): Promise<DeskWorld> {
  const world = new DeskWorld({ limits: IMPATIENT, ...options });
  await world.boot();
  await world.toWithdrawalConfirm(AMOUNT_MINOR);
  const ordered = () => world.dataOf('intent.dispense').reduce((sum, { denominationMinor, noteCount }) => sum + denominationMinor * noteCount, 0);
  const unsubscribe = world.journal.onCommitted(() => void (world.isDiskFull ||= ordered() === AMOUNT_MINOR));
  await world.press('next');
  await world.when(() => world.isDiskFull, 'all is ordered', 60_000);
  unsubscribe();
  await world.clock.advance(LONG_MS);
  return world;
}

const told = (world: DeskWorld) => world.dataOf('outcome.dispense').map(({ outcome, presentedCount, uncertainCount }) => [outcome, presentedCount, uncertainCount]);

async function end(world: DeskWorld): Promise<void> {
  await world.settleQueue();
  expectMoneyHolds(world);
  expect(world.journal.openOperationIds()).toEqual([]);
  expect(world.journal.compareBooks()).toEqual([]);
  expect(world.dataOf('outcome.dispense')).toHaveLength(world.dataOf('intent.dispense').length);
  await world.stop();
}

describe('a dispense whose outcome the disk does not take for longer than anybody waits', () => {
  it('is shown and completed as it was, when the disk takes again while its customer is there', async () => {
    const world = await dispensedUnwritten();
    expect(world.data('take-cash').amountMinor).toBe(AMOUNT_MINOR);
    world.isDiskFull = false;
    world.surroundings.dispenser.control({ do: 'takeNotes' });
    await world.until('result-success', 300_000);
    expect(told(world)).toEqual([['completed', 5, 0], ['completed', 1, 0], ['completed', 1, 0]]);
    expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: AMOUNT_MINOR, uncertainMinor: 0 }]);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    await end(world);
  });

  it('is settled as it was, when the disk takes again after the session', async () => {
    const world = await dispensedUnwritten();
    world.surroundings.dispenser.control({ do: 'takeNotes' });
    await world.until('out-of-service', 900_000);
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    expect(told(world).every(([outcome]) => outcome === 'completed')).toBe(true);
    expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: AMOUNT_MINOR, uncertainMinor: 0 }]);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    await end(world);
  });

  it('is in doubt when the core dies before', async () => {
    const world = await dispensedUnwritten();
    world.restart();
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    expect(told(world).at(-1)?.[0]).toBe('uncertain');
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain' }]);
    await end(world);
  });

  it('orders nothing more before it is written', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toWithdrawalConfirm(AMOUNT_MINOR);
    const unsubscribe = world.journal.onCommitted(() => void (world.isDiskFull ||= world.dataOf('intent.dispense').length === 1));
    await world.press('next');
    await world.when(() => world.isDiskFull, 'the first notes are ordered', 60_000);
    unsubscribe();
    await world.clock.advance(LONG_MS);
    world.isDiskFull = false;
    world.surroundings.dispenser.control({ do: 'takeNotes' });
    await world.until('result-partial', 300_000);
    expect(told(world)).toEqual([['completed', 5, 0]]);
    expect(world.money()).toMatchObject({ outMinor: 2_500_000, presentedMinor: 2_500_000, dispenseUncertainMinor: 0 });
    await end(world);
  });
});

describe.each(WORLD_RECYCLERS)('a payout of a recycler (%s) whose outcome the disk does not take', (protocol) => {
  it.each([['while its customer is there', false], ['after the session', true]] as const)('is no doubt when it takes again %s', async (_, isAfterSession) => {
    const world = new DeskWorld({ limits: IMPATIENT, recycler: { protocol, denominationsMinor: [500_000], isAlone: true, stored: [{ denominationMinor: 500_000, noteCount: 4 }] } });
    await world.boot();
    await world.toWithdrawalConfirm(1_000_000);
    const unsubscribe = world.journal.onCommitted(() => void (world.isDiskFull ||= world.dataOf('intent.dispense').length === 1));
    await world.press('next');
    await world.when(() => world.isDiskFull, 'the notes are ordered', 60_000);
    unsubscribe();
    await world.until('take-cash', 120_000);
    if (isAfterSession) await world.until('out-of-service', 900_000);
    world.isDiskFull = false;
    await world.until(isAfterSession ? 'attract' : 'result-success', 900_000);
    expect(told(world).map(([outcome]) => outcome)).toEqual(['completed']);
    expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: 1_000_000 }]);
    await world.settleQueue();
    await world.when(() => world.parts.recyclerDesk?.counted?.find(({ denominationMinor }) => denominationMinor === 500_000)?.noteCount === 2, 'counts are compared again');
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    expect(world.journal.cashUnits().filter(({ noteCount }) => noteCount > 0)).toMatchObject([{ unitId: 'recycler.1', noteCount: 2 }]);
    await world.stop();
  });
});

describe('a note that went back while the disk took nothing', () => {
  it('is no doubt when its operation is settled by the same process', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toPayment('p-parking', { plate: '001AAA01' });
    await world.insertCounted(500_000);
    // More than the provider takes.
    const unsubscribe = world.journal.onCommitted(() => void (world.isDiskFull ||= world.dataOf('intent.return').length === 1));
    world.insert(1_000_000);
    await world.when(() => world.isDiskFull, 'the note is to go back', 60_000);
    unsubscribe();
    await world.until('out-of-service', 900_000);
    expect(world.money()).toMatchObject({ boxMinor: 500_000, stuckInMinor: 0 });
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    expect(world.dataOf('outcome.return').map(({ result }) => result)).toEqual(['returned']);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 500_000 }]);
    await end(world);
  });
});

describe('notes that a person had brought from the units to the box while the disk took nothing', () => {
  it('are counted in the box when it takes again, and no doubt', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, recycler: { protocol: 'ccnet-bill-to-bill', denominationsMinor: [500_000], isAlone: true, stored: [{ denominationMinor: 500_000, noteCount: 4 }] } });
    await world.boot();
    const unsubscribe = world.journal.onCommitted((entries) => void (world.isDiskFull ||= entries.some(({ kind }) => kind === 'service.acted')));
    const acting = actOnRecycler(world.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'empty', keepCount: 0 });
    unsubscribe();
    await world.clock.advance(120_000);
    world.isDiskFull = false;
    expect(await acting).toBe('moved');
    await world.clock.advance(60_000);
    expect(world.journal.cashUnits().filter(({ noteCount }) => noteCount > 0)).toMatchObject([{ unitId: 'acceptor.box', noteCount: 4 }]);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    expect(world.dataOf('notes.moved')).toHaveLength(1);
    expect(world.journal.compareBooks()).toEqual([]);
    await world.stop();
  });
});

describe('a command that ends without a word', () => {
  it('is in doubt, and its operation is completed so', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toWithdrawalConfirm(AMOUNT_MINOR);
    vi.spyOn(world.parts.devices.dispenser!, 'dispense').mockRejectedValueOnce(new Error('test'));
    await world.press('next');
    await world.until('result-pending', 300_000);
    expect(told(world)).toEqual([['uncertain', 0, 6]]);
    expect(world.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'doubtful', uncertainMinor: 2_500_000 }]);
    await end(world);
  });
});

describe('coins of which the device does not know, told while the disk takes nothing', () => {
  it('are a suspense item when it takes again', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, coins: { denominationMinor: 10_000, coinCount: 50 } });
    await world.boot();
    await world.toCashIn();
    await world.when(() => world.parts.coinDesk.isOpen, 'coins are taken');
    const hand = (command: { readonly do: string; readonly [key: string]: unknown }) => world.surroundings.coins!.acceptor.control(command);
    world.isDiskFull = true;
    hand({ do: 'insertCoin', denominationMinor: 10_000 });
    // Before the gate, which a coin that is not written shuts, was read once more.
    await world.clock.advance(200);
    hand({ do: 'powerOff' });
    await world.clock.advance(5_000);
    hand({ do: 'powerOn' });
    await world.clock.advance(20_000);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    world.isDiskFull = false;
    await world.clock.advance(20_000);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'unassigned', amountMinor: 0 }]);
    await world.stop();
  });
});

describe('what is held', () => {
  const setUp = () => {
    let failuresLeft = 0;
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
    const journal = memoryJournal({ clock, faults: { beforeCommit: () => (failuresLeft-- > 0 ? { code: 'JNL_UNWRITABLE', detail: 'test' } : null) } });
    const written: string[] = [];
    const outcome = (reason: string) => ({ entries: [entry('terminal.stopped', { reason })] });
    const kinds = () => journal.entries({ kinds: ['terminal.stopped'], limit: 10 }).map(({ data }) => (data as { reason: string }).reason);
    return { clock, journal, held: new HeldOutcomes({ journal, clock, log: silentLog }), failNext: (count: number) => (failuresLeft = count), outcome, written, kinds };
  };

  it('is written in its order, once, also where a listener of the commit asks for it again', () => {
    const { journal, held, outcome, written, kinds } = setUp();
    journal.onCommitted(() => void held.write());
    held.hold(outcome('first'), () => written.push('first'));
    held.hold(outcome('second'), () => written.push('second'));
    held.requireWritten();
    held.requireWritten();
    expect([kinds(), written]).toEqual([['first', 'second'], ['first', 'second']]);
  });

  it('lets nothing that builds on it pass while the disk takes nothing', () => {
    const { held, outcome, failNext, kinds } = setUp();
    held.hold(outcome('first'));
    failNext(1);
    expect(() => held.requireWritten()).toThrow(JournalUnavailable);
    expect(kinds()).toEqual([]);
  });

  it('goes without what was to follow at once', async () => {
    const { clock, held, outcome, failNext, kinds } = setUp();
    failNext(30);
    const committed = held.commit(outcome('first'), { follows: outcome('next').entries });
    await clock.advance(31_000);
    expect(await committed).toBe(false);
    held.requireWritten();
    expect(kinds()).toEqual(['first']);
  });
});
