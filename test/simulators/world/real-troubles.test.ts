/** Goal: what goes wrong at a real terminal is of every kind, and undone. Method: all that the dice give in some hundred visits, at a place that only remembers. */
import { expect, it } from 'vitest';
import { Chance } from '../../../simulators/world/chance.ts';
import { devicesOf, drawRealTerminal } from '../../../simulators/world/real/real-hardware.ts';
import type { RealPlace } from '../../../simulators/world/real/real-place.ts';
import { drawRealTroubles } from '../../../simulators/world/real/real-troubles.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

async function struck(mayFreeze: boolean): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  const place = {
    startAgain: async (kind: string) => void told.add(kind), freeze: async () => void told.add('freeze'), away: async (device: string, [goes, comes]: readonly string[]) => void told.add(`${device} ${goes} ${comes}`),
    newWindow: async () => void told.add('window'), tried: async (target: string) => void told.add(target), armFault: async (device: string) => void told.add(`fault of ${device}`),
  } as unknown as RealPlace;
  const chance = new Chance(seededRandom(2));
  for (let visit = 0; visit < 300; visit += 1) for (const trouble of drawRealTroubles(chance, { devices: [['acceptor', 2], ['dispenser', 1]], mayFreeze })) await trouble.strike(place);
  return told;
}

it('draws each kind at each device', async () => {
  const kinds = ['kill', 'end', 'powerCut', 'window', 'bank', ...['acceptor', 'dispenser'].flatMap((device) => [`${device} unplug plug`, `${device} powerOff powerOn`, `fault of ${device}`])];
  expect([...(await struck(true))].sort()).toEqual([...kinds, 'freeze'].sort());
  expect([...(await struck(false))].sort()).toEqual(kinds.sort());
});

it('stands on hardware that a configuration takes, and names the devices of each', () => {
  const chance = new Chance(seededRandom(4));
  const terminals = Array.from({ length: 200 }, (_, seed) => drawRealTerminal(chance, seed));
  expect(new Set(terminals.map(({ title }) => title)).size).toBe(5);
  for (const terminal of terminals) {
    const names = devicesOf(terminal).map(([name]) => name);
    expect(names.includes('dispenser')).toBe(terminal.recycler?.alone !== true);
    expect(names.includes('coin-acceptor')).toBe(terminal.coins !== undefined);
    expect([terminal.dispenser, terminal.coins].filter((part) => part !== undefined).length).toBeLessThan(2);
  }
});
