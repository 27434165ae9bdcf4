import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { EntryData } from './entry-kinds.ts';
import { createRowSource, firstEntryOf, listSegments, segmentPath, writeWhole } from './mirror-files.ts';
import { rewriteSegment } from './mirror-mend.ts';
import { purgedRuns } from './purge-cover.ts';

/**
 * What the journal let go of, its copy lets go of too: segments with purged entries are written anew from the journal, beside, synced, then put in the
 * place of the old. A small file says up to which purge this was done, so that a core that stopped half way goes on.
 */
export interface PurgeFollowerOptions {
  readonly folder: string;
  readonly journalId: string;
  readonly database: Database;
}

interface PurgeRow {
  readonly entry_number: number;
  readonly data: string;
}

const PURGES_PER_STEP = 200;

export class PurgeFollower {
  readonly #options: PurgeFollowerOptions;
  /** Purge entry up to which the copy has followed; null: not read yet. */
  #followed: number | null = null;

  constructor(options: PurgeFollowerOptions) {
    this.#options = options;
  }

  /** The medium was away: what it remembers is read again. */
  forget(): void {
    this.#followed = null;
  }

  /**
   * @param mirroredEntryNumber  end of the copy
   * @returns whether files were written anew
   * @throws the file system's error
   */
  async follow(mirroredEntryNumber: number): Promise<boolean> {
    const { database } = this.#options;
    this.#followed ??= await this.#readFollowed();
    const purges = database
      .prepare<unknown[], PurgeRow>("SELECT entry_number, data FROM entries WHERE kind = 'retention.purged' AND entry_number > ? AND entry_number <= ? ORDER BY entry_number LIMIT ?")
      .all(this.#followed, mirroredEntryNumber, PURGES_PER_STEP);
    const last = purges.at(-1);
    if (last === undefined) return false;
    const runs = purges.flatMap(({ data }) => [...purgedRuns(JSON.parse(data) as EntryData<'retention.purged'>)]);
    for (const segment of await this.#segments(mirroredEntryNumber)) {
      if (runs.some(([first, upTo]) => first <= segment.last && upTo >= segment.first)) await rewriteSegment(createRowSource(this.#options.database), segment);
    }
    await this.#writeFollowed(last.entry_number);
    return true;
  }

  async #segments(mirroredEntryNumber: number): Promise<readonly { readonly path: string; readonly first: number; readonly last: number }[]> {
    const { folder, journalId } = this.#options;
    const paths = (await listSegments(folder)).map(({ segment }) => segmentPath(folder, journalId, segment));
    const firsts = await Promise.all(paths.map(firstEntryOf));
    return paths.flatMap((path, index) => {
      const first = firsts[index];
      return first === undefined ? [] : [{ path, first, last: (firsts.slice(index + 1).find((next) => next !== undefined) ?? mirroredEntryNumber + 1) - 1 }];
    });
  }

  #markerPath(): string {
    return join(this.#options.folder, `journal-${this.#options.journalId}.purged`);
  }

  /** Nothing readable: all purges are followed once more, which changes nothing that was done. */
  async #readFollowed(): Promise<number> {
    if (!existsSync(this.#markerPath())) return 0;
    const value = Number((await readFile(this.#markerPath(), 'utf8')).trim());
    return Number.isSafeInteger(value) && value >= 0 ? value : 0;
  }

  async #writeFollowed(entryNumber: number): Promise<void> {
    const path = this.#markerPath();
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await writeWhole(file, `${entryNumber}\n`);
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    this.#followed = entryNumber;
  }
}
