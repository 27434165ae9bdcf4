import { countingDevices } from '../../main/core/cash/counting-devices.ts';
import { cassettesOf, isNoteExchangeOpen } from '../../main/core/cash/note-exchange.ts';
import type { CoreParts } from '../../main/core/core-parts.ts';
import { JournalUnavailable } from '../../main/core/require-commit.ts';
import type { NoteActRequest } from '../../main/core/service/note-acts.ts';
import { actOnNotes } from '../../main/core/service/note-acts.ts';
import { actOnRecycler } from '../../main/core/service/recycler-acts.ts';
import type { EntryData } from '../../main/journal/entry-kinds.ts';
import type { NoteAct } from '../../state-machines/service/service.types.ts';
import { BOX } from '../xfs4iot/cash-units.ts';
import { untilThere, untilTrusted, type StaffVisit } from './staff-visit.ts';

const STAFF = { login: 't-014', name: 'T.', level: 'technician' } as const;
const LOAD_MAX = 120;
const LOAD_UNIT_MAX = 20;
const KEEP_MAX = 60;
/** Below it whoever closes a cassette has first put notes into it, mostly: else nobody is paid for the rest of the world. */
const LOW_NOTES = 20;
/** The page of acts is looked at from its newest end. */
const ACTS_MAX = 20;
/** An order of an earlier life, over which no units are opened, is given up after 45 s. */
const TRIES_MAX = 6;
const TRY_AGAIN_MS = 10_000;
/** An act waits for devices, one that is told to bring all its notes into the box for each of them. */
const ACT_LIMIT_MS = 10 * 60_000;
/** Most devices have ended by then, one that brings its notes into the box has not. */
const KILLED_MS_MAX = 20_000;
const BOX_OUT_MS = 5_000;

/** What hands do with the units open. */
export const NOTE_HANDLINGS = ['load', 'empty', 'collect', 'loadUnit'] as const;
export const BRINGINGS = ['empty', 'float'] as const;
type Bringing = (typeof BRINGINGS)[number];
export type NoteHandling = (typeof NOTE_HANDLINGS)[number];

/**
 * A technician has the units of a recycler brought into its box, opens cassettes and cash box, does one to three things there and closes them. His hands do what was written down, also where the
 * core died of it: he looks at the acts first. Where it died he may go away, and the next one finds the units open and closes them.
 */
export async function tendNotes(visit: StaffVisit): Promise<void> {
  const { chance, parts } = visit;
  const own = parts();
  if (own === null || isNoteExchangeOpen(own.journal)) return;
  if (own.recyclerDesk !== null && chance.isOnce(50)) await bringToBox(visit);
  if (!(await say(visit, { act: 'startExchange' }))) return;
  for (let left = chance.between(1, 3); left > 0; left -= 1) {
    if (parts() !== own && chance.isOnce(30)) return;
    await drawOne(visit);
  }
  await fillLow(visit);
  await endOpenExchange(visit);
}

/** With the units open, and they are closed again. */
export async function handleNotes(visit: StaffVisit, handling: NoteHandling): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await say(visit, { act: 'startExchange' })) break;
    await visit.wait(TRY_AGAIN_MS);
  }
  const own = visit.parts();
  if (own !== null && isNoteExchangeOpen(own.journal)) await doOne(visit, own, handling);
  await endOpenExchange(visit);
}

/** Whoever opened the units, and whatever became of him. A box that was out meanwhile without one is known again by it. */
export async function endOpenExchange(visit: StaffVisit): Promise<void> {
  // Units that an earlier one had emptied are counted when the device is done.
  await visit.until(() => visit.parts()?.recyclerDesk?.isBringing !== true, ACT_LIMIT_MS);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const own = visit.parts();
    const isOpen = own === null || isNoteExchangeOpen(own.journal);
    if (!isOpen && !isBoxUnknown(visit) && !isServiceOpen(own)) return;
    if (tries > 0) await visit.wait(TRY_AGAIN_MS);
    if (isOpen || (await say(visit, { act: 'startExchange' }))) await say(visit, { act: 'endExchange' });
  }
}

/** A service that was left out of the configuration when its units were closed. */
function isServiceOpen(parts: CoreParts): boolean {
  return countingDevices(parts).some(({ storage }) => storage.isExchanging() === true);
}

/** Of a service. */
function isBoxUnknown({ surroundings: { acceptor } }: StaffVisit): boolean {
  const { units = [] } = acceptor.world() as { readonly units?: readonly { readonly name: string; readonly status: string }[] };
  return units.some(({ name, status }) => name === BOX && status === 'manipulated');
}

async function drawOne(visit: StaffVisit): Promise<void> {
  const { chance, parts } = visit;
  const own = parts();
  if (own === null) return;
  const ofCassettes = cassettesOf(own.config).length === 0 ? [] : ([['load', 4], ['empty', 2]] as const);
  const ofUnits = own.recyclerDesk === null ? [] : ([['loadUnit', 4]] as const);
  await doOne(visit, own, chance.weighted([['collect', 4], ...ofCassettes, ...ofUnits] as const));
}

