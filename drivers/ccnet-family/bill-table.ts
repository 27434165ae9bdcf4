import type { Log } from '../../main/foundation/log.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { BillTypes, KnownBillType } from './bill-types.ts';
import { billTypesFromTable } from './bill-types.ts';
import { decodeBillTable } from './codec.ts';
import type { CcnetRequests } from './requests.ts';

/** The bill table as the device told it last; nothing is known before the first reading. */
export class BillTable {
  readonly #deviceId: string;
  readonly #log: Log;
  readonly #requests: CcnetRequests;
  readonly #currencyByCountryCode: Readonly<Record<string, Currency>>;
  #types: BillTypes | null = null;
  #isOfThisLine = false;

  constructor(options: { readonly deviceId: string; readonly log: Log; readonly requests: CcnetRequests; readonly currencyByCountryCode: Readonly<Record<string, Currency>> }) {
    this.#deviceId = options.deviceId;
    this.#log = options.log;
    this.#requests = options.requests;
    this.#currencyByCountryCode = options.currencyByCountryCode;
  }

  /** Since the line was there: notes are valued by it. */
  get isRead(): boolean {
    return this.#isOfThisLine;
  }

  /** Who answers next may be another unit, with another table. What was read stays what this device is known for. */
  lineLost(): void {
    this.#isOfThisLine = false;
  }

  get known(): readonly KnownBillType[] {
    return this.#types?.known ?? [];
  }

  /** @returns false when the device gave no usable table; what was read before stays */
  async read(): Promise<boolean> {
    const table = decodeBillTable((await this.#requests.read({ command: 'getBillTable' })) ?? new Uint8Array());
    if (table === null) return false;
    const types = billTypesFromTable(table, this.#currencyByCountryCode);
    if (types.unmappedCodes.length > 0) this.#log.warn('cim.table.unmapped', { deviceId: this.#deviceId, codes: types.unmappedCodes.join(' ') });
    this.#types = types;
    this.#isOfThisLine = true;
    return true;
  }

  valueOf(billType: number): { readonly denominationMinor: number; readonly currency: Currency } {
    const known = this.known.find((type) => type.billType === billType);
    if (known !== undefined) return { denominationMinor: known.denominationMinor, currency: known.currency };
    // Never enabled, so only a device at fault gets here. 0: the value is not known, nobody may guess it.
    this.#log.error('cim.note.unknownType', { deviceId: this.#deviceId, billType });
    return { denominationMinor: 0, currency: 'KZT' };
  }
}
