import type { NoteAct, NoteActResult, StaffMember } from '../../../state-machines/service/service.types.ts';
import type { CashUnitRow, JournalBatch } from '../../journal/journal.ts';
import { entry } from '../../journal/journal.ts';
import { BOX_UNIT, isCassette, isRecyclerUnit, OUTSIDE, RECYCLER_TRANSPORT_UNIT, REJECT_UNIT, TRANSPORT_UNIT } from '../cash/cash-unit-ids.ts';
import type { CassetteUnit } from '../cash/note-exchange.ts';
import { isNoteExchangeOpen, loadedCassettes, NOTE_EXCHANGE } from '../cash/note-exchange.ts';
import type { NoteMove } from '../cash/note-moves.ts';
import { absentFacts } from '../cash/recycler-exchange.ts';
import { countOf, holdsOthers } from '../cash/units-left.ts';
import type { CoreParts } from '../core-parts.ts';
import { requireCommit, wordIfUnwritten } from '../require-commit.ts';
import type { DeviceWord } from './exchange-devices.ts';
import { CLOSING_FACTS, closeDevices, openDevices, openingFacts, tellCounts, untoldFacts } from './exchange-devices.ts';
import { mayActOnRecycler } from './recycler-acts.ts';

type Parts = Pick<CoreParts, 'config' | 'journal' | 'devices' | 'acceptorDesk' | 'recyclerDesk' | 'cassettes' | 'heldOutcomes'>;

export interface NoteActRequest {
  readonly staff: StaffMember;
  readonly act: NoteAct;
  /** Where the act is on one. */
  readonly cassetteNumber: number;
  /** Notes put in. */
  readonly noteCount: number;
  /** Whoever asked is not in service mode any more: what has not begun by then does not begin. @default he is */
  readonly hasLeft?: () => boolean;
}

const EXCHANGE_FAULTS: readonly string[] = ['CIM_EXCHANGE', 'CDM_EXCHANGE'];
/** No device counts its path by itself. */
const PATH_GOES_WITH: Readonly<Record<string, string>> = { [RECYCLER_TRANSPORT_UNIT]: BOX_UNIT, [TRANSPORT_UNIT]: REJECT_UNIT };
const WHAT = 'cassettes and cash box';
const WHAT_OF_RECYCLER = 'cassettes, recycler units and cash box';
const ANSWERS: Readonly<Record<Exclude<DeviceWord, 'done'>, NoteActResult>> = { failed: 'deviceFailed', uncertain: 'deviceUncertain' };

/**
 * One act of a person on the cassettes of a dispenser and the cash box of an acceptor or recycler. What hands put in or take out is what the person says: that he is at the
 * notes is durable before, and each thing he did is one transaction with its counts. Until he is done no note is taken or paid, also over a restart. A device that counts for
 * itself is told after; what it does not do for certain is journaled and answered, and changes no count of ours. The units of a recycler are opened with the rest, and counted
 * by the device when it is ended (`RecyclerDesk`). No suspense item is touched.
 * @throws JournalUnavailable nothing was written
 */
export async function actOnNotes(parts: Parts, request: NoteActRequest): Promise<NoteActResult> {
  const { staff, act } = request;
  if (!hasNoteUnits(parts) || !mayActOnRecycler(staff.level)) return 'failed';
  if (act === 'startExchange') return startExchange(parts, request);
  if (!isNoteExchangeOpen(parts.journal)) return 'failed';
  if (act === 'endExchange') return endNoteExchange(parts, staff.login);
  if (act === 'collect') return collect(parts, staff);
  const cassette = loadedCassettes(parts).find(({ cassetteNumber }) => cassetteNumber === request.cassetteNumber);
  if (cassette === undefined) return 'failed';
  return act === 'load' ? load(parts, request, cassette) : empty(parts, staff, cassette);
}

export function hasNoteUnits(parts: Pick<Parts, 'config' | 'journal'>): boolean {
  const { acceptor, recycler, dispenser } = parts.config.devices;
  const isLeft = ({ unitId, noteCount }: CashUnitRow): boolean => noteCount > 0 && (isCassette(unitId) || isRecyclerUnit(unitId) || isCollected(unitId));
  return acceptor !== undefined || recycler !== undefined || dispenser !== undefined || parts.journal.cashUnits().some(isLeft) || isNoteExchangeOpen(parts.journal);
}

/** Also what an earlier configuration left counted of a device that is there no more. */
function isCollected(unitId: string): boolean {
  return [BOX_UNIT, RECYCLER_TRANSPORT_UNIT, REJECT_UNIT, TRANSPORT_UNIT].includes(unitId);
}

async function startExchange(parts: Parts, { staff: { login }, hasLeft }: NoteActRequest): Promise<NoteActResult> {
  const { journal, recyclerDesk } = parts;
  const isUnderWay = () => journal.openOperationIds().length > 0 || parts.acceptorDesk.hasOpenOrders();
  if (isUnderWay()) return 'underWay';
  // Notes that moved before hands are there: counted behind them they would be missing from what is taken out.
  parts.heldOutcomes.requireWritten();
  if (!isNoteExchangeOpen(journal)) {
    // Before hands are at the units: notes that were accepted into them leave the box's count.
    const isCounted = recyclerDesk === null || recyclerDesk.isExchanging || (await recyclerDesk.count());
    if (isUnderWay()) return 'underWay';
    // Nobody would end it.
    if (hasLeft?.() === true) return 'failed';
    if (!isCounted && recyclerDesk?.isBringing === true) return 'stillBringing';
    // Units that are open already keep what is known of their beginning.
    const ofUnits: JournalBatch = recyclerDesk === null ? { facts: absentFacts(journal, login) } : recyclerDesk.isExchanging ? {} : recyclerDesk.exchangeBatch(login, isCounted);
    const what = acted(login, 'startExchange', recyclerDesk === null ? WHAT : WHAT_OF_RECYCLER);
    // First for ourselves: whatever a device answers, no note moves from here on.
    requireCommit(journal, { ...ofUnits, entries: [what, ...(ofUnits.entries ?? [])], facts: { ...ofUnits.facts, [NOTE_EXCHANGE]: login, ...openingFacts(parts) } });
  }
  const word = await wordOf(async () => {
    const opened = await openDevices(parts, login);
    // What a device did not take at the end of an earlier exchange.
    return opened === 'done' ? tellCounts(parts, login) : opened;
  });
  return answer(word, 'exchangeOpen');
}

