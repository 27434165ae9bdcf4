import type { Clock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Result } from '../../foundation/outcome.ts';
import { ok } from '../../foundation/outcome.ts';
import type { EntryDraft, Journal, JournalBatch, JournalError } from '../../journal/journal.ts';
import { JournalUnavailable } from '../require-commit.ts';

const RETRY_MS = 1_000;
/** How long whoever waits for an outcome waits for the disk; what is known after that is held. */
const TRIES_MAX = 30;
/** More than one customer's visit can leave; what comes after it is in doubt if nothing else tells it. */
const HELD_MAX = 200;

interface Held {
  readonly batch: JournalBatch;
  readonly onWritten: () => void;
}

/**
 * What devices told and the disk did not take. It is known as long as this process lives, so it is no doubt: it is written once, before anything that builds on it, as soon as
 * the disk takes again, and nobody new is served before. If the process dies first, its commands are without an outcome, as after any death.
 */
export class HeldOutcomes {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  #held: readonly Held[] = [];
  /** A listener of the commit may come back. */
  #isWriting = false;
  #isEnding = false;

  constructor(options: { readonly journal: Journal; readonly clock: Clock; readonly log: Log }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /**
   * Cash moved already: tried for thirty seconds, then held.
   * @param more.follows    goes with it into one transaction, and only so: held, it is written without; so it is by a core that ends
   * @param more.mayFollow  asked at each try: the disk may have kept it waiting for long
   * @param more.onWritten  once it is durable, now or later
   * @returns whether it is durable, and `follows` with it
   */
  async commit(batch: JournalBatch, { follows = [], mayFollow = () => true, onWritten = () => {} }: { readonly follows?: readonly EntryDraft[]; readonly mayFollow?: () => boolean; readonly onWritten?: () => void } = {}): Promise<boolean> {
    if (this.#isEnding && isDoubt(batch)) return false;
    let isFollowed = true;
    const isWritten = await this.#try(() => {
      isFollowed = follows.length === 0 || (!this.#isEnding && mayFollow());
      return { ...batch, entries: [...(batch.entries ?? []), ...(isFollowed ? follows : [])] };
    });
    if (isWritten) onWritten();
    else this.hold(batch, onWritten);
    return isWritten && isFollowed;
  }

  /** The core ends and closes its devices: what stays in doubt by that is no word of theirs. Without an outcome the next start asks them, as after a death. */
  end(): void {
    this.#isEnding = true;
  }

  /** After what is held, for thirty seconds. @returns whether it is durable; if not it is nowhere: for what the device says again */
  tryToWrite(batch: JournalBatch): Promise<boolean> {
    return this.#try(() => batch);
  }

  async #try(batchNow: () => JournalBatch): Promise<boolean> {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const before = this.write();
      const committed = before.ok ? this.#journal.commit(batchNow()) : before;
      if (committed.ok) return true;
      this.#log.error('jnl.outcome.unrecorded', { code: committed.error.code, attempt });
      await delay(this.#clock, RETRY_MS);
    }
    return false;
  }

  /** What is known and need not be waited for. */
  hold(batch: JournalBatch, onWritten: () => void = () => {}): void {
    if (this.#held.length >= HELD_MAX) return this.#log.error('jnl.outcome.notHeld', { heldCount: this.#held.length });
    this.#held = [...this.#held, { batch, onWritten }];
  }

  /** What is held, in the order in which it came. @error of the first that the disk does not take */
  write(): Result<void, JournalError> {
    if (this.#isWriting) return ok(undefined);
    this.#isWriting = true;
    try {
      for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
        const committed = this.#journal.commit(next.batch);
        if (!committed.ok) return committed;
        this.#held = this.#held.slice(1);
        next.onWritten();
      }
      return ok(undefined);
    } finally {
      this.#isWriting = false;
    }
  }

  /** For whoever builds on it. @throws JournalUnavailable something is still held */
  requireWritten(): void {
    const written = this.write();
    if (!written.ok) throw new JournalUnavailable(written.error);
  }
}

function isDoubt({ entries = [] }: JournalBatch): boolean {
  return entries.some(({ data }) => 'outcome' in data && data.outcome === 'uncertain');
}
