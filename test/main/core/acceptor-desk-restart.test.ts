/** Goal: as of the desk of an acceptor in one life (`acceptor-desk.test.ts`): a note that an earlier life ordered is its customer's, once, or in doubt. Method: the same, two lives on one journal. */
import { describe, expect, it } from 'vitest';
import { entry } from '../../../main/journal/journal.ts';
import { A, B, FIVE, OWNER, TEN, life } from './acceptor-desk-bench.ts';

describe('in the next life of the core', () => {
  const cut = async (before: (first: ReturnType<typeof life>) => Promise<unknown> = async () => {}) => {
    const first = life();
    first.journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)] });
    first.begin(A);
    await before(first);
    return life(first.time, first.journal);
  };

  it('a note of the last order is its customer\'s when the acceptor says it again', async () => {
    const next = await cut();
    expect(next.desk.hasOpenOrders()).toBe(true);
    await next.moved('noteStacked', null, FIVE);
    expect([next.outcomes(), next.box(), next.items(), next.desk.hasOpenOrders()]).toEqual([[['a', 'stacked']], { [FIVE]: 1 }, [], false]);
  });

  it('one that is durable as stacked is not booked again; the one after it is', async () => {
    for (const told of [FIVE, 0]) {
      const next = await cut((first) => first.moved('noteStacked', A));
      await next.moved('noteStacked', null, told);
      expect([next.box(), next.items(), next.acks.length]).toEqual([{ [FIVE]: 1 }, [], 1]);
      await next.moved('noteStacked', null, told);
      expect(next.items()).toEqual([['unassigned', told]]);
    }
  });

  it('nor is one said to be that one again, when a note of this life was ordered since', async () => {
    const next = await cut((first) => first.moved('noteStacked', A));
    next.begin(B);
    await next.moved('noteStacked', B);
    await next.moved('noteStacked', null, FIVE);
    expect([next.box(), next.items()]).toEqual([{ [FIVE]: 3 }, [['unassigned', FIVE]]]);
  });

  it('one of another kind than the last is nobody\'s', async () => {
    const next = await cut((first) => first.moved('noteStacked', A));
    await next.moved('noteStacked', null, TEN);
    expect([next.box(), next.items()]).toEqual([{ [FIVE]: 1, [TEN]: 1 }, [['unassigned', TEN]]]);
  });

  it.each(['this life', 'the next one'])('one that a power-up of %s brings in as another kind may be the last one: one item without a sum, however often it is told', async (when) => {
    let next = await cut((first) => first.moved('noteStacked', A));
    if (when === 'this life') {
      next.begin(B);
      await next.moved('noteStacked', B);
    }
    const boxed = next.box();
    await next.moved('noteStacked', null, TEN, 'KZT', true);
    // Killed before the acknowledgement arrived.
    next = life(next.time, next.journal);
    await next.moved('noteStacked', null, TEN, 'KZT', true);
    expect([next.box(), next.items(), next.acks.length]).toEqual([boxed, [['unassigned', 0]], 1]);
  });

  it.each([['of the last one\'s kind', FIVE, true], ['in another unit', TEN, false]])('one that a power-up brings in %s is not in doubt for it', async (_, toldMinor, isSameUnit) => {
    const next = await cut(async (first) => {
      const identified = (serialNumber: string) => first.journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', protocol: 'p', model: null, firmware: null, serialNumber })] });
      identified('1');
      await first.moved('noteStacked', A);
      if (!isSameUnit) identified('2');
    });
    await next.moved('noteStacked', null, toldMinor, 'KZT', true);
    expect([next.box(), next.items()]).toEqual(isSameUnit ? [{ [FIVE]: 1 }, []] : [{ [FIVE]: 1, [TEN]: 1 }, [['unassigned', TEN]]]);
  });

  it.each([
    ['says nothing of it', [], 'returned', {}], ['finds it in the head', ['inHead'], 'returned', {}], ['finds it past the gate', ['inStackerPath'], 'stacked', { [FIVE]: 1 }], ['finds none', ['none'], null, {}],
    ['finds it at the first power-up, and none at the next', ['inStackerPath', 'none'], 'stacked', { [FIVE]: 1 }], ['finds none at first, and then in the head', ['none', 'inHead'], 'returned', {}],
  ] as const)('a note of which an acceptor %s', async (_, positions, result, counts) => {
    const next = await cut();
    for (const position of positions) await next.poweredUp(position);
    const settled = next.desk.settleAdopted();
    await next.time.advance(10_000);
    await settled;
    expect([next.outcomes(), next.box()]).toEqual([result === null ? [] : [['a', result]], counts]);
  });

  it.each([['inHead', 'in this life', false], ['inHead', 'in the one before', true], ['inStackerPath', 'in the one before', true]] as const)('a note that was found %s before the acceptor jammed %s is where nobody knows, until it is found again', async (position, _, isBefore) => {
    const jammed = async (one: ReturnType<typeof life>) => (await one.poweredUp(position), one.faulty('CIM_JAMMED'));
    const next = await cut(async (first) => isBefore && jammed(first));
    if (!isBefore) await jammed(next);
    const tried = next.desk.settleAdopted();
    await next.time.advance(10_000);
    await tried;
    expect(next.outcomes()).toEqual([]);
    await next.poweredUp('inHead');
    const settled = next.desk.settleAdopted();
    await next.time.advance(10_000);
    await settled;
    expect(next.outcomes()).toEqual([['a', 'returned']]);
  });

  it.each([['in this life', false], ['in the one before', true]])('a note of which the acceptor was faulty %s is not said to be returned by its silence', async (_, isBefore) => {
    const next = await cut(async (first) => isBefore && first.faulty('CIM_JAMMED'));
    if (!isBefore) next.faulty('CIM_JAMMED');
    const settled = next.desk.settleAdopted();
    await next.time.advance(10_000);
    await settled;
    expect([next.outcomes(), next.located()]).toEqual([[], [['a', 'none']]]);
  });

  it.each([
    ['of its kind', FIVE, false, 'returned'], ['of another kind', TEN, false, 'unknown'], ['of its kind, after the acceptor stood still with ours', FIVE, true, 'unknown'],
  ] as const)('a note %s that goes back, and that this life did not see come in: ours may be another one', async (_, told, stoodStill, result) => {
    const next = await cut(async (first) => stoodStill && first.faulty('CIM_BOX_REMOVED'));
    await next.moved('noteReturned', null, told);
    expect([next.outcomes(), next.box(), next.acks.length]).toEqual([[['a', result]], {}, 1]);
    // What lies in the box may be told yet, where it is not known to be the customer's again.
    await next.moved('noteStacked', null, FIVE);
    expect([next.box(), next.items().length]).toEqual([{ [FIVE]: 1 }, result === 'unknown' ? 0 : 1]);
  });

  it('a note that recovery gave up and the acceptor tells of later is found', async () => {
    const next = await cut();
    next.desk.giveUp('a');
    expect(next.desk.hasOpenOrders()).toBe(false);
    await next.moved('noteStacked', null, FIVE);
    expect([next.outcomes(), next.box(), next.items()]).toEqual([[['a', 'stacked']], { [FIVE]: 1 }, []]);
  });

  it.each([['with its value', FIVE], ['without', 0]])('so it is when that life has died, too, and it is told %s in the third', async (_, told) => {
    const next = await cut();
    next.journal.commit({ entries: [entry('outcome.stack', { ...A, outcome: 'uncertain', result: 'unknown', evidence: 'no word' }, OWNER), entry('operation.closed', { outcome: 'pending', refusal: null, movedMinor: 0, reference: null }, OWNER)] });
    const third = life(next.time, next.journal);
    expect(third.desk.hasOpenOrders()).toBe(false);
    await third.moved('noteStacked', null, told);
    expect([third.outcomes(), third.box(), third.items(), third.acks.length]).toEqual([[['a', 'unknown'], ['a', 'stacked']], { [FIVE]: 1 }, [], 1]);
    const fourth = life(next.time, next.journal);
    await fourth.moved('noteStacked', null, told);
    expect([fourth.box(), fourth.items(), fourth.acks.length]).toEqual([{ [FIVE]: 1 }, [], 1]);
  });

  it('another acceptor in its place says nothing of it', async () => {
    const first = life();
    const identified = (serialNumber: string) => first.journal.commit({ entries: [entry('device.identified', { deviceId: 'acceptor', protocol: 'p', model: null, firmware: null, serialNumber })] });
    identified('S-1');
    first.journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, OWNER)] });
    first.begin(A);
    identified('S-2');
    const next = life(first.time, first.journal);
    const settled = next.desk.settleAdopted();
    await next.time.advance(10_000);
    await settled;
    expect(next.outcomes()).toEqual([]);
  });
});
