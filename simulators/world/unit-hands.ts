import type { Chance } from './chance.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';

const PERCENT = 12;
/** After those of `drawFaults`, before that of `drawMoneyMoment`. */
const INDEX = 4;
const TAKEN_MAX = 4;
/** Of a service what is taken behind its back stays in its counts. */
const SERVICE = 'xfs4iot-cash-recycler';

/** Now and then a hand reaches into a recycler's units and tells nobody, between two notes of a customer or of a payout: its power goes with the lid, and whoever puts it right closes it. */
export function drawUnitHands(level: FaultLevel, { surroundings: { acceptor, handled, loaded: { recycler } } }: FaultTargets, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || recycler === null || !reachesIntoUnits(acceptor.protocol) || !chance.isOnce(PERCENT)) return [];
  const denominationMinor = chance.oneOf(recycler.denominationsMinor);
  const noteCount = chance.between(1, TAKEN_MAX);
  const strike = () => {
    if (!acceptor.control({ do: 'takeFromUnit', denominationMinor, noteCount }).ok) return;
    handled.takeFromUnit(denominationMinor, noteCount);
    acceptor.control({ do: 'powerOff' });
  };
  return [{ name: `${noteCount} notes of ${denominationMinor} are taken out of a unit`, id: `${session}.${INDEX}`, at: chance.isOnce(40) ? { step: chance.between(0, 16) } : { moneyStep: chance.weighted([[0, 5], [1, 5], [2, 3], [3, 1]]) }, strike }];
}

/** Of recyclers. */
export function reachesIntoUnits(protocol: string): boolean {
  return protocol !== SERVICE;
}
