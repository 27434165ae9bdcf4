import type { StaffMember } from '../../../state-machines/service/service.types.ts';
import type { CashUnitRow } from '../../journal/journal.ts';
import { OPEN_MESSAGE_STATES, type MessageState, type StoredMessage } from '../../contracts/message-state.ts';
import { QUEUED_LANES } from '../../contracts/host-operations.ts';
import type { ScreenData } from '../../contracts/screen-model.ts';
import { BOX_UNIT, cassetteUnit, COIN_BOX_UNIT, isRecyclerCassette, isRecyclerUnit, RECYCLER_CASSETTE_BASE, RECYCLER_TRANSPORT_UNIT, recyclerCassette, REJECT_UNIT, TRANSPORT_UNIT } from '../cash/cash-unit-ids.ts';
import type { UnitCounts } from '../cash/unit-counts.ts';
import { differenceOf } from '../cash/unit-counts.ts';
import { isCoinBoxFull } from '../cash/coin-desk.ts';
import { isCoinExchangeOpen } from '../cash/coin-exchange.ts';
import { isNoteExchangeOpen, loadedCassettes } from '../cash/note-exchange.ts';
import { recyclerUnits } from '../cash/counting-devices.ts';
import { loadedHoppers } from '../cash/hoppers.ts';
import { countOf, isHeld, mostIn, unitsLeft } from '../cash/units-left.ts';
import { isTooOldToSend } from '../../host/outbox/outbox.ts';
import { allDevices } from '../core-parts.ts';
import type { CoreParts } from '../core-parts.ts';
import { hasCoinBox } from '../service/coin-acts.ts';
import { mayActOnMessages, proposalOf } from '../service/message-acts.ts';
import { hasNoteUnits } from '../service/note-acts.ts';
import { mayActOnRecycler } from '../service/recycler-acts.ts';
import { deviceReports, mayActOnDevices } from '../service/device-reports.ts';
import { maySettleAs } from '../service/settle-suspense.ts';
import { dayPage, suspensePage } from './present-service-money.ts';
import { journalPage } from './present-service-journal.ts';
import type { Presented, PresenterWorld } from './presented.ts';
import { present } from './presented.ts';
import type { ServiceSnapshot } from './snapshot-chain.ts';

const QUEUE_ROWS_MAX = 50;
/** Fewer notes than this in a cassette is shown as low. */
const LOW_NOTE_COUNT = 100;

