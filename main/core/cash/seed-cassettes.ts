import type { CashUnitChange } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { cassetteUnit } from './cash-unit-ids.ts';
import type { HopperUnit } from './hoppers.ts';
import { hoppersOf } from './hoppers.ts';

const SEEDED = 'cassettes.seeded';
const COINS_SEEDED = 'coins.seeded';

/** The first load of a new terminal, from the configuration, once in the journal's life; afterwards only exchanges change it. */
export function seedCassettes(parts: Pick<CoreParts, 'config' | 'journal'>): void {
  for (const hopper of hoppersOf(parts.config)) seedHopper(parts, hopper);
  const cassettes = parts.config.devices.dispenser?.cassettes ?? [];
  if (cassettes.length === 0 || parts.journal.fact(SEEDED) !== undefined) return;
  const cashUnits: CashUnitChange[] = cassettes.filter((cassette) => cassette.initialCount > 0).map((cassette) => ({
    unitId: cassetteUnit(cassette.cassetteNumber),
    denominationMinor: cassette.denominationMinor,
    noteCountDelta: cassette.initialCount,
  }));
  requireCommit(parts.journal, {
    entries: [entry('service.acted', {
      login: 'configuration',
      action: 'cassettes.firstLoad',
      target: cassettes.map((cassette) => `${cassette.cassetteNumber}:${cassette.initialCount}`).join(' '),
    })],
    cashUnits,
    facts: { [SEEDED]: 'yes' },
  });
}

/** Each by a mark of its own: a hopper may come to a terminal that has long been loaded. */
function seedHopper(parts: Pick<CoreParts, 'journal'>, { hopperNumber, unitId, denominationMinor, initialCount }: HopperUnit): void {
  const fact = hopperNumber === 1 ? COINS_SEEDED : `${COINS_SEEDED}.${hopperNumber}`;
  if (parts.journal.fact(fact) !== undefined) return;
  requireCommit(parts.journal, {
    entries: [entry('service.acted', { login: 'configuration', action: 'coins.firstLoad', target: `${unitId}:${initialCount}` })],
    cashUnits: initialCount === 0 ? [] : [{ unitId, denominationMinor, noteCountDelta: initialCount }],
    facts: { [fact]: 'yes' },
  });
}
