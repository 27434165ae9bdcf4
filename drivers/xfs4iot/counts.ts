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
