/** Goal: what comes at an untimely moment comes, and what was taken away is back. Method: all that the dice give in some hundred sessions, on a bank and devices that only remember what they were told. */
import { expect, it } from 'vitest';
import { Chance } from '../../../simulators/world/chance.ts';
import type { FaultTargets } from '../../../simulators/world/random-faults.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { drawUntimely, endInOrder } from '../../../simulators/world/untimely.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

it('draws each kind, on its own dice and only where all goes wrong', async () => {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const told: string[] = [];
  const device = (name: string) => ({ control: ({ do: what }: { readonly do: string }) => void told.push(`${name} ${what}`) });
  const bank = { businessDay: { today: () => '2026-02-28', set: (day: string) => void told.push(`day ${day}`) }, suspense: { items: () => [], decideNext: () => void told.push('decided') } };
  const targets = { clock, parts: () => null, endInOrder: () => void told.push('ended'), surroundings: { bank, acceptor: device('acceptor'), dispenser: device('dispenser') } } as unknown as FaultTargets;
  const chance = new Chance(seededRandom(3));
  for (let session = 0; session < 400; session += 1) for (const { strike } of drawUntimely('all', targets, session, chance)) strike();
  expect(drawUntimely('some', targets, 1, chance)).toEqual([]);
  await clock.advance(70_000);
  const count = (what: string) => told.filter((one) => one === what).length;
  expect([count('ended'), count('day 2026-03-01'), count('decided')].every((times) => times > 0)).toBe(true);
  for (const [goes, comes] of [['powerOff', 'powerOn'], ['unplug', 'plug']]) for (const name of ['acceptor', 'dispenser']) expect([count(`${name} ${goes}`) > 0, count(`${name} ${goes}`)]).toEqual([true, count(`${name} ${comes}`)]);
});

it('a core that is asked to end is gone once it has', async () => {
  const told: string[] = [];
  endInOrder({ stop: async () => void told.push('stopped') }, { end: () => void told.push('gone') });
  await Promise.resolve().then(() => Promise.resolve()).then(() => Promise.resolve());
  expect(told).toEqual(['stopped', 'gone']);
});
