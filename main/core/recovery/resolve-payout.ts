import { EXTRA_COINS_MAX } from '../../../drivers/interfaces/coin-dispenser.ts';
import { commitDispenseOutcome } from '../cash/dispense-booking.ts';
import { hopperIndex, isHopperCassette, isRecyclerCassette } from '../cash/cash-unit-ids.ts';
import { dispenseOfCoins } from '../cash/joined-dispenser.ts';
import { openDispenses } from '../cash/open-dispenses.ts';
import { openNoteOrders } from '../cash/open-note-orders.ts';
import { payoutDoubt } from '../cash/payout-doubt.ts';
import { coinMark } from '../cash/payout-mark.ts';
import type { CoreParts } from '../core-parts.ts';
import { doesAnswer, isServing } from '../device-state.ts';
import { isReplaced, newestOrder } from '../replaced-device.ts';
import { untilUp } from './until-up.ts';

/** Before the devices start. Also of notes on their way to the box, and of a payout that was closed without a result before the device was heard again: one that a power-up finds in the path is told as stacked. Where a customer's note was under way since, it may be that one. */
export function announceCutPayout({ journal, recyclerDesk }: Pick<CoreParts, 'journal' | 'recyclerDesk'>): void {
  const open = journal.openOperationIds();
  const isOpen = open.some((operationId) => openDispenses(journal.operationEntries(operationId)).some(({ cassetteNumber }) => isRecyclerCassette(cassetteNumber)));
  const hasNote = open.some((operationId) => openNoteOrders(journal, operationId).length > 0);
  if (recyclerDesk !== null && (isOpen || (!hasNote && (recyclerDesk.bringer !== '' || payoutDoubt(journal).length > 0)))) recyclerDesk.recycler.expectCutPayout();
}

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
  const isUp = await untilUp(parts.clock, recycler.dispenser, isServing);
  const unitNumber = recycler.unitNumberOf(step.denominationMinor);
  if (unitNumber === null || !isUp) return 'recycler: does not answer after the restart';
  if (isReplaced(parts.journal, recycler.deviceId, newestOrder(entries))) return `recycler: another one answers after the restart, ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  desk.beginPayout();
  const outcome = await recycler.resolvePayout({ unitNumber, noteCount: step.noteCount, mark: desk.mark() });
  await commitDispenseOutcome(parts, step, outcome.kind === 'failed' ? { kind: 'uncertain', completionCode: outcome.completionCode, lastKnown: { stage: outcome.detail ?? 'notResolved', noteCountMin: 0, noteCountMax: step.noteCount } } : outcome, { sessionId: entries[0]?.sessionId, operationId }, { onWritten: () => desk.endPayout() });
  if (outcome.kind !== 'completed') return `recycler: ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  return `recycler: ${outcome.value.presentedCount} of ${step.noteCount} × ${step.denominationMinor} were handed out, by its registers`;
}

/**
 * The same for coins: a hopper counts its commands and coins over power cuts and over our end, so it is asked by the registers that were kept with the intent.
 * @returns one line for the report; null: there was none
 */
export async function resolveCoins(parts: CoreParts, operationId: string): Promise<string | null> {
  const entries = parts.journal.operationEntries(operationId);
  const step = openDispenses(entries).find(({ cassetteNumber }) => isHopperCassette(cassetteNumber));
  const index = step === undefined ? 0 : hopperIndex(step.cassetteNumber);
  const hopper = parts.devices.coinDispensers[index];
  if (step === undefined || hopper === undefined) return null;
  // Faulty is up, too: an empty hopper still counts.
  if (!(await untilUp(parts.clock, hopper, doesAnswer))) return 'hopper: does not answer after the restart';
  const outcome = await hopper.resolveDispense({ coinCount: step.noteCount, mark: parts.journal.fact(coinMark(index)) ?? '' });
  await commitDispenseOutcome(parts, step, outcome.kind === 'failed' ? { kind: 'uncertain', completionCode: outcome.completionCode, lastKnown: { stage: outcome.detail ?? 'notResolved', noteCountMin: 0, noteCountMax: step.noteCount + EXTRA_COINS_MAX } } : dispenseOfCoins(step.cassetteNumber, outcome), { sessionId: entries[0]?.sessionId, operationId });
  if (outcome.kind !== 'completed') return `hopper: ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  return `hopper: ${outcome.value.presentedCount} of ${step.noteCount} × ${step.denominationMinor} were handed out, by its registers`;
}
