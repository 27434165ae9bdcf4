import { z } from 'zod';

/** Environment variable by which the hook inside the core is told where to die. */
export const CRASH_PLAN_VARIABLE = 'QOLMA_CRASH_PLAN';

/**
 * Moments at which the core dies: before and after each durable step (a commit of the journal), with a power cut also during its sync and
 * while a checkpoint writes the pages of the file; with a failed sync not at once: the step is told as failed, and the next core finds it or does not; after each byte that it sends to a device, and before each that it hears.
 */
export const POINT_KINDS = ['beforeCommit', 'duringSync', 'duringCheckpoint', 'afterCommit', 'syncLost', 'syncFound', 'sent', 'unheard'] as const;

export const crashPointSchema = z.strictObject({ point: z.number().int(), at: z.enum(POINT_KINDS), what: z.string() });
export type CrashPoint = z.infer<typeof crashPointSchema>;

/** In real time no number of a point is the same twice: it is found again by what it is, and the how-manieth of its kind. */
export const namedPointSchema = crashPointSchema.extend({ occurrence: z.number().int().min(1) });
export type NamedPoint = z.infer<typeof namedPointSchema>;

/** Where a real core dies; points count as long as `armedFile` exists. */
export const crashPlanSchema = z.strictObject({
  /** null: never, only count. */
  diesAt: z.strictObject({ at: z.enum(POINT_KINDS), what: z.string(), occurrence: z.number().int().min(1) }).nullable(),
  /** With a power cut there is a point during each sync too. */
  isPowerCut: z.boolean(),
  armedFile: z.string(),
  /** One JSON line a point reached; the last one is the one that was died at. */
  pointsFile: z.string(),
  /** The write-ahead log as it was before each commit is copied here: what a power cut during the sync may leave of the commit. */
  barrierFile: z.string(),
  /** Lines whose bytes count: paths of acceptor and dispenser. */
  lines: z.array(z.string()),
});
export type CrashPlan = z.infer<typeof crashPlanSchema>;

export function pointName({ at, what, occurrence }: Omit<NamedPoint, 'point'>): string {
  return `${at} ${what} #${occurrence}`;
}

/** @returns null when it is no name of a point */
export function parsePointName(name: string): CrashPlan['diesAt'] {
  const [, at, what, occurrence] = /^(\w+) (.+) #(\d+)$/.exec(name) ?? [];
  const parsed = crashPlanSchema.shape.diesAt.safeParse({ at, what, occurrence: Number(occurrence) });
  return parsed.success ? parsed.data : null;
}
