import type { Currency } from '../../main/foundation/money.ts';
import { storedBy } from './counts.ts';
import type { Payload } from './messages.ts';
import type { NoteType } from './note-types.ts';

/** As of an acceptor's event. */
export interface Worth {
  readonly currency: Currency | null;
  readonly denominationMinor: number;
}

/** Several notes, or one that is no money or that nobody knows. */
const NO_MONEY: Worth = { currency: null, denominationMinor: 0 };

/**
 * What lies in a unit at the end of a cash-in of one note, whatever the end was asked to be: a counterfeit is kept, and what it was in escrow it need not be in its unit.
 * @param payload  of CashInEnd's or CashInRollback's completion [xfs4iot §5] @param note  as it was in escrow: where such a one is among what is told, it is this one
 * @returns null: nothing, or the service does not say
 */
export function storedAs(payload: Payload, types: readonly NoteType[], note: Worth | null): Worth | null {
  const stored = storedBy(payload);
  if (stored === null) return null;
  const isAsEscrowed = types.some((type) => type.denominationMinor === note?.denominationMinor && type.currency === note.currency && stored.has(type.item));
  return isAsEscrowed ? note : (types.find((type) => type.item === stored.item) ?? NO_MONEY);
}
