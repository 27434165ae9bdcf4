import { z } from 'zod';
import type { Catalogue, OfferedCatalogue, Provider } from '../contracts/host-operations.ts';
import { CATEGORIES_MAX, categorySchema, providerSchema } from '../contracts/host-operations.ts';
import { cutText } from '../foundation/cut-text.ts';
import { matchesWhole } from '../foundation/whole-match.ts';
import { judgeEach } from './judge-each.ts';

/** Said of a provider or category that cannot be shown: as the bank names it (a category as `category <id>`), and what is odd about it. */
export const leftOutSchema = z.strictObject({ providerId: z.string().max(64), why: z.string().max(160) });
export type LeftOut = z.infer<typeof leftOutSchema>;

/**
 * The providers and categories that can be shown as the bank describes them, and those that cannot: rules that do not fit the contract, a pattern that is none (each value would be
 * refused), one id twice (whose rules hold is nobody's guess), more categories than the screen has room for. What was known of a provider before does not stand in for what is said of it now. Providers of a category that
 * is left out are found by their names.
 */
export function judgeCatalogue(offered: OfferedCatalogue): { readonly catalogue: Catalogue; readonly leftOut: readonly LeftOut[] } {
  const providers = judgeEach(offered.providers, { schema: providerSchema, idKey: 'providerId', faultOf: patternFault });
  const categories = judgeEach(offered.categories, { schema: categorySchema, idKey: 'categoryId', faultOf: () => null });
  const beyond = categories.fit.slice(CATEGORIES_MAX).map(({ categoryId }) => ({ id: categoryId, why: `more than ${CATEGORIES_MAX} categories` }));
  return {
    catalogue: { ...offered, categories: categories.fit.slice(0, CATEGORIES_MAX), providers: providers.fit },
    leftOut: [...providers.odd, ...[...categories.odd, ...beyond].map(({ id, why }) => ({ id: `category ${id}`, why }))].map(({ id, why }) => ({ providerId: cutText(id, 64), why: cutText(why, 160) })),
  };
}

function patternFault(provider: Provider): string | null {
  const index = provider.fields.findIndex(({ pattern }) => matchesWhole(pattern, '') === null);
  return index === -1 ? null : `fields.${index}.pattern: not of RE2 syntax`;
}
