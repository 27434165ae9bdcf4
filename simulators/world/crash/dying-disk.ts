import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { markerPath } from '../../../main/journal/file-guards.ts';
import { headMarkPath } from '../../../main/journal/head-mark.ts';
import { Chance } from '../chance.ts';
import { seededRandom } from '../seeded-random.ts';
import { tornLog, tornPages } from './torn-log.ts';
import type { DyingDisk } from './watched-life.ts';

interface Image {
  readonly file: Buffer;
  readonly log: Buffer;
  /** How far the chain had come, as the file beside the journal tells it. */
  readonly mark: Buffer;
}

/** The journal's files as they are found after each death: copied before the dead core's connection, which lives on in this process, can tidy them. */
export class WorldDisk implements DyingDisk {
  readonly #folder: string;
  readonly #seed: number;
  #lives = 0;
  #path: string;
  #barrier: Pick<Image, 'log' | 'mark'> = { log: Buffer.alloc(0), mark: Buffer.alloc(0) };
  #found: Image | null = null;

  /** @param options.folder  exists and is empty */
  constructor(options: { readonly folder: string; readonly seed: number }) {
    this.#folder = options.folder;
    this.#seed = options.seed;
    this.#path = this.#nextPath();
  }

  /** Of the journal of the present life. */
  get path(): string {
    return this.#path;
  }

  markBarrier(): void {
    const { log, mark } = this.#image();
    this.#barrier = { log, mark };
  }

  tear(variant: number): void {
    const { file, log } = this.#image();
    const before = this.#barrier;
    // Another way at each point.
    const chance = new Chance(seededRandom(this.#seed * 100_000_000 + before.log.length * 10 + variant));
    // The mark follows a commit that has come back.
    this.#found = { file, log: tornLog(before.log, log, { chance, fate: variant % 2 === 1 ? 'mixed' : 'cut' }).torn, mark: before.mark };
  }

  tearPages(): void {
    const image = this.#image();
    const copyPath = join(this.#folder, 'checkpoint.sqlite');
    put(copyPath, image);
    const copy = new Database(copyPath);
    try {
      copy.pragma('wal_checkpoint(PASSIVE)');
      this.#found = { file: tornPages(image.file, readFileSync(copyPath), new Chance(seededRandom(this.#seed))), log: image.log, mark: image.mark };
    } finally {
      copy.close();
    }
  }

  /** The next life finds what this one left, in a place that the dead connection does not know. */
  startOver(): void {
    const from = this.#path;
    const found = this.#found ?? this.#image();
    this.#found = null;
    this.#path = this.#nextPath();
    put(this.#path, found);
    if (existsSync(markerPath(from))) writeFileSync(markerPath(this.#path), readFileSync(markerPath(from)));
  }

  #image(): Image {
    return { file: readOrEmpty(this.#path), log: readOrEmpty(`${this.#path}-wal`), mark: readOrEmpty(headMarkPath(this.#path)) };
  }

  #nextPath(): string {
    this.#lives += 1;
    const path = join(this.#folder, `life-${this.#lives}`, 'journal.sqlite');
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }
}

function readOrEmpty(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

function put(path: string, { file, log, mark }: Image): void {
  if (file.length > 0) writeFileSync(path, file);
  if (log.length > 0) writeFileSync(`${path}-wal`, log);
  if (mark.length > 0) writeFileSync(headMarkPath(path), mark);
}
