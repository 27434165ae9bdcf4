import { describe, expect, it } from 'vitest';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { CoreDied, DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

/**
 * Goal: wherever the core is killed, the next one settles what is open and no money is lost or made up.
 * Method: the same visit again and again, the core dying at its first, second, third … commit, just before it is durable or just after, until it
 * survives the visit. Hardware and bank go on meanwhile; then a new core starts on the same journal file.
 */
async function dieEverywhere(when: 'before' | 'after', visit: { readonly prepare: (world: DeskWorld) => Promise<void>; readonly run: (world: DeskWorld) => Promise<void> }): Promise<number> {
  for (let commitsLeft = 1; ; commitsLeft += 1) {
    const world = new DeskWorld({ seed: commitsLeft, limits: IMPATIENT });
    await world.boot();
    await visit.prepare(world);
    world.dieAtCommit(commitsLeft, when);
    try {
      await visit.run(world);
    } catch (error) {
      if (!(error instanceof CoreDied)) throw error;
    }
    if (!world.isDead) {
      await world.stop();
      return commitsLeft - 1;
    }
    await world.clock.advance(1_500);
    world.restart();
    await world.until('attract', 300_000);
    await world.settleQueue();
    expectMoneyHolds(world);
    expect(world.journal.openOperationIds(), `${when} commit ${commitsLeft}`).toEqual([]);
    expect(world.journal.verify().ok).toBe(true);
    await world.stop();
  }
}

const deposit = {
  prepare: (world: DeskWorld) => world.toCashIn(),
  run: async (world: DeskWorld) => {
    await world.insertCounted(1_000_000);
    await world.insertCounted(200_000);
    await world.press('next');
    await world.until('result-success');
    await world.press('next');
    await world.until('attract');
  },
};

const withdrawal = {
  prepare: (world: DeskWorld) => world.toWithdrawalConfirm(3_200_000),
  run: async (world: DeskWorld) => {
    await world.press('next');
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-success');
    await world.press('next');
    await world.until('attract');
  },
};

const payment = {
  prepare: (world: DeskWorld) => world.toPayment('p-meal', { contract: '123456' }),
  run: async (world: DeskWorld) => {
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('change-choice');
    await world.press('chooseChange', { target: 'phoneTopUp' });
    await world.until('result-success');
    await world.press('next');
    await world.until('attract');
  },
};

describe('a core that is killed', () => {
  for (const when of ['before', 'after'] as const) {
    it(`settles a deposit, killed ${when} each commit`, { timeout: 120_000 }, async () => {
      expect(await dieEverywhere(when, deposit)).toBeGreaterThan(10);
    });
    it(`settles a withdrawal, killed ${when} each commit`, { timeout: 120_000 }, async () => {
      expect(await dieEverywhere(when, withdrawal)).toBeGreaterThan(10);
    });
  }
  it('settles a payment with change, killed before each commit', { timeout: 120_000 }, async () => {
    expect(await dieEverywhere('before', payment)).toBeGreaterThan(10);
  });

  /** The core dies so long after it ordered a note into the box, and another one starts. */
  const dieAfterOrder = async (afterMs: number, powerCutAt?: string): Promise<void> => {
    const world = new DeskWorld();
    await world.boot();
    await world.toCashIn();
    if (powerCutAt !== undefined) world.hands('acceptor', { do: 'fault', fault: 'powerCut', at: powerCutAt });
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 1, 'the note is ordered');
    await world.clock.advance(afterMs);
    world.restart();
    await world.until('attract', 300_000);
    await world.settleQueue();
    expectMoneyHolds(world);
    await world.stop();
  };

  // What stuck on its way is a person's to take out: no event ever tells that the customer has not got it back.
  it.each([900, 5_000])('does not take the note that jammed past the gate for returned, killed %i ms after the order', async (afterMs) => {
    const world = new DeskWorld();
    await world.boot();
    await world.toCashIn();
    world.hands('acceptor', { do: 'fault', fault: 'jamInStacker', at: 'afterGate' });
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 1, 'the note is ordered');
    await world.clock.advance(afterMs);
    world.restart();
    await world.clock.advance(3_000);
    world.hands('acceptor', { do: 'clearPath' });
    world.parts.devices.acceptor?.reset();
    await world.when(() => world.dataOf('outcome.stack').length === 1, 'the note is settled', 120_000);
    expect(world.dataOf('outcome.stack')).toMatchObject([{ outcome: 'uncertain', result: 'unknown' }]);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ amountMinor: 1_000_000 }]);
    await world.stop();
  });

  // The note goes on moving while the core is away: at each of these moments another answer of the device decides.
  for (const afterMs of [0, 200, 400, 600, 800, 1_000, 1_500]) it(`finds the note that was on its way to the box ${afterMs} ms after the order`, () => dieAfterOrder(afterMs));

  // The core learns where the note lies, tells the device to reset, which moves it, and dies of anything before the outcome is on the disk.
  it.each(['beforeGate', 'afterGate', 'stacked'])('finds the note that a power cut of the acceptor caught %s, whenever it dies after it', { timeout: 120_000 }, async (at) => {
    for (let afterMs = 2_400; afterMs <= 9_600; afterMs += 400) await dieAfterOrder(afterMs, at);
  });
});
