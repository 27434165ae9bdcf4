import type { CoinAct, CoinActResult, StaffMember } from '../../../state-machines/service/service.types.ts';
import type { JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { COIN_BOX_UNIT } from '../cash/cash-unit-ids.ts';
import { COIN_EXCHANGE, isCoinExchangeOpen } from '../cash/coin-exchange.ts';
import { loadedHoppers } from '../cash/hoppers.ts';
import { moveBatch } from '../cash/note-moves.ts';
import { countOf, holdsOthers } from '../cash/units-left.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit } from '../require-commit.ts';
import { mayActOnRecycler } from './recycler-acts.ts';

type Parts = Pick<CoreParts, 'config' | 'journal' | 'devices' | 'coinDesk'>;

type LoadedHopper = ReturnType<typeof loadedHoppers>[number];

export interface CoinActRequest {
  readonly staff: StaffMember;
  readonly act: CoinAct;
  /** Which hopper, from 1, where the act is on one. */
  readonly hopperNumber: number;
  /** Coins put in. */
  readonly coinCount: number;
}

/**
 * One act of a person on hoppers and coin box. A hopper counts only what it pays, so what hands put in or take out is what the person says: that he is at the coins is
 * durable before, and each thing he did is one transaction with its counts. Until he is done no coin is taken or paid, also over a restart.
 * @throws JournalUnavailable nothing was written
 */
export function actOnCoins(parts: Parts, request: CoinActRequest): CoinActResult {
  const { staff, act } = request;
  const hoppers = loadedHoppers(parts);
  if ((hoppers.length === 0 && !hasCoinBox(parts) && !isCoinExchangeOpen(parts.journal)) || !mayActOnRecycler(staff.level)) return 'failed';
  if (act === 'startExchange') return startExchange(parts, staff);
  if (!isCoinExchangeOpen(parts.journal)) return 'failed';
  if (act === 'endExchange') return endCoinExchange(parts, staff.login);
  if (act === 'collect') return collect(parts, staff);
  const hopper = hoppers.find(({ hopperNumber }) => hopperNumber === request.hopperNumber);
  if (hopper === undefined) return 'failed';
  return act === 'load' ? load(parts, request, hopper) : empty(parts, staff, hopper);
}

/** Also where no coin is accepted: what is left in an emptied hopper goes with it. */
export function hasCoinBox({ config, journal }: Pick<Parts, 'config' | 'journal'>): boolean {
  return config.devices.coinAcceptor !== undefined || countOf(journal.cashUnits(), COIN_BOX_UNIT) > 0;
}

function startExchange({ journal, coinDesk }: Parts, { login }: StaffMember): CoinActResult {
  if (journal.openOperationIds().length > 0 || coinDesk.isOpen) return 'underWay';
  if (!isCoinExchangeOpen(journal)) requireCommit(journal, { entries: [acted(login, 'startExchange', 'hoppers and coin box')], facts: { [COIN_EXCHANGE]: login } });
  return 'exchangeOpen';
}

/** A hopper that stopped for want of coins is looked at anew. */
export function endCoinExchange({ journal, devices }: Pick<Parts, 'journal' | 'devices'>, login: string): CoinActResult {
  requireCommit(journal, { entries: [acted(login, 'endExchange', 'hoppers and coin box')], facts: { [COIN_EXCHANGE]: '' } });
  for (const hopper of devices.coinDispensers) if (hopper.status().state === 'faulty') hopper.reset();
  return 'exchangeEnded';
}

function load({ journal }: Parts, { staff, coinCount }: CoinActRequest, { unitId, denominationMinor, capacityCoins }: LoadedHopper): CoinActResult {
  const rows = journal.cashUnits();
  if (coinCount < 1 || coinCount + countOf(rows, unitId) > capacityCoins) return 'failed';
  if (holdsOthers(rows, { unitId, denominationMinor })) return 'otherInside';
  requireCommit(journal, { entries: [acted(staff.login, 'load', `${unitId}:${coinCount}`)], cashUnits: [{ unitId, denominationMinor, noteCountDelta: coinCount }] });
  return 'loaded';
}

/** What was left in it goes with the coin box, and is counted with it; also coins of a kind that an earlier configuration gave the hopper. */
function empty({ journal }: Parts, { login }: StaffMember, { unitId }: LoadedHopper): CoinActResult {
  const rows = journal.cashUnits().filter((row) => row.unitId === unitId && row.noteCount > 0);
  if (rows.length === 0) return 'nothing';
  const moved = moveBatch(rows.map(({ denominationMinor, noteCount }) => ({ fromUnitId: unitId, toUnitId: COIN_BOX_UNIT, denominationMinor, noteCount })), `taken out of the hopper by ${login}`);
  requireCommit(journal, { ...moved, entries: [acted(login, 'empty', `${unitId}:${countOf(rows, unitId)}`), ...(moved.entries ?? [])] });
  return 'emptied';
}

/** The box leaves the terminal with all that the journal counts in it; what really lies in it is counted where it goes. */
function collect({ journal }: Parts, { login }: StaffMember): CoinActResult {
  const rows = journal.cashUnits().filter(({ unitId, noteCount }) => unitId === COIN_BOX_UNIT && noteCount > 0);
  if (rows.length === 0) return 'nothing';
  const cashUnits: JournalBatch['cashUnits'] = rows.map(({ unitId, denominationMinor, noteCount }) => ({ unitId, denominationMinor, noteCountDelta: -noteCount }));
  requireCommit(journal, { entries: [acted(login, 'collect', rows.map(({ denominationMinor, noteCount }) => `${denominationMinor}:${noteCount}`).join(' '))], cashUnits });
  return 'collected';
}

function acted(login: string, act: CoinAct, target: string) {
  return entry('service.acted', { login, action: `coins.${act}`, target });
}
