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

/**
 * How long to wait after the n-th attempt in a row: anywhere between the floor and first × 2ⁿ⁻¹, evenly ("full jitter"), whole milliseconds.
 * @param attempt  1, 2, 3 …
 */
export function backoffMs(range: BackoffRange, attempt: number, random: Random): number {
  assert(Number.isSafeInteger(attempt) && attempt >= 1, 'attempts are counted from one');
  const upperMs = Math.min(range.capMs, range.firstMs * 2 ** Math.min(attempt - 1, 30));
  return range.floorMs + randomInteger(random, upperMs - range.floorMs + 1);
}