async function doOne(visit: StaffVisit, own: CoreParts, act: NoteHandling): Promise<void> {
  if (act === 'loadUnit') return loadUnit(visit, own);
  if (act === 'collect') return collect(visit);
  const { cassetteNumber } = visit.chance.oneOf(cassettesOf(own.config));
  if (act === 'load') return load(visit, cassetteNumber);
  if (await say(visit, { act: 'empty', cassetteNumber })) visit.surroundings.dispenser.control({ do: 'emptyCassette', cassetteNumber });
}

async function load(visit: StaffVisit, cassetteNumber: number): Promise<void> {
  const noteCount = visit.chance.between(1, LOAD_MAX);
  if (await say(visit, { act: 'load', cassetteNumber, noteCount })) visit.surroundings.dispenser.control({ do: 'loadCassette', cassetteNumber, noteCount });
}

async function fillLow(visit: StaffVisit): Promise<void> {
  const { chance, parts } = visit;
  if (chance.isOnce(15)) return;
  const isLow = (unitId: string) => (parts()?.journal.cashUnits() ?? []).filter((row) => row.unitId === unitId).reduce((sum, row) => sum + row.noteCount, 0) < LOW_NOTES;
  const config = parts()?.config;
  for (const { cassetteNumber, unitId } of config === undefined ? [] : cassettesOf(config)) if (isLow(unitId)) await load(visit, cassetteNumber);
}

/** The box comes out for a moment, with it what lies in the reject bin and in the way of the dispenser. */
async function collect(visit: StaffVisit): Promise<void> {
  const { surroundings: { acceptor, dispenser, handled }, chance, wait } = visit;
  if (!(await say(visit, { act: 'collect' }))) return;
  acceptor.control({ do: 'removeBox' });
  for (const command of ['emptyTray', 'emptyRejectBox', 'clearPath']) dispenser.control({ do: command });
  handled.carryAway({ acceptor, dispenser });
  await wait(chance.between(1, BOX_OUT_MS));
  acceptor.control({ do: 'insertBox' });
}

/** Nothing is written down: the device counts what it finds when the units are closed. Where it came back with a later start they are not open, though cassettes and box are. */
function loadUnit({ chance, surroundings: { acceptor, handled, loaded } }: StaffVisit, { recyclerDesk }: CoreParts): void {
  if (recyclerDesk?.isExchanging !== true) return;
  const { notes } = acceptor.world() as unknown as { readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[] };
  const denominationMinor = chance.oneOf(recyclerDesk.keptMinor);
  // In a SMART Payout all kinds lie together; the others have a unit of its own for each.
  const lying = notes.filter((note) => note.place === 'store' && ((loaded.recycler?.protocol ?? 'ssp-smart-payout') === 'ssp-smart-payout' || note.denominationMinor === denominationMinor));
  const roomCount = (loaded.recycler?.capacity ?? 0) - lying.length;
  const noteCount = Math.min(roomCount, chance.between(1, LOAD_UNIT_MAX));
  if (noteCount > 0 && acceptor.control({ do: 'loadUnit', denominationMinor, noteCount }).ok) handled.load(denominationMinor, noteCount);
}

/** @param act  all of a recycler's notes, or all but some. @default one of the two */
export async function bringToBox(visit: StaffVisit, act: Bringing = visit.chance.isOnce(30) ? 'empty' : 'float'): Promise<void> {
  const { chance, parts } = visit;
  const own = parts();
  if (own === null) return;
  spoil(visit);
  await ended(visit, own, actOnRecycler(own, { staff: STAFF, act, keepCount: chance.between(1, KEEP_MAX) }));
}

/** @returns whether it is on the record: a core that died of it has written it, or not */
async function say(visit: StaffVisit, request: Pick<NoteActRequest, 'act'> & Partial<NoteActRequest>): Promise<boolean> {
  const own = visit.parts();
  if (own === null) return false;
  const before = lastActOf(own, request.act);
  spoil(visit);
  await ended(visit, own, actOnNotes(own, { staff: STAFF, cassetteNumber: 0, noteCount: 0, ...request }));
  await untilTrusted(visit, own);
  await untilThere(visit);
  const now = visit.parts();
  return now !== null && lastActOf(now, request.act) > before;
}

/** The core dies of this act, or of what comes after it. */
function spoil({ chance, dieAtCommit }: StaffVisit): void {
  if (chance.isOnce(8)) dieAtCommit({ commitsLeft: chance.weighted([[1, 4], [2, 2], [3, 1]]), when: chance.oneOf(['before', 'after'] as const) });
}

/** A dead core says nothing any more: then until another one is there. It may die while it waits for a device, too. */
async function ended({ chance, parts, until, killCore }: StaffVisit, own: CoreParts, acting: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => void (isOver = true);
  // The disk did not take it, or took it and nobody heard of it.
  void acting.catch((error: unknown) => {
    if (!(error instanceof JournalUnavailable)) throw error;
  }).finally(end);
  const isDone = () => isOver || (parts() !== null && parts() !== own);
  if (chance.isOnce(10) && !(await until(isDone, chance.between(1, KILLED_MS_MAX)))) killCore();
  await until(isDone, ACT_LIMIT_MS);
}

function lastActOf({ journal }: CoreParts, act: NoteAct): number {
  const acts = journal.entries({ kinds: ['service.acted'], newestFirst: true, limit: ACTS_MAX });
  return acts.find(({ data }) => (data as EntryData<'service.acted'>).action === `notes.${act}`)?.entryNumber ?? 0;
}
