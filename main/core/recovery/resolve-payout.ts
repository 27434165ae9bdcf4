import { delay } from '../../foundation/clock.ts';
import { commitDispenseOutcome } from '../cash/dispense-booking.ts';
import { hopperIndex, isDispenserCassette, isHopperCassette, isRecyclerCassette } from '../cash/cash-unit-ids.ts';
import { dispenseOfCoins } from '../cash/joined-dispenser.ts';
import { openDispenses } from '../cash/open-dispenses.ts';
import { coinMark, DISPENSE_MARK } from '../cash/payout-mark.ts';
import type { CoreParts } from '../core-parts.ts';

/** A recycler or hopper that is going to say anything is up by then. */
const DEVICE_WAIT_MS = 45_000;
const LOOK_MS = 200;

/** Before the devices start. */
export function announceCutPayout({ journal, recyclerDesk }: Pick<CoreParts, 'journal' | 'recyclerDesk'>): void {
  const isOpen = journal.openOperationIds().some((operationId) => openDispenses(journal.operationEntries(operationId)).some(({ cassetteNumber }) => isRecyclerCassette(cassetteNumber)));
  if (isOpen) recyclerDesk?.recycler.expectCutPayout();
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
  const isUp = await untilUp(parts, () => ['ready', 'busy'].includes(recycler.status().state));
  const unitNumber = recycler.unitNumberOf(step.denominationMinor);
  if (unitNumber === null || !isUp) return 'recycler: does not answer after the restart';
  desk.beginPayout();
  const outcome = await recycler.resolvePayout({ unitNumber, noteCount: step.noteCount, mark: desk.mark() });
  await commitDispenseOutcome(parts, step, outcome.kind === 'failed' ? { kind: 'uncertain', completionCode: outcome.completionCode, lastKnown: { stage: outcome.detail ?? 'notResolved', noteCountMin: 0, noteCountMax: step.noteCount } } : outcome, { sessionId: entries[0]?.sessionId, operationId });
  desk.endPayout();
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
  if (!(await untilUp(parts, () => ['ready', 'busy', 'faulty'].includes(hopper.status().state)))) return 'hopper: does not answer after the restart';
  const outcome = await hopper.resolveDispense({ coinCount: step.noteCount, mark: parts.journal.fact(coinMark(index)) ?? '' });
  await commitDispenseOutcome(parts, step, outcome.kind === 'failed' ? { kind: 'uncertain', completionCode: outcome.completionCode, lastKnown: { stage: outcome.detail ?? 'notResolved', noteCountMin: 0, noteCountMax: step.noteCount } } : dispenseOfCoins(step.cassetteNumber, outcome), { sessionId: entries[0]?.sessionId, operationId });
  if (outcome.kind !== 'completed') return `hopper: ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  return `hopper: ${outcome.value.presentedCount} of ${step.noteCount} × ${step.denominationMinor} were handed out, by its registers`;
}

/**
 * The same for notes of a dispenser that tells its newest command again. Where it does not tell of ours the command stays open, and is settled as uncertain with what its path shows.
 * @returns one line for the report; null: there was none, or the dispenser tells nothing
 */
export async function resolveDispense(parts: CoreParts, operationId: string): Promise<string | null> {
  const entries = parts.journal.operationEntries(operationId);
  const step = openDispenses(entries).find(({ cassetteNumber }) => isDispenserCassette(cassetteNumber));
  const { dispenser } = parts.devices;
  const mark = parts.journal.fact(DISPENSE_MARK) ?? '';
  if (step === undefined || dispenser?.lastDispense === undefined || mark === '') return null;
  if (!(await untilUp(parts, () => !['offline', 'initialising'].includes(dispenser.status().state)))) return 'dispenser: does not answer after the restart';
  const outcome = await dispenser.lastDispense.resolve({ cassetteNumber: step.cassetteNumber, noteCount: step.noteCount, mark });
  if (outcome.kind !== 'completed') return `dispenser: ${step.noteCount} × ${step.denominationMinor} remain in doubt`;
  await commitDispenseOutcome(parts, step, outcome, { sessionId: entries[0]?.sessionId, operationId });
  return `dispenser: ${outcome.value.presentedCount} of ${step.noteCount} × ${step.denominationMinor} were handed out, by its last status`;
}

async function untilUp({ clock }: Pick<CoreParts, 'clock'>, isUp: () => boolean): Promise<boolean> {
  const deadlineMs = clock.monotonicMs() + DEVICE_WAIT_MS;
  while (!isUp() && clock.monotonicMs() < deadlineMs) await delay(clock, LOOK_MS);
  return isUp();
}
