/** Goal: what a device answers after its core has ended touches nothing of it. Method: the watch of a whole terminal, with a question to the dispenser that is answered late. */
import { expect, it, vi } from 'vitest';
import { AvailabilityWatch } from '../../../main/core/availability-watch.ts';
import { Troubles } from '../../../main/core/guards/troubles.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';

it('does not read a journal that was closed while the dispenser was asked for its cassettes', async () => {
  const world = new DeskWorld();
  await world.boot();
  const asked = Promise.withResolvers<boolean>();
  const { parts } = world;
  vi.spyOn(parts.cassettes, 'refresh').mockReturnValue(asked.promise);
  const told: string[] = [];
  const watch = new AvailabilityWatch({ parts, troubles: new Troubles(world.clock), onChange: ({ level }) => void told.push(level), onAny: () => void told.push('any'), onHostStop: () => {} });
  watch.start();
  expect(told).not.toEqual([]);
  watch.stop();
  await world.stop();
  told.length = 0;
  asked.resolve(true);
  await expect(asked.promise.then(() => world.clock.advance(60_000))).resolves.toBeUndefined();
  expect(told).toEqual([]);
});
