import { z } from 'zod';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { ControlError, Json, SimulatorEvent } from '../simulator.ts';
import type { DispenserNotes } from './dispenser-notes.ts';
import { notNow } from './not-now.ts';

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

/** What hands take hold of, and who hears of it. */
export interface HandledDispenser {
  readonly notes: DispenserNotes;
  readonly tell: (event: string, fields: SimulatorEvent['fields']) => void;
}

/** @error invalid: no such cassette · notNow: nothing is in reach, or it is full */
export function handleCassettes({ notes, tell }: HandledDispenser, hand: DispenserHand): Result<Json, ControlError> {
  if (hand.do === 'clearPath') return ok({ noteCount: notes.clearPath() });
  if (hand.do === 'takeNotes') {
    const noteCount = notes.take(hand.noteCount ?? Infinity);
    tell('notesTaken', { noteCount });
    return noteCount > 0 ? ok({ noteCount }) : notNow('nothing is in reach');
  }
  const { cassetteNumber } = hand;
  const cassette = notes.cassette(cassetteNumber);
  if (cassette === undefined) return err({ code: 'invalid', detail: 'no such cassette' });
  switch (hand.do) {
    case 'loadCassette': {
      const noteCount = notes.load(cassetteNumber, hand.noteCount);
      tell('cassetteLoaded', { cassetteNumber, noteCount });
      return noteCount > 0 ? ok({ noteCount }) : notNow('it is full');
    }
    case 'emptyCassette': {
      const noteCount = notes.emptyCassette(cassetteNumber);
      tell('cassetteEmptied', { cassetteNumber, noteCount });
      return ok({ noteCount });
    }
    case 'removeCassette':
    case 'insertCassette':
      cassette.isInserted = hand.do === 'insertCassette';
      tell(cassette.isInserted ? 'cassetteInserted' : 'cassetteRemoved', { cassetteNumber });
      return ok(null);
  }
}

export function handleTray({ notes, tell }: HandledDispenser, { do: what }: TrayHand): Result<Json, ControlError> {
  if (what === 'emptyTray') return ok({ noteCount: notes.emptyTray() });
  notes.isTrayInserted = what === 'insertTray';
  tell(what === 'insertTray' ? 'trayInserted' : 'trayRemoved', {});
  return ok(null);
}
