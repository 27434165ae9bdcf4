import type { Currency } from '../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import type { BillTableRecord } from './codec.ts';

/** Letters of bill tables → ISO 4217; the letters are no currency code. [ccnet §9] */
export const CURRENCY_BY_COUNTRY_CODE = { KAZ: 'KZT' } as const satisfies Readonly<Record<string, Currency>>;

/** A bill type of the device that the terminal knows the currency of. */
export interface KnownBillType {
  readonly billType: number;
  readonly denominationMinor: number;
  readonly currency: Currency;
}

export interface BillTypes {
  readonly known: readonly KnownBillType[];
  /** Letters in the device's table that the configuration does not map; those types stay disabled. */
  readonly unmappedCodes: readonly string[];
}

/**
 * The device's own table in our money. The three letters are not reliably ISO 4217, so the configuration maps them. [ccnet §9]
 * A value that is not a whole number of minor units is left out: such a note cannot be booked.
 */
export function billTypesFromTable(table: readonly BillTableRecord[], currencyByCountryCode: Readonly<Record<string, Currency>>): BillTypes {
  const known: KnownBillType[] = [];
  const unmappedCodes = new Set<string>();
  for (const record of table) {
    const currency = Object.hasOwn(currencyByCountryCode, record.countryCode) ? currencyByCountryCode[record.countryCode] : undefined;
    if (currency === undefined) {
      unmappedCodes.add(record.countryCode);
      continue;
    }
    const scale = 10 ** record.exponent;
    const denominationMinor = record.isDivided ? (record.mantissa * MINOR_PER_UNIT) / scale : record.mantissa * MINOR_PER_UNIT * scale;
    if (Number.isSafeInteger(denominationMinor) && denominationMinor > 0) known.push({ billType: record.billType, denominationMinor, currency });
  }
  return { known, unmappedCodes: [...unmappedCodes].sort() };
}

/** Bit n ↔ bill type n. Several types may share a value (old and new series); all of them are meant. */
export function maskOf(known: readonly KnownBillType[], request: { readonly denominationsMinor: readonly number[]; readonly currency: Currency }): number {
  return known
    .filter((type) => type.currency === request.currency && request.denominationsMinor.includes(type.denominationMinor))
    .reduce((mask, type) => mask | (1 << type.billType), 0);
}

/** Ascending, each value once. */
export function denominationsOf(known: readonly KnownBillType[]): readonly number[] {
  return [...new Set(known.map((type) => type.denominationMinor))].sort((a, b) => a - b);
}

export function currenciesOf(known: readonly KnownBillType[]): readonly Currency[] {
  return [...new Set(known.map((type) => type.currency))].sort();
}
