import { z } from 'zod';

const markSchema = z.strictObject({ serialNumber: z.string().max(20).nullable(), eventCount: z.number().int().min(0).max(255) });
export type Mark = z.infer<typeof markSchema>;

/** Which credit was the last that is durable, as text that the core keeps with it. */
export function encodeMark(mark: Mark): string {
  return JSON.stringify(mark);
}

/** null: not such a text. Total */
export function decodeMark(text: string): Mark | null {
  try {
    return markSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
