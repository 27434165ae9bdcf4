/**
 * Goal: a dispenser that tells its newest command again, or counts over all of them, leaves nothing in doubt after the core died, and where it cannot tell nothing is guessed. Method: the
 * whole terminal in virtual time with an LCDM-4000 [lcdm §5, §8], or one behind an XFS4IoT service [xfs4iot §14.10]; the core dies before and after each commit of a withdrawal.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { CoreDied, DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

let desk: DeskWorld;
afterEach(() => desk.stop());

/** Six of 5 000, one of 2 000. */
const AMOUNT_MINOR = 3_200_000;
const COMMITS = [1, 2, 3, 4, 5].flatMap((commitsLeft) => (['before', 'after'] as const).map((when) => [when, commitsLeft] as const));

async function toConfirm(): Promise<void> {
  desk = new DeskWorld({ limits: IMPATIENT, dispenser: 'puloon-lcdm-4000' });
  await desk.boot();
  await desk.toWithdrawalConfirm(AMOUNT_MINOR);
}

/** Time enough for what was begun to end by itself. */
async function comeBack(): Promise<void> {
  await desk.clock.advance(10_000);
  desk.restart();
  await desk.until(['result-pending', 'result-partial', 'attract'], 300_000);
  await desk.until('attract', 300_000);
  await desk.settleQueue();
}

describe('an LCDM-4000 after the core died', () => {
  it.each(COMMITS)('%s commit %i of a withdrawal: what it handed out is booked, and of no command that it got anything is in doubt', async (when, commitsLeft) => {
    await toConfirm();
    desk.dieAtCommit(commitsLeft - 1, when);
    await desk.press('next').catch(() => {});
    await desk.clock.runUntil(() => desk.isDead, 60_000);
    await comeBack();
    const { outMinor, presentedMinor } = desk.money();
    expect(outMinor).toBe(presentedMinor);
    // The other kind: an intent whose command was never sent.
    const { dispenseCommandCount } = desk.surroundings.dispenser.world() as { readonly dispenseCommandCount: number };
    expect(desk.dataOf('outcome.dispense').filter(({ outcome }) => outcome === 'completed')).toHaveLength(dispenseCommandCount);
    expectMoneyHolds(desk);
  });

  it('in the middle of the notes: all of them are booked when it is asked, the report says by what', async () => {
    await toConfirm();
    await desk.press('next');
    await desk.when(() => desk.dataOf('intent.dispense').length === 1, 'notes are ordered');
    await desk.clock.advance(1_200);
    desk.die();
    await comeBack();
    expect(desk.money().outMinor).toBe(3_000_000);
    expect(desk.dataOf('outcome.dispense')).toMatchObject([{ outcome: 'completed', presentedCount: 6, uncertainCount: 0 }]);
    expect(desk.dataOf('recovery.report').at(-1)!.lines.join()).toContain('6 of 6 × 500000 left their cassette for the customer, by its own account');
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    expectMoneyHolds(desk);
  });

  it('that lost its power with it: it has forgotten, and all notes of the command are in doubt', async () => {
    await toConfirm();
    await desk.press('next');
    await desk.when(() => desk.dataOf('intent.dispense').length === 1, 'notes are ordered');
    await desk.clock.advance(1_200);
    desk.die();
    desk.hands('dispenser', { do: 'powerOff' });
    await desk.clock.advance(1_000);
    desk.hands('dispenser', { do: 'powerOn' });
    await comeBack();
    expect(desk.dataOf('outcome.dispense')).toMatchObject([{ outcome: 'uncertain', presentedCount: 0, uncertainCount: 7 }]);
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -3_500_000 }]);
    expectMoneyHolds(desk);
  });
});

describe('a dispenser behind an XFS4IoT service after the core died', () => {
  const atConfirm = async () => {
    desk = new DeskWorld({ limits: IMPATIENT, dispenser: 'xfs4iot-cash-dispenser' });
    await desk.boot();
    await desk.toWithdrawalConfirm(AMOUNT_MINOR);
  };
  /** @returns whether the core died of it; the hand takes what it reaches, core or not */
  const withdraw = async (commitsLeft: number, when: 'before' | 'after'): Promise<boolean> => {
    desk.dieAtCommit(commitsLeft, when);
    try {
      await desk.press('next');
      await desk.until('take-cash');
      desk.hands('dispenser', { do: 'takeNotes' });
      await desk.until('result-success');
    } catch (error) {
      if (!(error instanceof CoreDied)) throw error;
    }
    if (desk.isDead) await desk.clock.advance(10_000);
    if (desk.isDead) desk.surroundings.dispenser.control({ do: 'takeNotes' });
    return desk.isDead;
  };

  it.each(['before', 'after'] as const)('%s each commit, notes taken meanwhile: handed out or inside, and never in doubt', { timeout: 120_000 }, async (when) => {
    const outcomes = new Set<string>();
    for (let commitsLeft = 1; ; commitsLeft++) {
      await atConfirm();
      if (!(await withdraw(commitsLeft, when))) break;
      await comeBack();
      const { outMinor, presentedMinor } = desk.money();
      expect(outMinor, `commit ${commitsLeft}`).toBe(presentedMinor);
      expect(desk.journal.suspense({ state: 'open' }).filter(({ reason }) => reason === 'dispenseUncertain'), `commit ${commitsLeft}`).toEqual([]);
      for (const { outcome } of desk.dataOf('withdrawal.completed')) outcomes.add(outcome);
      expectMoneyHolds(desk);
      await desk.stop();
    }
    expect([...outcomes].sort()).toEqual(['full', 'none']);
  });

  it('with a bunch in the exit: it may be taken yet, and is in doubt', async () => {
    await atConfirm();
    await desk.press('next');
    await desk.until('take-cash');
    desk.die();
    await comeBack();
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -AMOUNT_MINOR }]);
    expect(desk.dataOf('recovery.report').at(-1)!.lines.join()).toContain('a bunch of 3200000 remains in doubt');
    expectMoneyHolds(desk);
  });

  it('whose counts were set anew meanwhile says nothing, and is not believed to', async () => {
    await atConfirm();
    await desk.press('next');
    await desk.when(() => desk.dataOf('intent.dispense').length === 2, 'notes are ordered');
    await desk.clock.advance(1_000);
    desk.die();
    await desk.clock.advance(5_000);
    desk.hands('dispenser', { do: 'miscount', cassetteNumber: 1, by: 1 });
    await comeBack();
    expect(desk.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -AMOUNT_MINOR }]);
  });
});
