/**
 * Goal: a dispenser that gathers, presents and draws back (F53) pays out through the whole core: what the customer sees, what the bank hears and what waits for
 * a count follow from what certainly happened to the notes. Method: the production core over the simulated unit; also with the core or the power gone at each
 * commit, between stack and present among them.
 */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import { dayTotals } from '../../../main/core/day/day-totals.ts';
import { checkBunches } from '../../../simulators/world/checkers/bunches.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { CoreDied, DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const BUNCH_MINOR = 3_200_000;
const F53 = { limits: IMPATIENT, dispenser: 'fujitsu-f53' } as const;

async function atConfirm(seed = 1): Promise<DeskWorld> {
  const world = new DeskWorld({ ...F53, seed });
  await world.boot();
  await world.toWithdrawalConfirm(BUNCH_MINOR);
  return world;
}

const unit = (world: DeskWorld) => world.surroundings.dispenser.world() as unknown as { readonly pool: readonly object[]; readonly exitMinor: number; readonly takenMinor: number; readonly rejectTray: { readonly noteCount: number } };
const counts = (world: DeskWorld) => Object.fromEntries(world.journal.cashUnits().filter((row) => !/^dispenser\.\d/.test(row.unitId) && row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const completion = (world: DeskWorld) => world.dataOf('withdrawal.completed')[0];

async function end(world: DeskWorld): Promise<void> {
  await world.settleQueue();
  expectMoneyHolds(world);
  // The business day sees the same: what is not explained is nobody's doubt, and each unit was counted as it moved.
  const { differences, units } = dayTotals(world.journal)!;
  expect(differences.filter((difference) => difference.kind !== 'doubt')).toEqual([]);
  for (const unit of units) expect(unit.countedMinor, unit.unitId).toBe(unit.movedMinor);
  await world.stop();
}

describe('a bunch', () => {
  it('is presented behind the shutter and seen taken; no button asks for it', async () => {
    const world = await atConfirm();
    await world.press('next');
    await world.until('take-cash');
    expect(world.data('take-cash')).toEqual({ amountMinor: BUNCH_MINOR, notes: [{ denominationMinor: 500_000, noteCount: 6 }, { denominationMinor: 200_000, noteCount: 1 }], canRetract: true });
    expect(world.model.intents).not.toContain('next');
    expect(unit(world)).toMatchObject({ pool: [], exitMinor: BUNCH_MINOR });
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    expect(world.dataOf('outcome.take')).toEqual([{ result: 'taken', presentedMinor: BUNCH_MINOR }]);
    expect(completion(world)).toMatchObject({ outcome: 'full', presentedMinor: BUNCH_MINOR, uncertainMinor: 0, cause: 'none' });
    expect(counts(world)).toEqual({});
    await end(world);
  });

  it('of which the first note jams before it is counted is written down as one of which nothing was gathered', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'jam', at: 'note', index: 0 });
    await world.press('next');
    await world.until('result-refused');
    const outcomes = world.dataOf('outcome.dispense');
    expect(outcomes[0]).toMatchObject({ outcome: 'completed', stackedCount: 0, pickedCount: 0, evidence: 'CDM_JAMMED' });
    expect(outcomes.every(({ stackedCount }) => stackedCount === 0)).toBe(true);
    await end(world);
  });

  it('into which one note more was counted, with an error, is in doubt with that note', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'overCount', at: 'mismatch' });
    await world.press('next');
    await world.until('result-pending', 300_000);
    expect(world.dataOf('outcome.dispense')).toMatchObject([{ outcome: 'uncertain', requestedCount: 6, uncertainCount: 7 }, { outcome: 'uncertain', requestedCount: 1, uncertainCount: 1 }]);
    expect(completion(world)).toMatchObject({ outcome: 'doubtful', presentedMinor: 0, uncertainMinor: BUNCH_MINOR + 500_000 });
    expect(unit(world)).toMatchObject({ pool: { length: 8 }, exitMinor: 0 });
    await world.stop();
  });

  it('into which one note more was counted is handed out as it was counted: what is more than was authorised is an item', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'overCount', at: 'count' });
    await world.press('next');
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'overDispensed', amountMinor: -200_000 }]);
    await world.stop();
  });

  it('that is taken while the disk takes nothing is written down as taken when it does', async () => {
    const world = await atConfirm();
    await world.press('next');
    await world.until('take-cash');
    world.isDiskFull = true;
    world.hands('dispenser', { do: 'takeNotes' });
    await world.clock.advance(5_000);
    expect(world.dataOf('outcome.take')).toEqual([]);
    world.isDiskFull = false;
    await world.until('result-success');
    expect(world.dataOf('outcome.take')).toEqual([{ result: 'taken', presentedMinor: BUNCH_MINOR }]);
    await end(world);
  });

  it('that is taken before the disk took what went out is taken, and nothing is drawn back', async () => {
    const world = await atConfirm();
    const unsubscribe = world.journal.onCommitted((entries) => void (world.isDiskFull ||= entries.some(({ kind }) => kind === 'intent.present')));
    await world.press('next');
    await world.when(() => unit(world).exitMinor > 0, 'it is in reach', 60_000);
    await world.clock.advance(3_000);
    unsubscribe();
    world.hands('dispenser', { do: 'takeNotes' });
    await world.clock.advance(5_000);
    world.isDiskFull = false;
    await world.until('result-success', 300_000);
    expect(world.dataOf('outcome.take')).toEqual([{ result: 'taken', presentedMinor: BUNCH_MINOR }]);
    expect(world.dataOf('intent.retract')).toEqual([]);
    await end(world);
  });

  it('that nobody takes is drawn back, not counted: in doubt at the bank and in suspense, and the customer reads that it is inside', async () => {
    const world = await atConfirm();
    await world.press('next');
    await world.until('take-cash');
    await world.until('result-pending', 300_000);
    expect(world.data('result-pending')).toMatchObject({ why: 'cashRetracted', amountMinor: 0 });
    expect(unit(world)).toMatchObject({ exitMinor: 0, takenMinor: 0, rejectTray: { noteCount: 7 } });
    expect(world.dataOf('outcome.retract')).toEqual([{ from: 'exit', outcome: 'completed', notes: null, evidence: 'confirmed' }]);
    expect(completion(world)).toMatchObject({ outcome: 'doubtful', presentedMinor: 0, uncertainMinor: BUNCH_MINOR, cause: 'CHFG' });
    // What was not counted is no count of ours.
    expect(counts(world)).toEqual({});
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -BUNCH_MINOR }]);
    await end(world);
  });

  it('whose present is without a result may be in reach: whoever stands there can go on, and all of it is in doubt', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'powerCut', at: 'present' });
    await world.press('next');
    await world.until('take-cash', 300_000);
    expect(world.data('take-cash')).toMatchObject({ canRetract: false });
    await world.press('next');
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'cashUncertain' });
    expect(completion(world)).toMatchObject({ outcome: 'doubtful', uncertainMinor: BUNCH_MINOR, cause: 'MALF' });
    await end(world);
  });

  it('whose present is without a result is not said to be what was taken before it', async () => {
    const world = new DeskWorld(F53);
    await world.boot();
    await world.toWithdrawalConfirm(15_000_000);
    await world.press('next');
    await world.until('take-cash', 300_000);
    expect(world.data('take-cash').amountMinor).toBe(10_000_000);
    world.fault('dispenser', { fault: 'powerCut', at: 'present' });
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('processing');
    await world.until('take-cash', 300_000);
    expect(world.data('take-cash')).toEqual({ amountMinor: 0, notes: [], canRetract: false });
    await world.press('next');
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'cashUncertain', amountMinor: 10_000_000, doubtfulMinor: 5_000_000 });
    await end(world);
  });

  it('of which a cassette gave too little goes out as it is, and the rest follows from the other cassette', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'empty', at: 'note', index: 2 });
    await world.press('next');
    await world.until('take-cash');
    expect(world.data('take-cash').amountMinor).toBe(1_000_000);
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('processing');
    await world.until('take-cash');
    expect(world.data('take-cash')).toMatchObject({ amountMinor: 2_200_000, notes: [{ denominationMinor: 200_000, noteCount: 11 }] });
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    expect(completion(world)).toMatchObject({ outcome: 'full', presentedMinor: BUNCH_MINOR });
    await end(world);
  });
});

