import { describe, expect, it } from 'vitest';
import { DEPOSIT } from '../../main/receipt/sample-records.ts';
import { bitmapOf, createPrinterWorld, PRINTER_PROTOCOLS, type PrinterWorld } from '../../support/printer-bench.ts';

/** What every Printer promises, whatever its protocol; a new driver adds its world to the list. */
const WORLDS: readonly { readonly protocol: string; readonly create: (seed: number, isReady: boolean) => Promise<PrinterWorld> }[] = PRINTER_PROTOCOLS.map((protocol) => ({ protocol, create: (seed, isReady) => createPrinterWorld({ seed, isReady, protocol }) }));
const SLIP = bitmapOf(DEPOSIT, 'kk');

describe.each(WORLDS)('Printer contract on $protocol', ({ create }) => {
  it('comes up by itself, tells its states, and goes off when stopped', async () => {
    const world = await create(1, false);
    const states: string[] = [];
    world.printer.onStatus((status) => void states.push(status.state));
    expect(world.printer.status().state).toBe('offline');
    world.printer.start();
    expect(await world.untilState('ready')).toBe(true);
    expect(world.printer.status().faults).toEqual([]);
    await world.printer.stop();
    expect(world.printer.status().state).toBe('offline');
    expect(states).toContain('initialising');
    expect(states.at(-1)).toBe('offline');
  });

  it('answers every print, before start and after stop too', async () => {
    const world = await create(2, false);
    expect((await world.printer.print({ bitmap: SLIP })).kind).toBe('failed');
    world.printer.start();
    await world.untilState('ready');
    expect((await world.print(SLIP)).kind).toBe('completed');
    await world.printer.stop();
    expect((await world.printer.print({ bitmap: SLIP })).kind).toBe('failed');
  });

  it('comes back after its cable was pulled', async () => {
    const world = await create(3, true);
    world.control({ do: 'unplug' });
    expect(await world.untilState('offline')).toBe(true);
    world.control({ do: 'plug' });
    expect(await world.untilState('ready')).toBe(true);
    expect((await world.print(SLIP)).kind).toBe('completed');
  });
});
