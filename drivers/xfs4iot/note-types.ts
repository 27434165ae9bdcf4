import type { Currency } from '../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import { noteTypesSchema } from './counts.ts';
import type { Payload } from './messages.ts';

const CURRENCIES: readonly string[] = ['KZT', 'USD', 'EUR', 'RUB'] satisfies readonly Currency[];

export interface NoteType {
  readonly item: string;
  readonly currency: Currency;
  readonly denominationMinor: number;
}

/** Those that can be booked. @param payload  of GetBankNoteTypes */
export function noteTypesOf(payload: Payload): readonly NoteType[] {
  return Object.entries(noteTypesSchema.safeParse(payload).data?.items ?? {}).flatMap(([item, { cashItem }]): NoteType[] => {
    const denominationMinor = Math.round((cashItem?.value ?? 0) * MINOR_PER_UNIT);
    return cashItem === undefined || cashItem === null || !CURRENCIES.includes(cashItem.currency) || !Number.isSafeInteger(denominationMinor) || denominationMinor <= 0 ? [] : [{ item, currency: cashItem.currency as Currency, denominationMinor }];
  });
}
