import { z } from 'zod';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { DispenserNotes } from './dispenser-notes.ts';
import type { FaultTable } from './fault-board.ts';
import { notNow } from './not-now.ts';
import { SimulatedDevice } from './simulated-device.ts';

/** What hands can do to every dispenser, the customer's and the technician's. */
export function dispenserHands({ cassetteCount, capacity }: { readonly cassetteCount: number; readonly capacity: number }) {
  const cassetteNumber = z.number().int().min(1).max(cassetteCount);
  return [
    /** The customer takes what is in reach; all of it when no count is given. */
    z.strictObject({ do: z.literal('takeNotes'), noteCount: z.number().int().min(1).max(1_000).optional() }),
    z.strictObject({ do: z.literal('loadCassette'), cassetteNumber, noteCount: z.number().int().min(1).max(capacity) }),
    /** Staff take all notes out of it. */
    z.strictObject({ do: z.literal('emptyCassette'), cassetteNumber }),
    z.strictObject({ do: z.literal('removeCassette'), cassetteNumber }),
    z.strictObject({ do: z.literal('insertCassette'), cassetteNumber }),
    /** Staff open the transport and take out what lies there. */
    z.strictObject({ do: z.literal('clearPath') }),
  ] as const;
}

/** And to one with a reject tray that comes out. */
export const TRAY_HANDS = [
  z.strictObject({ do: z.literal('removeTray') }),
  z.strictObject({ do: z.literal('insertTray') }),
  z.strictObject({ do: z.literal('emptyTray') }),
] as const;

export type DispenserHand = z.infer<ReturnType<typeof dispenserHands>[number]>;
export type TrayHand = z.infer<(typeof TRAY_HANDS)[number]>;

/** A dispenser of notes: what hands do to cassettes, reject tray and exit, and the account of its notes. How a command moves them is its protocol's. */
export abstract class SimulatedDispenser<Faults extends FaultTable, Hand extends { readonly do: string }> extends SimulatedDevice<Faults, Hand> {
  protected abstract readonly notes: DispenserNotes;

  protected override describe(): { readonly [key: string]: Json } {
    return this.notes.describe();
  }

  protected actOnCassettes(hand: DispenserHand): Result<Json, ControlError> {
    const { notes } = this;
    if (hand.do === 'clearPath') return ok({ noteCount: notes.clearPath() });
    if (hand.do === 'takeNotes') {
      const noteCount = notes.take(hand.noteCount ?? Infinity);
      this.tell('notesTaken', { noteCount });
      return noteCount > 0 ? ok({ noteCount }) : notNow('nothing is in reach');
    }
    const { cassetteNumber } = hand;
    const cassette = notes.cassette(cassetteNumber);
    if (cassette === undefined) return err({ code: 'invalid', detail: 'no such cassette' });
    switch (hand.do) {
      case 'loadCassette': {
        const noteCount = notes.load(cassetteNumber, hand.noteCount);
        this.tell('cassetteLoaded', { cassetteNumber, noteCount });
        return noteCount > 0 ? ok({ noteCount }) : notNow('it is full');
      }
      case 'emptyCassette': {
        const noteCount = notes.emptyCassette(cassetteNumber);
        this.tell('cassetteEmptied', { cassetteNumber, noteCount });
        return ok({ noteCount });
      }
      case 'removeCassette':
      case 'insertCassette':
        cassette.isInserted = hand.do === 'insertCassette';
        this.tell(cassette.isInserted ? 'cassetteInserted' : 'cassetteRemoved', { cassetteNumber });
        return ok(null);
    }
  }

  protected actOnTray({ do: what }: TrayHand): Result<Json, ControlError> {
    if (what === 'emptyTray') return ok({ noteCount: this.notes.emptyTray() });
    this.notes.isTrayInserted = what === 'insertTray';
    this.tell(what === 'insertTray' ? 'trayInserted' : 'trayRemoved', {});
    return ok(null);
  }
}
