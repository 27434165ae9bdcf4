import { describe, expect, it } from 'vitest';
import { ReceiptHandover } from '../../../main/core/receipt-handover.ts';
import { bitmapOf, createPrinterWorld } from '../../support/printer-bench.ts';
import { DEPOSIT } from '../receipt/sample-records.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');

async function presented() {
  const world = await createPrinterWorld({ seed: 1, protocol: 'custom-vkp80' });
  const handover = new ReceiptHandover({ presenter: world.printer.presenter!, clock: world.clock, takeTimeoutMs: 30_000 });
  await world.print(SLIP);
  return { world, handover };
}

describe('handing over a receipt', () => {
  it('ends when the customer takes it', async () => {
    const { world, handover } = await presented();
    const gone = handover.watch();
    await world.clock.advance(5000);
    world.control({ do: 'takeReceipt' });
    expect(await world.settle(gone)).toBe('taken');
  });

  it('takes it back when nobody comes', async () => {
    const { world, handover } = await presented();
    const gone = handover.watch();
    await world.clock.advance(29_000);
    expect(world.world()['exit']).not.toBeNull();
    expect(await world.settle(gone)).toBe('retracted');
    expect(world.world()).toMatchObject({ exit: null, receipts: [{ place: 'bin' }] });
  });

  it('takes it back at once when the next receipt is wanted', async () => {
    const { world, handover } = await presented();
    const gone = handover.watch();
    await world.settle(handover.end());
    expect(await gone).toBe('retracted');
  });

  it('says that it does not know when the printer went away', async () => {
    const { world, handover } = await presented();
    const gone = handover.watch();
    world.control({ do: 'unplug' });
    expect(await world.settle(gone)).toBe('unknown');
  });
});
