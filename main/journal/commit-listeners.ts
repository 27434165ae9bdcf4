import type { JournalBatch, JournalEntry } from './journal.ts';

type Listener = (entries: readonly JournalEntry[], batch: JournalBatch) => void;

/**
 * Tells each commit to each listener, in the order of the commits: a listener may commit by itself, and the others still hear the first commit first.
 * A listener that throws is our own mistake; it surfaces at the committer, after a commit that stands.
 */
export class CommitListeners {
  readonly #listeners = new Set<Listener>();
  #queue: { readonly entries: readonly JournalEntry[]; readonly batch: JournalBatch }[] = [];
  #isTelling = false;

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(entries: readonly JournalEntry[], batch: JournalBatch): void {
    this.#queue.push({ entries, batch });
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const listener of [...this.#listeners]) listener(next.entries, next.batch);
      }
    } finally {
      this.#isTelling = false;
      this.#queue = [];
    }
  }
}
