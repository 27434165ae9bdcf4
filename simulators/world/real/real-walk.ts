import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { Chance } from '../chance.ts';
import { drawPlan } from '../customer-plan.ts';
import { seededRandom } from '../seeded-random.ts';
import { serveRealCustomer } from './real-customer.ts';
import { devicesOf, drawRealTerminal } from './real-hardware.ts';
import { RealPlace } from './real-place.ts';
import { drawRealTroubles } from './real-troubles.ts';

export interface RealWalk {
  readonly seed: number;
  readonly hardware: string;
  readonly visitCount: number;
  /** What struck, in order; when exactly is up to the machine, so that a seed repeats what is tried and not each course. */
  readonly troubles: readonly string[];
  readonly problems: readonly string[];
}

/** One terminal of real processes, customer after customer while things go wrong; at the end hardware, journal and bank are put side by side. */
export async function walkReally({ seed, visitCount, clock }: { readonly seed: number; readonly visitCount: number; readonly clock: Clock }): Promise<RealWalk> {
  const chance = new Chance(seededRandom(seed));
  const scenario = drawRealTerminal(chance, seed);
  const hasCoins = scenario.coins !== undefined;
  const struck: string[] = [];
  const told = (problems: readonly string[]): RealWalk => ({ seed, hardware: scenario.title, visitCount, troubles: struck, problems });
  const place = await RealPlace.open(scenario, clock);
  try {
    for (let visit = 1; visit <= visitCount && place.problems.length === 0; visit += 1) {
      const plan = drawPlan(chance, { only: undefined, hasCoins, leaving: chance });
      const troubles = drawRealTroubles(chance, { devices: devicesOf(scenario), mayFreeze: !hasCoins }).map((trouble) => ({
        ...trouble,
        strike: (at: RealPlace) => {
          struck.push(`visit ${visit}: ${trouble.name}, ${trouble.afterMs} ms after money step ${trouble.moneyStep}`);
          return trouble.strike(at);
        },
      }));
      await serveRealCustomer(place, { clock, chance, plan, troubles, payingDevice: scenario.recycler?.alone === true ? 'acceptor' : 'dispenser' });
      await place.putRight();
      await delay(clock, chance.between(200, 2_000));
    }
    return told([...place.problems, ...(await place.watched.account())]);
  } catch (error) {
    return told([...place.problems, error instanceof Error ? error.message : String(error)]);
  } finally {
    await place.watched.close();
  }
}