describe('an outcome that the disk does not take for longer than anybody waits', () => {
  it('is no doubt: what was counted lies in the stacker, and nothing is debited', async () => {
    const world = await atConfirm();
    await world.press('next');
    await world.clock.runUntil(() => world.dataOf('intent.dispense').length === 2, 60_000);
    world.isDiskFull = true;
    // Behind the last of thirty tries: no order to present it could be written.
    await world.clock.advance(45_000);
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    expect(world.dataOf('outcome.dispense').map(({ outcome, stackedCount }) => [outcome, stackedCount])).toEqual([['completed', 6], ['completed', 1]]);
    expect(completion(world)).toMatchObject({ outcome: 'none', presentedMinor: 0, uncertainMinor: 0 });
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'inTransport', amountMinor: -3_000_000 }, { reason: 'inTransport', amountMinor: -200_000 }]);
    expect(unit(world)).toMatchObject({ pool: { length: 7 }, exitMinor: 0, takenMinor: 0 });
    await end(world);
  });

  it('is what was handed out, taken while the disk takes nothing', async () => {
    const world = await atConfirm();
    const unsubscribe = world.journal.onCommitted((entries) => void (world.isDiskFull ||= entries.some(({ kind }) => kind === 'intent.present')));
    await world.press('next');
    await world.until('take-cash', 300_000);
    unsubscribe();
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('out-of-service', 900_000);
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    expect(world.dataOf('outcome.take')).toEqual([{ result: 'taken', presentedMinor: BUNCH_MINOR }]);
    expect(completion(world)).toMatchObject({ outcome: 'full', presentedMinor: BUNCH_MINOR, uncertainMinor: 0 });
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    await end(world);
  });
});

