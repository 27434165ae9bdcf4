import { EXTRA_NOTES_MAX } from '../../../drivers/interfaces/cash-dispenser.ts';
import { isDispenserCassette } from '../cash/cash-unit-ids.ts';
import type { DispenserEvidence } from '../cash/open-dispenses.ts';
import { openDispenses } from '../cash/open-dispenses.ts';
import type { CoreParts } from '../core-parts.ts';
import { doesAnswer } from '../device-state.ts';
import { isReplaced, newestOrder } from '../replaced-device.ts';
import { untilUp } from './until-up.ts';

/** A dispenser that is going to say anything does so by then. */
const DISPENSER_WAIT_MS = 10_000;

/**
 * What the dispenser shows of its path and of its counting, where one of these operations has a command without an outcome; it cannot say what became of it. [lcdm §8] Of one that is not there any more nothing is
 * known: neither what lies in its path, nor that its counting held. null: no command is open
 */
export async function pathEvidence({ config, journal, clock, devices: { dispenser } }: Pick<CoreParts, 'config' | 'journal' | 'clock' | 'devices'>, operationIds: readonly string[]): Promise<DispenserEvidence | null> {
  const commands = operationIds.flatMap((operationId) => {
    const entries = journal.operationEntries(operationId);
    return openDispenses(entries).map(({ cassetteNumber }) => ({ isOfDispenser: isDispenserCassette(cassetteNumber), order: newestOrder(entries) }));
  });
  if (commands.length === 0) return null;
  const ofDispenser = commands.filter(({ isOfDispenser }) => isOfDispenser);
  if (dispenser === null || (ofDispenser.length > 0 && config.devices.dispenser === undefined)) return { evidence: 'no dispenser', extraNoteCountMax: EXTRA_NOTES_MAX };
  await untilUp(clock, dispenser, doesAnswer, DISPENSER_WAIT_MS);
  if (ofDispenser.some(({ order }) => isReplaced(journal, dispenser.deviceId, order))) return { evidence: 'another dispenser stands there after the restart', extraNoteCountMax: EXTRA_NOTES_MAX };
  const unsaid = dispenser.capabilities.extraNoteCountMax;
  const sensors = await dispenser.readSensors();
  if (sensors.kind !== 'completed') return { evidence: 'does not answer after the restart', extraNoteCountMax: unsaid };
  const { isExitBlocked, isTransportBlocked, extraNoteCountMax = unsaid } = sensors.value;
  const blocked = [...(isExitBlocked ? ['exit'] : []), ...(isTransportBlocked ? ['transport'] : [])];
  const path = blocked.length === 0 ? 'path and exit are free after the restart' : `notes lie in the ${blocked.join(' and ')} after the restart`;
  return { evidence: extraNoteCountMax === 0 ? path : `${path}; nothing says that its counting held`, extraNoteCountMax };
}