/**
 * A device that stopped for want of notes, or for a full box, is looked at anew. An exchange that a device may not have closed stays open here too: it moves no note before.
 * @returns of a device that was closed and does not know the counts: that too; unitsUncounted: a recycler cannot say now what lies in its units, and takes no note before it did
 */
export async function endNoteExchange(parts: Parts, login: string): Promise<NoteActResult> {
  const { journal, devices, recyclerDesk } = parts;
  const counts = await tellCounts(parts, login);
  const closed = await closeDevices(parts, login);
  if (closed !== 'done') return ANSWERS[closed];
  requireCommit(journal, { entries: [acted(login, 'endExchange', recyclerDesk === null ? WHAT : WHAT_OF_RECYCLER)], facts: { [NOTE_EXCHANGE]: '', ...CLOSING_FACTS } });
  for (const device of [devices.acceptor, devices.dispenser]) {
    // The fault of an open exchange goes by itself.
    if (device?.status().state === 'faulty' && device.status().faults.some((fault) => !EXCHANGE_FAULTS.includes(fault))) device.reset();
  }
  await parts.cassettes.refresh();
  if (recyclerDesk !== null && !(await recyclerDesk.count())) return 'unitsUncounted';
  return answer(counts, 'exchangeEnded');
}

async function load(parts: Parts, { staff, noteCount }: NoteActRequest, { unitId, denominationMinor, capacityNotes }: CassetteUnit): Promise<NoteActResult> {
  const rows = parts.journal.cashUnits();
  if (noteCount < 1 || countOf(rows, unitId) + noteCount > capacityNotes) return 'failed';
  if (holdsOthers(rows, { unitId, denominationMinor })) return 'otherInside';
  requireCommit(parts.journal, { entries: [acted(staff.login, 'load', `${unitId}:${noteCount}`)], cashUnits: [{ unitId, denominationMinor, noteCountDelta: noteCount }], facts: untoldFacts(parts, [unitId]) });
  return answer(await wordOf(() => tellCounts(parts, staff.login)), 'loaded');
}

/** What is left in it leaves the terminal, and is counted where it goes. */
function empty(parts: Parts, staff: StaffMember, { unitId }: CassetteUnit): Promise<NoteActResult> {
  return takeOut(parts, staff, { act: 'empty', rows: parts.journal.cashUnits().filter((row) => row.unitId === unitId), result: 'emptied' });
}

/** Cash box and reject bin leave the terminal with all that the journal counts in them, and each with what was left in the path of its device; what really lies in them is counted where they go. */
function collect(parts: Parts, staff: StaffMember): Promise<NoteActResult> {
  return takeOut(parts, staff, { act: 'collect', rows: parts.journal.cashUnits().filter(({ unitId }) => isCollected(unitId)), result: 'collected' });
}

async function takeOut(parts: Parts, { login }: StaffMember, { act, rows, result }: { readonly act: NoteAct; readonly rows: readonly CashUnitRow[]; readonly result: NoteActResult }): Promise<NoteActResult> {
  const moves = rows.filter(({ noteCount }) => noteCount > 0).map(({ unitId, denominationMinor, noteCount }): NoteMove => ({ fromUnitId: unitId, toUnitId: OUTSIDE, denominationMinor, noteCount }));
  if (moves.length === 0) return 'nothing';
  const unitIds = [...new Set(moves.map(({ fromUnitId }) => fromUnitId))];
  const target = unitIds.map((unitId) => `${unitId}:${moves.filter(({ fromUnitId }) => fromUnitId === unitId).reduce((sum, { noteCount }) => sum + noteCount, 0)}`).join(' ');
  requireCommit(parts.journal, {
    entries: [acted(login, act, target), entry('notes.moved', { moves, evidence: `taken out of the terminal by ${login}` })],
    cashUnits: moves.map(({ fromUnitId, denominationMinor, noteCount }) => ({ unitId: fromUnitId, denominationMinor, noteCountDelta: -noteCount })),
    facts: untoldFacts(parts, unitIds.map((unitId) => PATH_GOES_WITH[unitId] ?? unitId)),
  });
  return answer(await wordOf(() => tellCounts(parts, login)), result);
}

/** After the act is on the record: where the disk does not take what a device said of it, the act stands all the same, and the device is told again. Who read "not done" did it once more, and it was counted twice. */
function wordOf(told: () => Promise<DeviceWord>): Promise<DeviceWord> {
  return wordIfUnwritten(told, 'uncertain');
}

function answer(word: DeviceWord, result: NoteActResult): NoteActResult {
  return word === 'done' ? result : ANSWERS[word];
}

function acted(login: string, act: NoteAct, target: string) {
  return entry('service.acted', { login, action: `notes.${act}`, target });
}