export function presentService(snapshot: ServiceSnapshot, world: PresenterWorld): Presented {
  const { context } = snapshot;
  const { parts } = world;
  // While it is written that he left: nobody, who may not have signed in at all, reads the pages then.
  if (snapshot.matches('leaving')) return present({ screen: 'maintenance', data: {} }, []);
  if (snapshot.matches({ active: 'loggingIn' }) || parts === null) {
    const isBusy = snapshot.matches({ active: { loggingIn: 'checking' } });
    return present({ screen: 'service-login', data: { problem: context.loginProblem, busy: isBusy, canLogIn: parts !== null, troubles: [...world.troubles] } }, isBusy ? [] : ['serviceLogin', 'cancel'], context.inactivityMs);
  }
  if (snapshot.matches({ active: 'changingPassword' })) {
    return present({
      screen: 'service-password',
      data: { login: context.staff?.login ?? '', why: context.mustChange ?? 'wish', problems: [...context.passwordProblems] },
    }, ['servicePassword', 'cancel'], context.inactivityMs);
  }
  const frame = {
    login: context.staff?.login ?? '', name: context.staff?.name ?? '', level: context.staff?.level ?? '', softwareVersion: world.softwareVersion, businessDay: parts.gateway.businessDay,
    incidentCount: allDevices(parts.devices).filter((device) => device.status().faults.length > 0).length + world.troubles.length, queueCount: parts.journal.messageCount({ states: OPEN_MESSAGE_STATES, lanes: QUEUED_LANES }),
  };
  const level = context.staff?.level ?? 'viewer';
  const isAtCoins = snapshot.matches({ active: { pages: 'actingOnCoins' } });
  const isAtNotes = snapshot.matches({ active: { pages: 'actingOnNotes' } });
  const isActing = isAtCoins || isAtNotes || snapshot.matches({ active: { pages: 'actingOnRecycler' } });
  if (isActing || snapshot.matches({ active: { pages: 'cash' } })) {
    const mayAct = mayActOnRecycler(level);
    const desk = mayAct ? parts.recyclerDesk : null;
    const coins = mayAct ? coinCard(parts, { isBusy: isAtCoins, result: context.coinResult }) : null;
    const recycler = desk === null ? null : { isExchanging: desk.isExchanging, isBusy: isActing && !isAtCoins && !isAtNotes, result: context.recyclerResult };
    const cassettes = mayAct && hasNoteUnits(parts) ? noteCard(parts, { isBusy: isAtNotes, result: context.noteResult }) : null;
    const acts = [...(recycler === null ? [] : ['serviceRecycler' as const]), ...(coins === null ? [] : ['serviceCoins' as const]), ...(cassettes === null ? [] : ['serviceNotes' as const])];
    return present({ screen: 'service-cash', data: { ...frame, ...cashPage(parts), recycler, coins, cassettes } }, isActing ? [] : ['serviceShow', ...acts, 'serviceLogout'], context.inactivityMs);
  }
  if (snapshot.matches({ active: { pages: 'queue' } }) || snapshot.matches({ active: { pages: 'retrying' } }) || snapshot.matches({ active: { pages: 'actingOnMessage' } })) {
    return present({
      screen: 'service-queue',
      data: { ...frame, messages: queueRows(parts, { login: context.staff?.login ?? '', level }), linkUp: parts.gateway.isLinkUp },
    }, ['serviceShow', ...(mayActOnMessages(level) ? ['serviceRetry' as const, 'serviceMessage' as const] : []), 'serviceLogout'], context.inactivityMs);
  }
  if (snapshot.matches({ active: { pages: 'suspense' } }) || snapshot.matches({ active: { pages: 'settling' } })) {
    return present({ screen: 'service-suspense', data: { ...frame, ...suspensePage(parts, level) } }, ['serviceShow', ...(maySettleAs(level).length === 0 ? [] : ['serviceSettle' as const]), 'serviceLogout'], context.inactivityMs);
  }
  if (snapshot.matches({ active: { pages: 'day' } })) return present({ screen: 'service-day', data: { ...frame, ...dayPage(parts) } }, ['serviceShow', 'serviceLogout'], context.inactivityMs);
  const isFinding = snapshot.matches({ active: { pages: 'finding' } });
  if (isFinding || snapshot.matches({ active: { pages: 'journal' } })) return present({ screen: 'service-journal', data: { ...frame, ...journalPage(parts, context.found) } }, ['serviceShow', ...(isFinding ? [] : ['serviceFind' as const]), 'serviceLogout'], context.inactivityMs);
  return present({
    screen: 'service-status',
    data: { ...frame, troubles: [...world.troubles], devices: [...deviceReports(parts)], suspense: suspenseRows(parts) },
  }, ['serviceShow', ...(mayActOnDevices(level) ? ['serviceReset' as const, 'serviceRestart' as const] : []), 'serviceLogout'], context.inactivityMs);
}

/** First what waits for a person: behind a page of what goes by itself nobody would find it. */
function waiting({ journal }: CoreParts): readonly StoredMessage[] {
  const rows = (states: readonly MessageState[]) => journal.messages({ states, lanes: QUEUED_LANES, limit: QUEUE_ROWS_MAX });
  return [...rows(['parked']), ...rows(OPEN_MESSAGE_STATES.filter((state) => state !== 'parked'))].slice(0, QUEUE_ROWS_MAX);
}

