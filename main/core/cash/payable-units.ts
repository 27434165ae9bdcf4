import type { PayableUnit } from '../../cash/mix.ts';
import type { CashUnitRow } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { cassetteUnit, isRecyclerCassette, recyclerCassette } from './cash-unit-ids.ts';
import { isCoinExchangeOpen } from './coin-exchange.ts';
import { hoppersOf } from './hoppers.ts';
import { isNoteExchangeOpen } from './note-exchange.ts';
import { holdsOthers } from './units-left.ts';

/** Loaded cassettes, units of the recycler and coins as the journal counts them; one that its device does not see is left out, and one that counts pieces of another kind as well pays nothing. */
export function payableUnits(parts: Pick<CoreParts, 'config' | 'journal' | 'cassettes' | 'recyclerDesk'>): readonly PayableUnit[] {
  // Coins alone are no cash-out.
  if (isNoteExchangeOpen(parts.journal)) return [];
  const { dispenser, recycler } = parts.config.devices;
  // What is on its way to the box is not there to be paid.
  const units = parts.recyclerDesk?.isBringing === true ? [] : (recycler?.units ?? []).map((unit, index) => ({ ...unit, cassetteNumber: recyclerCassette(index) }));
  const coins = isCoinExchangeOpen(parts.journal) ? [] : hoppersOf(parts.config);
  const counted = parts.journal.cashUnits();
  return [...(dispenser?.cassettes ?? []), ...units, ...coins].filter((cassette) => parts.cassettes.isPresent(cassette.cassetteNumber)).map((cassette) => ({
    cassetteNumber: cassette.cassetteNumber,
    denominationMinor: cassette.denominationMinor,
    noteCount: payableCount(counted, cassette),
    keepCount: cassette.keepCount,
  }));
}

/** A recycler pays by kind, whatever else a unit of it counts; of a cassette or hopper nobody knows which piece comes next. */
function payableCount(rows: readonly CashUnitRow[], { cassetteNumber, denominationMinor }: Pick<PayableUnit, 'cassetteNumber' | 'denominationMinor'>): number {
  const unitId = cassetteUnit(cassetteNumber);
  if (!isRecyclerCassette(cassetteNumber) && holdsOthers(rows, { unitId, denominationMinor })) return 0;
  return rows.find((row) => row.unitId === unitId && row.denominationMinor === denominationMinor)?.noteCount ?? 0;
}
