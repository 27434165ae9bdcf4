import type { Clock } from '../foundation/clock.ts';
import { AssertionFailure } from '../foundation/assert.ts';
import type { Log } from '../foundation/log.ts';

const OWN_MISTAKES = [AssertionFailure, TypeError, RangeError, ReferenceError] as const;

/**
 * Actors of the machines say no by failing, and the machine's `onError` knows where the money is then. What is no answer but our own mistake ends the
 * process all the same, as anywhere else (`assert`): swallowed, it would come back with each try and nobody would hear of it. The next process recovers from
 * the journal.
 *
 * @param snapshot  of any actor, as the machines' inspection shows it
 */
export function tellActorFailure(snapshot: unknown, { clock, log }: { readonly clock: Clock; readonly log: Log }): void {
  if (typeof snapshot !== 'object' || snapshot === null || !('status' in snapshot) || snapshot.status !== 'error' || !('error' in snapshot)) return;
  const { error } = snapshot;
  const isOwnMistake = OWN_MISTAKES.some((kind) => error instanceof kind);
  // Where, and of what kind; the words of an error may be personal.
  log[isOwnMistake ? 'error' : 'info']('trm.actor.failed', { kind: error instanceof Error ? error.name : typeof error, at: frameOf(error) });
  if (isOwnMistake) clock.setTimeout(() => { throw error; }, 0);
}

function frameOf(error: unknown): string {
  const frame = error instanceof Error ? error.stack?.split('\n').find((line) => /^\s+at /.test(line) && !line.includes('/foundation/assert.')) : undefined;
  return /[^/\\]+:\d+(?=:\d+\)?$)/.exec(frame ?? '')?.[0] ?? '';
}
