import { open, readFile, stat, truncate } from 'node:fs/promises';
import Connection from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { delay, type Clock, type TimerHandle } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { createRowSource, followsIn, hashIn, linesOf, listSegments, mirrorLine, segmentPath, wholeLines, writeWhole, type MirrorRow } from './mirror-files.ts';
import { mendSegments } from './mirror-mend.ts';
import { PurgeFollower } from './mirror-purge.ts';

/**
 * The second copy: each entry with its payload as one JSON line, appended to segment files in a folder on another medium. It follows the journal over a
 * connection that only reads, in small steps between which the core goes on, and writes without blocking; a medium that is gone is tried again, and
 * what it missed is caught up. What the journal purges, the copy lets go of too. Nothing in the money path waits for it.
 */
export interface MirrorOptions {
  /** Must exist: an unmounted medium is not made up for by a folder on the first disk. */
  readonly folder: string;
  /** A connection of its own, read-only. */
  readonly database: Database;
  readonly journalId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The copy holds entries of this very chain that the journal has lost: it is an older copy of itself. In words. */
  readonly onAhead?: (detail: string) => void;
  /** Default 64 MiB. */
  readonly segmentBytesMax?: number;
}

export interface MirrorStatus {
  /** `foreign`: the folder holds another journal's copy, or one of another course of this journal; it is left alone. */
  readonly state: 'starting' | 'following' | 'lost' | 'foreign';
  readonly mirroredEntryNumber: number;
  readonly lagEntryCount: number;
  readonly detail: string;
}

/** Where the copy ends. */
interface Place {
  readonly segment: number;
  readonly entryNumber: number;
  readonly hash: string;
  readonly bytes: number;
}

const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
const STEP_ENTRY_COUNT = 200;
const FOLLOW_MS = 500;
const RETRY_MS = 5_000;
/** A step reads and writes some megabytes. */
const STEP_MS_MAX = 60_000;
/** A medium that hangs keeps no core from ending. */
const STOP_MS_MAX = 2_000;

class ForeignCopy extends Error {}

