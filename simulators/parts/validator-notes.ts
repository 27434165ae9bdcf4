import type { Result } from '../../main/foundation/outcome.ts';
import { ok } from '../../main/foundation/outcome.ts';
import type { ControlError, Json } from '../simulator.ts';
import { notNow } from './not-now.ts';

/**
 * `customer`: in the hand. `head`: drawn in. `transport`: behind the gate, where no hand reaches. `store`: in a unit that pays out. `bezel`: paid out, in the
 * customer's reach. `mouth`: given back, still held. `collected`: in a box that was taken out. `technician`: picked out of a jam.
 */
export const NOTE_PLACES = ['customer', 'head', 'escrow', 'transport', 'box', 'store', 'bezel', 'mouth', 'collected', 'technician'] as const;
export type NotePlace = (typeof NOTE_PLACES)[number];
export type NoteKind = 'genuine' | 'unfit' | 'foreign' | 'counterfeit';

export interface Note {
  readonly serial: string;
  readonly denominationMinor: number;
  readonly kind: NoteKind;
  /** Index in the device's own table; null: it does not know such a note. */
  readonly noteType: number | null;
  place: NotePlace;
  /** It lay in a unit that pays out: with a customer it was handed out. */
  wasStored?: true;
  /** A hand put it there, no customer: whoever takes it out again has it. */
  readonly wasLeft?: true;
  /** A customer's that went behind the gate: the machine's, wherever it is taken from. */
  wasPastGate?: true;
}

const ON_ITS_WAY: readonly NotePlace[] = ['head', 'escrow', 'transport', 'mouth'];

/** All notes that a device ever saw, each in exactly one place, always. */
export class ValidatorNotes {
  readonly #notes: Note[] = [];
  /** Notes come to their end in order, so only the newest can be on its way. */
  #underWay: Note | null = null;

  add(note: Omit<Note, 'serial'>): Note {
    const added: Note = { ...note, serial: `KZ${String(this.#notes.length + 1).padStart(8, '0')}` };
    this.#notes.push(added);
    this.move(added, added.place);
    return added;
  }

  move(note: Note, place: NotePlace): void {
    note.place = place;
    if (place === 'store') note.wasStored = true;
    if (place === 'transport' && note.wasStored !== true && note.wasLeft !== true) note.wasPastGate = true;
    if (ON_ITS_WAY.includes(place)) this.#underWay = note;
    else if (this.#underWay === note) this.#underWay = null;
  }

  /** The mechanism has room for no second one. */
  get underWay(): Note | null {
    return this.#underWay;
  }

  in(place: NotePlace): readonly Note[] {
    return this.#notes.filter((note) => note.place === place);
  }

  countIn(place: NotePlace): number {
    return this.#notes.reduce((count, note) => (note.place === place ? count + 1 : count), 0);
  }

  /** Hands take so many out of the units: nobody asks the device, which counts what is left. @returns false: there are not as many */
  takeStored({ denominationMinor, noteCount }: { readonly denominationMinor: number; readonly noteCount: number }): boolean {
    const lying = this.in('store').filter((note) => note.denominationMinor === denominationMinor);
    if (lying.length < noteCount) return false;
    for (const note of lying.slice(-noteCount)) this.move(note, 'technician');
    return true;
  }

  describe(): { readonly [key: string]: Json } {
    return {
      paidOutMinor: this.#notes.reduce((sum, note) => (note.wasStored === true && (note.place === 'customer' || note.place === 'bezel') ? sum + note.denominationMinor : sum), 0),
      places: Object.fromEntries(NOTE_PLACES.map((place) => {
        const notes = this.in(place);
        return [place, { noteCount: notes.length, sumMinor: notes.reduce((sum, note) => sum + note.denominationMinor, 0), serials: notes.map((note) => note.serial) }];
      })),
      notes: this.#notes.map(({ serial, denominationMinor, kind, place, wasStored, wasPastGate }) => ({ serial, denominationMinor, kind, place, wasStored: wasStored === true, isKept: wasPastGate === true && wasStored !== true && (place === 'transport' || place === 'technician') })),
    };
  }
}

/** Behind the gate, by hand. @param unit.noteType  negative: it knows no such note */
export function leaveNote(notes: ValidatorNotes, { isOff, denominationMinor, noteType }: { readonly isOff: boolean; readonly denominationMinor: number; readonly noteType: number }): Result<Json, ControlError> {
  if (!isOff || notes.underWay !== null || noteType < 0) return notNow('it has power, or a note in its path, or knows no such note');
  return ok(notes.add({ denominationMinor, kind: 'genuine', noteType, place: 'transport', wasLeft: true }).serial);
}
