/** Goal: an orderly stop leaves no cash in doubt that moves as it is asked for. Method: a whole terminal on virtual time, stopped in the middle of a payout as `qolma run` stops it. */
import { expect, it } from 'vitest';
import { CASH_MS_MAX } from '../../../../main/core/guards/power-close.ts';
import { untilCashRests } from '../../../../main/core/process/cash-at-rest.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { DeskWorld, IMPATIENT } from '../../../support/virtual-desk.ts';

/** As `qolma run` waits before it stops the core. */
async function cashRests(desk: DeskWorld): Promise<void> {
  let rests = false;
  void untilCashRests(desk.isCashMoving, desk.clock).then(() => (rests = true));
  await desk.when(() => rests, 'no cash moves');
}

it('a payout that has begun is counted to its end before the core goes', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toWithdrawalConfirm(2_000_000);
  await desk.press('next');
  await desk.when(() => desk.dataOf('intent.dispense').length > 0, 'notes are ordered');
  await cashRests(desk);
  await desk.stopCore();
  desk.restart();
  await desk.when(() => desk.isJournalOpen && desk.journal.openOperationIds().length === 0, 'the operation is closed', 300_000);
  expect(desk.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: 2_000_000, uncertainMinor: 0 }]);
  expect(desk.journal.suspense()).toEqual([]);
  await desk.stop();
});

it('so is a note on its way into the box', async () => {
  const desk = new DeskWorld({ limits: IMPATIENT });
  await desk.boot();
  await desk.toCashIn();
  desk.insert(500_000);
  await desk.when(() => desk.dataOf('intent.stack').length > 0, 'the note is ordered');
  await cashRests(desk);
  expect(desk.dataOf('outcome.stack')).toMatchObject([{ result: 'stacked' }]);
  await desk.stop();
});

it('nobody is waited for where no cash moves, and no device for ever', async () => {
  const clock = createVirtualClock({ startUtcMs: 0 });
  await expect(untilCashRests(() => false, clock)).resolves.toBeUndefined();
  let isOver = false;
  void untilCashRests(() => true, clock).then(() => (isOver = true));
  await clock.advance(CASH_MS_MAX - 200);
  expect(isOver).toBe(false);
  await clock.advance(300);
  expect(isOver).toBe(true);
});
