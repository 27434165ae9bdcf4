import type { CashUnitChange } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { HOPPER_CASSETTE, cassetteUnit } from './cash-unit-ids.ts';

const SEEDED = 'cassettes.seeded';
const COINS_SEEDED = 'coins.seeded';

/** The first load of a new terminal, from the configuration, once in the journal's life; afterwards only exchanges change it. */
export function seedCassettes(parts: Pick<CoreParts, 'config' | 'journal'>): void {
  seedHopper(parts);
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

/** By a mark of its own: a hopper may come to a terminal that has long been loaded. */
function seedHopper(parts: Pick<CoreParts, 'config' | 'journal'>): void {
  const hopper = parts.config.devices.coinDispenser;
  if (hopper === undefined || parts.journal.fact(COINS_SEEDED) !== undefined) return;
  const { denominationMinor, initialCount } = hopper;
  requireCommit(parts.journal, {
    entries: [entry('service.acted', { login: 'configuration', action: 'coins.firstLoad', target: `${cassetteUnit(HOPPER_CASSETTE)}:${initialCount}` })],
    cashUnits: initialCount === 0 ? [] : [{ unitId: cassetteUnit(HOPPER_CASSETTE), denominationMinor, noteCountDelta: initialCount }],
    facts: { [COINS_SEEDED]: 'yes' },
  });
}
