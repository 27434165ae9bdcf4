import { z } from 'zod';

/** How a device stands, for people: the status page of service mode and `qolma devices status`. */
export const deviceReportSchema = z.strictObject({
  deviceId: z.string(),
  deviceClass: z.string(),
  protocol: z.string(),
  level: z.enum(['ok', 'attention', 'failed']),
  state: z.string(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  serialNumber: z.string().nullable(),
  sinceUtcMs: z.number(),
  /** Faults that hold now, the gravest first; codes of the error catalogue, as below. */
  faults: z.array(z.string()),
  /** Of this start. */
  counters: z.record(z.string(), z.number()),
  /** Those of the counters that count trouble on the line, added up. */
  linkErrorCount: z.number().int().nonnegative(),
  /** What it can switch off and on again, as a remedy. */
  restarts: z.array(z.enum(['modem', 'computer'])),
  /** Newest first, at most ten, over all starts. What to do: `main/foundation/operator-texts.ts`, by code. */
  lastFaults: z.array(z.strictObject({ code: z.string(), atUtcMs: z.number(), detail: z.string() })),
});
export type DeviceReport = z.infer<typeof deviceReportSchema>;

/** The core writes it into the run folder at each change and every few seconds, and takes it away when it stops. */
export const deviceStatusFileSchema = z.strictObject({ atUtcMs: z.number(), bootId: z.string(), devices: z.array(deviceReportSchema) });
export type DeviceStatusFile = z.infer<typeof deviceStatusFileSchema>;
