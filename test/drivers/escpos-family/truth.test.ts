import { describe, expect, it } from 'vitest';
import { DEPOSIT } from '../../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld, dotsOfPng, PRINTER_PROTOCOLS } from '../../support/printer-bench.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';

/**
 * Goal: what the driver says of a receipt is what lies on paper. Method: many receipts one after the other, a random fault of the board at a random moment before
 * most of them, answers spoiled byte by byte; after each, `completed` means exactly one whole picture more, `failed` none and no dot, `uncertain` at most one.
 */
const SEEDS = 6;
const RECEIPTS = 6;
const SLIP = bitmapOf(DEPOSIT, 'kk');

describe.each(PRINTER_PROTOCOLS)('truth of %s', (protocol) => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))('seed %i', async (seed) => {
    const world = await createPrinterWorld({ seed, protocol, spoiledAnswerOneOf: 400 });
    const random = seededRandom(1000 + seed);
    const piecesOf = () => world.world()['receipts'] as { heightDots: number }[];
    const board = world.simulator.faultBoard();
    for (let count = 0; count < RECEIPTS; count += 1) {
      const row = board[randomInteger(random, board.length)]!;
      const at = row.at[randomInteger(random, row.at.length)]!;
      if (randomInteger(random, 3) !== 0) world.control({ do: 'fault', fault: row.fault, at });
      const before = piecesOf().length;
      const hadInk = world.world()['hangingInk'];
      const outcome = await world.print(SLIP);
      const pieces = piecesOf();
      const isWhole = (index: number) => Buffer.from(dotsOfPng(world.control({ do: 'receiptPng', index }) as string).bytes).equals(Buffer.from(SLIP.bytes));
      const told = `${outcome.kind} with ${row.fault} at ${at}, receipt ${count}`;
      if (outcome.kind === 'completed') expect([told, pieces.length, isWhole(pieces.length - 1)]).toEqual([told, before + 1, true]);
      else if (outcome.kind === 'failed') expect([told, pieces.length, world.world()['hangingInk']]).toEqual([told, before, hadInk]);
      else expect([told, pieces.length <= before + 1]).toEqual([told, true]);
      world.control({ do: 'clearFaults' });
      for (const hand of [{ do: 'closeCover' }, { do: 'clearJam' }, { do: 'setPaper', state: 'full' }, { do: 'powerOn' }, { do: 'plug' }]) world.control(hand);
      // Both at once: the printer may be in the middle of coming back by itself.
      await world.clock.advance(20_000);
      world.printer.reset();
      expect([told, await world.untilState('ready')]).toEqual([told, true]);
      expect(world.world()['hangingInk']).toBe(false);
    }
  });
});
