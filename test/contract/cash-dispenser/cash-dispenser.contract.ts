import { describe, expect, it } from 'vitest';
import { EXTRA_NOTES_MAX, type CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';

/** A dispenser that was just made and is loaded, with the hands to bring it up. */
export interface DispenserUnderTest {
  readonly dispenser: CashDispenser;
  settle<T>(promise: Promise<T>): Promise<T>;
  untilState(state: string): Promise<void>;
  /** Pulls the line and puts it back. */
  unplug(): void;
  plug(): void;
  /** The customer takes all that is in reach; with `clock` for what has a presenter. */
  takeNotes?(): void;
  readonly clock?: { advance(ms: number): Promise<void> };
  /** From busy to the moment at which the command is sent, where a handshake lies between. */
  untilSent?(): Promise<void>;
}

/** What every `CashDispenser` promises, whatever stands behind it. */
export function describeCashDispenser(name: string, create: () => DispenserUnderTest): void {
  describe(`CashDispenser: ${name}`, () => {
    it('is offline until started, comes up by itself, tells each change', async () => {
      const { dispenser, untilState } = create();
      expect(dispenser.status()).toMatchObject({ state: 'offline', deviceClass: expect.stringMatching(/^cash(Dispenser|Recycler)$/) });
      const states: string[] = [];
      dispenser.onStatus((status) => states.push(status.state));
      dispenser.start();
      await untilState('ready');
      expect(states[0]).toBe('initialising');
      expect(states.at(-1)).toBe('ready');
      expect(dispenser.status().model).not.toBeNull();
      expect(dispenser.capabilities.extraNoteCountMax).toBeLessThanOrEqual(EXTRA_NOTES_MAX);
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
        const isGathered = dispenser.presenter !== null;
        expect(outcome.value).toMatchObject({ cassetteNumber, requestedCount: noteCount, presentedCount: isGathered ? 0 : noteCount, stackedCount: isGathered ? noteCount : 0, stoppedBy: null });
        expect(outcome.value.pickedCount).toBe(outcome.value.presentedCount + outcome.value.stackedCount + outcome.value.rejectedCount + outcome.value.inTransportCount);
        if (dispenser.presenter !== null) expect((await settle(dispenser.presenter.retract())).kind).toBe('completed');
      }
      await dispenser.stop();
    });

    it('begins a bunch with each dispense that gathers: onto what an earlier one left nothing is counted', async () => {
      const { dispenser, settle, untilState } = create();
      if (dispenser.presenter === null) return;
      dispenser.start();
      await untilState('ready');
      expect((await settle(dispenser.dispense({ cassetteNumber: 1, noteCount: 2 }))).kind).toBe('completed');
      expect(await settle(dispenser.dispense({ cassetteNumber: 1, noteCount: 2 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_ITEMS_LEFT' });
      await untilState('faulty');
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
      const { dispenser, settle, untilState, untilSent } = create();
      dispenser.start();
      await untilState('ready');
      const running = dispenser.dispense({ cassetteNumber: 1, noteCount: 5 });
      const waiting = [dispenser.readSensors(), dispenser.purge(), dispenser.dispense({ cassetteNumber: 2, noteCount: 1 })];
      await untilState('busy');
      await untilSent?.();
      await settle(dispenser.stop());
      expect((await running).kind).toBe('uncertain');
      for (const outcome of await Promise.all(waiting)) expect(outcome.kind).toBe('failed');
      expect(dispenser.status().state).toBe('offline');
    });

    it('hands a gathered bunch out, says when it is taken, and draws back what is not', async () => {
      const { dispenser, settle, untilState, takeNotes, clock } = create();
      const { presenter } = dispenser;
      expect(presenter === null).toBe(dispenser.capabilities.presentsWhileDispensing);
      if (presenter === null) return;
      let takenCount = 0;
      presenter.onItemsTaken(() => void takenCount++);
      dispenser.start();
      await untilState('ready');
      const bunch = Array.from({ length: dispenser.capabilities.cassetteCount }, (_, index) => ({ cassetteNumber: index + 1, noteCount: 2 }));
      expect(await settle(presenter.stack(bunch))).toMatchObject({ kind: 'completed', value: bunch.map((part) => ({ ...part, noteCount: undefined, requestedCount: 2, stackedCount: 2 })).map(({ noteCount: _, ...rest }) => rest) });
      expect((await settle(presenter.present())).kind).toBe('completed');
      expect(dispenser.status().state).toBe('busy');
      takeNotes!();
      await clock!.advance(3_000);
      expect(takenCount).toBe(1);
      expect(dispenser.status()).toMatchObject({ state: 'ready', faults: [] });

      expect((await settle(presenter.stack(bunch))).kind).toBe('completed');
      expect((await settle(presenter.present())).kind).toBe('completed');
      expect(await settle(presenter.retract())).toMatchObject({ kind: 'completed' });
      expect(takenCount).toBe(1);
      expect(dispenser.status()).toMatchObject({ state: 'ready', faults: [] });
      await dispenser.stop();
    });

    it('goes offline when the line closes and comes back by itself', async () => {
      const { dispenser, untilState, unplug, plug } = create();
      dispenser.start();
      await untilState('ready');
      unplug();
      await untilState('offline');
      expect(dispenser.status().faults).toContainEqual(expect.stringMatching(/^C[ID]M_OFFLINE$/));
      plug();
      await untilState('ready');
      expect(dispenser.status().faults).toEqual([]);
      await dispenser.stop();
    });
  });
}
