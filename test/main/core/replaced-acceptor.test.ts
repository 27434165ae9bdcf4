/**
 * Goal: while it is not known where a note is, another acceptor is put in place of the one that had it. What that one says of its own path and box ends no order of the other. Method: an
 * acceptor that says what it is told to say, the real journal.
 */
import { expect, it } from 'vitest';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import { entry } from '../../../main/journal/journal.ts';
import { A, FIVE, LOST, OWNER, disk, life } from './acceptor-desk-bench.ts';

type World = ReturnType<typeof life>;

/** @returns says which unit stands there from then on */
const standsIn = ({ journal }: World) => (serialNumber: string) => void journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', protocol: 'ssp', model: 'm', firmware: 'f', serialNumber })] });

/** The next start finds unit `serialNumber` (1: the one that was there), which is powered with a note past its gate. @returns what stands in doubt then */
async function poweredAfterRestart(first: World, serialNumber: string) {
  const next = life(first.time, first.journal);
  if (serialNumber !== '1') standsIn(first)(serialNumber);
  await next.poweredUp('inStackerPath');
  next.device.sayStatus({ state: 'ready', faults: [] });
  await next.time.advance(60_000);
  return next.items();
}

/** A note is ordered into the box of unit 1, which is not heard of again; then `serialNumber` is there. */
async function replaced(serialNumber: string, silentMs: number) {
  const world = life();
  const isIn = standsIn(world);
  isIn('1');
  const fate = world.begin(A);
  world.device.end(LOST);
  await world.time.advance(silentMs);
  isIn(serialNumber);
  return { ...world, fate };
}

it.each([['2', 'unknown', {}], ['1', 'stacked', { [FIVE]: 1 }]] as const)('a power-up of unit %s with a note past its gate: ours is %s', async (serialNumber, fate, counts) => {
  const world = await replaced(serialNumber, 1_000);
  await world.poweredUp('inStackerPath');
  await world.time.advance(60_000);
  expect([world.fate.is, world.box()]).toEqual([fate, counts]);
});

it.each([['2', [['a', 'unknown']], [['unassigned', FIVE]]], ['1', [['a', 'unknown'], ['a', 'stacked']], []]] as const)('a note of the same kind in the box of unit %s is told late: of ours %j', async (serialNumber, outcomes, items) => {
  const world = await replaced(serialNumber, 60_000);
  expect(world.fate.is).toBe('unknown');
  await world.moved('noteStacked', null, FIVE);
  expect([world.outcomes(), world.items()]).toEqual([outcomes, items]);
});

it.each([['2', 'unknown', {}], ['1', 'stacked', { [FIVE]: 1 }]] as const)('a note is given back though the disk takes no order of it, and a power-up of unit %s finds one past its gate: ours is %s', async (serialNumber, fate, counts) => {
  const world = life();
  const isIn = standsIn(world);
  isIn('1');
  disk.failuresLeft = 1;
  const order = world.begin(A, 'return');
  world.device.end(LOST);
  await world.time.advance(1_000);
  isIn(serialNumber);
  await world.poweredUp('inStackerPath');
  await world.time.advance(60_000);
  expect([order.is, world.box()]).toEqual([fate, counts]);
});

const told: Omit<EntryData<'device.identified'>, 'deviceId'> = { protocol: 'id003', model: 'm', firmware: 'f', serialNumber: null };
it.each([['its firmware', { firmware: 'g' }, 'stacked'], ['its model', { model: 'n' }, 'unknown'], ['its protocol', { protocol: 'ccnet' }, 'unknown'], ['a serial number', { serialNumber: '1' }, 'stacked']] as const)('where none tells a serial number: another device is known by its protocol or model, not by %s', async (_, other, fate) => {
  const world = life();
  const isIn = (identity: typeof told) => void world.journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', ...identity })] });
  isIn(told);
  const order = world.begin(A);
  world.device.end(LOST);
  isIn({ ...told, ...other });
  await world.poweredUp('inStackerPath');
  await world.time.advance(60_000);
  expect(order.is).toBe(fate);
});

it('the note past the gate of the unit that was put in its place is nobody\'s, beside the one that the old unit had', async () => {
  const world = await replaced('2', 1_000);
  await world.poweredUp('inStackerPath');
  await world.time.advance(60_000);
  expect([world.fate.is, world.box(), world.items()]).toEqual(['unknown', {}, [['unassigned', 0]]]);
});

it.each([['2', [['unassigned', FIVE]]], ['1', []]] as const)('after a restart unit %s tells a note of the kind that lay in the box last: what is nobody\'s is %j', async (serialNumber, items) => {
  const first = life();
  const isIn = standsIn(first);
  isIn('1');
  first.begin(A);
  await first.moved('noteStacked', A);
  const next = life(first.time, first.journal);
  if (serialNumber !== '1') isIn(serialNumber);
  await next.moved('noteStacked', null, FIVE);
  expect(next.items()).toEqual(items);
});

it.each([['2', [['unassigned', 0]]], ['1', []]] as const)('a note that was to go back was given up by a start, and unit %s is powered with a note past its gate: what is nobody\'s is %j', async (serialNumber, items) => {
  const first = life();
  standsIn(first)('1');
  first.begin(A, 'return');
  // As a start settles an order that no device explains.
  first.journal.commit({ entries: [entry('outcome.stack', { ...A, outcome: 'uncertain', result: 'unknown', evidence: 'no word from the device after the restart' }, OWNER)] });
  expect(await poweredAfterRestart(first, serialNumber)).toEqual(items);
});

it.each([['2', [['unassigned', 0]]], ['1', []]] as const)('a note that was to go back and was not heard of again, whose order the disk did not take: unit %s is powered after a restart with a note past its gate, what is nobody\'s is %j', async (serialNumber, items) => {
  const first = life();
  standsIn(first)('1');
  disk.failuresLeft = 1;
  first.begin(A, 'return');
  first.device.end(LOST);
  await first.time.advance(60_000);
  expect(first.outcomes()).toEqual([['a', 'unknown']]);
  expect(await poweredAfterRestart(first, serialNumber)).toEqual(items);
});
