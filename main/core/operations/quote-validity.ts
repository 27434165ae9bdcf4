import type { Log } from '../../foundation/log.ts';
import type { CoreParts } from '../core-parts.ts';
import type { ShownConsent } from '../desk/consent-recorder.ts';
import { readMemo } from '../recovery/operation-memo.ts';

/** Nobody reads and agrees in less: such a quote is no offer. **decision** */
const VALID_MS_MIN = 20_000;

/** @param quote.validForMs  by the bank's clock, from its answer on */
export function isTooShort(log: Log, { quoteId, validForMs }: { readonly quoteId: string; readonly validForMs: number }): boolean {
  if (validForMs >= VALID_MS_MIN) return false;
  log.error('hst.quote.tooShort', { quoteId, validForMs });
  return true;
}

/**
 * The consent that a report of cash names: the last that was given while the quote held. Who went on putting in notes has agreed to the terms in time, and to the figures after it: by the bank's own quote it would
 * refuse cash that nobody can give back.
 */
export function consentInTime(parts: Pick<CoreParts, 'journal'>, operationId: string, validUntilUtcMs: number, shown: ShownConsent | null): ShownConsent | null {
  if (shown === null || !(shown.consentAtUtcMs > validUntilUtcMs)) return shown;
  return readMemo(parts.journal, operationId)?.consent ?? shown;
}
