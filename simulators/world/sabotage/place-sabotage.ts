import type { JournalBatch } from '../../../main/journal/journal.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes in what is heard and kept of the place where the terminal stands. */
export const leavesDoorsUnheard = (): Sabotage => ({
  devices: (devices) => {
    const { switches } = devices;
    if (switches === null) return devices;
    return { ...devices, switches: overlay(switches, { onChange: (listener) => switches.onChange((change) => void (['safeDoor', 'cabinetDoor'].includes(change.name) || listener(change))) }) };
  },
});

const ofAlarm = (change: (batch: JournalBatch) => JournalBatch): Sabotage => ({
  journal: (journal) => overlay(journal, { commit: (batch) => journal.commit((batch.entries ?? []).some(({ kind }) => kind === 'security.raised') ? change(batch) : batch) }),
});

/** As if a restart of the computer were a look by a person: what it keeps over it is not written. */
export const forgetsTamperAtRestart = (): Sabotage => ofAlarm((batch) => ({ ...batch, facts: {} }));

/** It stands in the journal, and no message. */
export const tellsNobodyOfTamper = (): Sabotage => ofAlarm((batch) => ({ ...batch, messages: [] }));

/** On battery is all that is heard of the UPS: never how much is left. */
export const staysOnEmptyBattery = (): Sabotage => ({
  devices: (devices) => {
    const { powerSupply } = devices;
    if (powerSupply === null) return devices;
    return {
      ...devices,
      powerSupply: overlay(powerSupply, {
        onChange: (listener) => powerSupply.onChange((reading) => listener({ ...reading, isBatteryLow: false })),
        reading: () => ({ ...powerSupply.reading(), isBatteryLow: false }),
      }),
    };
  },
});
