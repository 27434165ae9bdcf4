import type { FeeRule } from '../contracts/host-operations.ts';
import { assert } from '../foundation/assert.ts';
import { MINOR_PER_UNIT, assertMinor } from '../foundation/money.ts';

/**
 * Fees as the quoted rule gives them. **decision**: a fee is a whole number of tenge, rounded half up, because no tiyn circulate and what the
 * screen, the receipt and the host say must be the same figure; a bound with tiyn is tightened to the whole tenge inside it. No cash, no fee.
 * The host's own figure wins wherever it gave one; this is for amounts that are known only when the notes are inside.
 */
const ROUNDING_MINOR = MINOR_PER_UNIT;
const BASIS_POINTS = 10_000;

/** Eight thousand million tenge: keeps every product below 2⁵³. */
export const FEE_AMOUNT_MINOR_MAX = 800_000_000_000;

/** How inserted cash is divided. `insertedMinor = feeMinor + creditMinor + changeMinor` whenever `missingMinor` is 0. */
export interface CashSplit {
  readonly feeMinor: number;
  readonly creditMinor: number;
  /** Over-payment of a fixed sum. */
  readonly changeMinor: number;
  /** What is lacking: nothing can be credited yet. */
  readonly missingMinor: number;
}

/**
 * The fee for an amount: `fixed + basisPoints`, rounded half up to whole tenge, then held between min and max (max wins over a contradicting min).
 *
 * @param amountMinor  0…8·10¹¹, the amount that the rule is applied to
 * @source requirements, KP-4.15
 */
export function feeMinor(rule: FeeRule, amountMinor: number): number {
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0 && amountMinor <= FEE_AMOUNT_MINOR_MAX, 'a fee is computed on a non-negative amount within limits');
  if (amountMinor === 0) return 0;
  const scaled = rule.fixedMinor * BASIS_POINTS + amountMinor * rule.basisPoints;
  const rounded = roundHalfUp(scaled, BASIS_POINTS * ROUNDING_MINOR) * ROUNDING_MINOR;
  const lowest = Math.ceil(rule.minMinor / ROUNDING_MINOR) * ROUNDING_MINOR;
  const highest = rule.maxMinor === null ? Infinity : Math.floor(rule.maxMinor / ROUNDING_MINOR) * ROUNDING_MINOR;
  return assertMinor(Math.min(highest, Math.max(lowest, rounded)));
}

/**
 * Divides cash of an open amount into fee and credit.
 * `fromAmount`: the fee is that of the inserted sum and is deducted from it. `onTop`: the credit is the largest sum whose fee still fits into
 * the inserted cash; a tenge left over by rounding is credited too, never kept.
 */
export function splitInserted(rule: FeeRule, insertedMinor: number): CashSplit {
  const creditOnTopMinor = rule.payer === 'onTop' ? Math.max(ROUNDING_MINOR, largestCreditOnTop(rule, insertedMinor)) : null;
  const fee = feeMinor(rule, creditOnTopMinor ?? insertedMinor);
  // Less than the fee and one tenge to credit is not enough yet.
  const missingMinor = Math.max(0, fee + ROUNDING_MINOR - insertedMinor);
  return { feeMinor: fee, creditMinor: missingMinor > 0 ? 0 : insertedMinor - fee, changeMinor: 0, missingMinor };
}

/** Divides cash when exactly `creditMinor` must be credited (a bill of a fixed sum); the rest is change and bears no fee. */
export function splitForFixedCredit(rule: FeeRule, amounts: { readonly insertedMinor: number; readonly creditMinor: number }): CashSplit {
  const { insertedMinor, creditMinor } = amounts;
  const needed = neededForCredit(rule, creditMinor);
  const fee = feeMinor(rule, rule.payer === 'onTop' ? creditMinor : needed);
  if (insertedMinor < needed) return { feeMinor: fee, creditMinor: 0, changeMinor: 0, missingMinor: needed - insertedMinor };
  return { feeMinor: fee, creditMinor, changeMinor: insertedMinor - fee - creditMinor, missingMinor: 0 };
}

/**
 * The least cash, in whole tenge, that credits `creditMinor`; Infinity where no sum up to the limit does (a fee of everything, a credit beyond the limit): rule and credit
 * are the bank's words.
 * With `fromAmount` the fee is that of the cash: cash less fee never falls from one whole tenge to the next (the fee rises by one tenge at most), so
 * the least sum is found by halving.
 */
export function neededForCredit(rule: FeeRule, creditMinor: number): number {
  if (creditMinor === 0) return 0;
  if (creditMinor > FEE_AMOUNT_MINOR_MAX) return Infinity;
  if (rule.payer === 'onTop') return Math.ceil((creditMinor + feeMinor(rule, creditMinor)) / ROUNDING_MINOR) * ROUNDING_MINOR;
  const credits = (cashTenge: number) => cashTenge * ROUNDING_MINOR - feeMinor(rule, cashTenge * ROUNDING_MINOR) >= creditMinor;
  const most = FEE_AMOUNT_MINOR_MAX / ROUNDING_MINOR;
  if (!credits(most)) return Infinity;
  let tooLittle = 0;
  let enough = most;
  while (enough - tooLittle > 1) {
    const middle = Math.floor((tooLittle + enough) / 2);
    if (credits(middle)) enough = middle;
    else tooLittle = middle;
  }
  return enough * ROUNDING_MINOR;
}

/** What the account is debited for a pay-out. Notes cannot be made smaller by a fee, so it is always added, whoever the rule names. */
export function withdrawalTotalMinor(rule: FeeRule, amountMinor: number): number {
  return amountMinor + feeMinor(rule, amountMinor);
}

/** Largest whole tenge c with c + fee(c) ≤ cash; 0 when not even one fits. */
function largestCreditOnTop(rule: FeeRule, insertedMinor: number): number {
  let fits = 0;
  let tooMuch = Math.floor(insertedMinor / ROUNDING_MINOR) + 1;
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    const credit = middle * ROUNDING_MINOR;
    if (credit + feeMinor(rule, credit) <= insertedMinor) fits = middle;
    else tooMuch = middle;
  }
  return fits * ROUNDING_MINOR;
}

/** By remainder, because a quotient of large whole numbers is not exact. */
function roundHalfUp(numerator: number, denominator: number): number {
  const raised = numerator + denominator / 2;
  assert(Number.isSafeInteger(raised), 'a fee product is exact');
  return (raised - (raised % denominator)) / denominator;
}
