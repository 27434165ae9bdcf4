import type { OperationCode } from '../contracts/operations.ts';
import { OPERATIONS } from '../contracts/operations.ts';
import type { UNAVAILABLE_REASONS } from '../contracts/screen-model.ts';
import type { HostStop } from '../../state-machines/cash-in/cash-in.types.ts';
import type { Availability } from '../../state-machines/terminal/terminal.types.ts';
import type { CoreParts } from './core-parts.ts';
import { isNoteExchangeOpen } from './cash/note-exchange.ts';
import type { SiteHindrance } from './guards/site-guard.ts';
import { payableUnits } from './cash/payable-units.ts';

export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

export interface OperationTile {
  readonly operation: OperationCode;
  readonly available: boolean;
  readonly reason: UnavailableReason | null;
}

/** What still works, by the availability matrix of ux.md; nothing that moves money starts without the host (PS-7.4, Q-09). */
export function operationTiles(parts: CoreParts): readonly OperationTile[] {
  const reasonForAll = closingReason(parts) ?? hostReason(parts);
  return OPERATIONS.map((operation) => {
    const reason = reasonForAll ?? (operation === 'op-10' ? cashOutReason(parts) : cashInReason(parts));
    return { operation, available: reason === null, reason };
  });
}

export function availabilityOf(parts: CoreParts, hindrance: 'journal' | 'clock' | SiteHindrance | null): Availability {
  if (hindrance !== null) return { level: 'none', reason: hindrance };
  const tiles = operationTiles(parts);
  const available = tiles.filter((tile) => tile.available).length;
  if (available === tiles.length) return { level: 'full', reason: null };
  const reason = tiles.some((tile) => tile.reason === 'noHost') ? 'host' : tiles.some((tile) => tile.reason === 'queueLimit') ? 'queueLimit' : 'devices';
  // Without the host the menu is shown, greyed, with the reason (ux.md); only a terminal whose devices are all gone closes.
  return { level: available > 0 || reason !== 'devices' ? 'partial' : 'none', reason };
}

/** Whoever is being served finishes what he has begun, and nothing else. */
function closingReason(parts: CoreParts): UnavailableReason | null {
  return parts.site.hindrance() === null ? null : 'closing';
}

function hostReason(parts: CoreParts): UnavailableReason | null {
  const stop = hostStopOf(parts);
  return stop === 'host' ? 'noHost' : stop;
}

/** Why no more cash may move for the bank's sake: it is not there, or it is and has not confirmed too much of what it was told. null: it may. [PS-7.4, host-messages §5.1] */
export function hostStopOf({ gateway, deliveries }: Pick<CoreParts, 'gateway' | 'deliveries'>): HostStop | null {
  return !gateway.isLinkUp ? 'host' : deliveries.isOverLimit() ? 'queueLimit' : null;
}

function cashInReason(parts: CoreParts): UnavailableReason | null {
  const status = parts.devices.acceptor?.status();
  if (status === undefined) return 'notOffered';
  // Units that were opened and are not counted or closed yet: an accepted note among them would be taken for a loaded one. One that brings notes to its box takes and pays none.
  if (parts.recyclerDesk?.isExchanging === true || parts.recyclerDesk?.isBringing === true || isNoteExchangeOpen(parts.journal)) return 'cashInFailed';
  if (status.faults.includes('CIM_BOX_FULL')) return 'cashInFull';
  return status.state === 'ready' || status.state === 'busy' ? null : 'cashInFailed';
}

function cashOutReason(parts: CoreParts): UnavailableReason | null {
  const status = parts.devices.dispenser?.status();
  if (status === undefined) return 'notOffered';
  if (status.state !== 'ready' && status.state !== 'busy') return 'cashOutFailed';
  if (isNoteExchangeOpen(parts.journal)) return 'cashOutFailed';
  return payableUnits(parts).some((unit) => unit.noteCount > unit.keepCount) ? null : 'cashOutEmpty';
}
