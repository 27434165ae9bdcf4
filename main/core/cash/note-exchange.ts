import type { Config } from '../../contracts/config.ts';
import type { Journal } from '../../journal/journal.ts';
import { cassetteUnit } from './cash-unit-ids.ts';

/** Who opened cassettes and cash box; empty: nobody. */
export const NOTE_EXCHANGE = 'notes.exchange';

/** A person is at the notes, or was when the core ended: none is taken or paid. */
export function isNoteExchangeOpen(journal: Pick<Journal, 'fact'>): boolean {
  return (journal.fact(NOTE_EXCHANGE) ?? '') !== '';
}

/** One cassette of the dispenser as configured, with its name as a cash unit. */
export interface CassetteUnit {
  readonly cassetteNumber: number;
  readonly unitId: string;
  readonly denominationMinor: number;
  readonly capacityNotes: number;
}

export function cassettesOf({ devices }: Pick<Config, 'devices'>): readonly CassetteUnit[] {
  return (devices.dispenser?.cassettes ?? []).map(({ cassetteNumber, denominationMinor, capacityNotes }) => ({ cassetteNumber, unitId: cassetteUnit(cassetteNumber), denominationMinor, capacityNotes }));
}
