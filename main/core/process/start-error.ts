import type { ErrorCode } from '../../foundation/error-catalogue.ts';

/** sysexits EX_IOERR: the disk of the journal is not believed any more; a new process reads it anew. */
export const EXIT_DISK = 74;
/** sysexits EX_TEMPFAIL: another core runs here; whoever starts us may try again when it has ended. */
export const EXIT_HELD = 75;

/** sysexits EX_UNAVAILABLE: the battery of the UPS is nearly empty and the terminal has closed in order; started again, it waits for mains before it touches anything. */
export const EXIT_POWER = 69;

/** Why the core could not start, with the code that the technician's handbook explains. */
export class StartError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string) {
    super(detail);
    this.name = 'StartError';
    this.code = code;
  }
}

/** Does one part of the start; whatever goes wrong in it is told with `code`. @throws StartError */
export async function startPart<T>(code: ErrorCode, part: () => T | Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(code, error instanceof Error ? error.message : String(error));
  }
}

/** @returns TRM_START_FAILED for what nobody foresaw: our mistake */
export function startFailureOf(error: unknown): { readonly code: ErrorCode; readonly detail: string } {
  if (error instanceof StartError) return { code: error.code, detail: error.message };
  return { code: 'TRM_START_FAILED', detail: error instanceof Error ? error.message : String(error) };
}
