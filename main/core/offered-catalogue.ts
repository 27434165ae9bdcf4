import { z } from 'zod';
import type { Catalogue, OfferedCatalogue, Provider } from '../contracts/host-operations.ts';
import { providerSchema } from '../contracts/host-operations.ts';
import { cutText } from '../foundation/cut-text.ts';
import { matchesWhole } from '../foundation/whole-match.ts';

/** Said of a provider that cannot be served: as the bank names it, and what is odd about it. */
export const leftOutSchema = z.strictObject({ providerId: z.string().max(64), why: z.string().max(160) });
export type LeftOut = z.infer<typeof leftOutSchema>;

/**
 * The providers that can be served as the bank describes them, and those that cannot: rules that do not fit the contract, a pattern that is none (each value would be
 * refused), one id twice (whose rules hold is nobody's guess). What was known of a provider before does not stand in for what is said of it now.
 */
export function judgeCatalogue(offered: OfferedCatalogue): { readonly catalogue: Catalogue; readonly leftOut: readonly LeftOut[] } {
  const named = new Map<string, number>();
  for (const candidate of offered.providers) named.set(idOf(candidate), (named.get(idOf(candidate)) ?? 0) + 1);
  const providers: Provider[] = [];
  const leftOut: LeftOut[] = [];
  for (const candidate of offered.providers) {
    const id = idOf(candidate);
    const judged = providerSchema.safeParse(candidate);
    const why = judged.success ? (named.get(id) === 1 ? patternFault(judged.data) : 'the id stands there twice') : faultText(judged.error);
    if (judged.success && why === null) providers.push(judged.data);
    else leftOut.push({ providerId: cutText(id, 64), why: cutText(why ?? '', 160) });
  }
  return { catalogue: { ...offered, providers }, leftOut };
}

function idOf(candidate: unknown): string {
  const named = z.object({ providerId: z.string() }).safeParse(candidate);
  return named.success ? named.data.providerId : '';
}

function patternFault(provider: Provider): string | null {
  const index = provider.fields.findIndex(({ pattern }) => matchesWhole(pattern, '') === null);
  return index === -1 ? null : `fields.${index}.pattern: not of RE2 syntax`;
}

/** The first complaint; names a place, quotes no value. */
function faultText({ issues: [first] }: z.ZodError): string {
  return first === undefined ? '' : [first.path.join('.'), first.message].filter((part) => part !== '').join(': ');
}
