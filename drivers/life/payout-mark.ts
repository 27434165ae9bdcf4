import { z } from 'zod';
import type { PayoutRegisters } from './payout-count.ts';

const markSchema = z.strictObject({
  levels: z.array(z.strictObject({ denominationMinor: z.number().int().positive(), noteCount: z.number().int().nonnegative() })),
  counters: z.strictObject({ paidCount: z.number().int().nonnegative(), transferredCount: z.number().int().nonnegative() }).nullable(),
});

/** Registers as text that the core keeps with a durable intent, and gives back after a restart. */
export function encodeMark({ levels, counters }: PayoutRegisters): string {
  return JSON.stringify({ levels, counters });
}

/** null: not such a text. Total */
export function decodeMark(mark: string): PayoutRegisters | null {
  try {
    return markSchema.safeParse(JSON.parse(mark)).data ?? null;
  } catch {
    return null;
  }
}
