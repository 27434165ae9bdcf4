import type { CashDispenser, DispenseCounts, LastDispense } from '../../../drivers/interfaces/cash-dispenser.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes in what a dispenser says of what nobody heard. */
const withDispenser = (spoil: (dispenser: CashDispenser) => Partial<CashDispenser>): Sabotage => ({
  devices: (devices) => (devices.dispenser === null ? devices : { ...devices, dispenser: overlay(devices.dispenser, spoil(devices.dispenser)) }),
});

const withLastDispense = (spoil: (last: LastDispense) => Partial<LastDispense>): Sabotage =>
  withDispenser(({ lastDispense }) => (lastDispense === undefined ? {} : { lastDispense: overlay(lastDispense, spoil(lastDispense)) }));

/** What the device tells is taken for the word about the newest command, though it may be that of the one before. */
export const believesOldWord = (): Sabotage =>
  withLastDispense((last) => ({
    resolve: async (request) => {
      const outcome = await last.resolve(request);
      if (outcome.kind !== 'uncertain') return outcome;
      const { cassetteNumber, noteCount } = request;
      return { kind: 'completed', value: { cassetteNumber, requestedCount: noteCount, presentedCount: noteCount, rejectedCount: 0, pickedCount: noteCount, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } };
    },
  }));

export const takesEveryBunchForTaken = (): Sabotage => withLastDispense(() => ({ findBunch: async () => 'taken' }));

export const leavesJammedNoteInCassette = (): Sabotage =>
  withDispenser((dispenser) => ({
    dispense: async (request) => {
      const outcome = await dispenser.dispense(request);
      if (outcome.kind !== 'completed') return outcome;
      const { pickedCount, inTransportCount }: DispenseCounts = outcome.value;
      return { kind: 'completed', value: { ...outcome.value, pickedCount: pickedCount - inTransportCount, inTransportCount: 0 } };
    },
  }));
