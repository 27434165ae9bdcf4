import type { FeeRule } from '../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import { assert } from '../../main/foundation/assert.ts';

/** Tariffs and limits of the invented bank; sample values, marked as such. Amounts in tiyn. */
const tenge = (units: number): number => units * 100;

export interface Tariff {
  /** Each kind of service has its own line. */
  readonly tariffId: string;
  readonly rule: FeeRule;
}

const free = (tariffId: string, payer: FeeRule['payer']): Tariff => ({ tariffId, rule: { fixedMinor: 0, basisPoints: 0, minMinor: 0, maxMinor: null, payer } });

export const TARIFFS = {
  /** 200 ₸ of every top-up. */
  deposit: { tariffId: 'T-DEPOSIT-1', rule: { fixedMinor: tenge(200), basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' } },
  /** 1 %, 100 to 1 000 ₸, unless the provider has a line of its own. */
  payment: { tariffId: 'T-PAY-1', rule: { fixedMinor: 0, basisPoints: 100, minMinor: tenge(100), maxMinor: tenge(1_000), payer: 'fromAmount' } },
  paymentFree: free('T-PAY-0', 'fromAmount'),
  paymentFlat: { tariffId: 'T-PAY-2', rule: { fixedMinor: tenge(100), basisPoints: 0, minMinor: 0, maxMinor: null, payer: 'fromAmount' } },
  /** Change that goes to a telephone costs nothing. */
  phoneTopUp: free('T-CHANGE-0', 'fromAmount'),
  /** 1 %, at least 200 ₸, beside the amount. */
  withdrawal: { tariffId: 'T-WITHDRAW-1', rule: { fixedMinor: 0, basisPoints: 100, minMinor: tenge(200), maxMinor: null, payer: 'onTop' } },
} as const satisfies Record<string, Tariff>;

/** Limits of one operation, and of a client's day for withdrawals. */
export const LIMITS = {
  'op-01': { minMinor: tenge(500), maxMinor: tenge(1_000_000) },
  'op-05': { minMinor: tenge(200), maxMinor: tenge(500_000) },
  'op-10': { minMinor: tenge(1_000), maxMinor: tenge(300_000) },
} as const satisfies Record<OperationCode, { minMinor: number; maxMinor: number }>;
export const WITHDRAWAL_DAY_MAX_MINOR = tenge(500_000);

/**
 * The fee for an amount: fixed part plus share, in whole tenge, half up (no tiyn circulate), then the bounds.
 *
 * @param amountMinor what is inserted (`fromAmount`) or what is given out (`onTop`)
 * @returns never more than the amount itself when it is taken out of it; 0 for amount 0
 */
export function feeForMinor(rule: FeeRule, amountMinor: number): number {
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'a fee is computed on a non-negative integer of minor units');
  if (amountMinor === 0) return 0;
  const wholeTenge = Math.floor((rule.fixedMinor * 10_000 + amountMinor * rule.basisPoints + 500_000) / 1_000_000);
  const raised = Math.max(tenge(wholeTenge), rule.minMinor);
  const feeMinor = rule.maxMinor === null ? raised : Math.min(raised, rule.maxMinor);
  return rule.payer === 'fromAmount' ? Math.min(feeMinor, amountMinor) : feeMinor;
}

/**
 * True when a fee is one that the rule gives for this payment: never less than for what is credited, never more than for all that was inserted.
 * Between the two lies the fee of a payment with change, which the page of the tariffs leaves to the payer's side.
 */
export function isFeeAsQuoted(rule: FeeRule, payment: { readonly feeMinor: number; readonly creditMinor: number; readonly insertedMinor: number }): boolean {
  return payment.feeMinor >= feeForMinor(rule, payment.creditMinor) && payment.feeMinor <= feeForMinor(rule, payment.insertedMinor);
}
