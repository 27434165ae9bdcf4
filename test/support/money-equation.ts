import { expect } from 'vitest';
import type { DeskWorld } from './virtual-desk.ts';

/**
 * No money is lost or made up: what lies in the box and what left the exit is what the journal says and what the bank booked, each difference
 * covered by an open suspense item. Call it when the queue is empty. [requirements §7, host-messages §5.6]
 */
export function expectMoneyHolds(world: DeskWorld): void {
  const money = world.money();
  const explained = JSON.stringify(money);
  // Cash in: the journal counts no note that is not there, and a note it does not count is one it doubts.
  const uncountedMinor = money.boxMinor - money.journalBoxMinor;
  expect(uncountedMinor, explained).toBeGreaterThanOrEqual(0);
  expect(uncountedMinor, explained).toBeLessThanOrEqual(money.noteUncertainMinor);
  // Each counted note is accepted for somebody, kept as a claim, doubted before it was found, or nobody's.
  expect(money.journalBoxMinor, explained).toBeGreaterThanOrEqual(money.acceptedMinor + money.retainedMinor + money.unassignedMinor);
  expect(money.journalBoxMinor, explained).toBeLessThanOrEqual(money.acceptedMinor + money.retainedMinor + money.unassignedMinor + money.noteUncertainMinor);
  expect(money.host.cashInMinor + money.host.suspenseInMinor, explained).toBe(money.acceptedMinor + money.retainedMinor);
  // Cash out: what the customers hold lies between what certainly left and what may have left besides.
  expect(money.outMinor, explained).toBeGreaterThanOrEqual(money.presentedMinor);
  expect(money.outMinor, explained).toBeLessThanOrEqual(money.presentedMinor + money.dispenseUncertainMinor + money.inTransportMinor);
  expect(money.host.cashOutMinor - money.reportRefusedMinor + money.overDispensedMinor, explained).toBe(money.presentedMinor);
  // A refused report of a doubtful pay-out left the doubt with the terminal alone.
  const doubtMinor = Math.min(money.dispenseUncertainMinor, money.authorisedDoubtMinor);
  expect([doubtMinor, money.reportRefusedMinor === 0 ? doubtMinor : 0], explained).toContain(money.host.suspenseOutMinor);
}