function queueRows(parts: CoreParts, staff: Pick<StaffMember, 'login' | 'level'>): ScreenData<'service-queue'>['messages'] {
  const mayAct = mayActOnMessages(staff.level);
  return waiting(parts).map((message) => {
    const proposal = message.state === 'parked' ? proposalOf(parts.journal, message) : null;
    return {
      messageId: message.messageId, operation: message.operation, state: message.state, createdAtUtcMs: message.createdAtUtcMs, attemptCount: message.attemptCount, lastError: message.lastError,
      canRetry: (message.state === 'parked' || message.state === 'ready' || message.state === 'unknown') && !isTooOldToSend(message, parts.journal.nowUtcMs()),
      canAct: message.state === 'parked' && mayAct,
      proposal: proposal === null ? null : { act: proposal.act, by: proposal.by, why: proposal.why, isOwn: proposal.by === staff.login },
    };
  });
}

function suspenseRows(parts: CoreParts): ScreenData<'service-status'>['suspense'] {
  return parts.journal.suspense({ state: 'open' }).map((item) => ({
    suspenseId: item.suspenseId,
    amountMinor: item.amountMinor,
    kind: item.reason,
    openedAtUtcMs: item.openedAtUtcMs,
    reference: item.reference,
  }));
}

function coinCard(parts: CoreParts, { isBusy, result }: { readonly isBusy: boolean; readonly result: ServiceSnapshot['context']['coinResult'] }): ScreenData<'service-cash'>['coins'] {
  const rows = parts.journal.cashUnits();
  const hasBox = hasCoinBox(parts);
  const hoppers = loadedHoppers(parts).map(({ hopperNumber, unitId, denominationMinor, capacityCoins }) => ({ hopperNumber, denominationMinor: mostIn(rows, unitId) ?? denominationMinor, capacity: capacityCoins, coinCount: countOf(rows, unitId) }));
  const isExchanging = isCoinExchangeOpen(parts.journal);
  return hasBox || hoppers.length > 0 || isExchanging ? { isExchanging, isBusy, hasBox, hoppers, result } : null;
}

function noteCard(parts: CoreParts, { isBusy, result }: { readonly isBusy: boolean; readonly result: ServiceSnapshot['context']['noteResult'] }): NonNullable<ScreenData<'service-cash'>['cassettes']> {
  const rows = parts.journal.cashUnits();
  const cassettes = loadedCassettes(parts).map(({ cassetteNumber, unitId, denominationMinor, capacityNotes }) => ({ cassetteNumber, unit: shownUnit(cassetteNumber), denominationMinor: mostIn(rows, unitId) ?? denominationMinor, capacity: capacityNotes, noteCount: countOf(rows, unitId) }));
  return { isExchanging: isNoteExchangeOpen(parts.journal), isBusy, cassettes, result };
}

/** As people count the units of one device. */
function shownUnit(cassetteNumber: number): { readonly role: 'cashOut' | 'recycle'; readonly number: number } {
  return isRecyclerCassette(cassetteNumber) ? { role: 'recycle', number: cassetteNumber - RECYCLER_CASSETTE_BASE } : { role: 'cashOut', number: cassetteNumber };
}

type ShownUnit = ScreenData<'service-cash'>['units'][number];

function countByDevice(counts: UnitCounts | null): ShownUnit['byDevice'] {
  return counts === null || counts.deviceCount === null ? null : { noteCount: counts.deviceCount, differenceCount: differenceOf(counts) };
}

