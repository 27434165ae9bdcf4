import type { OperationCode } from '../../main/contracts/operations.ts';
import type { EntryKind } from '../../main/journal/entry-kinds.ts';
import type { DeviceSimulator } from '../simulator.ts';
import type { Chance } from './chance.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';
import type { Surroundings } from './virtual-terminal.ts';

const PERCENT = 14;
/** The spare comes with a note in its path: of units that say who they are. */
const COMES_WITH_NOTE: readonly string[] = ['ccnet', 'ebds', 'ssp'];
const WITH_NOTE_PERCENT = 25;
const NOTES_MINOR = [50_000, 200_000, 2_000_000] as const;
/** After all others. */
const INDEX = 12;
/** Services count what lies in them; another one knows nothing of it. */
const NOT_EXCHANGED: readonly string[] = ['xfs4iot-cash-acceptor', 'xfs4iot-cash-dispenser'];
/** It is found dead within what one command to a device takes. */
const AFTER_MS_MAX = 4_000;
/** In which a note is brought into the box. */
const STROKE_MS = 900;
type Steps = readonly (readonly [EntryKind, number])[];
const NOTES_IN: Steps = [['intent.stack', 6], ['outcome.stack', 2], ['intent.return', 1], ['deposit.accepted', 1]];
const NOTES_OUT: Steps = [['intent.dispense', 6], ['outcome.dispense', 1]];
const BUNCHES_OUT: Steps = [...NOTES_OUT, ['intent.present', 4], ['intent.retract', 1]];
const COINS_IN: Steps = [['coin.accepted', 1]];

/** A device that somebody can exchange, and the durable steps behind which it has money on its way. */
type Unit = readonly [name: string, device: DeviceSimulator, steps: Steps];

/**
 * Now and then a device is found dead while somebody is served, and a spare one is put in its place: box, cassettes and coins go over, what lay in its path is in the technician's hand, and what the
 * old one remembered is gone with it. Half of the time he switches off the computer first.
 */
export function drawSpareUnit(level: FaultLevel, targets: FaultTargets, operation: OperationCode, session: number, chance: Chance): readonly PlannedFault[] {
  const units = level === 'all' ? unitsOf(targets.surroundings, operation) : [];
  if (units.length === 0 || !chance.isOnce(PERCENT)) return [];
  const [name, device, steps] = chance.oneOf(units);
  const afterMs = chance.weighted([[1, 2], [chance.between(1, STROKE_MS), 5], [chance.between(STROKE_MS, AFTER_MS_MAX), 3]]);
  const takesMs = chance.weighted([[chance.between(800, 15_000), 4], [chance.between(15_000, 90_000), 4], [chance.between(90_000, 300_000), 2]]);
  const isCoreDown = chance.isOnce(50);
  const noteMinor = COMES_WITH_NOTE.includes(device.protocol) && chance.isOnce(WITH_NOTE_PERCENT) ? chance.oneOf(NOTES_MINOR) : null;
  const { spareHands } = targets.surroundings;
  const begin = () => spareHands.plan(afterMs, () => {
    device.control({ do: 'powerOff' });
    if (isCoreDown) targets.dieNow();
    spareHands.plan(takesMs, () => putSpare(device, noteMinor));
  });
  const told = `${name} is exchanged${noteMinor === null ? '' : ` for one with a note of ${noteMinor}`} within ${takesMs} ms${isCoreDown ? ' with the core down' : ''}, ${afterMs} ms after`;
  if (chance.isOnce(70)) {
    const step = chance.weighted(steps);
    return [{ name: `${told} ${step}`, id: `${session}.${INDEX}`, at: { step: 0 }, strike: () => spareHands.planAt(step, begin) }];
  }
  const moneyStep = chance.weighted([[0, 5], [1, 5], [2, 4], [3, 3], [4, 2], [6, 1]]);
  return [{ name: `${told} step ${moneyStep}`, id: `${session}.${INDEX}`, at: { moneyStep }, strike: begin }];
}

/** Of those that the operation has money in. */
function unitsOf({ acceptor, dispenser, coins, loaded: { recycler } }: Surroundings, operation: OperationCode): readonly Unit[] {
  const units: readonly Unit[] = operation === 'op-10'
    ? [...(recycler?.isAlone === true ? [] : [['dispenser', dispenser, dispenser.protocol === 'fujitsu-f53' ? BUNCHES_OUT : NOTES_OUT] as const]), ...(coins?.hoppers ?? []).map((hopper, index) => [`hopper${index === 0 ? '' : index + 1}`, hopper, NOTES_OUT] as const)]
    : [...(recycler === null ? [['acceptor', acceptor, NOTES_IN] as const] : []), ...(coins === null ? [] : [['coinAcceptor', coins.acceptor, COINS_IN] as const])];
  return units.filter(([, { protocol }]) => isExchanged(protocol));
}

export function isExchanged(protocol: string): boolean {
  return !NOT_EXCHANGED.includes(protocol);
}

/** In place of a device that was found dead. @param noteMinor  the spare has such a note behind its gate; null: none */
export function putSpare(device: DeviceSimulator, noteMinor: number | null): void {
  // Somebody brought it back to life meanwhile, and a customer may stand before it.
  if ((device.world() as { readonly isPowered: boolean }).isPowered) return;
  // What a customer was handed is not the technician's.
  for (const hand of ['powerOff', 'takeNotes', 'takeCoins', 'clearPath', 'clearJam', 'putSpare']) device.control({ do: hand });
  if (noteMinor !== null) device.control({ do: 'leaveNote', denominationMinor: noteMinor });
  device.control({ do: 'powerOn' });
}
