/**
 * Goal: a note that a power-up sees behind the gate, and that no order put there (a technician's hand, a spare unit with one in its path), is written down once, also where the device says no more of it.
 * Method: the desk of an acceptor by itself, two lives on one journal.
 */
import { expect, it } from 'vitest';
import { entry } from '../../../main/journal/journal.ts';
import { A, FIVE, LOST, OWNER, STACKED, TEN, disk, life } from './acceptor-desk-bench.ts';

type World = ReturnType<typeof life>;
const ready = (world: World) => { world.device.state = 'ready'; world.device.sayStatus({ state: 'ready', faults: [] }); };
/** The reset is over, and the acceptor has said what it is going to say. */
const comesUp = async (world: World, told: () => Promise<unknown> = async () => {}) => {
  world.device.state = 'initialising';
  await told();
  ready(world);
  await world.time.advance(20_000);
};

/** The unit that stands there says who it is. */
const isIn = ({ journal }: World, serialNumber: string) => void journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', protocol: 'ccnet', model: 'm', firmware: 'f', serialNumber })] });

/** The order has no end in time and its item; then a power-up sees a note behind the gate. */
const givenUpBehindGate = async (): Promise<World> => {
  const world = life();
  world.begin(A);
  world.device.end(LOST);
  await world.time.advance(60_000);
  await world.poweredUp('inStackerPath');
  return world;
};

it.each([['says no more of it', null, [['unassigned', 0]], {}], ['tells it without a value', 0, [['unassigned', 0]], {}], ['tells it', FIVE, [['unassigned', FIVE]], { [FIVE]: 1 }]] as const)('is nobody\'s, once, where the acceptor %s', async (_, toldMinor, items, box) => {
  const world = life();
  await world.poweredUp('inStackerPath');
  await comesUp(world, async () => toldMinor !== null && (await world.moved('noteStacked', null, toldMinor)));
  await comesUp(world);
  expect([world.items(), world.box()]).toEqual([items, box]);
});

it('is not forgotten where the core dies before the reset is over', async () => {
  const first = life();
  await first.poweredUp('inStackerPath');
  const next = life(first.time, first.journal);
  await comesUp(next);
  expect(next.items()).toEqual([['unassigned', 0]]);
});

it('is the one that the earlier life wrote as stacked, where the acceptor tells it again after its power was away', async () => {
  const first = life();
  first.begin(A);
  await first.moved('noteStacked', A);
  const next = life(first.time, first.journal);
  await next.poweredUp('inStackerPath');
  await comesUp(next, () => next.moved('noteStacked', null, 0));
  await comesUp(next);
  expect([next.items(), next.box()]).toEqual([[], { [FIVE]: 1 }]);
});

it('is not moved before that is durable', async () => {
  const world = life();
  disk.failuresLeft = 1;
  await world.poweredUp('inStackerPath');
  expect(world.postponed).toEqual(['power-up inStackerPath']);
  await world.poweredUp('inStackerPath');
  await comesUp(world);
  expect(world.items()).toEqual([['unassigned', 0]]);
});

it('is one, however often power goes on its way', async () => {
  const world = life();
  for (let times = 0; times < 3; times++) await world.poweredUp('inStackerPath');
  await comesUp(world);
  expect(world.items()).toEqual([['unassigned', 0]]);
});

it('is another one than that of the next order', async () => {
  const world = life();
  await world.poweredUp('inStackerPath');
  ready(world);
  await world.time.advance(1_000);
  world.begin(A);
  await world.moved('noteStacked', A);
  await world.time.advance(20_000);
  expect([world.items(), world.outcomes(), world.box()]).toEqual([[['unassigned', 0]], [['a', 'stacked']], { [FIVE]: 1 }]);
});

it('is another one than that of the next order, also where a power-up finds that one in the head', async () => {
  const world = life();
  await world.poweredUp('inStackerPath');
  ready(world);
  await world.time.advance(1_000);
  world.begin(A);
  world.device.end(LOST);
  world.device.state = 'initialising';
  await world.poweredUp('inHead');
  await comesUp(world);
  expect([world.outcomes(), world.items()]).toEqual([[['a', 'returned']], [['unassigned', 0]]]);
});

it('is another one than that of the next order, also where the core dies of giving it, and that note goes back', async () => {
  const first = life();
  await first.poweredUp('inStackerPath');
  first.desk.journalStackIntent(A, OWNER);
  const next = life(first.time, first.journal);
  await comesUp(next, () => (void next.desk.settleAdopted(), next.time.advance(20_000)));
  expect([next.outcomes(), next.items(), next.box()]).toEqual([[['a', 'returned']], [['unassigned', 0]], {}]);
});

it('is that of the order, where there is one, in this life or the one before', async () => {
  for (const isNext of [false, true]) {
    const first = life();
    first.journal.commit({ entries: [] });
    first.begin(A);
    const world = isNext ? life(first.time, first.journal) : first;
    await world.poweredUp('inStackerPath');
    await comesUp(world, () => world.moved('noteStacked', null, FIVE));
    expect([world.items(), world.box()]).toEqual([[], { [FIVE]: 1 }]);
  }
});

it('is that of the order also where the acceptor is ready at once, and says no more of it', async () => {
  const world = life();
  world.begin(A);
  world.device.end(LOST);
  await world.poweredUp('inStackerPath');
  ready(world);
  await world.time.advance(20_000);
  expect([world.outcomes(), world.items(), world.box()]).toEqual([[['a', 'stacked']], [], { [FIVE]: 1 }]);
});

