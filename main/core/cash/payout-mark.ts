import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { CoreParts } from '../core-parts.ts';
import { hopperIndex, isDispenserCassette, isHopperCassette, isRecyclerCassette } from './cash-unit-ids.ts';

/** Fact: registers of a hopper before the payout that is open, by its place; the first has the name that it has alone. */
export const coinMark = (index: number): string => (index === 0 ? 'coinDispenser.payoutMark' : `coinDispenser.${index + 1}.payoutMark`);
/** Fact: what the dispenser said of itself before the command or the present that is open. */
export const DISPENSE_MARK = 'dispenser.dispenseMark';

/** Nothing may be written ahead of it: its device is asked between the outcome before and the intent. */
export function isMarked({ devices }: Pick<CoreParts, 'devices'>, { cassetteNumber }: DispenseStep): boolean {
  return !isDispenserCassette(cassetteNumber) || devices.dispenser?.lastDispense !== undefined;
}

/** What the device of a command says of itself just before it, by which a later start of the core knows what came of it; durable with the intent. */
export async function markFacts({ devices, recyclerDesk }: Pick<CoreParts, 'devices' | 'recyclerDesk'>, { cassetteNumber }: DispenseStep): Promise<Readonly<Record<string, string>>> {
  if (isRecyclerCassette(cassetteNumber)) return recyclerDesk?.markFacts() ?? {};
  if (isHopperCassette(cassetteNumber)) {
    const index = hopperIndex(cassetteNumber);
    return { [coinMark(index)]: devices.coinDispensers[index]?.dispenseMark() ?? '' };
  }
  return dispenserMark({ devices });
}

/** What the dispenser says of itself before the notes of a command, or of a bunch, move. */
export async function dispenserMark({ devices }: Pick<CoreParts, 'devices'>): Promise<Readonly<Record<string, string>>> {
  const lastDispense = devices.dispenser?.lastDispense;
  return lastDispense === undefined ? {} : { [DISPENSE_MARK]: (await lastDispense.readMark()) ?? '' };
}
