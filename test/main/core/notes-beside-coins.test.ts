/**
 * Goal: a note that comes in while coins are being opened, or fall, is somebody's at once: nobody decides about it later, and no limit is passed by the two together.
 * Method: the whole terminal in virtual time with note and coin acceptor, the coin at each moment of the note.
 */
import { describe, expect, it } from 'vitest';
import { WORLD_ACCEPTORS } from '../../../simulators/terminal/sample-config.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const HUNDRED = 10_000;
const COINS = { denominationMinor: HUNDRED, coinCount: 50 };
/** What the provider takes at most. */
const MOST_MINOR = 1_000_000;

const coinHand = (world: DeskWorld, command: { readonly do: string; readonly [key: string]: unknown }) => world.surroundings.coins!.acceptor.control(command);
const placed = (world: DeskWorld) => Object.fromEntries(Object.entries((world.surroundings.acceptor.world() as unknown as { places: Record<string, { sumMinor: number }> }).places).filter(([, { sumMinor }]) => sumMinor > 0).map(([place, { sumMinor }]) => [place, sumMinor]));

describe.each(WORLD_ACCEPTORS)('a note in escrow of a %s before the coins are opened', (acceptor) => {
  it('goes back: it does not lie there for whoever comes next', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, acceptor, coins: COINS });
    await world.boot();
    await world.toIntro(SAMPLE.phone);
    coinHand(world, { do: 'fault', fault: 'silence', at: 'command' });
    await world.press('next');
    // Notes are taken already, coins not yet.
    await world.when(() => world.surroundings.acceptor.control({ do: 'insertNote', denominationMinor: 500_000, kind: 'genuine' }).ok, 'the mouth is open', 30_000);
    await world.until('attract', 900_000);
    expect(placed(world)).toEqual({ customer: 500_000 });
    await world.settleQueue();
    expectMoneyHolds(world);
    await world.stop();
  });
});

describe('a note that reaches the limit', () => {
  it.each([0, 400, 800, 1_200, 1_600, 2_000, 2_400, 2_800, 3_200, 3_600])('and a coin %i ms after it was inserted stay within the limit together', async (afterMs) => {
    const world = new DeskWorld({ limits: IMPATIENT, coins: COINS });
    await world.boot();
    await world.toPayment('p-parking', { plate: '001AAA01' });
    await world.when(() => world.parts.coinDesk.isOpen, 'coins are taken');
    world.insert(MOST_MINOR);
    await world.clock.advance(afterMs);
    coinHand(world, { do: 'insertCoin', denominationMinor: HUNDRED });
    await world.clock.advance(10_000);
    const insideMinor = world.data('cash-in').insertedMinor;
    // The one or the other; what is not inside went back.
    expect([HUNDRED, MOST_MINOR]).toContain(insideMinor);
    expect(placed(world)).toEqual(insideMinor === HUNDRED ? { customer: MOST_MINOR } : { box: MOST_MINOR });
    if (insideMinor === HUNDRED) await world.insertCounted(500_000);
    await world.press('next');
    await world.until('attract', 300_000);
    await world.settleQueue();
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: insideMinor === HUNDRED ? 510_000 : MOST_MINOR }]);
    await world.stop();
  });

  it('is taken beside a coin acceptor that is gone', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, coins: COINS });
    await world.boot();
    await world.toPayment('p-parking', { plate: '001AAA01' });
    await world.when(() => world.parts.coinDesk.isOpen, 'coins are taken');
    coinHand(world, { do: 'unplug' });
    await world.clock.advance(5_000);
    await world.insertCounted(MOST_MINOR);
    await world.stop();
  });

  it('waits for no gate that is shut already, and a smaller one leaves it open', async () => {
    const world = new DeskWorld({ limits: IMPATIENT, coins: COINS });
    await world.boot();
    await world.toPayment('p-parking', { plate: '001AAA01' });
    await world.when(() => world.parts.coinDesk.isOpen, 'coins are taken');
    await world.insertCounted(500_000);
    expect(world.parts.coinDesk.isOpen).toBe(true);
    await world.insertCounted(200_000);
    await world.insertCounted(200_000);
    await world.when(() => !world.parts.coinDesk.isOpen, 'no room for coins under way');
    await world.insertCounted(100_000);
    expect(world.data('cash-in')).toMatchObject({ insertedMinor: MOST_MINOR, stoppedBy: 'limit' });
    await world.stop();
  });
});
