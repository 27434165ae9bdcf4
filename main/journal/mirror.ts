import { open, readFile, stat, truncate } from 'node:fs/promises';
import Connection from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import type { Clock, TimerHandle } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import { GENESIS_HASH } from './hash-chain.ts';
import { createRowSource, linesOf, listSegments, segmentPath, writeWhole, type MirrorRow } from './mirror-files.ts';
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
    await this.#step;
    this.#options.database.close();
  }

  status(): MirrorStatus {
    const mirroredEntryNumber = this.#place?.entryNumber ?? 0;
    return { state: this.#state, mirroredEntryNumber, lagEntryCount: this.#headEntryNumber() - mirroredEntryNumber, detail: this.#detail };
  }

  #headEntryNumber(): number {
    return this.#options.database.prepare<unknown[], number>('SELECT entry_number FROM head').pluck().get() ?? 0;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#step = this.#follow().then((nextMs) => this.#schedule(nextMs));
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
  async #findPlace(): Promise<Place> {
    const { folder, journalId } = this.#options;
    const segments = await listSegments(folder);
    if (segments.some((one) => one.journalId !== journalId)) throw new ForeignCopy('the folder holds the copy of another journal');
    const numbers = segments.map(({ segment }) => segment).reverse();
    for (const segment of numbers) {
      const path = segmentPath(this.#options.folder, this.#options.journalId, segment);
      const text = await readFile(path, 'utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
      const last = whole.trimEnd().split('\n').at(-1) ?? '';
      if (last === '') continue;
      const { entryNumber, hash } = JSON.parse(last) as MirrorRow;
      if (this.#hashAt(entryNumber) !== hash) throw new ForeignCopy(`the copy goes another way at entry ${entryNumber}`);
      return { segment, entryNumber, hash, bytes: Buffer.byteLength(whole) };
    }
    return { segment: numbers[0] ?? 1, entryNumber: 0, hash: GENESIS_HASH.toString('hex'), bytes: 0 };
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
