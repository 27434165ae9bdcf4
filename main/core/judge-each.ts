import { z } from 'zod';

export interface Rules<One> {
  readonly schema: z.ZodType<One>;
  /** Name of the member that names one of them. */
  readonly idKey: string;
  /** What the schema does not see; null: nothing. */
  readonly faultOf: (one: One) => string | null;
}

/** Those of the bank's words that fit the contract, and the others with their first complaint, which quotes no value. Of one id twice neither fits: which holds is nobody's guess. */
export function judgeEach<One>(candidates: readonly unknown[], { schema, idKey, faultOf }: Rules<One>): { readonly fit: One[]; readonly odd: readonly { readonly id: string; readonly why: string }[] } {
  const named = new Map<string, number>();
  for (const candidate of candidates) named.set(idOf(candidate, idKey), (named.get(idOf(candidate, idKey)) ?? 0) + 1);
  const fit: One[] = [];
  const odd: { readonly id: string; readonly why: string }[] = [];
  for (const candidate of candidates) {
    const id = idOf(candidate, idKey);
    const judged = schema.safeParse(candidate);
    const why = judged.success ? (named.get(id) === 1 ? faultOf(judged.data) : 'the id stands there twice') : faultText(judged.error);
    if (judged.success && why === null) fit.push(judged.data);
    else odd.push({ id, why: why ?? '' });
  }
  return { fit, odd };
}

function idOf(candidate: unknown, idKey: string): string {
  const id = z.record(z.string(), z.unknown()).safeParse(candidate).data?.[idKey];
  return typeof id === 'string' ? id : '';
}

/** The first complaint; names a place, quotes no value. */
function faultText({ issues: [first] }: z.ZodError): string {
  return first === undefined ? '' : [first.path.join('.'), first.message].filter((part) => part !== '').join(': ');
}