function cashPage(parts: CoreParts): Pick<ScreenData<'service-cash'>, 'units' | 'totalMinor' | 'suspense'> {
  const rows = parts.journal.cashUnits();
  const { acceptor, recycler, coinAcceptor } = parts.config.devices;
  const box = acceptor ?? recycler;
  const units: readonly Omit<ShownUnit, 'byDevice'>[] = [
    ...(box === undefined && !isHeld(rows, BOX_UNIT) ? [] : [unitOf(rows, BOX_UNIT, { role: 'cashIn', cassetteNumber: null, capacity: box?.capacityNotes ?? countOf(rows, BOX_UNIT) })]),
    ...(recycler?.units ?? []).map((unit, index) => unitOf(rows, cassetteUnit(recyclerCassette(index)), { role: 'recycle', cassetteNumber: index + 1, capacity: unit.capacityNotes, denominationMinor: unit.denominationMinor })),
    ...(recycler === undefined ? [] : unitsLeft(rows, { isOfThese: isRecyclerUnit, configured: recyclerUnits(parts.config).map(({ unitId }) => unitId) })).map(({ unitId, unitNumber, count, denominationMinor }) => unitOf(rows, unitId, { role: 'recycle', cassetteNumber: unitNumber, capacity: count, denominationMinor })),
    ...loadedCassettes(parts).map(({ unitId, cassetteNumber, capacityNotes, denominationMinor }) => {
      const { role, number } = shownUnit(cassetteNumber);
      return unitOf(rows, unitId, { role, cassetteNumber: number, capacity: capacityNotes, denominationMinor });
    }),
    ...(hasCoinBox(parts) ? [unitOf(rows, COIN_BOX_UNIT, { role: 'coinsIn', cassetteNumber: null, capacity: coinAcceptor?.capacityCoins ?? countOf(rows, COIN_BOX_UNIT) })] : []),
    ...loadedHoppers(parts).map(({ unitId, capacityCoins, denominationMinor }) => unitOf(rows, unitId, { role: 'coinsOut', cassetteNumber: null, capacity: capacityCoins, denominationMinor })),
    ...[REJECT_UNIT, TRANSPORT_UNIT, RECYCLER_TRANSPORT_UNIT].filter((unitId) => unitId === REJECT_UNIT || isHeld(rows, unitId)).map((unitId) => unitOf(rows, unitId, { role: 'reject', cassetteNumber: null, capacity: 100 })),
  ];
  const open = parts.journal.suspense({ state: 'open' });
  const sumOf = (share: (amountMinor: number) => number) => open.reduce((sum, item) => sum + share(item.amountMinor), 0);
  // In an exchange the figures of before say nothing.
  const isExchanging = isNoteExchangeOpen(parts.journal);
  return {
    units: units.map((unit) => ({ ...unit, byDevice: isExchanging ? null : countByDevice(parts.unitComparison.of(unit.unitId)) })),
    totalMinor: units.reduce((sum, unit) => sum + unit.totalMinor, 0),
    suspense: { count: open.length, insideMinor: sumOf((minor) => Math.max(0, minor)), outsideMinor: sumOf((minor) => Math.min(0, minor)) },
  };
}

function unitOf(rows: readonly CashUnitRow[], unitId: string, unit: { readonly role: 'cashIn' | 'cashOut' | 'coinsIn' | 'coinsOut' | 'recycle' | 'reject'; readonly cassetteNumber: number | null; readonly capacity: number; readonly denominationMinor?: number }): Omit<ShownUnit, 'byDevice'> {
  const counted = rows.filter((row) => row.unitId === unitId && (row.noteCount > 0 || row.denominationMinor === unit.denominationMinor));
  const notes = counted.map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount })).sort((left, right) => right.denominationMinor - left.denominationMinor);
  if (notes.length === 0 && unit.denominationMinor !== undefined) notes.push({ denominationMinor: unit.denominationMinor, noteCount: 0 });
  const noteCount = notes.reduce((sum, note) => sum + note.noteCount, 0);
  // A recycler fills itself: few notes are no reason to load it, none are none to pay.
  const level = unit.role === 'recycle' ? (noteCount === 0 ? 'empty' : noteCount >= unit.capacity ? 'full' : 'ok') : unit.role === 'cashOut' || unit.role === 'coinsOut' ? (noteCount === 0 ? 'empty' : noteCount < LOW_NOTE_COUNT ? 'low' : 'ok') : (unit.role === 'coinsIn' ? isCoinBoxFull(noteCount, unit.capacity) : noteCount >= unit.capacity) ? 'full' : 'ok';
  return {
    unitId,
    role: unit.role,
    cassetteNumber: unit.cassetteNumber,
    notes,
    totalMinor: notes.reduce((sum, note) => sum + note.denominationMinor * note.noteCount, 0),
    capacity: unit.capacity,
    level,
  };
}
