import { assert } from '../../foundation/assert.ts';
import { randomInteger, type Random } from '../../foundation/random.ts';

export interface BackoffRange {
  /** Upper bound of the first wait. */
  readonly firstMs: number;
  /** Upper bound of any wait. */
  readonly capMs: number;
  /** Lower bound of any wait. */
  readonly floorMs: number;
}

/** Between two attempts of one message while the link is up: 1 s ×2, full jitter, cap 60 s. [host-messages §5.5] */
export const MESSAGE_BACKOFF: BackoffRange = { firstMs: 1000, capMs: 60_000, floorMs: 0 };
/** Between two probes of a link that is down: 15–300 s, so that a thousand returning terminals do not come at once. [host-messages §5.5] */
export const LINK_BACKOFF: BackoffRange = { firstMs: 30_000, capMs: 300_000, floorMs: 15_000 };

/** Whoever answers that it is to be asked again later is not the bank until it signs: it keeps a message back no longer than a line that is down does. **decision** */
const RETRY_AFTER_MS_MAX = LINK_BACKOFF.capMs;
/** Of a message, whoever wants it. */
export const WAIT_MS_MAX = Math.max(MESSAGE_BACKOFF.capMs, RETRY_AFTER_MS_MAX);

/** How long it wants to be left alone; 0: it said nothing. [RFC 9110 §10.2.3] */
export function askedAgainMs(failed: { readonly retryAfterMs?: number } | object | null): number {
  return failed !== null && 'retryAfterMs' in failed ? Math.min(failed.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX) : 0;
}

/**
 * How long to wait after the n-th attempt in a row: anywhere between the floor and first × 2ⁿ⁻¹, evenly ("full jitter"), whole milliseconds.
 * @param attempt  1, 2, 3 …
 */
export function backoffMs(range: BackoffRange, attempt: number, random: Random): number {
  assert(Number.isSafeInteger(attempt) && attempt >= 1, 'attempts are counted from one');
  const upperMs = Math.min(range.capMs, range.firstMs * 2 ** Math.min(attempt - 1, 30));
  return range.floorMs + randomInteger(random, upperMs - range.floorMs + 1);
}
