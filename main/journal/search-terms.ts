import type { BookEntry } from './books.ts';

/** Fields whose last four digits a customer can tell: masked telephone, card, IIN, account. */
const MASKED_FIELDS = ['masked', 'maskedPhone', 'maskedDestination'] as const;
export const maskedTerm = (lastFour: string): string => `m:${lastFour}`;
export const indexTerm = (index: string): string => `x:${index}`;

/** By what an entry is found again, besides time, kind, operation, receipt and amount. */
export function searchTerms(entry: BookEntry): readonly string[] {
  const terms = entry.indices.map(indexTerm);
  const data = entry.data as Readonly<Record<string, unknown>>;
  for (const field of MASKED_FIELDS) {
    const value = data[field];
    const lastFour = typeof value === 'string' ? value.replace(/\D/g, '').slice(-4) : '';
    if (lastFour.length === 4) terms.push(maskedTerm(lastFour));
  }
  return terms;
}
