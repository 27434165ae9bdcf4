/** Goal: the box goes out and comes back, once each, with the power as it was, and only where that is all that happens. Method: what the dice give in some hundred sessions, on an acceptor that only remembers what it was told. */
import { expect, it } from 'vitest';
import { drawBoxHands } from '../../../simulators/world/box-hands.ts';
import { Chance } from '../../../simulators/world/chance.ts';
import { PlannedActs } from '../../../simulators/world/planned-acts.ts';
import type { FaultTargets } from '../../../simulators/world/random-faults.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const STEPS = ['intent.stack', 'outcome.stack', 'intent.return', 'note.located', 'deposit.accepted', 'session.started'] as const;

async function drawn(protocol: string, operation: 'op-01' | 'op-10') {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const chance = new Chance(seededRandom(7));
  const courses: string[][] = [];
  let deathCount = 0;
  for (let session = 0; session < 300; session += 1) {
    const told: string[] = [];
    const spareHands = new PlannedActs(clock);
    const targets = { dieNow: () => void (deathCount += 1), surroundings: { spareHands, acceptor: { protocol, control: ({ do: what }: { readonly do: string }) => told.push(what) } } } as unknown as FaultTargets;
    for (const { strike } of drawBoxHands('all', targets, operation, session, chance)) strike();
    spareHands.take(STEPS.map((kind) => ({ kind })));
    await clock.advance(300_000);
    if (told.length > 0) courses.push(told);
  }
  return { courses, deathCount };
}

it('takes the box out and puts it in, with the power on or off; half of the time the core dies', async () => {
  const { courses, deathCount } = await drawn('ccnet', 'op-01');
  const kinds = new Set(courses.map((told) => told.join(' ')));
  expect([...kinds].sort()).toEqual(['powerOff removeBox insertBox powerOn', 'removeBox insertBox']);
  expect(courses.length).toBeGreaterThan(10);
  expect(deathCount).toBeGreaterThan(2);
  expect(deathCount).toBeLessThan(courses.length);
});

it.each([['xfs4iot-cash-acceptor', 'op-01'], ['ssp', 'op-01'], ['ccnet', 'op-10']] as const)('leaves it where it is: %s %s', async (protocol, operation) => {
  expect((await drawn(protocol, operation)).courses).toEqual([]);
});