export class JournalMirror {
  readonly #options: MirrorOptions;
  readonly #rowsOf: ReturnType<typeof createRowSource>;
  readonly #purges: PurgeFollower;
  #timer: TimerHandle | null = null;
  #isStopped = false;
  #place: Place | null = null;
  #state: MirrorStatus['state'] = 'starting';
  #detail = '';
  #step: Promise<void> = Promise.resolve();
  /** Monotonic; null: none is under way. */
  #stepSinceMs: number | null = null;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#rowsOf = createRowSource(options.database);
    this.#purges = new PurgeFollower(options);
  }

  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    const { clock, database } = this.#options;
    await Promise.race([this.#step, delay(clock, STOP_MS_MAX)]);
    database.close();
  }

  status(): MirrorStatus {
    const mirroredEntryNumber = this.#place?.entryNumber ?? 0;
    const isHanging = this.#stepSinceMs !== null && this.#options.clock.monotonicMs() - this.#stepSinceMs > STEP_MS_MAX;
    if (isHanging) return { state: 'lost', mirroredEntryNumber, lagEntryCount: this.#headEntryNumber() - mirroredEntryNumber, detail: 'the medium does not answer' };
    return { state: this.#state, mirroredEntryNumber, lagEntryCount: this.#headEntryNumber() - mirroredEntryNumber, detail: this.#detail };
  }

  #headEntryNumber(): number {
    try {
      return this.#options.database.prepare<unknown[], number>('SELECT entry_number FROM head').pluck().get() ?? 0;
    } catch {
      // A page that cannot be read is met by the journal itself.
      return this.#place?.entryNumber ?? 0;
    }
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#stepSinceMs = this.#options.clock.monotonicMs();
      this.#step = this.#follow().then((nextMs) => {
        this.#stepSinceMs = null;
        this.#schedule(nextMs);
      });
    }, delayMs);
  }

  /** @returns when to look again, ms */
  async #follow(): Promise<number> {
    try {
      this.#place ??= await this.#findPlace();
      const rows = this.#rowsOf({ afterEntryNumber: this.#place.entryNumber, upToEntryNumber: Number.MAX_SAFE_INTEGER, limit: STEP_ENTRY_COUNT });
      if (rows.length > 0) this.#place = await this.#append(this.#place, rows);
      // A file that was written anew may be the one that is appended to.
      if (rows.length < STEP_ENTRY_COUNT && (await this.#purges.follow(this.#place.entryNumber))) this.#place = await this.#findPlace();
      this.#tell('following', '');
      return rows.length === STEP_ENTRY_COUNT ? 0 : FOLLOW_MS;
    } catch (error) {
      // Looked for anew: whatever came back may hold less than was written.
      this.#place = null;
      this.#purges.forget();
      this.#tell(error instanceof ForeignCopy ? 'foreign' : 'lost', error instanceof ForeignCopy ? error.message : codeOf(error));
      return RETRY_MS;
    }
  }

  #tell(state: MirrorStatus['state'], detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    [this.#state, this.#detail] = [state, detail];
    if (state === 'following') this.#options.log.info('jnl.mirror.following');
    else this.#options.log.error('jnl.mirror.stopped', { state, detail });
  }

  /** The end of the copy; a line torn by a lost medium is cut off. @throws ForeignCopy · the file system's error */
  async #findPlace(isMended = false): Promise<Place> {
    const { folder, journalId } = this.#options;
    const segments = await listSegments(folder);
    if (segments.some((one) => one.journalId !== journalId)) throw new ForeignCopy('the folder holds the copy of another journal');
    const numbers = segments.map(({ segment }) => segment).reverse();
    for (const segment of numbers) {
      const path = segmentPath(this.#options.folder, this.#options.journalId, segment);
      const content = await readFile(path);
      const wholeBytes = content.lastIndexOf('\n') + 1;
      if (wholeBytes < content.length) await truncate(path, wholeBytes);
      const [last, before] = wholeLines(content, 2).map((text) => mirrorLine.parse(JSON.parse(text)));
      if (last === undefined) continue;
      const { entryNumber, hash } = last;
      const head = this.#headEntryNumber();
      if (entryNumber > head && (before === undefined || followsIn(last, before.hash)) && (await this.#hasNewestLoss())) this.#tellAhead(entryNumber, head);
      if (this.#hashAt(entryNumber) !== hash) throw new ForeignCopy(entryNumber > head ? `the copy goes on to entry ${entryNumber}, the journal ends at ${head}` : `the copy goes another way at entry ${entryNumber}`);
      if (!isMended && (await mendSegments({ folder, journalId, lastEntryNumber: entryNumber, rowsOf: this.#rowsOf }))) {
        this.#options.log.warn('jnl.mirror.mended');
        return this.#findPlace(true);
      }
      return { segment, entryNumber, hash, bytes: wholeBytes };
    }
    return { segment: numbers[0] ?? 1, entryNumber: 0, hash: GENESIS_HASH.toString('hex'), bytes: 0 };
  }

  /** What a copy has behind a loss that the journal has told was given up with it: such a copy could not be read to its end, or nobody had it then. */
  async #hasNewestLoss(): Promise<boolean> {
    const { database, folder, journalId } = this.#options;
    const loss = database.prepare<unknown[], { entryNumber: number; hash: string }>("SELECT entry_number AS entryNumber, lower(hex(hash)) AS hash FROM entries WHERE kind = 'journal.restored' ORDER BY entry_number DESC LIMIT 1").get();
    return loss === undefined || (await hashIn({ folder, journalId }, loss.entryNumber)) === loss.hash;
  }

  #tellAhead(entryNumber: number, head: number): void {
    this.#options.onAhead?.(`the journal ends at entry ${head}, but its second copy goes on to ${entryNumber}: it is an older copy, or its end was lost`);
  }

  #hashAt(entryNumber: number): string | undefined {
    return this.#options.database.prepare<unknown[], string>('SELECT lower(hex(hash)) FROM entries WHERE entry_number = ?').pluck().get(entryNumber);
  }

  async #append(place: Place, rows: readonly MirrorRow[]): Promise<Place> {
    const lines = linesOf(rows);
    const segment = place.bytes >= (this.#options.segmentBytesMax ?? SEGMENT_BYTES_MAX) ? place.segment + 1 : place.segment;
    const isNew = segment !== place.segment || place.entryNumber === 0;
    const path = segmentPath(this.#options.folder, this.#options.journalId, segment);
    // An existing segment is never begun anew: gone meanwhile is an error, and the end is looked for again.
    if (!isNew) await stat(path);
    const file = await open(path, 'a', 0o600);
    try {
      await writeWhole(file, lines);
    } finally {
      await file.close();
    }
    const last = rows.at(-1)!;
    return { segment, entryNumber: last.entryNumber, hash: last.hash, bytes: (segment === place.segment ? place.bytes : 0) + Buffer.byteLength(lines) };
  }
}

/** The copy of an open journal, over a connection of its own. @throws SqliteError  the journal is not there */
export function createMirror({ path, ...options }: Omit<MirrorOptions, 'database' | 'journalId'> & { readonly path: string }): JournalMirror {
  const database = new Connection(path, { readonly: true, fileMustExist: true });
  const journalId = database.prepare<unknown[], string>("SELECT value FROM identity WHERE key = 'journalId'").pluck().get() ?? '';
  return new JournalMirror({ ...options, database, journalId });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'the copy cannot be read';
}
