import { z } from 'zod';

/** Environment variable by which the hook inside the core is told where to die. */
export const CRASH_PLAN_VARIABLE = 'QOLMA_CRASH_PLAN';

/**
 * Where the core process dies. A *point* is reached before and after each durable step (the COMMIT of the journal) and within and after each
 * command to acceptor or dispenser; points are counted from the moment at which `armedFile` exists.
 */
export const crashPlanSchema = z.strictObject({
  /** From 1; 0: never, only count. */
  point: z.number().int().min(0),
  armedFile: z.string(),
  /** One JSON line a point reached; the last one is the one that was died at. */
  pointsFile: z.string(),
  /** The write-ahead log as it was before each commit is copied here: what a power cut during the sync may leave of the commit. */
  barrierFile: z.string().nullable(),
  /** Lines whose bytes count: paths of acceptor and dispenser. */
  lines: z.array(z.string()),
});
export type CrashPlan = z.infer<typeof crashPlanSchema>;

export const crashPointSchema = z.strictObject({ point: z.number().int(), at: z.enum(['beforeCommit', 'afterCommit', 'withinCommand', 'afterCommand']), what: z.string() });
export type CrashPoint = z.infer<typeof crashPointSchema>;
