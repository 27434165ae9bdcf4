import { describe, expect, it } from 'vitest';
import { DEPOSIT, WITHDRAWAL } from '../../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld } from '../../support/printer-bench.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');
const NEXT = bitmapOf(WITHDRAWAL, 'ru');
const placesOf = (world: Record<string, unknown>) => (world['receipts'] as { place: string }[]).map(({ place }) => place);

describe.each(['custom-vkp80', 'citizen-ppu'] as const)('presenter of %s', (protocol) => {
  it('holds the receipt out and tells once that it was taken', async () => {
    const world = await createPrinterWorld({ seed: 1, protocol });
    let takenCount = 0;
    world.printer.presenter!.onTaken(() => void takenCount++);
    expect(world.printer.presenter!.isOccupied()).toBe(false);
    expect(await world.print(SLIP)).toEqual({ kind: 'completed', value: { progress: 'presented' } });
    expect(world.printer.presenter!.isOccupied()).toBe(true);
    expect(placesOf(world.world())).toEqual(['exit']);
    await world.clock.advance(2000);
    expect(takenCount).toBe(0);
    world.control({ do: 'takeReceipt' });
    await world.clock.advance(1000);
    expect(takenCount).toBe(1);
    expect(world.printer.presenter!.isOccupied()).toBe(false);
  });

  it('takes an untaken one back, and that is not told as taken', async () => {
    const world = await createPrinterWorld({ seed: 2, protocol });
    let takenCount = 0;
    world.printer.presenter!.onTaken(() => void takenCount++);
    await world.print(SLIP);
    expect(await world.settle(world.printer.presenter!.retract())).toEqual({ kind: 'completed', value: { to: 'retracted' } });
    await world.clock.advance(5000);
    expect([takenCount, placesOf(world.world()), world.world()['exit']]).toEqual([0, ['bin'], null]);
    expect(await world.settle(world.printer.presenter!.retract())).toEqual({ kind: 'completed', value: { to: 'taken' } });
  });

  it('gets the last person’s receipt out of the way before the next is printed', async () => {
    const world = await createPrinterWorld({ seed: 3, protocol });
    await world.print(SLIP);
    expect((await world.print(NEXT)).kind).toBe('completed');
    expect(placesOf(world.world())).toEqual(['bin', 'exit']);
  });

  it('empties the exit when it starts beside a receipt of before', async () => {
    const world = await createPrinterWorld({ seed: 4, protocol });
    await world.print(SLIP);
    await world.printer.stop();
    world.printer.start();
    expect(await world.untilState('ready')).toBe(true);
    expect(placesOf(world.world())).toEqual(['bin']);
  });

  it.each(['exitJam', 'exitIgnored'] as const)('%s while presenting: uncertain, and usable again after a person looked', async (fault) => {
    const world = await createPrinterWorld({ seed: 5, protocol });
    world.control({ do: 'fault', fault, at: 'present', times: 1 });
    expect((await world.print(SLIP)).kind).toBe('uncertain');
    world.control({ do: 'clearJam' });
    world.printer.reset();
    expect(await world.untilState('ready')).toBe(true);
    expect((await world.print(NEXT)).kind).toBe('completed');
  });

  it('a receipt pulled out the moment it shows is not called presented without having been seen', async () => {
    const world = await createPrinterWorld({ seed: 6, protocol });
    world.control({ do: 'fault', fault: 'takenAtOnce', times: 1 });
    expect(await world.print(SLIP)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'drained' } });
    expect(await world.untilState('ready')).toBe(true);
  });

  it('jams when nothing takes the receipt back', async () => {
    const world = await createPrinterWorld({ seed: 7, protocol });
    await world.print(SLIP);
    world.control({ do: 'fault', fault: 'exitIgnored', at: 'retract', times: 5 });
    expect((await world.settle(world.printer.presenter!.retract())).kind).toBe('uncertain');
    expect(world.printer.status().faults).toContain('PTR_JAMMED');
  });
});

describe('ejector of custom-vkp80', () => {
  it('pushes the receipt out where taking back is switched off', async () => {
    const world = await createPrinterWorld({ seed: 8, protocol: 'custom-vkp80', isRetractEnabled: false });
    await world.print(SLIP);
    expect(await world.settle(world.printer.presenter!.retract())).toEqual({ kind: 'completed', value: { to: 'ejected' } });
    expect(placesOf(world.world())).toEqual(['floor']);
  });
});

it('a printer without presenter offers none', async () => {
  const world = await createPrinterWorld({ seed: 9 });
  expect(world.printer.presenter).toBeUndefined();
});
