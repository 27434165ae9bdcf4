/**
 * Goal: the real serial ports, sockets and processes under random hands lose no money. Method: customers at one terminal of real processes while cores are killed, cables pulled and the bank fails, in real time; the same walk
 * with other seeds by `npm run sim:real`.
 */
import { expect, it } from 'vitest';
import { systemClock } from '../../main/system/system-clock.ts';
import { walkReally } from '../../simulators/world/real/real-walk.ts';

it('keeps hardware, journal and bank together', { timeout: 600_000 }, async () => {
  const { problems, troubles } = await walkReally({ seed: 5, visitCount: 3, clock: systemClock() });
  expect(problems).toEqual([]);
  expect(troubles).not.toEqual([]);
});