it('is that of the order that was given up, and is told late', async () => {
  const world = await givenUpBehindGate();
  await comesUp(world, () => world.moved('noteStacked', null, FIVE));
  expect([world.outcomes(), world.items(), world.box()]).toEqual([[['a', 'unknown'], ['a', 'stacked']], [], { [FIVE]: 1 }]);
});

it('is that of the order that was given up, which has its item', async () => {
  const world = await givenUpBehindGate();
  await comesUp(world);
  expect([world.outcomes(), world.items()]).toEqual([[['a', 'unknown']], []]);
});

it('is none where the acceptor remembers its last note, and no sensor sees it; and none that a recycler may be paying out', async () => {
  const world = life();
  world.begin(A);
  world.device.end(STACKED);
  await world.moved('noteStacked', A);
  world.device.say({ kind: 'poweredUp', position: 'inStackerPath', isRemembered: true, postpone: () => {} });
  await comesUp(world);
  expect(world.items()).toEqual([]);
  const recycler = life();
  Object.assign(recycler.device, { deviceClass: 'cashRecycler' });
  await recycler.poweredUp('inStackerPath');
  await comesUp(recycler);
  expect(recycler.items()).toEqual([]);
});

it('is another one than a note of the same value that lay in the box before', async () => {
  const first = life();
  first.begin({ ...A, denominationMinor: TEN }, 'stack', OWNER);
  await first.moved('noteStacked', { ...A, denominationMinor: TEN });
  const next = life(first.time, first.journal);
  await next.poweredUp('inStackerPath');
  await comesUp(next);
  expect([next.box(), next.items()]).toEqual([{ [TEN]: 1 }, [['unassigned', 0]]]);
});

it.each([
  ['is given up', (world: World) => (world.journal.commit({ entries: [entry('outcome.stack', { ...A, outcome: 'uncertain', result: 'unknown', evidence: 'no word' }, OWNER)] }), world.desk.giveUp(A.noteId))],
  ['is in doubt, for another value was told,', (world: World) => world.moved('noteStacked', null, TEN)],
] as const)('is nobody\'s also where the order %s before the acceptor has said that it is another one', async (_, ends) => {
  const first = life();
  isIn(first, '1');
  first.begin(A);
  const next = life(first.time, first.journal);
  await next.poweredUp('inStackerPath');
  next.device.state = 'initialising';
  await ends(next);
  await next.time.advance(60_000);
  isIn(next, '2');
  await comesUp(next);
  expect([next.outcomes(), next.items()]).toEqual([[['a', 'unknown']], [['unassigned', 0]]]);
});

it('is one more where the acceptor was ready since it saw the one before, which was that of the order', async () => {
  const first = life();
  first.begin(A);
  const next = life(first.time, first.journal);
  await next.poweredUp('inStackerPath');
  ready(next);
  const settled = next.desk.settleAdopted();
  await next.time.advance(2_000);
  next.device.state = 'initialising';
  await next.poweredUp('inStackerPath');
  await next.time.advance(4_000);
  await settled;
  await comesUp(next);
  expect([next.outcomes(), next.box(), next.items()]).toEqual([[['a', 'stacked']], { [FIVE]: 1 }, [['unassigned', 0]]]);
});

it('is told a moment after the acceptor is ready, too, and is that one', async () => {
  const world = life();
  await world.poweredUp('inStackerPath');
  ready(world);
  await world.time.advance(500);
  await world.moved('noteStacked', null, FIVE);
  await world.time.advance(20_000);
  expect([world.items(), world.box()]).toEqual([[['unassigned', FIVE]], { [FIVE]: 1 }]);
});

it.each([25, 40])('is written once, however often the acceptor is ready while the disk takes nothing %i times', async (failures) => {
  const world = life();
  await world.poweredUp('inStackerPath');
  disk.failuresLeft = failures;
  for (let times = 0; times < 3; times++) await comesUp(world);
  disk.failuresLeft = 0;
  await world.time.advance(60_000);
  await comesUp(world);
  expect(world.items()).toEqual([['unassigned', 0]]);
});

it('is one more, and one only, however often power goes while the second lies there', async () => {
  const world = life();
  await world.poweredUp('inStackerPath');
  ready(world);
  await world.time.advance(500);
  world.device.state = 'initialising';
  for (let times = 0; times < 3; times++) await world.poweredUp('inStackerPath');
  await comesUp(world);
  expect(world.items()).toEqual([['unassigned', 0], ['unassigned', 0]]);
});

it('is nobody\'s where it is the second, behind that of an order that was given up', async () => {
  const world = await givenUpBehindGate();
  ready(world);
  await world.time.advance(500);
  world.device.state = 'initialising';
  await world.poweredUp('inStackerPath');
  await comesUp(world);
  expect([world.outcomes(), world.items()]).toEqual([[['a', 'unknown']], [['unassigned', 0]]]);
});

it.each([['the same unit', '1', 0, {}], ['another unit', '2', TEN, { [TEN]: 1 }]] as const)('that is brought in as of another value than the last one is that or another: of %s', async (_, serialNumber, minor, more) => {
  const first = life();
  isIn(first, '1');
  first.begin(A);
  await first.moved('noteStacked', A);
  const next = life(first.time, first.journal);
  isIn(next, serialNumber);
  await next.moved('noteStacked', null, TEN, 'KZT', true);
  expect([next.items(), next.box()]).toEqual([[['unassigned', minor]], { [FIVE]: 1, ...more }]);
});

it('that is brought in as of the value of the last one, and by the driver\'s word is no repeat of it, is another one', async () => {
  const world = life();
  world.begin(A);
  await world.moved('noteStacked', A);
  await world.moved('noteStacked', null, FIVE, 'KZT', true);
  expect([world.items(), world.box()]).toEqual([[['unassigned', FIVE]], { [FIVE]: 2 }]);
});
