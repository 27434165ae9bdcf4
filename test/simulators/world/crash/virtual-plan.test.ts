import { describe, expect, it } from 'vitest';
import type { CrashCell } from '../../../../simulators/world/crash/crash-cells.ts';
import { cellsOf } from '../../../../simulators/world/crash/crash-cells.ts';
import { parsePointName, pointName } from '../../../../simulators/world/crash/crash-plan.ts';
import type { CountedPoint, PointWords } from '../../../../simulators/world/crash/point-counter.ts';
import { PointCounter } from '../../../../simulators/world/crash/point-counter.ts';
import { isBetween } from '../../../../simulators/world/crash/watched-life.ts';
import { differentFinds, planRuns, planSecondDeaths } from '../../../../simulators/world/crash/virtual-plan.ts';

/** Goal: points are counted, named and left out as the matrix says it does. Method: small courses by hand. */
const PLAIN: CrashCell = { operation: 'op-10', hostFault: 'none', message: 'cash.withdraw', death: 'kill', hardware: 'lcdm', deviceFault: 'none' };
const SILENT: CrashCell = { ...PLAIN, hostFault: 'silence' };

/** One commit, a command of two bytes, a question of two bytes asked twice, a commit during whose sync the power may go. */
function course(): readonly CountedPoint[] {
  const counter = new PointCounter({ dieAt: 0, truth: () => 'all notes in the cassettes' });
  const commit = (what: string, kinds: readonly PointWords['at'][]) => {
    counter.reach(kinds.length, (index) => ({ at: kinds[index]!, what, isIdle: false, isBetween: false }));
    counter.committed();
  };
  const send = (what: string, isIdle: boolean) => counter.reach(2, (index) => ({ at: 'sent', what: `${what} ${index + 1}`, isIdle, isBetween: false }));
  counter.reach(1, () => ({ at: 'sent', what: 'before it is armed', isIdle: false, isBetween: false }));
  counter.arm();
  commit('intent', ['beforeCommit', 'afterCommit']);
  send('command', false);
  send('question', true);
  send('question', true);
  commit('outcome', ['beforeCommit', 'duringSync', 'afterCommit']);
  return counter.points;
}

describe('points', () => {
  it('are numbered from the moment at which the customer comes', () => {
    expect(course().map(({ point, at, what }) => `${point} ${at} ${what}`)).toEqual([
      '1 beforeCommit intent', '2 afterCommit intent', '3 sent command 1', '4 sent command 2', '5 sent question 1', '6 sent question 2', '7 sent question 1', '8 sent question 2',
      '9 beforeCommit outcome', '10 duringSync outcome', '11 afterCommit outcome',
    ]);
  });

  it('end a life at the one that was chosen, among those of one instant', () => {
    const counter = new PointCounter({ dieAt: 3, truth: null });
    counter.arm();
    expect(counter.reach(2, () => ({ at: 'sent', what: 'first', isIdle: false, isBetween: false }))).toBe(-1);
    expect(counter.reach(4, (index) => ({ at: 'sent', what: `second ${index}`, isIdle: false, isBetween: false }))).toBe(0);
    expect(counter.deathPoint).toEqual({ point: 3, at: 'sent', what: 'second 0' });
  });

  it('have names that are read again', () => {
    const point = { at: 'sent', what: 'acceptor 0203: 1 of 6', occurrence: 2 } as const;
    expect(parsePointName(pointName(point))).toEqual(point);
    for (const name of ['', 'sent acceptor', 'nowhere x #1', 'sent x #0']) expect(parsePointName(name)).toBeNull();
  });
});

describe('a plan', () => {
  const counted = { points: course(), pointsBeforeFault: 4 };
  const numbers = (points: readonly CountedPoint[]) => points.map(({ point }) => point);

  it('has each different point once', () => {
    const plan = planRuns(PLAIN, counted, { isFull: true, known: null });
    expect(numbers(plan.runs)).toEqual([1, 2, 3, 4, 5, 6, 9, 10, 11]);
    expect(plan.differentCount).toBe(9);
  });

  it('leaves out bytes that change nothing', () => {
    expect(numbers(planRuns(PLAIN, counted, { isFull: false, known: null }).runs)).toEqual([1, 2, 3, 4, 5, 9, 10, 11]);
  });

  it('leaves out, where the bank fails, what the cell without a fault has shown', () => {
    const death = (found: string, hasMessage: boolean) => ({ point: { point: 0, at: 'sent', what: '' } as const, found, sentAfter: hasMessage ? ['cash.withdraw' as const] : [] });
    const known = new Map(course().slice(0, 4).map(({ key }, index) => [key, [death('a', false), death('b', true), death('b', true), death('c', true)][index]!]));
    expect(numbers(planRuns(SILENT, counted, { isFull: false, known }).runs)).toEqual([2, 4, 5, 9, 11]);
  });

  it('has, where something fails, of the bytes of a frame the first, the middle and the last', () => {
    const counter = new PointCounter({ dieAt: 0, truth: () => 'all notes in the cassettes' });
    counter.arm();
    counter.reach(7, (index) => ({ at: 'sent', what: `command ${index + 1}`, isIdle: false, isBetween: isBetween(index, 7) }));
    const course = { points: counter.points, pointsBeforeFault: 0 };
    expect([PLAIN, SILENT].map((cell) => numbers(planRuns(cell, course, { isFull: false, known: null }).runs))).toEqual([[1, 2, 3, 4, 5, 6, 7], [1, 4, 7]]);
    expect(numbers(planRuns(SILENT, course, { isFull: true, known: null }).runs)).toHaveLength(7);
  });

  it('knows nothing of a cell that was not run, and then leaves out less', () => {
    expect(numbers(planRuns(SILENT, counted, { isFull: false, known: null }).runs)).toEqual([1, 2, 3, 4, 5, 9, 11]);
  });
});

describe('a second death', () => {
  it('comes once for each state of the recovery, after each thing that a restart found', () => {
    expect(planSecondDeaths(course()).map(({ point, at }) => `${point} ${at}`)).toEqual(['1 beforeCommit', '2 afterCommit', '11 afterCommit']);
    const death = (point: number, found: string) => ({ point: { point, at: 'sent', what: '' } as const, found, sentAfter: [] });
    expect(differentFinds([death(1, 'a'), death(2, 'b'), death(3, 'a')]).map(({ point }) => point.point)).toEqual([1, 2]);
  });
});

it('cells without a fault come first, and a line that is down is down for all messages', () => {
  const cells = cellsOf({ operations: ['op-10'], hostFaults: ['linkDown', 'silence', 'none'], deaths: ['kill'] });
  expect(cells.map(({ hostFault, message }) => `${hostFault} ${message}`)).toEqual(['none cash.withdraw', 'silence cash.withdraw', 'silence cash.withdraw.complete', 'linkDown cash.withdraw']);
  expect(cellsOf({ operations: ['op-10'], hostFaults: ['silence', 'linkDown'], deaths: ['kill'], messages: ['cash.withdraw.complete'] })).toHaveLength(1);
});
