/** Goal: what a dispenser shows after a restart is evidence of a command without an outcome only where it is the one that was told. Method: the asking by itself, of a dispenser whose words the test says. */
import { expect, it } from 'vitest';
import { EXTRA_NOTES_MAX } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { pathEvidence } from '../../../main/core/recovery/path-evidence.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FREE = { isExitBlocked: false, isTransportBlocked: false, extraNoteCountMax: 0 };

async function evidence({ cassetteNumber = 1, now = 'A', configured = true, state = 'ready', sensors = FREE as object | null, isOpen = true }: { readonly cassetteNumber?: number; readonly now?: string; readonly configured?: boolean | 'asRecycler'; readonly state?: string; readonly sensors?: object | null; readonly isOpen?: boolean }) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock });
  const identified = (serialNumber: string) => entry('device.identified', { deviceId: 'dispenser', protocol: 'p', model: null, firmware: null, serialNumber });
  journal.commit({ entries: [identified('A'), ...(isOpen ? [entry('intent.dispense', { cassetteNumber, denominationMinor: 500_000, noteCount: 3 }, { operationId: 'o1' })] : [])] });
  journal.commit({ entries: [identified(now)] });
  const dispenser = { deviceId: 'dispenser', status: () => ({ state }), capabilities: { extraNoteCountMax: 7 }, readSensors: async () => (sensors === null ? { kind: 'failed', completionCode: 'timeOut' } : { kind: 'completed', value: sensors }) };
  const parts = { journal, clock, config: { devices: configured === true ? { dispenser: {} } : {} }, devices: { dispenser: configured === false ? null : dispenser } } as unknown as CoreParts;
  const [says] = await Promise.all([pathEvidence(parts, ['o1']), clock.advance(20_000)]);
  return says;
}

it.each([
  ['that shows an empty path', {}, 'path and exit are free after the restart', 0],
  ['with notes in its exit', { sensors: { ...FREE, isExitBlocked: true } }, 'notes lie in the exit after the restart', 0],
  ['with notes all along', { sensors: { ...FREE, isExitBlocked: true, isTransportBlocked: true } }, 'notes lie in the exit and transport after the restart', 0],
  ['whose counting may have failed', { sensors: { ...FREE, extraNoteCountMax: 1 } }, 'path and exit are free after the restart; nothing says that its counting held', 1],
  ['that has no word for its counting', { sensors: { isExitBlocked: false, isTransportBlocked: false } }, 'path and exit are free after the restart; nothing says that its counting held', 7],
  ['that stays away', { state: 'offline', sensors: null }, 'does not answer after the restart', 7],
  ['in the place of the one that was told', { now: 'B' }, 'another dispenser stands there after the restart', EXTRA_NOTES_MAX],
  ['that the configuration names no more', { configured: false }, 'no dispenser', EXTRA_NOTES_MAX],
  ['in whose place a recycler alone pays now', { configured: 'asRecycler' }, 'no dispenser', EXTRA_NOTES_MAX],
  ['beside a recycler that was told', { configured: 'asRecycler', cassetteNumber: 101 }, 'path and exit are free after the restart', 0],
] as const)('one %s', async (_, more, says, extraNoteCountMax) => {
  expect(await evidence(more)).toEqual({ evidence: says, extraNoteCountMax });
});

it('is not asked for where no command is open', async () => {
  expect(await evidence({ isOpen: false })).toBeNull();
});
