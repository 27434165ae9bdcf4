import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import { sumOfNotesMinor } from '../../foundation/money.ts';
import type { DeviceOutcome } from '../../foundation/outcome.ts';
import type { CoreParts } from '../core-parts.ts';

/** The value of notes from cassettes that nobody asked is in doubt beside the order's own, in as many notes of the step as it is worth; the driver does not know what they are worth. */
export function withStrangeNotes({ config }: Pick<CoreParts, 'config'>, { denominationMinor, noteCount }: DispenseStep, outcome: DeviceOutcome<DispenseCounts>): DeviceOutcome<DispenseCounts> {
  if (outcome.kind !== 'uncertain' || outcome.lastKnown.strangeCounts === undefined) return outcome;
  const { strangeCounts, noteCountMax = noteCount, ...lastKnown } = outcome.lastKnown;
  const valueOf = (number: number) => config.devices.dispenser?.cassettes.find(({ cassetteNumber }) => cassetteNumber === number)?.denominationMinor ?? denominationMinor;
  const strangeMinor = sumOfNotesMinor(strangeCounts.map((one) => ({ noteCount: one.noteCount, denominationMinor: valueOf(one.cassetteNumber) })));
  return { ...outcome, lastKnown: { ...lastKnown, noteCountMax: noteCountMax + Math.ceil(strangeMinor / denominationMinor) } };
}
