import type { Config } from '../../contracts/config.ts';
import type { Journal } from '../../journal/journal.ts';
import { cassetteUnit, isCassette, isRecyclerUnit, recyclerCassette } from './cash-unit-ids.ts';
import { unitsLeft } from './units-left.ts';

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

/** Those, and cassettes that an earlier configuration had and in which notes are counted, where it has no recycler any more its units too: they are full as they are, pay nothing, and can be emptied. */
export function loadedCassettes({ config, journal }: { readonly config: Pick<Config, 'devices'>; readonly journal: Pick<Journal, 'cashUnits'> }): readonly CassetteUnit[] {
  const configured = cassettesOf(config);
  const isOfThese = (unitId: string) => isCassette(unitId) || (config.devices.recycler === undefined && isRecyclerUnit(unitId));
  const left = unitsLeft(journal.cashUnits(), { isOfThese, configured: configured.map(({ unitId }) => unitId) });
  return [...configured, ...left.map(({ unitId, unitNumber, denominationMinor, count }): CassetteUnit => ({ cassetteNumber: isRecyclerUnit(unitId) ? recyclerCassette(unitNumber - 1) : unitNumber, unitId, denominationMinor, capacityNotes: count }))];
}
