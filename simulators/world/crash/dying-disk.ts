import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { markerPath } from '../../../main/journal/file-guards.ts';
import { Chance } from '../chance.ts';
import { seededRandom } from '../seeded-random.ts';
import { tornLog, tornPages } from './torn-log.ts';
import type { DyingDisk } from './watched-life.ts';

interface Image {
  readonly file: Buffer;
  readonly log: Buffer;
}

/** The journal's files as they are found after each death: copied before the dead core's connection, which lives on in this process, can tidy them. */
export class WorldDisk implements DyingDisk {
  readonly #folder: string;
  readonly #seed: number;
  #lives = 0;
  #path: string;
  #barrier: Buffer = Buffer.alloc(0);
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
    this.#barrier = readOrEmpty(`${this.#path}-wal`);
  }

  tear(variant: number): void {
    const { file, log } = this.#image();
    const chance = new Chance(seededRandom(this.#seed * 100 + variant));
    this.#found = { file, log: tornLog(this.#barrier, log, { chance, fate: variant % 2 === 1 ? 'mixed' : 'cut' }).torn };
  }

  tearPages(): void {
    const image = this.#image();
    const copyPath = join(this.#folder, 'checkpoint.sqlite');
    put(copyPath, image);
    const copy = new Database(copyPath);
    try {
      copy.pragma('wal_checkpoint(PASSIVE)');
      this.#found = { file: tornPages(image.file, readFileSync(copyPath), new Chance(seededRandom(this.#seed))), log: image.log };
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
    return { file: readOrEmpty(this.#path), log: readOrEmpty(`${this.#path}-wal`) };
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

function put(path: string, { file, log }: Image): void {
  if (file.length > 0) writeFileSync(path, file);
  if (log.length > 0) writeFileSync(`${path}-wal`, log);
}
