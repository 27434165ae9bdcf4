import { z } from 'zod';

/** `{ unrecognized?, typeX?: { fit?, unfit?, … } }`. [xfs4iot §3] */
export const countsSchema = z.record(z.string(), z.unknown());

/** Items of each type; `unrecognized` under that name. */
export function itemsOf(counts: unknown): ReadonlyMap<string, number> {
  const items = new Map<string, number>();
  if (typeof counts !== 'object' || counts === null) return items;
  for (const [name, value] of Object.entries(counts)) {
    if (name === 'unrecognized' && isCount(value)) items.set(name, value);
    else if (name.startsWith('type') && typeof value === 'object' && value !== null) {
      const sum = Object.values(value).filter(isCount).reduce((total, count) => total + count, 0);
      if (sum > 0) items.set(name, sum);
    }
  }
  return items;
}

export function totalOf(counts: unknown): number {
  return [...itemsOf(counts).values()].reduce((sum, count) => sum + count, 0);
}

/** Of these a note is worth what stands on it: not of `counterfeit`, `suspect`, `inked`. [xfs4iot §3] */
const MONEY = ['fit', 'unfit'] as const;

/** Items of which at least one is money. */
function moneyIn(counts: unknown): readonly string[] {
  const levelsOf = (item: string) => (counts as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[item];
  return [...itemsOf(counts).keys()].filter((item) => MONEY.some((level) => isCount(levelsOf(item)?.[level]) && levelsOf(item)?.[level] !== 0));
}

/** The item of a single note; null: none, several, or one that is no money. */
export function noteIn(counts: unknown): string | null {
  const [item = null] = moneyIn(counts);
  return totalOf(counts) === 1 ? item : null;
}

/** What the end of a cash-in brought into units; null: nothing, or the service does not say. @param payload  `storage`: the changed units with what came in, by role [xfs4iot §5] */
export function storedBy(payload: Readonly<Record<string, unknown>>): { readonly item: string | null; readonly has: (item: string) => boolean } | null {
  const units = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(payload['storage']).data ?? {};
  const counts = Object.values(units).flatMap((roles) => Object.values(roles)).filter((each) => totalOf(each) > 0);
  return counts.length === 0 ? null : { item: counts.length === 1 ? noteIn(counts[0]) : null, has: (item) => counts.some((each) => moneyIn(each).includes(item)) };
}

/** No unit of any terminal holds as many, nor gives as many out between two loads; a service that says so (2³² − 1) counts nothing. */
const COUNT_MAX = 1_000_000;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= COUNT_MAX;

const outSchema = z.looseObject({ presented: z.unknown().optional(), rejected: z.unknown().optional(), distributed: z.unknown().optional(), unknown: z.unknown().optional(), stacked: z.unknown().optional(), diverted: z.unknown().optional(), transport: z.unknown().optional() });

const unitSchema = z.looseObject({
  id: z.string().nullish(),
  status: z.string().nullish(),
  cash: z
    .looseObject({
      configuration: z.looseObject({ types: z.record(z.string(), z.unknown()).nullish(), currency: z.string().nullish(), value: z.number().nullish() }).nullish(),
      status: z.looseObject({ index: z.number().nullish(), out: outSchema.nullish(), in: z.looseObject({ deposited: z.unknown().optional() }).nullish(), replenishmentStatus: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
export const storageSchema = z.looseObject({ storage: z.record(z.string(), unitSchema) });
export type StorageUnit = z.infer<typeof unitSchema>;
export type Out = z.infer<typeof outSchema>;

/** Completion of Dispense. */
export const dispensedSchema = z.looseObject({
  denomination: z.looseObject({ values: z.record(z.string(), z.number().int().nonnegative()).nullish() }).nullish(),
  storage: z.looseObject({ out: z.record(z.string(), outSchema).nullish() }).nullish(),
});

export const noteTypesSchema = z.looseObject({ items: z.record(z.string(), z.looseObject({ cashItem: z.looseObject({ currency: z.string(), value: z.number() }).nullish(), enabled: z.boolean().nullish() })) });
