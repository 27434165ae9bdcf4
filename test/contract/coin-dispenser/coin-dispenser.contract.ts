import { describe, expect, it } from 'vitest';
import type { CoinDispenser } from '../../../drivers/interfaces/coin-dispenser.ts';
import { EXTRA_COINS_MAX } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';

/** A coin dispenser that was just made and is loaded, with the hands to bring it up. */
export interface CoinDispenserRig {
  readonly dispenser: CoinDispenser;
  /** Lets time pass until it holds; false when it never did. */
  until(predicate: () => boolean, limitMs: number): Promise<boolean>;
  unplug(): void;
  plug(): void;
  /** Coins that left, as the device's own truth has it. */
  outCount(): number;
  /** The process ends, and another begins with the same device. */
  another(): Promise<CoinDispenserRig>;
  close(): Promise<void>;
}

/**
 * What every coin dispenser must do, whatever it speaks: a driver that passes can be put under the core unseen.
 * @param covers  `line`: only what another line or another clock could change; real time is slow
 */
export function coinDispenserContract(name: string, makeRig: () => Promise<CoinDispenserRig>, covers: 'all' | 'line' = 'all'): void {
  const itInFull = it.runIf(covers === 'all');
  describe(`coin dispenser contract: ${name}`, { timeout: 60_000 }, () => {
    async function upRig(): Promise<CoinDispenserRig> {
      const rig = await makeRig();
      rig.dispenser.start();
      expect(await rig.until(() => rig.dispenser.status().state === 'ready', 60_000), rig.dispenser.status().faults.join()).toBe(true);
      return rig;
    }
    async function outcomeOf<T>(rig: CoinDispenserRig, command: Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>> {
      let outcome: DeviceOutcome<T> | undefined;
      void command.then((settled) => (outcome = settled));
      expect(await rig.until(() => outcome !== undefined, 400_000), 'the command settles').toBe(true);
      return outcome!;
    }

    it('is offline until started, comes up by itself, tells each change', async () => {
      const rig = await makeRig();
      const { dispenser } = rig;
      expect(dispenser.status()).toMatchObject({ state: 'offline', deviceClass: 'coinDispenser' });
      expect(await outcomeOf(rig, dispenser.dispense({ coinCount: 1 }))).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
      const states: string[] = [];
      dispenser.onStatus((status) => states.push(status.state));
      dispenser.start();
      expect(await rig.until(() => dispenser.status().state === 'ready', 60_000)).toBe(true);
      expect([states[0], states.at(-1)]).toEqual(['initialising', 'ready']);
      await rig.close();
    });

    it('gives what it was asked for, and each coin once', async () => {
      const rig = await upRig();
      for (const coinCount of [1, 5]) expect(await outcomeOf(rig, rig.dispenser.dispense({ coinCount }))).toMatchObject({ kind: 'completed', value: { requestedCount: coinCount, presentedCount: coinCount, stoppedBy: null } });
      expect(rig.outCount()).toBe(6);
      expect(rig.dispenser.status()).toMatchObject({ state: 'ready', faults: [] });
      await rig.close();
    });

    itInFull('asserts on a request outside its capabilities', async () => {
      const rig = await upRig();
      for (const coinCount of [0, 1.5, rig.dispenser.capabilities.coinsPerCommandMax + 1]) await expect(rig.dispenser.dispense({ coinCount })).rejects.toThrow('coins');
      expect(rig.outCount()).toBe(0);
      await rig.close();
    });

    itInFull('settles every waiter when it is stopped in the middle, and a running dispense as uncertain', async () => {
      const rig = await upRig();
      const running = rig.dispenser.dispense({ coinCount: 10 });
      const waiting = [rig.dispenser.readSensors(), rig.dispenser.dispense({ coinCount: 1 })];
      expect(await rig.until(() => rig.outCount() > 0, 60_000)).toBe(true);
      void rig.dispenser.stop();
      expect(await outcomeOf(rig, running)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMax: 10 + EXTRA_COINS_MAX } });
      for (const outcome of waiting) expect((await outcomeOf<unknown>(rig, outcome)).kind).toBe('failed');
      expect(rig.dispenser.status().state).toBe('offline');
      await rig.close();
    });

    itInFull('the next process learns by the mark what came of a dispense that this one began, without paying again', async () => {
      const rig = await upRig();
      const mark = rig.dispenser.dispenseMark()!;
      void rig.dispenser.dispense({ coinCount: 6 });
      expect(await rig.until(() => rig.outCount() > 1, 60_000)).toBe(true);
      const next = await rig.another();
      next.dispenser.start();
      expect(await next.until(() => next.dispenser.status().state === 'ready', 60_000)).toBe(true);
      expect(await outcomeOf(next, next.dispenser.resolveDispense({ coinCount: 6, mark }))).toMatchObject({ kind: 'completed', value: { presentedCount: next.outCount() } });
      const mark2 = next.dispenser.dispenseMark()!;
      expect(await outcomeOf(next, next.dispenser.resolveDispense({ coinCount: 6, mark: mark2 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
      await next.close();
    });

    it('tells the coins that fell while the line was away', async () => {
      const rig = await upRig();
      const running = rig.dispenser.dispense({ coinCount: 4 });
      expect(await rig.until(() => rig.outCount() === 1, 60_000)).toBe(true);
      rig.unplug();
      expect(await rig.until(() => rig.dispenser.status().state === 'offline', 60_000)).toBe(true);
      rig.plug();
      expect(await outcomeOf(rig, running)).toMatchObject({ kind: 'completed', value: { presentedCount: 4 } });
      expect(rig.outCount()).toBe(4);
      expect(await rig.until(() => rig.dispenser.status().state === 'ready', 60_000)).toBe(true);
      await rig.close();
    });
  });
}
