import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CoinAcceptor, CoinAcceptorEvent } from '../../../drivers/interfaces/coin-acceptor.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';

export interface CoinAcceptorRig {
  readonly acceptor: CoinAcceptor;
  /** A coin that the device knows. */
  readonly denominationMinor: number;
  /** Another one; the suite leaves it disabled. */
  readonly otherDenominationMinor: number;
  insert(denominationMinor: number, kind: 'genuine' | 'slug'): void;
  unplug(): void;
  plug(): void;
  /** Lets time pass until it holds; false when it never did. */
  until(predicate: () => boolean, limitMs: number): Promise<boolean>;
  /** Sum of the coins in the box, as the device's own truth has it. */
  boxSumMinor(): number;
  /** The process ends, and another begins with the same device. */
  another(): Promise<CoinAcceptor>;
  close(): Promise<void>;
}

/**
 * What every coin acceptor must do, whatever it speaks: a driver that passes can be put under the core unseen.
 * @param covers  `line`: only what another line or another clock could change; real time is slow
 */
export function coinAcceptorContract(name: string, makeRig: () => Promise<CoinAcceptorRig>, covers: 'all' | 'line' = 'all'): void {
  const itInFull = it.runIf(covers === 'all');
  describe(`coin acceptor contract: ${name}`, { timeout: 60_000 }, () => {
    let rig: CoinAcceptorRig;
    let acceptor: CoinAcceptor;
    let events: CoinAcceptorEvent[];
    let isAcknowledging: boolean;

    const creditedMinor = () => events.flatMap((event) => (event.kind === 'coinAccepted' ? [event.coin.denominationMinor] : []));
    const listen = (device: CoinAcceptor) => device.onEvent((event) => {
      events.push(event);
      if (event.kind === 'coinAccepted' && isAcknowledging) event.acknowledge();
    });
    async function outcomeOf<T>(command: Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>> {
      let outcome: DeviceOutcome<T> | undefined;
      void command.then((settled) => (outcome = settled));
      expect(await rig.until(() => outcome !== undefined, 200_000), 'the command settles').toBe(true);
      return outcome!;
    }
    async function ready(): Promise<void> {
      expect(await rig.until(() => acceptor.status().state === 'ready', 60_000)).toBe(true);
    }
    async function enable(): Promise<void> {
      await ready();
      expect(await outcomeOf(acceptor.enable({ denominationsMinor: [rig.denominationMinor], currency: 'KZT' }))).toEqual({ kind: 'completed', value: undefined });
    }
    async function insertAndWait(): Promise<void> {
      const since = creditedMinor().length;
      rig.insert(rig.denominationMinor, 'genuine');
      expect(await rig.until(() => creditedMinor().length > since, 20_000)).toBe(true);
    }

    beforeEach(async () => {
      rig = await makeRig();
      acceptor = rig.acceptor;
      events = [];
      isAcknowledging = true;
      listen(acceptor);
      acceptor.start();
    });
    afterEach(() => rig.close());

    it('comes up by itself and tells its coins', async () => {
      await ready();
      expect(acceptor.status()).toMatchObject({ deviceClass: 'coinAcceptor', faults: [] });
      expect(acceptor.capabilities.denominationsMinor).toEqual([...acceptor.capabilities.denominationsMinor].sort((a, b) => a - b));
      expect(acceptor.capabilities.denominationsMinor).toContain(rig.denominationMinor);
      expect(acceptor.mark()).not.toBeNull();
    });

    it('credits each coin once, and none of another kind, no slug, none when it is closed', async () => {
      await enable();
      await insertAndWait();
      await insertAndWait();
      rig.insert(rig.otherDenominationMinor, 'genuine');
      rig.insert(rig.denominationMinor, 'slug');
      expect(await rig.until(() => events.filter((event) => event.kind !== 'coinAccepted').length >= 2, 20_000)).toBe(true);
      expect(await outcomeOf(acceptor.disable())).toEqual({ kind: 'completed', value: undefined });
      rig.insert(rig.denominationMinor, 'genuine');
      await rig.until(() => false, 1_500);
      expect(creditedMinor()).toEqual([rig.denominationMinor, rig.denominationMinor]);
      expect(rig.boxSumMinor()).toBe(2 * rig.denominationMinor);
    });

    itInFull('a coin under way when it is closed is credited before that is done', async () => {
      await enable();
      rig.insert(rig.denominationMinor, 'genuine');
      await rig.until(() => false, 120);
      expect((await outcomeOf(acceptor.disable())).kind).toBe('completed');
      expect(creditedMinor().reduce((sum, one) => sum + one, 0)).toBe(rig.boxSumMinor());
    });

    itInFull('tells the next credit when the one before is durable, and a postponed one again', async () => {
      isAcknowledging = false;
      await enable();
      await insertAndWait();
      rig.insert(rig.denominationMinor, 'genuine');
      await rig.until(() => false, 2_000);
      expect(creditedMinor()).toHaveLength(1);
      const first = events.find((event) => event.kind === 'coinAccepted')!;
      first.postpone();
      isAcknowledging = true;
      expect(await rig.until(() => creditedMinor().length === 3, 10_000)).toBe(true);
    });

    itInFull('the next process credits what this one did not, by its mark, and nothing twice', async () => {
      await enable();
      await insertAndWait();
      const mark = acceptor.mark()!;
      isAcknowledging = false;
      await insertAndWait();
      isAcknowledging = true;
      acceptor = await rig.another();
      listen(acceptor);
      expect(acceptor.resumeFrom(mark)).toBe(true);
      acceptor.start();
      await ready();
      expect(await rig.until(() => creditedMinor().length === 3, 10_000)).toBe(true);
      await rig.until(() => false, 2_000);
      // Told twice, durable once: the first time nobody acknowledged it.
      expect(creditedMinor()).toHaveLength(3);
      expect(events.some((event) => event.kind === 'creditsUncertain')).toBe(false);
      expect(acceptor.resumeFrom('nonsense')).toBe(false);
    });

    it('goes offline with the line, comes back by itself, and takes no coin until it is enabled again', async () => {
      await enable();
      await insertAndWait();
      rig.unplug();
      expect(await rig.until(() => acceptor.status().state === 'offline', 60_000)).toBe(true);
      rig.plug();
      await ready();
      rig.insert(rig.denominationMinor, 'genuine');
      await rig.until(() => false, 2_000);
      expect(creditedMinor()).toHaveLength(1);
      expect(rig.boxSumMinor()).toBe(rig.denominationMinor);
    });
  });
}
