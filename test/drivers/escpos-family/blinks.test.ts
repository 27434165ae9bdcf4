import { describe, expect, it } from 'vitest';
import { randomInteger } from '../../../main/foundation/random.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { DEPOSIT } from '../../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld, dotsOfPng, PRINTER_PROTOCOLS } from '../../support/printer-bench.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');
const JOB_MS = 4000;

describe.each(PRINTER_PROTOCOLS)('%s printer whose power or line is gone for the blink of an eye', (protocol) => {
  it.each(['powerBlink', 'lineBlink'] as const)('%s at any moment of a job: told as printed only when it is', async (fault) => {
    const random = seededRandom(20);
    const told = new Set<string>();
    for (let seed = 1; seed <= 25; seed += 1) {
      const world = await createPrinterWorld({ seed, protocol });
      const job = world.printer.print({ bitmap: SLIP });
      await world.clock.advance(randomInteger(random, JOB_MS));
      world.control({ do: 'fault', fault, at: 'now', times: 1 });
      const outcome = await world.settle(job);
      told.add(outcome.kind);
      const pieces = world.world()['receipts'] as readonly unknown[];
      const isWhole = pieces.length === 1 && Buffer.from(dotsOfPng(world.control({ do: 'receiptPng', index: 0 }) as string).bytes).equals(Buffer.from(SLIP.bytes));
      if (outcome.kind === 'completed') expect({ seed, isWhole }).toEqual({ seed, isWhole: true });
      if (outcome.kind === 'failed') expect({ seed, pieces: pieces.length }).toEqual({ seed, pieces: 0 });
    }
    expect(told).toContain('completed');
  });
});
