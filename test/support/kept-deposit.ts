import type { DeskWorld } from './virtual-desk.ts';

/** A deposit of one note of which the customer says: do not credit it. What the terminal makes of it is still to come. */
export async function keepUncredited(world: DeskWorld, denominationMinor: number): Promise<void> {
  await world.toCashIn();
  await world.insertCounted(denominationMinor);
  await world.press('cancel');
  await world.until('cash-in-leave');
  await world.press('leaveWithoutCredit');
}
