/** Goal: what a device told about a note is in the journal before the money is accepted or kept, or its operation is closed without any. Method: the whole terminal in virtual time; the disk does not take the outcome of a note that went back until then. */
import { expect, it } from 'vitest';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

it.each([['accepted', 'next', 'deposit.accepted'], ['kept', 'leaveWithoutCredit', 'deposit.cancelled']] as const)('a note that went back is known to be the customer\'s before the others are %s', async (_what, intent, kind) => {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toPayment('p-parking', { plate: '001AAA01' });
  await world.insertCounted(500_000);
  let isDiskWell = false;
  world.refusal = (entries) => (!isDiskWell && entries.some((one) => one.kind === 'outcome.return') ? { code: 'JNL_DISK_FULL', detail: 'not now' } : null);
  world.insert(1_000_000);
  await world.clock.advance(8_000);
  if (intent === 'leaveWithoutCredit') {
    await world.press('cancel');
    await world.until('cash-in-leave', 60_000);
  }
  isDiskWell = true;
  await world.press(intent);
  await world.clock.advance(5_000);
  const kinds = world.journal.entries({ limit: 500 }).map((one) => one.kind);
  expect(kinds.filter((one) => one === 'outcome.return')).toHaveLength(1);
  expect(kinds.indexOf('outcome.return')).toBeLessThan(kinds.indexOf(kind));
  await world.stop();
});

it('the only note, which went back, is known to be the customer\'s before the operation is closed', async () => {
  const world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
  await world.toPayment('p-parking', { plate: '001AAA01' });
  let isDiskWell = false;
  world.refusal = (entries) => (!isDiskWell && entries.some((one) => one.kind === 'outcome.return') ? { code: 'JNL_DISK_FULL', detail: 'not now' } : null);
  world.insert(2_000_000);
  await world.clock.advance(8_000);
  await world.press('cancel');
  await world.clock.advance(5_000);
  expect(world.kinds().filter((kind) => kind === 'operation.closed')).toEqual([]);
  isDiskWell = true;
  await world.until('attract', 300_000);
  expect(world.kinds().filter((kind) => kind === 'outcome.return' || kind === 'operation.closed')).toEqual(['outcome.return', 'operation.closed']);
  await world.stop();
});
