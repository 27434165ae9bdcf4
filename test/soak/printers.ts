import { randomInteger } from '../../main/foundation/random.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { DEPOSIT } from '../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld, dotsOfPng, type PrinterProtocol } from '../support/printer-bench.ts';
import type { Soak } from './soaked.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');
const REPAIRS = [{ do: 'clearFaults' }, { do: 'closeCover' }, { do: 'clearJam' }, { do: 'setPaper', state: 'full' }, { do: 'powerOn' }, { do: 'plug' }];
/** Receipts with random faults: `completed` is one whole picture more, `failed` none, `uncertain` at most one. Byte faults touch answers only: a picture has no checksum. */
export function printerSoak(protocol: PrinterProtocol): Soak {
  return async ({ seed, transactionCount, byteFaultsOneOf }) => {
    const random = seededRandom(seed);
    const outcomes: Record<string, number> = {};
    const differences: string[] = [];
    const world = await createPrinterWorld({ seed, protocol, ...(byteFaultsOneOf === null ? {} : { spoiledAnswerOneOf: byteFaultsOneOf }) });
    const board = world.simulator.faultBoard();
    const pieceCount = () => (world.world()['receipts'] as readonly unknown[]).length;
    for (let turn = 0; turn < transactionCount; turn++) {
      const row = board[randomInteger(random, board.length)]!;
      const at = row.at[randomInteger(random, row.at.length)]!;
      if (randomInteger(random, 4) > 0) world.control({ do: 'fault', fault: row.fault, at, times: 1 + randomInteger(random, 2) });
      const before = pieceCount();
      const hadInk = world.world()['hangingInk'];
      const outcome = await world.print(SLIP);
      outcomes[outcome.kind] = (outcomes[outcome.kind] ?? 0) + 1;
      const more = pieceCount() - before;
      const isWhole = () => Buffer.from(dotsOfPng(world.control({ do: 'receiptPng', index: before }) as string).bytes).equals(Buffer.from(SLIP.bytes));
      const isTrue = outcome.kind === 'completed' ? more === 1 && isWhole() : outcome.kind === 'failed' ? more === 0 && world.world()['hangingInk'] === hadInk : more <= 1;
      if (!isTrue) differences.push(`seed ${seed} turn ${turn}: ${more} pieces, ${row.fault} at ${at}, told ${JSON.stringify(outcome)}`);
      if (randomInteger(random, 2) === 0) world.simulator.control({ do: 'takeReceipt' });
      for (const hand of REPAIRS) world.control(hand);
      await world.clock.advance(20_000);
      world.printer.reset();
      if (!(await world.untilState('ready'))) {
        differences.push(`seed ${seed} turn ${turn}: not ready again after ${row.fault} at ${at}: ${JSON.stringify(world.printer.status().faults)}`);
        break;
      }
    }
    await world.printer.stop();
    return { outcomes, differences };
  };
}
