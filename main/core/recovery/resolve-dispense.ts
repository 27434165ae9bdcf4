import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import { entry } from '../../journal/journal.ts';
import { bunchInQuestion } from '../cash/bunch-account.ts';
import { presentBatch } from '../cash/bunch-booking.ts';
import { isDispenserCassette } from '../cash/cash-unit-ids.ts';
import { commitBunchOutcome, commitDispenseOutcome } from '../cash/dispense-booking.ts';
import { openDispenses } from '../cash/open-dispenses.ts';
import { DISPENSE_MARK } from '../cash/payout-mark.ts';
import type { CoreParts } from '../core-parts.ts';
import { doesAnswer } from '../device-state.ts';
import { isReplaced, newestOrder } from '../replaced-device.ts';
import { untilUp } from './until-up.ts';

const DISPENSER_SILENT = 'dispenser: does not answer after the restart';
const DISPENSER_REPLACED = 'dispenser: another one answers after the restart';

/**
 * Notes of a dispenser that tells its newest command again, or counts over all of them: what it says of one without an outcome is written as if it had come in time. Where it does not tell of ours the command stays open, and is settled as uncertain with what its path shows.
 * @returns lines for the report
 */
export async function resolveDispense(parts: CoreParts, operationId: string): Promise<readonly string[]> {
  const entries = parts.journal.operationEntries(operationId);
  const steps = openDispenses(entries).filter(({ cassetteNumber }) => isDispenserCassette(cassetteNumber));
  const { dispenser } = parts.devices;
  const mark = parts.journal.fact(DISPENSE_MARK) ?? '';
  if (steps.length === 0 || dispenser?.lastDispense === undefined || mark === '') return [];
  if (!(await untilUp(parts.clock, dispenser, doesAnswer))) return [DISPENSER_SILENT];
  if (isReplaced(parts.journal, dispenser.deviceId, newestOrder(entries))) return [DISPENSER_REPLACED];
  const outcomes: DeviceOutcome<DispenseCounts>[] = [];
  for (const { cassetteNumber, noteCount } of steps) outcomes.push(await dispenser.lastDispense.resolve({ cassetteNumber, noteCount, mark }));
  const told = outcomes.flatMap((outcome) => (outcome.kind === 'completed' ? [outcome.value] : []));
  // Of a command for several cassettes that failed somewhere the others' counts say nothing.
  if (told.length < steps.length) return steps.map((step) => `dispenser: ${step.noteCount} × ${step.denominationMinor} remain in doubt`);
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  if (dispenser.presenter === null) for (const [index, step] of steps.entries()) await commitDispenseOutcome(parts, step, outcomes[index]!, scope);
  else await commitBunchOutcome(parts, steps, outcomes, scope);
  return steps.map((step, index) => `dispenser: ${told[index]!.presentedCount + told[index]!.stackedCount} of ${step.noteCount} × ${step.denominationMinor} left their cassette for the customer, by its own account`);
}

/**
 * A bunch that was to be presented, or was in reach, when the core died. What the device does not say stays open, and is settled as uncertain.
 * @returns one line for the report; null: there was none, or the dispenser cannot say it
 */
export async function resolveBunch(parts: CoreParts, operationId: string): Promise<string | null> {
  const entries = parts.journal.operationEntries(operationId);
  const bunch = bunchInQuestion(entries);
  const { dispenser } = parts.devices;
  const mark = parts.journal.fact(DISPENSE_MARK) ?? '';
  if (bunch === null || dispenser?.lastDispense?.findBunch === undefined || mark === '') return null;
  if (!(await untilUp(parts.clock, dispenser, doesAnswer))) return DISPENSER_SILENT;
  if (isReplaced(parts.journal, dispenser.deviceId, newestOrder(entries))) return DISPENSER_REPLACED;
  const { stage, notes } = bunch;
  const place = await dispenser.lastDispense.findBunch({ noteCount: notes.reduce((sum, { noteCount }) => sum + noteCount, 0), mark });
  const scope = { sessionId: entries[0]?.sessionId, operationId };
  const presentedMinor = sumOfNotesMinor(notes);
  if (place === 'notPresented' && stage === 'presenting') await parts.heldOutcomes.commit(presentBatch(notes, { kind: 'failed', completionCode: 'canceled', detail: 'not presented, by its own account' }, scope));
  else if (place === 'taken') {
    const { entries: presented = [], ...counts } = stage === 'presenting' ? presentBatch(notes, { kind: 'completed', value: undefined }, scope) : {};
    await parts.heldOutcomes.commit({ ...counts, entries: [...presented, entry('outcome.take', { result: 'taken', presentedMinor }, scope)] });
  } else return `dispenser: a bunch of ${presentedMinor} remains in doubt`;
  return `dispenser: a bunch of ${presentedMinor} was ${place === 'taken' ? 'taken' : 'not presented'}, by its own account`;
}
