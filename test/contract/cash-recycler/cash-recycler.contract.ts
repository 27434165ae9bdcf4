/**
 * What every cash recycler must do, whatever it speaks. Goal: a driver that passes can be put under the core unseen.
 * Method: notes go in and out by the interface alone; after each step the simulator's own account of the notes is compared.
 */
import { describe, expect, it } from 'vitest';
import type { RecyclerBench } from '../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;

export function describeCashRecycler(name: string, create: (stored?: { denominationMinor: number; noteCount: number }[]) => RecyclerBench, { floats = true }: { readonly floats?: boolean } = {}): void {
  describe(`CashRecycler: ${name}`, () => {
    async function up(stored: { readonly denominationMinor: number; readonly noteCount: number }[], payableMinor: readonly number[]): Promise<RecyclerBench> {
      const bench = create(stored);
      bench.recycler.start();
      await bench.ready(payableMinor);
      return bench;
    }
    async function accept(bench: RecyclerBench, denominationMinor: number): Promise<void> {
      const enabled = await bench.settled(bench.recycler.enable({ denominationsMinor: [denominationMinor], currency: 'KZT' }));
      expect(enabled.kind).toBe('completed');
      const since = bench.events.length;
      bench.hand({ do: 'insertNote', denominationMinor });
      const event = await bench.untilEvent('noteEscrowed', { since });
      if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
      expect(await bench.settled(bench.recycler.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
      await bench.clock.advance(6_000);
    }
    async function levels(bench: RecyclerBench): Promise<Readonly<Record<number, number>>> {
      const inventory = await bench.settled(bench.recycler.inventory());
      if (inventory.kind !== 'completed') throw new Error(JSON.stringify(inventory));
      return Object.fromEntries(inventory.value.units.filter((unit) => unit.noteCount > 0).map((unit) => [unit.denominationMinor, unit.noteCount]));
    }

    it('numbers its units the same way each time, and tells role and count of each', async () => {
      const bench = await up([{ denominationMinor: TWO, noteCount: 3 }], [TWO]);
      const inventory = await bench.settled(bench.recycler.inventory());
      if (inventory.kind !== 'completed') throw new Error(JSON.stringify(inventory));
      const { units } = inventory.value;
      expect(new Set(units.map((unit) => unit.unitNumber)).size).toBe(units.length);
      expect(units.find((unit) => unit.denominationMinor === TWO)).toMatchObject({ role: 'cashInCashOut', noteCount: 3 });
      expect(bench.recycler.dispenser.capabilities.cassetteCount).toBeGreaterThanOrEqual(Math.max(...units.map((unit) => unit.unitNumber)));
    });

    it('keeps an accepted note in its unit, pays the very note out, and then has none', async () => {
      const bench = await up([], [FIVE]);
      expect(await levels(bench)).toEqual({});
      await accept(bench, FIVE);
      expect(await levels(bench)).toEqual({ [FIVE]: 1 });
      expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 1 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 1, stoppedBy: null } });
      expect(bench.outCount()).toBe(1);
      expect(await levels(bench)).toEqual({});
      const again = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 1 }));
      expect(again.kind === 'failed' || (again.kind === 'completed' && again.value.presentedCount === 0)).toBe(true);
      expect(bench.outCount()).toBe(1);
    });

    it('brings notes to the cash box by role, and a role can change', async () => {
      const bench = await up([], []);
      await accept(bench, FIVE);
      expect(bench.sumIn('box')).toBe(FIVE);
      expect((await bench.settled(bench.recycler.setRole({ denominationMinor: FIVE, role: 'cashInCashOut' }))).kind).toBe('completed');
      await accept(bench, FIVE);
      expect(bench.storedCount(FIVE)).toBe(1);
      expect(bench.sumIn('box')).toBe(FIVE);
    });

    it('refuses a payout while a note is in escrow, and an inventory too', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 2 }], [FIVE]);
      const unit = await bench.unitOf(FIVE);
      await bench.settled(bench.recycler.enable({ denominationsMinor: [TWO], currency: 'KZT' }));
      bench.hand({ do: 'insertNote', denominationMinor: TWO });
      const event = await bench.untilEvent('noteEscrowed');
      expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 1 }))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      expect(await bench.settled(bench.recycler.inventory())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.recycler.return(event.note.noteId))).toEqual({ kind: 'completed', value: 'returned' });
      expect(bench.outCount()).toBe(0);
    });

    it('takes notes again after a payout that was confirmed', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 2 }], [FIVE]);
      expect((await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 1 }))).kind).toBe('completed');
      bench.recycler.confirmPayout();
      await bench.clock.advance(2_000);
      await accept(bench, FIVE);
      expect(await levels(bench)).toEqual({ [FIVE]: 2 });
    });

    it('empties its units into the cash box, counted', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 2 }, { denominationMinor: TWO, noteCount: 1 }], [FIVE, TWO]);
      const outcome = await bench.settled(bench.recycler.empty(), 900_000);
      expect(outcome).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: 1 }, { denominationMinor: FIVE, noteCount: 2 }] } });
      expect(bench.sumIn('box')).toBe(2 * FIVE + TWO);
      expect(await levels(bench)).toEqual({});
    });

    it.skipIf(floats)('refuses to keep a part of a unit, and moves nothing then', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 3 }], [FIVE]);
      expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 1 }]))).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
      expect(await levels(bench)).toEqual({ [FIVE]: 3 });
    });

    it.runIf(floats)('brings down to what it is told to keep', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 3 }, { denominationMinor: TWO, noteCount: 2 }], [FIVE, TWO]);
      expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 1 }, { denominationMinor: TWO, noteCount: 2 }]), 900_000)).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: FIVE, noteCount: 2 }] } });
      expect(await levels(bench)).toEqual({ [FIVE]: 1, [TWO]: 2 });
    });

    it('settles every waiter when it is stopped: a running payout as uncertain, with the bounds of the order', async () => {
      const bench = await up([{ denominationMinor: FIVE, noteCount: 5 }], [FIVE]);
      const unit = await bench.unitOf(FIVE);
      const paying = bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 4 });
      await bench.clock.advance(1_000);
      const inventory = bench.recycler.inventory();
      const stopping = bench.recycler.stop();
      await bench.settled(stopping);
      expect(await bench.settled(paying)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 4 } });
      expect((await bench.settled(inventory)).kind).toBe('failed');
    });
  });
}
