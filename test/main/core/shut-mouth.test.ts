/** Goal: a mouth that was opened for a visit is shut when the visit gets no further. Method: the whole terminal over each simulated acceptor; the disk takes nothing as the acceptor opens. */
import { describe, expect, it } from 'vitest';
import { WORLD_ACCEPTORS } from '../../../simulators/terminal/sample-config.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

describe.each(WORLD_ACCEPTORS)('a cash-in that ends as the mouth of a %s opens', (acceptor) => {
  it('leaves it shut behind the customer', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, acceptor });
    await world.boot();
    await world.toIntro(SAMPLE.phone);
    const unsubscribe = world.journal.onCommitted((entries) => void (world.isDiskFull ||= entries.some(({ kind }) => kind === 'consent.given')));
    await world.press('next');
    await world.clock.advance(3_000);
    unsubscribe();
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    await world.clock.advance(30_000);
    expect(world.surroundings.acceptor.control({ do: 'insertNote', denominationMinor: 500_000, kind: 'genuine' }).ok).toBe(false);
    await world.stop();
  });
});
