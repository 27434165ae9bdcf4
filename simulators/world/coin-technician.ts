import type { CoreParts } from '../../main/core/core-parts.ts';
import { actOnCoins } from '../../main/core/service/coin-acts.ts';
import type { CoinAct } from '../../state-machines/service/service.types.ts';
import type { DeviceSimulator } from '../simulator.ts';
import { untilTrusted, type StaffVisit } from './staff-visit.ts';
import type { Surroundings } from './virtual-terminal.ts';

const STAFF = { login: 't-014', name: 'T.', level: 'technician' } as const;
const LOAD_MAX = 60;

export const COIN_ACTS = ['load', 'empty', 'collect'] as const;
export interface CoinHandling {
  readonly act: (typeof COIN_ACTS)[number];
  /** From 0. */
  readonly hopperIndex: number;
  /** Of a load. */
  readonly coinCount: number;
}

/** Opens hoppers and coin box, does one or two things there and closes them. */
export async function tendCoins(visit: Pick<StaffVisit, 'chance' | 'parts' | 'until' | 'surroundings'>, coins: NonNullable<Surroundings['coins']>): Promise<void> {
  const { chance } = visit;
  const handlings = Array.from({ length: chance.between(1, 2) }, (): CoinHandling => {
    const hopperIndex = chance.between(0, coins.hoppers.length - 1);
    return { hopperIndex, act: chance.weighted([['load', 4], ['empty', 2], ['collect', 3]] as const), coinCount: chance.between(1, LOAD_MAX) };
  });
  await handleCoins(visit, coins, handlings);
}

/** His hands do what was written down, also where the core died of it: he looks at the counts first. */
export async function handleCoins({ parts: living, until, surroundings }: Pick<StaffVisit, 'parts' | 'until' | 'surroundings'>, coins: NonNullable<Surroundings['coins']>, handlings: readonly CoinHandling[]): Promise<void> {
  const say = async (act: CoinAct, hopperNumber = 0, coinCount = 0): Promise<boolean> => {
    const counts = ({ journal }: CoreParts) => JSON.stringify(journal.cashUnits());
    // Of this start, where the core died of the act before.
    const own = living();
    if (own === null) return false;
    const before = counts(own);
    try {
      actOnCoins(own, { staff: STAFF, act, hopperNumber, coinCount });
    } catch {
      // The disk did not take it, or took it and nobody heard of it.
    }
    await untilTrusted({ parts: living, until, surroundings }, own);
    return counts(living() ?? own) !== before;
  };
  await say('startExchange');
  for (const { act, hopperIndex, coinCount } of handlings) {
    const hopper = coins.hoppers[hopperIndex] as DeviceSimulator;
    if (!(await say(act, hopperIndex + 1, act === 'load' ? coinCount : 0))) continue;
    if (act === 'load') hopper.control({ do: 'loadCoins', coinCount });
    if (act === 'empty') hopper.control({ do: 'emptyHopper' });
    if (act === 'collect') coins.acceptor.control({ do: 'collectBox' });
  }
  await say('endExchange');
}
