import type { DeviceSimulator } from '../simulator.ts';
import type { Chance } from './chance.ts';
import type { PlaceAct, PlaceHands } from './place-hands.ts';
import type { FaultLevel, PlannedFault } from './random-faults.ts';

/** After those of `drawFaults`, before that of `drawAftermath`. */
const PLACE_INDEX = 6;
/** The longest that a hand comes after the customer's step: within what one command to a device takes. */
const AFTER_MS_MAX = 6_000;

interface ChosenAct extends PlaceAct {
  readonly name: string;
  /** What ends it by itself; null: only staff do. */
  readonly undo: PlaceAct | null;
}

/** What happens at the place in one session: the key, doors, the tamper contact, mains and battery, and board or server that fall silent. Most of it where money moves. */
export function drawPlaceFaults(level: FaultLevel, hands: PlaceHands, session: number, chance: Chance): readonly PlannedFault[] {
  const count = level === 'none' ? 0 : level === 'some' ? (chance.isOnce(30) ? 1 : 0) : chance.weighted([[0, 5], [1, 5], [2, 3]]);
  return Array.from({ length: count }, (_, index) => {
    const act = chooseAct(hands, chance);
    const afterMs = chance.isOnce(40) ? 0 : chance.between(50, AFTER_MS_MAX);
    // Half of it is over before anybody comes, often within the session that it cut.
    const undo = act.undo === null || chance.isOnce(50) ? null : { ...act.undo, afterMs: chance.isOnce(60) ? chance.between(100, 20_000) : chance.between(20_000, 300_000) };
    return {
      name: undo === null ? act.name : `${act.name}, for ${undo.afterMs} ms`,
      id: `${session}.${PLACE_INDEX + index}`,
      at: chance.isOnce(25) ? { step: chance.between(0, 16) } : { moneyStep: chance.weighted([[0, 6], [1, 5], [2, 4], [3, 2], [4, 1], [6, 1]]) },
      strike: () => hands.plan(act, { afterMs, undo }),
    };
  });
}

function chooseAct({ place }: PlaceHands, chance: Chance): ChosenAct {
  const kind = chance.weighted([['key', 4], ['door', 4], ['tamper', 3], ['mains', 4], ['battery', 5], ['board', 2], ['server', 2]] as const);
  switch (kind) {
    case 'key':
      return { name: 'operator\'s key turned', to: 'switches', commands: [{ do: 'turnKey', on: true }], undo: { to: 'switches', commands: [{ do: 'turnKey', on: false }] } };
    case 'door': {
      const door = chance.oneOf(['safe', 'cabinet'] as const);
      return { name: `${door} opened`, to: 'switches', commands: [{ do: 'openDoor', door }], undo: { to: 'switches', commands: [{ do: 'closeDoor', door }] } };
    }
    case 'tamper':
      return { name: 'tampered', to: 'switches', commands: [{ do: 'tamper', on: true }], undo: { to: 'switches', commands: [{ do: 'tamper', on: false }] } };
    case 'mains':
      return { name: 'mains lost', to: 'powerSupply', commands: [{ do: 'mains', on: false }], undo: { to: 'powerSupply', commands: [{ do: 'mains', on: true }] } };
    case 'battery': {
      // From below what the server calls low to a minute above it.
      const percent = chance.weighted([[chance.between(1, 19), 3], [chance.between(20, 25), 2]]);
      return { name: `mains lost with ${percent} % of the battery`, to: 'powerSupply', commands: [{ do: 'setCharge', percent }, { do: 'mains', on: false }], undo: { to: 'powerSupply', commands: [{ do: 'mains', on: true }, ...(chance.isOnce(50) ? [{ do: 'setCharge', percent: 80 }] : [])] } };
    }
    case 'board':
      return silence('switches', place.switches, 'board', chance);
    case 'server':
      return chance.isOnce(30) ? { name: 'UPS lost', to: 'powerSupply', commands: [{ do: 'loseUps' }], undo: { to: 'powerSupply', commands: [{ do: 'findUps' }] } } : silence('powerSupply', place.powerSupply, 'UPS server', chance);
  }
}

function silence(to: PlaceAct['to'], device: DeviceSimulator, what: string, chance: Chance): ChosenAct {
  const row = chance.oneOf(device.faultBoard());
  const at = chance.oneOf(row.at);
  const times = chance.weighted([[1, 6], [3, 3], [20, 1]]);
  const kind = chance.weighted([['fault', 4], ['powerOff', 2], ['unplug', 2]] as const);
  if (kind === 'fault') return { name: `${what} ${row.fault} at ${at}`, to, commands: [{ do: 'fault', fault: row.fault, at, times }], undo: null };
  return { name: `${what} ${kind}`, to, commands: [{ do: kind }], undo: { to, commands: [{ do: kind === 'unplug' ? 'plug' : 'powerOn' }] } };
}
