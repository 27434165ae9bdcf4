import { statSync, truncateSync } from 'node:fs';
import type { MirrorLine } from './mirror-files.ts';

/** A line of the copy. */
export interface LinePlace {
  readonly path: string;
  /** Bytes of the file before it. */
  readonly offset: number;
}

export interface Copied {
  readonly entryCount: number;
  readonly lastAtUtcMs: number;
  /** Why the copy ends where it does, if it does not end by itself. */
  readonly stoppedBecause: string | null;
  /** Where half a commit begins that is not taken and after which the copy has nothing; null: there is none. */
  readonly leftOut: LinePlace | null;
}

const ENTRIES_PER_WRITE = 5000;

/**
 * The commits of a copy, as its lines tell them. A medium that is pulled out or loses power has the first entries of a commit without the rest: a deposit that was accepted and no message of it would
 * be money that nobody is told of, so half a commit is none, as on the journal's own disk. All entries of a commit bear one stamp and no other's (`TimeStamper.commitMs`); whether
 * the last one is whole only the mirror's mark tells (`isHead`).
 */
export class CopiedCommits {
  readonly #write: (lines: readonly MirrorLine[]) => void;
  #lastNumber = 0;
  #lastAtUtcMs = 0;
  /** Of whole commits, not written yet. */
  #whole: MirrorLine[] = [];
  #open: MirrorLine[] = [];
  #openAt: LinePlace | null = null;

  constructor(write: (lines: readonly MirrorLine[]) => void) {
    this.#write = write;
  }

  /** 0: none yet. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  take(line: MirrorLine, at: LinePlace): void {
    const before = this.#open[0];
    if (before !== undefined && (before.monotonicMs !== line.monotonicMs || before.bootId !== line.bootId)) this.#close();
    if (this.#open.length === 0) this.#openAt = at;
    this.#open.push(line);
    this.#lastNumber = line.entryNumber;
    // Of what an older software copied nobody can tell: all is taken.
    if (line.isHead !== false) this.#close();
  }

  /** @param because  the next line is not taken; null: there is none */
  end({ because, isAtEnd }: { readonly because: string | null; readonly isAtEnd: boolean }): Copied {
    this.#flush();
    const halfCount = this.#open.length;
    const reasons = [because, halfCount === 0 ? null : `the last transaction is not whole: its first entries (${halfCount}) are left out`].filter((reason) => reason !== null);
    return { entryCount: this.#lastNumber - halfCount, lastAtUtcMs: this.#lastAtUtcMs, stoppedBecause: reasons.length === 0 ? null : reasons.join('; '), leftOut: halfCount > 0 && isAtEnd ? this.#openAt : null };
  }

  #close(): void {
    this.#whole.push(...this.#open);
    this.#lastAtUtcMs = this.#open.at(-1)?.atUtcMs ?? this.#lastAtUtcMs;
    this.#open = [];
    if (this.#whole.length >= ENTRIES_PER_WRITE) this.#flush();
  }

  #flush(): void {
    this.#write(this.#whole);
    this.#whole = [];
  }
}

/**
 * Takes from the copy what was not taken from it, so that it goes on with the journal that was made of it: otherwise it would be ahead of it, and then another's. A copy that cannot be
 * written to is not gone on with anyway.
 * @param paths  of all its files, rising
 */
export function cutAway({ path, offset }: LinePlace, paths: readonly string[]): void {
  try {
    for (const later of paths.slice(paths.indexOf(path) + 1)) if (statSync(later).size > 0) truncateSync(later, 0);
    truncateSync(path, offset);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown)) throw thrown;
  }
}
