/**
 * Goal: a disk that refuses any one commit of a visit or of a start, once or for three quarters of a minute, costs nobody money and leaves nothing open.
 * Method: the same visit again and again, its first, second, third … commit refused; a guest who does what the screens ask of him; then money, chain and books.
 */
import { describe, expect, it } from 'vitest';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

interface Visit {
  readonly prepare: (world: DeskWorld) => Promise<void>;
  /** In the guest's hand. */
  readonly notes: readonly number[];
}

const VISITS = {
  deposit: { prepare: (world) => world.toCashIn(), notes: [1_000_000, 200_000] },
  payment: { prepare: (world) => world.toPayment('p-meal', { contract: '123456' }), notes: [500_000] },
  withdrawal: { prepare: (world) => world.toWithdrawalConfirm(3_200_000), notes: [] },
} as const satisfies Readonly<Record<string, Visit>>;
const LOOKS_MAX = 400;
const PATIENCE_LOOKS = 60;

/** Does what a person would do with what the screen says, until it is nobody's any more. */
async function beGuest(world: DeskWorld, inHand: number[]): Promise<void> {
  const press = async (kind: 'next' | 'leaveFinish' | 'stillHere') => {
    if (world.model.intents.includes(kind)) await world.press(kind);
  };
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const { screen } = world.model;
    if (world.isDead || screen === 'attract' || screen === 'out-of-service') return;
    if (screen === 'cash-in') {
      const { noteState, stoppedBy, canFinish } = world.data('cash-in');
      if (noteState === 'waiting' && stoppedBy === null && inHand[0] !== undefined) {
        if (world.surroundings.acceptor.control({ do: 'insertNote', denominationMinor: inHand[0], kind: 'genuine' }).ok) inHand.shift();
      } else if (canFinish) await press('next');
    } else if (screen === 'cash-in-leave') await press('leaveFinish');
    else if (screen === 'take-cash') world.surroundings.dispenser.control({ do: 'takeNotes' });
    else if (screen === 'change-choice') await world.press('chooseChange', { target: 'phoneTopUp' });
    else if (screen === 'timeout-warning' && look < PATIENCE_LOOKS) await press('stillHere');
    else if (screen === 'confirm' || screen.startsWith('result')) await press('next');
    await world.clock.advance(700);
  }
  throw new Error(`the visit has no end: ${world.screens.slice(-8).join(' → ')}`);
}

/** @returns how many commits came, and when the first was refused */
function refuse(world: DeskWorld, nth: number, forMs: number): { commits: number } {
  const seen = { commits: 0 };
  let untilMs = -1;
  world.refusal = () => {
    seen.commits += 1;
    if (seen.commits === nth) untilMs = world.clock.monotonicMs() + forMs;
    return seen.commits === nth || world.clock.monotonicMs() < untilMs ? { code: 'JNL_UNWRITABLE', detail: 'refused (test)' } : null;
  };
  return seen;
}

async function expectSettled(world: DeskWorld, what: string): Promise<void> {
  world.refusal = () => null;
  await world.until('attract', 300_000);
  await world.settleQueue();
  expectMoneyHolds(world);
  expect([world.journal.openOperationIds(), world.journal.verify().ok, world.journal.compareBooks()], what).toEqual([[], true, []]);
}

describe('a disk that refuses', () => {
  it.each((Object.keys(VISITS) as (keyof typeof VISITS)[]).flatMap((name) => [[name, 0], [name, 45_000]] as const))('from each commit of a %s on, for %i ms', { timeout: 120_000 }, async (name, forMs) => {
    const { prepare, notes } = VISITS[name];
    for (let nth = 1; ; nth += 1) {
      const world = new DeskWorld({ seed: nth, limits: IMPATIENT });
      await world.boot();
      await prepare(world);
      const seen = refuse(world, nth, forMs);
      await beGuest(world, [...notes]);
      const isLast = seen.commits < nth;
      await world.clock.advance(forMs);
      await expectSettled(world, `${name}: commit ${nth}`);
      await world.stop();
      if (!isLast) continue;
      expect(nth).toBeGreaterThan(10);
      break;
    }
  });

  it.each([['deposit', 'outcome.stack'], ['payment', 'intent.stack'], ['withdrawal', 'intent.dispense']] as const)('each commit of the start after a %s that was cut off at %s', { timeout: 120_000 }, async (name, at) => {
    const { prepare, notes } = VISITS[name];
    for (let nth = 1; ; nth += 1) {
      const world = new DeskWorld({ seed: nth, limits: IMPATIENT });
      await world.boot();
      await prepare(world);
      world.journal.onCommitted((entries) => {
        if (entries.some(({ kind }) => kind === at)) world.die();
      });
      await beGuest(world, [...notes]);
      expect(world.isDead).toBe(true);
      const seen = refuse(world, nth, 0);
      world.restart();
      await world.until(['attract', 'result-pending', 'result-refused'], 300_000);
      const isLast = seen.commits < nth;
      await expectSettled(world, `${name} cut off at ${at}: commit ${nth} of the start`);
      await world.stop();
      if (isLast) break;
    }
  });

  it('to write how a withdrawal ended tells whom it was paid to how much he holds', async () => {
    const world = new DeskWorld({ limits: IMPATIENT });
    await world.boot();
    await world.toWithdrawalConfirm(3_200_000);
    world.refusal = (entries) => (entries.some(({ kind }) => kind === 'withdrawal.completed') ? { code: 'JNL_UNWRITABLE', detail: 'refused (test)' } : null);
    await world.press('next');
    await world.until('take-cash');
    world.hands('dispenser', { do: 'takeNotes' });
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'interrupted', amountMinor: 3_200_000, reference: null });
    await expectSettled(world, 'a withdrawal whose end was written late');
    await world.stop();
  });
});
