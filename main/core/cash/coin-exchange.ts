import type { Journal } from '../../journal/journal.ts';

/** Who opened hoppers and coin box; empty: nobody. */
export const COIN_EXCHANGE = 'coins.exchange';

/** A person is at the coins, or was when the core ended: none is taken or paid. */
export function isCoinExchangeOpen(journal: Pick<Journal, 'fact'>): boolean {
  return (journal.fact(COIN_EXCHANGE) ?? '') !== '';
}