describe('a bunch that cannot be presented', () => {
  it('goes into the reject box, counted; nothing is debited', async () => {
    const world = await atConfirm();
    world.fault('dispenser', { fault: 'shutterStuck' });
    await world.press('next');
    await world.until('result-refused', 300_000);
    expect(counts(world)).toEqual({ 'dispenser.reject 500000': 6, 'dispenser.reject 200000': 1 });
    expect(completion(world)).toMatchObject({ outcome: 'none', presentedMinor: 0, uncertainMinor: 0 });
    await end(world);
  });
});

describe.each(['fujitsu-f53', 'xfs4iot-cash-dispenser'] as const)('a bunch that was counted in a %s, and whose order to present it the disk did not take', (dispenser) => {
  it('is nobody\'s next one: it lies in the stacker until a person has it cleared', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, dispenser });
    await world.boot();
    await world.toWithdrawalConfirm(BUNCH_MINOR);
    const unsubscribe = world.journal.onCommitted((entries) => void (world.isDiskFull ||= entries.some(({ kind }) => kind === 'outcome.dispense')));
    await world.press('next');
    await world.when(() => world.isDiskFull, 'the bunch is counted', 60_000);
    await world.clock.advance(3_000);
    unsubscribe();
    world.isDiskFull = false;
    await world.until('attract', 600_000);
    expect(unit(world)).toMatchObject({ pool: { length: 7 }, exitMinor: 0, takenMinor: 0 });
    const isOffered = () => operationTiles(world.parts).find(({ operation }) => operation === 'op-10')?.available === true;
    await world.toWithdrawalConfirm(1_000_000);
    await world.press('next');
    await world.until('result-refused', 300_000);
    expect(unit(world)).toMatchObject({ pool: { length: 7 }, exitMinor: 0, takenMinor: 0 });
    await world.until('attract', 600_000);
    await world.when(() => world.parts.devices.dispenser?.status().faults.includes('CDM_ITEMS_LEFT') === true, 'the dispenser says so', 60_000);
    world.parts.devices.dispenser?.reset();
    await world.when(() => isOffered(), 'a person had it cleared', 60_000);
    expect(unit(world)).toMatchObject({ pool: [], rejectTray: { noteCount: 7 } });
    await world.toWithdrawalConfirm(1_000_000);
    await world.press('next');
    await world.until('take-cash', 300_000);
    expect(unit(world)).toMatchObject({ exitMinor: 1_000_000 });
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('attract', 600_000);
    expect(checkBunches(world.surroundings.dispenser.world(), { entries: world.entries() })).toEqual([]);
    await world.stop();
  });
});

describe('a core that dies at each commit of a pay-out in bunches', () => {
  const taken = async (world: DeskWorld): Promise<void> => {
    await world.press('next');
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
  };
  const left = async (world: DeskWorld): Promise<void> => {
    await world.press('next');
    await world.until('take-cash');
    await world.until('result-pending', 300_000);
  };

  it.each([
    ['before it is durable, notes taken', 'before', taken, false],
    ['after it, notes left and drawn back', 'after', left, false],
    ['after it, the power of all devices gone too', 'after', left, true],
  ] as const)('%s', { timeout: 120_000 }, async (_name, when, visit, isPowerCut) => {
    const stages = new Set<string>();
    for (let commitsLeft = 1; ; commitsLeft += 1) {
      const world = await atConfirm(commitsLeft);
      world.dieAtCommit(commitsLeft, when);
      try {
        await visit(world);
      } catch (error) {
        if (!(error instanceof CoreDied)) throw error;
      }
      if (!world.isDead) {
        await world.stop();
        break;
      }
      if (isPowerCut) for (const device of ['acceptor', 'dispenser', 'printer'] as const) world.hands(device, { do: 'powerOff' });
      await world.clock.advance(1_500);
      if (isPowerCut) for (const device of ['acceptor', 'dispenser', 'printer'] as const) world.hands(device, { do: 'powerOn' });
      world.restart();
      await world.until('attract', 300_000);
      await world.settleQueue();
      expectMoneyHolds(world);
      for (const item of world.journal.suspense({ state: 'open' })) stages.add(item.reason);
      expect(world.journal.openOperationIds(), `${when} commit ${commitsLeft}`).toEqual([]);
      expect(world.journal.verify().ok).toBe(true);
      await world.stop();
    }
    // Gathered and never presented, and commands without a result: both were met.
    expect([...stages].sort()).toEqual(['dispenseUncertain', 'inTransport']);
  });
});
