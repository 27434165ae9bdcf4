import { delay } from '../../foundation/clock.ts';
import { commitDispenseOutcome } from '../cash/dispense-booking.ts';
import { isRecyclerCassette } from '../cash/cash-unit-ids.ts';
import type { CoreParts } from '../core-parts.ts';
import { openDispenses } from './settle-operation.ts';

/** A recycler that is going to say anything is up by then. */
const RECYCLER_WAIT_MS = 45_000;
const LOOK_MS = 200;

/**
 * A payout of the recycler that an earlier start began and whose outcome never became durable: the device is asked by its event and its registers, and the
 * outcome is written as if it had come in time. Without an answer it stays open, and is settled as uncertain.
 * @returns one line for the report; null: there was none
 */
export async function resolvePayout(parts: CoreParts, operationId: string): Promise<string | null> {
  const entries = parts.journal.operationEntries(operationId);
  const step = openDispenses(entries).find(({ cassetteNumber }) => isRecyclerCassette(cassetteNumber));
  const desk = parts.recyclerDesk;
  if (step === undefined || desk === null) return null;
  const { recycler } = desk;
  const deadlineMs = parts.clock.monotonicMs() + RECYCLER_WAIT_MS;
  while (!['ready', 'busy'].includes(recycler.status().state) && parts.clock.monotonicMs() < deadlineMs) await delay(parts.clock, LOOK_MS);
  const unitNumber = recycler.unitNumberOf(step.denominationMinor);
  if (unitNumber === null || !['ready', 'busy'].includes(recycler.status().state)) return 'recycler: does not answer after the restart';
  desk.beginPayout();
  const outcome = await recycler.resolvePayout({ unitNumber, noteCount: step.noteCount, mark: desk.mark() });
  await commitDispenseOutcome(parts, step, outcome.kind === 'failed' ? { kind: 'uncertain', completionCode: outcome.completionCode, lastKnown: { stage: outcome.detail ?? 'notResolved', noteCountMin: 0, noteCountMax: step.noteCount } } : outcome, { sessionId: entries[0]?.sessionId, operationId });
  desk.endPayout();
  if (outcome.kind !== 'completed') return `recycler: ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  return `recycler: ${outcome.value.presentedCount} of ${step.noteCount} × ${step.denominationMinor} were handed out, by its registers`;
}
