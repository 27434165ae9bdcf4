import type { HostAnswer, HostOperation } from '../../contracts/host-operations.ts';
import type { EntryData } from '../../journal/entry-kinds.ts';

/** As the receipt has room for (`receipt-record.ts`). Half a code would be another one: what is longer is left out. */
const NUMBER_LENGTH_MAX = 64;

/** Under what the bank has booked it, for the receipt: its own reference, the number of its document, the provider's code of the payment. [requirements part C "Receipt core", OP-05] */
export function bookedUnder(answer: HostAnswer<HostOperation> | undefined): Pick<EntryData<'receipt.statusChanged'>, 'hostRef' | 'documentNumber' | 'providerRef'> {
  const given = answer?.outcome === 'approved' ? (answer.body as { readonly documentNumber?: string | null; readonly providerRef?: string | null }) : {};
  const [documentNumber, providerRef] = [numberOf(given.documentNumber), numberOf(given.providerRef)];
  return { hostRef: answer?.hostRef ?? null, ...(documentNumber === '' ? {} : { documentNumber }), ...(providerRef === '' ? {} : { providerRef }) };
}

function numberOf(given: string | null | undefined): string {
  const number = given?.trim() ?? '';
  return number.length > NUMBER_LENGTH_MAX ? '' : number;
}
