import { DISK_ROOM, type ReserveDisk } from '../../main/journal/disk-reserve.ts';
import type { EntryData } from '../../main/journal/entry-kinds.ts';
import type { JournalEntry, JournalError } from '../../main/journal/journal.ts';
import type { Chance } from './chance.ts';
import type { Finding } from './checkers/findings.ts';
import type { FaultLevel, FaultTargets, PlannedFault } from './random-faults.ts';

/** As SQLite writes: whole pages, one at least. */
const PAGE_BYTES = 4096;
/** Others who write to the disk, or clear it up: how much is free from the `after`-th look or commit on. */
interface Tide {
  readonly after: number;
  readonly freeBytes: number;
}

/** The disk under the journal: others fill and clear it, the journal itself fills it with each commit. Roomy until somebody says otherwise. */
export class NearlyFullDisk implements ReserveDisk {
  /** Whoever takes money in, or asks the bank for some, after he looked and saw that the disk is nearly full. */
  readonly findings: Finding[] = [];
  #wasLow = false;
  #freeBytes = Infinity;
  #reservedBytes = 0;
  #tides: readonly Tide[] = [];

  setTides(tides: readonly Tide[]): void {
    this.#tides = tides;
  }

  heal(): void {
    this.#tides = [];
    this.#freeBytes = Infinity;
  }

  /** @returns what SQLite would say to a commit of these; null: it found room, and has taken it */
  take(entries: readonly JournalEntry[]): JournalError | null {
    this.#turn();
    const bytes = PAGE_BYTES * (1 + entries.length);
    const begun = entries.find(beginsMoney);
    if (begun !== undefined && this.#wasLow) this.findings.push({ rule: 'order', detail: `${begun.kind} of ${begun.operationId} on a disk that was seen to be nearly full` });
    if (bytes > this.#freeBytes) return { code: 'JNL_DISK_FULL', detail: 'the disk of this world is full' };
    if (entries.length > 0) this.#freeBytes -= bytes;
    return null;
  }

  writeProblem(): undefined {
    return undefined;
  }

  freeBytes(): number {
    this.#turn();
    this.#wasLow = this.#freeBytes < DISK_ROOM.freeBytesMin + Math.max(0, DISK_ROOM.reserveBytes - this.#reservedBytes);
    return this.#freeBytes;
  }

  reservedBytes(): number {
    return this.#reservedBytes;
  }

  reserve(lengthBytes: number): void {
    this.#freeBytes += this.#reservedBytes - lengthBytes;
    this.#reservedBytes = lengthBytes;
  }

  release(): void {
    this.reserve(0);
  }

  #turn(): void {
    const [next, ...rest] = this.#tides;
    if (next === undefined) return;
    if (next.after > 1) this.#tides = [{ ...next, after: next.after - 1 }, ...rest];
    else {
      this.#freeBytes = next.freeBytes;
      this.#tides = rest;
    }
  }
}

function beginsMoney({ kind, data }: JournalEntry): boolean {
  return kind === 'intent.stack' || (kind === 'message.staged' && (data as EntryData<'message.staged'>).operation === 'cash.withdraw');
}

const PERCENT = 12;
/** After all others. */
const INDEX = 14;
/** Where a guard says otherwise below than above, or the disk does. */
const EDGES = { min: DISK_ROOM.freeBytesMin, reserve: DISK_ROOM.freeBytesMin + DISK_ROOM.reserveBytes, none: 0 };
/** On either side of an edge: as much as a visit writes. */
const PAGES_BESIDE = 60;

/** Now and then the disk fills up and is cleared while a customer is served: around each of the limits, back and forth, and to the last byte. */
export function drawNearlyFull(level: FaultLevel, { disk }: Pick<FaultTargets, 'disk'>, session: number, chance: Chance): readonly PlannedFault[] {
  if (level !== 'all' || !chance.isOnce(PERCENT)) return [];
  const drawn = Array.from({ length: chance.between(1, 5) }, () => {
    const edge = chance.weighted([['min', 4], ['reserve', 2], ['none', 5]] as const);
    const pages = chance.weighted([[chance.between(-3, 3), 3], [chance.between(-PAGES_BESIDE, PAGES_BESIDE), 2]]);
    return { edge, pages, after: chance.weighted([[1, 3], [chance.between(2, 6), 3], [chance.between(7, 40), 2]]) };
  });
  const tides = drawn.map(({ edge, pages, after }) => ({ after, freeBytes: Math.max(0, EDGES[edge] + pages * PAGE_BYTES) }));
  const name = `disk nearly full: ${drawn.map(({ edge, pages, after }) => `${edge} ${pages < 0 ? '-' : '+'} ${Math.abs(pages)} pages after ${after}`).join(', ')}`;
  return [{ name, id: `${session}.${INDEX}`, at: chance.isOnce(30) ? { step: chance.between(0, 16) } : { moneyStep: chance.weighted([[0, 6], [1, 5], [2, 3], [3, 2], [4, 1]]) }, strike: () => disk.disk.setTides(tides) }];
}
