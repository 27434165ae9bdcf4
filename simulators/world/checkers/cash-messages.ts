/** Messages by whose answer the bank takes or refuses the cash of a deposit or payment. */
export const CREDITS: readonly string[] = ['cash.deposit', 'pay.provider'];
/** Messages that tell the bank of cash; the first of an operation is its word on the money. */
export const CASH_MESSAGES: readonly string[] = [...CREDITS, 'cash.withdraw.complete', 'cash.deposit.complete'];
