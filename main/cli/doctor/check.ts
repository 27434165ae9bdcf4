/** One thing looked at. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  /** What is there, in words. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | null;
  /** False: the terminal works without it, or only a checkout needs it; such a check never makes the whole wrong. */
  readonly isNeeded: boolean;
}

export const good = (check: string, found: string): Check => ({ check, ok: true, found, remedy: null, isNeeded: true });
export const wrong = (check: string, found: string, remedy: string): Check => ({ check, ok: false, found, remedy, isNeeded: true });
/** Wrong, but not in the way of the core. */
export const note = (check: string, found: string, remedy: string): Check => ({ check, ok: false, found, remedy, isNeeded: false });

/** First line of what a library or the system says; paths of loaders and stacks stay out. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 200);
}
