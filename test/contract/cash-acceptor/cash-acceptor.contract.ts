/**
 * What every cash acceptor must do, whatever it speaks. Goal: a driver that passes can be put under the core unseen.
 * Method: a rig gives the driver, a hand at the mouth, and a way to let time pass; the suite knows neither protocol nor clock.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CashAcceptor, CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';

export interface CashAcceptorRig {
  readonly acceptor: CashAcceptor;
  /** A note that the device knows. */
  readonly denominationMinor: number;
  /** Another one; the suite leaves it disabled. */
  readonly otherDenominationMinor: number;
  insert(denominationMinor: number, kind: 'genuine' | 'counterfeit'): void;
  unplug(): void;
  plug(): void;
  /** Lets time pass until it holds; false when it never did. */
  until(predicate: () => boolean, limitMs: number): Promise<boolean>;
  /** Sum of the notes in the box, as the device's own truth has it. */
  boxSumMinor(): number;
  close(): Promise<void>;
}

type NoteEnd = Extract<CashAcceptorEvent, { kind: 'noteStacked' | 'noteReturned' }>;

/** @param covers  `line`: only what another line or another clock could change; real time is slow */
export function cashAcceptorContract(name: string, makeRig: () => Promise<CashAcceptorRig>, covers: 'all' | 'line' = 'all'): void {
  const itInFull = it.runIf(covers === 'all');
  describe(`cash acceptor contract: ${name}`, () => {
    let rig: CashAcceptorRig;
    let events: CashAcceptorEvent[];
    let isAcknowledging: boolean;

    const stateIs = (state: string) => () => rig.acceptor.status().state === state;
    const told = <Kind extends CashAcceptorEvent['kind']>(kind: Kind) => events.filter((event): event is Extract<CashAcceptorEvent, { kind: Kind }> => event.kind === kind);

    async function outcomeOf<T>(command: Promise<DeviceOutcome<T>>, limitMs = 200_000): Promise<DeviceOutcome<T>> {
      let outcome: DeviceOutcome<T> | undefined;
      void command.then((settled) => (outcome = settled));
      expect(await rig.until(() => outcome !== undefined, limitMs), 'the command settles').toBe(true);
      return outcome!;
    }

    async function enable(): Promise<void> {
      expect(await rig.until(stateIs('ready'), 60_000)).toBe(true);
      expect(await outcomeOf(rig.acceptor.enable({ denominationsMinor: [rig.denominationMinor], currency: 'KZT' }))).toEqual({ kind: 'completed', value: undefined });
    }

    async function escrow(): Promise<string> {
      const since = told('noteEscrowed').length;
      rig.insert(rig.denominationMinor, 'genuine');
      expect(await rig.until(() => told('noteEscrowed').length > since, 20_000)).toBe(true);
      return told('noteEscrowed').at(-1)!.note.noteId;
    }

    beforeEach(async () => {
      rig = await makeRig();
      events = [];
      isAcknowledging = true;
      rig.acceptor.onEvent((event) => {
        events.push(event);
        if ((event.kind === 'noteStacked' || event.kind === 'noteReturned') && isAcknowledging) event.acknowledge();
      });
      rig.acceptor.start();
    });
    afterEach(() => rig.close());

    it('comes up by itself, tells its denominations ascending, and has no fault', async () => {
      expect(await rig.until(stateIs('ready'), 60_000)).toBe(true);
      const { denominationsMinor, currencies } = rig.acceptor.capabilities;
      expect(denominationsMinor).toContain(rig.denominationMinor);
      expect([...denominationsMinor].sort((a, b) => a - b)).toEqual(denominationsMinor);
      expect(currencies).toEqual(['KZT']);
      expect(rig.acceptor.status()).toMatchObject({ state: 'ready', faults: [], deviceClass: expect.stringMatching(/^cash(Acceptor|Recycler)$/) });
    });

    itInFull('refuses to enable before it is ready, and denominations it does not know', async () => {
      expect(await outcomeOf(rig.acceptor.enable({ denominationsMinor: [rig.denominationMinor], currency: 'KZT' }))).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
      expect(await rig.until(stateIs('ready'), 60_000)).toBe(true);
      expect(await outcomeOf(rig.acceptor.enable({ denominationsMinor: [123], currency: 'KZT' }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    });

    it('stacks: the event comes first, then the promise, and the note is in the box', async () => {
      await enable();
      const noteId = await escrow();
      let eventsAtSettling = -1;
      const stacking = rig.acceptor.stack(noteId).then((outcome) => {
        eventsAtSettling = told('noteStacked').length;
        return outcome;
      });
      expect(await outcomeOf(stacking)).toEqual({ kind: 'completed', value: 'stacked' });
      expect(eventsAtSettling).toBe(1);
      expect(told('noteStacked')[0]).toMatchObject({ note: { noteId, denominationMinor: rig.denominationMinor, currency: 'KZT' }, denominationMinor: rig.denominationMinor, currency: 'KZT' });
      // Some devices credit the note when it cannot come back any more, a moment before it lies in the box. [ssp EE]
      expect(await rig.until(() => rig.boxSumMinor() === rig.denominationMinor, 10_000)).toBe(true);
    });

    itInFull('returns: the note goes back and is told once', async () => {
      await enable();
      const noteId = await escrow();
      expect(await outcomeOf(rig.acceptor.return(noteId))).toEqual({ kind: 'completed', value: 'returned' });
      expect(told('noteReturned')).toHaveLength(1);
      expect(told('noteReturned')[0]!.note?.noteId).toBe(noteId);
      expect(rig.boxSumMinor()).toBe(0);
    });

    itInFull('gives two equal notes two ids and two credits', async () => {
      await enable();
      const first = await escrow();
      await outcomeOf(rig.acceptor.stack(first));
      expect(await rig.until(stateIs('ready'), 20_000)).toBe(true);
      const second = await escrow();
      await outcomeOf(rig.acceptor.stack(second));
      expect(second).not.toBe(first);
      expect(told('noteStacked').map((event) => event.note?.noteId)).toEqual([first, second]);
      expect(await rig.until(() => rig.boxSumMinor() === 2 * rig.denominationMinor, 10_000)).toBe(true);
    });

    itInFull('refuses stack and return of a note that is not in escrow, and a second order for the same note', async () => {
      await enable();
      expect(await outcomeOf(rig.acceptor.stack('no-such-note'))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      const noteId = await escrow();
      const stacking = rig.acceptor.stack(noteId);
      expect(await outcomeOf(rig.acceptor.return(noteId))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      expect(await outcomeOf(stacking)).toEqual({ kind: 'completed', value: 'stacked' });
      expect(await outcomeOf(rig.acceptor.stack(noteId))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    });

    itInFull('keeps an unacknowledged event alive without telling it twice, and goes on once it is acknowledged', async () => {
      isAcknowledging = false;
      await enable();
      await outcomeOf(rig.acceptor.stack(await escrow()));
      await rig.until(() => (rig.acceptor.status().counters['duplicateCount'] ?? 0) > 3, 20_000);
      expect(told('noteStacked')).toHaveLength(1);
      (told('noteStacked')[0] as NoteEnd).acknowledge();
      isAcknowledging = true;
      expect(await rig.until(stateIs('ready'), 20_000)).toBe(true);
      await outcomeOf(rig.acceptor.stack(await escrow()));
      expect(told('noteStacked')).toHaveLength(2);
    });

    itInFull('tells an event again that could not be written down, once for each time it is postponed', async () => {
      isAcknowledging = false;
      await enable();
      await outcomeOf(rig.acceptor.stack(await escrow()));
      (told('noteStacked')[0] as NoteEnd).postpone();
      expect(await rig.until(() => told('noteStacked').length > 1, 20_000), 'told again').toBe(true);
      await rig.until(() => false, 2_000);
      expect(told('noteStacked')).toHaveLength(2);
      expect(told('noteStacked')[1]).toMatchObject({ note: told('noteStacked')[0]!.note, denominationMinor: rig.denominationMinor });
      (told('noteStacked')[1] as NoteEnd).acknowledge();
      expect(await rig.until(stateIs('ready'), 20_000)).toBe(true);
      expect(rig.boxSumMinor()).toBe(rig.denominationMinor);
    });

    itInFull('tells a refused note as rejected and books nothing', async () => {
      await enable();
      for (const [denominationMinor, kind] of [[rig.denominationMinor, 'counterfeit'], [rig.otherDenominationMinor, 'genuine']] as const) {
        const since = told('noteRejected').length;
        rig.insert(denominationMinor, kind);
        expect(await rig.until(() => told('noteRejected').length > since, 20_000)).toBe(true);
        expect(await rig.until(stateIs('ready'), 20_000)).toBe(true);
      }
      expect(told('noteEscrowed')).toEqual([]);
      expect(rig.boxSumMinor()).toBe(0);
    });

    itInFull('finishes the note under way before it says that it is disabled', async () => {
      await enable();
      const noteId = await escrow();
      const disabling = rig.acceptor.disable();
      expect(await outcomeOf(rig.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
      expect(await outcomeOf(disabling)).toEqual({ kind: 'completed', value: undefined });
      expect(() => rig.insert(rig.denominationMinor, 'genuine')).toThrow();
    });

    it('settles stack as uncertain when the line goes, and resolves the note by an event when it comes back', async () => {
      await enable();
      const noteId = await escrow();
      const stacking = rig.acceptor.stack(noteId);
      await rig.until(stateIs('busy'), 100);
      await rig.until(() => false, 100);
      rig.unplug();
      expect(await outcomeOf(stacking, 30_000)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMax: 1 } });
      expect(rig.acceptor.status()).toMatchObject({ state: 'offline', faults: ['CIM_OFFLINE', expect.stringMatching(/^LNK_/)] });
      rig.plug();
      expect(await rig.until(() => told('noteStacked').length > 0, 60_000)).toBe(true);
      expect(told('noteStacked').map((event) => event.note?.noteId)).toEqual([noteId]);
      expect(await rig.until(stateIs('ready'), 60_000)).toBe(true);
      expect(rig.acceptor.status().faults).toEqual([]);
    });

    it('settles every waiter when it is stopped', async () => {
      await enable();
      const noteId = await escrow();
      const stacking = rig.acceptor.stack(noteId);
      await rig.until(() => false, 100);
      await rig.acceptor.stop();
      expect((await outcomeOf(stacking)).kind).toBe('uncertain');
      expect(rig.acceptor.status().state).toBe('offline');
    });
  });
}
