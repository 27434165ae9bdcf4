import type { Clock } from '../../main/foundation/clock.ts';
import type { Terminal } from '../../main/core/compose.ts';
import type { CoreParts } from '../../main/core/core-parts.ts';
import type { DeviceSimulator } from '../simulator.ts';
import type { Chance } from './chance.ts';
import type { CoreLife } from './core-life.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';
import { decideAtBank } from './suspense-settler.ts';

/** What a core may be told or asked at any moment, and is mostly told when nobody stands there. */
export interface UntimelyTargets {
  readonly clock: Clock;
  /** Of the core that lives; null: it has not opened its journal yet. */
  readonly parts: () => CoreParts | null;
  /** The core is asked to end, as before an update. */
  readonly endInOrder: () => void;
}

const PERCENT = 25;
/** After all others. */
const INDEX = 11;
const AFTER_MS_MAX = 4_000;
const DAY_MS = 86_400_000;
/** A hand that undoes what it did while the customer still stands there. */
const AWAY: readonly (readonly [string, string])[] = [['powerOff', 'powerOn'], ['unplug', 'plug']];

/** Now and then, while a customer's money moves, what has nothing to do with him: the core is asked to end, the bank's day ends, the bank decides an item that is asked about just then, a device loses power or cable and has it back soon. */
export function drawUntimely(level: FaultLevel, targets: FaultTargets, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(PERCENT)) return [];
  const afterMs = chance.isOnce(40) ? 0 : chance.between(50, AFTER_MS_MAX);
  const { name, act } = choose(targets, chance);
  const strike = () => void (afterMs === 0 ? act() : targets.clock.setTimeout(act, afterMs));
  return [{ name: `${name} after ${afterMs} ms`, id: `${session}.${INDEX}`, at: chance.isOnce(25) ? { step: chance.between(0, 20) } : { moneyStep: chance.weighted([[0, 5], [1, 5], [2, 4], [3, 3], [4, 2], [6, 1]]) }, strike }];
}

function choose(targets: FaultTargets, chance: Chance): { readonly name: string; readonly act: () => void } {
  const { bank, acceptor, dispenser } = targets.surroundings;
  switch (chance.weighted([['end', 3], ['cutOver', 3], ['decision', 2], ['away', 5]] as const)) {
    case 'end':
      return { name: 'core is asked to end', act: targets.endInOrder };
    case 'cutOver':
      return { name: 'the bank\'s day ends', act: () => bank.businessDay.set(dayAfter(bank.businessDay.today())) };
    case 'decision':
      return { name: 'the bank decides and is asked', act: () => {
        decideAtBank(bank.suspense, chance);
        void targets.parts()?.suspense.ask();
      } };
    case 'away': {
      const [name, device] = chance.oneOf<readonly [string, DeviceSimulator]>([['acceptor', acceptor], ['dispenser', dispenser]]);
      const [goes, comes] = chance.oneOf(AWAY);
      const forMs = chance.weighted([[chance.between(20, 900), 3], [chance.between(900, 6_000), 4], [chance.between(6_000, 60_000), 3]]);
      return { name: `${name} ${goes} for ${forMs} ms`, act: () => {
        device.control({ do: goes });
        targets.clock.setTimeout(() => void device.control({ do: comes }), forMs);
      } };
    }
  }
}

/** Of a business day. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

/** As the process ends when it is asked to; afterwards it is gone. */
export function endInOrder(terminal: Pick<Terminal, 'stop'>, life: Pick<CoreLife, 'end'>): void {
  void terminal.stop().finally(() => life.end());
}
