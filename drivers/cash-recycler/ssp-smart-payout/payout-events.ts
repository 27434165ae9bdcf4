import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { PayoutTold } from '../../life/payout-count.ts';
import type { EventName, PollEvent } from '../../ssp-family/codec.ts';
import { valueOf } from '../../ssp-family/payout-codec.ts';

/** What one answer says of payouts, floats and emptying. [ssp §9, §12, §13] */
export interface PayoutNews {
  /** Notes on their way in: everything that is not of a payout. */
  readonly notes: readonly PollEvent[];
  readonly isMoving: boolean;
  /** Nothing moves at all, no note on its way in either. */
  readonly isStill: boolean;
  readonly faults: readonly ErrorCode[];
  /** The final event, or null. */
  readonly told: PayoutTold | null;
  /** The unit keeps it until EVENT ACK. */
  readonly isHeld: boolean;
  /** Levels may be others than before. */
  readonly areUnitsChanged: boolean;
  /** A note that its unit moved to the cash box by itself, minor units each. */
  readonly transferredMinor: readonly number[];
  /** A power-up with something of a payout to tell. */
  readonly isCutPayout: boolean;
  /** A note comes in: what a power-up clears from now on is no note of a payout. */
  readonly isNoteComing: boolean;
}

const MOVING: readonly EventName[] = ['dispensing', 'floating', 'emptying', 'smartEmptying', 'heldInBezel', 'jamRecovery'];
/** Final events: what stopped them. */
const FINAL: Readonly<Partial<Record<EventName, ErrorCode | null>>> = {
  dispensed: null, floated: null, emptied: null, smartEmptied: null, halted: 'CDM_PICK_FAILURE', timeOut: 'CDM_ITEMS_LEFT', payoutError: 'CDM_JAMMED', incompletePayout: 'CDM_PICK_FAILURE', incompleteFloat: 'CDM_PICK_FAILURE', jammed: 'CDM_JAMMED',
};
/** What a power-up does with the note that a payout had in the path; without a payout they are about a note on its way in. */
const AT_RESET: readonly EventName[] = ['atResetIntoStacker', 'atResetIntoStore', 'atResetDispensed', 'clearedIntoCashbox', 'clearedFromFront'];
const UNITS_CHANGED: readonly EventName[] = ['storedInPayout', 'transferredToStacker', 'atResetIntoStore', 'atResetIntoStacker', 'atResetDispensed', 'slaveReset', 'jamRecovery', 'dispensed', 'floated', 'emptied', 'smartEmptied', 'halted', 'incompletePayout', 'incompleteFloat'];
const HELD: readonly EventName[] = ['dispensed', 'floated', 'timeOut', 'smartEmptied', 'incompletePayout', 'incompleteFloat', 'payoutError', 'atResetDispensed', 'transferredToStacker'];

/** @param isPathOfPayout  since the last payout no note came in: what a power-up cleared from the path was a note of it */
export function sortEvents(events: readonly PollEvent[], { currency, isPathOfPayout }: { readonly currency: string; readonly isPathOfPayout: boolean }): PayoutNews {
  const named = (names: readonly EventName[]) => events.filter((event) => event.event !== 'unknown' && names.includes(event.event));
  const isOfPayout = isPathOfPayout || named(['incompletePayout', 'incompleteFloat']).length > 0;
  const final = events.find((event) => event.event !== 'unknown' && event.event in FINAL);
  const finalName = final?.event as EventName | undefined;
  const paidMinor = final === undefined || finalName === undefined ? null : valueOf(final, currency);
  const isToBox = finalName !== undefined && ['floated', 'emptied', 'smartEmptied', 'incompleteFloat'].includes(finalName);
  const pushedOutMinor = named(['atResetDispensed']).reduce((sum, event) => sum + (valueOf(event, currency) ?? 0), 0);
  // The sheet does not say whether a note that was pushed out at power-up is within the paid sum.
  const presentedMinor = isToBox ? [pushedOutMinor] : paidMinor === null ? [] : pushedOutMinor === 0 ? [paidMinor] : [paidMinor, paidMinor + pushedOutMinor];
  return {
    notes: isOfPayout ? events.filter((event) => event.event === 'unknown' || !AT_RESET.includes(event.event)) : events,
    isMoving: named(MOVING).length > 0,
    isStill: named([...MOVING, 'initialising', 'stacking', 'rejecting', 'read']).length === 0,
    faults: named(['jammed']).length > 0 ? ['CDM_JAMMED'] : [],
    told: finalName === undefined ? null : { presentedMinor, stoppedBy: FINAL[finalName] ?? null },
    isHeld: named(isOfPayout ? [...HELD, ...AT_RESET] : HELD).length > 0,
    areUnitsChanged: named(UNITS_CHANGED).length > 0,
    transferredMinor: named(['transferredToStacker']).map((event) => valueOf(event, currency) ?? 0).filter((value) => value > 0),
    isCutPayout: named(['incompletePayout', 'incompleteFloat']).length > 0,
    isNoteComing: named(['read']).length > 0,
  };
}
