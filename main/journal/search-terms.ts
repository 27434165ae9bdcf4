import type { BookEntry } from './books.ts';

/** Fields whose last four digits a customer can tell: masked telephone, card, IIN, account. */
const MASKED_FIELDS = ['masked', 'maskedPhone', 'maskedDestination'] as const;
/** Between them they have each reference that a customer was given. */
const REFERRING_KINDS: readonly string[] = ['receipt.recorded', 'operation.closed'];
export const maskedTerm = (lastFour: string): string => `m:${lastFour}`;
export const indexTerm = (index: string): string => `x:${index}`;
export const referenceTerm = (reference: string): string => `r:${reference}`;

/** By what an entry is found again, besides time, kind, operation, receipt number and amount. */
export function searchTerms(entry: BookEntry): readonly string[] {
  const terms = entry.indices.map(indexTerm);
  const data = entry.data as Readonly<Record<string, unknown>>;
  for (const field of MASKED_FIELDS) {
    const value = data[field];
    const lastFour = typeof value === 'string' ? value.replace(/\D/g, '').slice(-4) : '';
    if (lastFour.length === 4) terms.push(maskedTerm(lastFour));
  }
  if (REFERRING_KINDS.includes(entry.kind) && typeof data['reference'] === 'string') terms.push(referenceTerm(data['reference']));
  return terms;
}
