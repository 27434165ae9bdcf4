import { err } from '../foundation/outcome.ts';

/** The first thing that is wrong with a chain. `entryNumber` 0: not of one entry. */
export interface ChainProblem {
  readonly code: 'JNL_CORRUPT';
  readonly entryNumber: number;
  readonly detail: string;
}

export function corrupt(entryNumber: number, detail: string): { readonly ok: false; readonly error: ChainProblem } {
  return err({ code: 'JNL_CORRUPT', entryNumber, detail });
}
