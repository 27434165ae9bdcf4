import { describe, expect, it } from 'vitest';
import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';

/** A dispenser that was just made and is loaded, with the hands to bring it up. */
export interface DispenserUnderTest {
  readonly dispenser: CashDispenser;
  settle<T>(promise: Promise<T>): Promise<T>;
  untilState(state: string): Promise<void>;
  /** Pulls the line and puts it back. */
  unplug(): void;
  plug(): void;
}

/** What every `CashDispenser` promises, whatever stands behind it. */
export function describeCashDispenser(name: string, create: () => DispenserUnderTest): void {
  describe(`CashDispenser: ${name}`, () => {
    it('is offline until started, comes up by itself, tells each change', async () => {
      const { dispenser, untilState } = create();
      expect(dispenser.status()).toMatchObject({ state: 'offline', deviceClass: 'cashDispenser' });
      const states: string[] = [];
      dispenser.onStatus((status) => states.push(status.state));
      dispenser.start();
      await untilState('ready');
      expect(states[0]).toBe('initialising');
      expect(states.at(-1)).toBe('ready');
      expect(dispenser.status().model).not.toBeNull();
      await dispenser.stop();
    });

    it('refuses a command while it is not up, without moving anything', async () => {
      const { dispenser } = create();
      expect(await dispenser.dispense({ cassetteNumber: 1, noteCount: 1 })).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
      expect((await dispenser.readSensors()).kind).toBe('failed');
    });

    it('gives what it was asked for from each cassette, and the counts add up', async () => {
      const { dispenser, settle, untilState } = create();
      dispenser.start();
      await untilState('ready');
      for (let cassetteNumber = 1; cassetteNumber <= dispenser.capabilities.cassetteCount; cassetteNumber++) {
        const noteCount = dispenser.capabilities.notesPerCommandMax;
        const outcome = await settle(dispenser.dispense({ cassetteNumber, noteCount }));
        if (outcome.kind !== 'completed') throw new Error(outcome.kind);
        expect(outcome.value).toMatchObject({ cassetteNumber, requestedCount: noteCount, presentedCount: noteCount, stoppedBy: null });
        expect(outcome.value.pickedCount).toBe(outcome.value.presentedCount + outcome.value.rejectedCount + outcome.value.inTransportCount);
      }
      await dispenser.stop();
    });

    it('asserts on a request outside its capabilities', async () => {
      const { dispenser, untilState } = create();
      dispenser.start();
      await untilState('ready');
      await expect(dispenser.dispense({ cassetteNumber: dispenser.capabilities.cassetteCount + 1, noteCount: 1 })).rejects.toThrow('cassettes');
      await expect(dispenser.dispense({ cassetteNumber: 1, noteCount: dispenser.capabilities.notesPerCommandMax + 1 })).rejects.toThrow('notes');
      await dispenser.stop();
    });

    it('settles every waiter when it is stopped in the middle, and a running dispense as uncertain', async () => {
      const { dispenser, settle, untilState } = create();
      dispenser.start();
      await untilState('ready');
      const running = dispenser.dispense({ cassetteNumber: 1, noteCount: 5 });
      const waiting = [dispenser.readSensors(), dispenser.purge(), dispenser.dispense({ cassetteNumber: 2, noteCount: 1 })];
      await untilState('busy');
      await settle(dispenser.stop());
      expect((await running).kind).toBe('uncertain');
      for (const outcome of await Promise.all(waiting)) expect(outcome.kind).toBe('failed');
      expect(dispenser.status().state).toBe('offline');
    });

    it('goes offline when the line closes and comes back by itself', async () => {
      const { dispenser, untilState, unplug, plug } = create();
      dispenser.start();
      await untilState('ready');
      unplug();
      await untilState('offline');
      expect(dispenser.status().faults).toContain('CDM_OFFLINE');
      plug();
      await untilState('ready');
      expect(dispenser.status().faults).toEqual([]);
      await dispenser.stop();
    });
  });
}
