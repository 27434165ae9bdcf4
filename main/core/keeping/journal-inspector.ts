import { z } from 'zod';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { BooksCheck } from '../../journal/books-check.ts';
import { entry, type Journal } from '../../journal/journal.ts';
import { IdleRounds } from './idle-rounds.ts';

export interface JournalInspectorOptions {
  readonly journal: Journal;
  /** Nobody stands in front: only then the disk is read. */
  readonly isIdle: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_MS = 15 * 60_000;
const BETWEEN_ROUNDS_MS = 24 * 3_600_000;
/** After so many entries the journal says how far the round has come, so that a restart goes on there. */
const ENTRIES_PER_NOTE = 100_000;
const FACT = 'journal.inspection';
const factSchema = z.strictObject({ upToEntryNumber: z.number().int().nonnegative(), beganAtUtcMs: z.number().int() });

/**
 * Reads the whole journal again and again, a little at a time while nobody is served (twenty million entries take some three idle hours), so that a damaged page is found before a customer or a dispute meets it: a
 * start looks at all pages of a small file only. Then the books are compared with what the chain tells. What is found ends the trust in the file (`Trust`), and with it the service.
 */
export class JournalInspector {
  readonly #options: JournalInspectorOptions;
  readonly #rounds: IdleRounds;
  /** After the entries of a round: what stands beside the chain. Begun anew by each life of the core. */
  #booksCheck: BooksCheck | null = null;
  #round: { upToEntryNumber: number; readonly beganAtUtcMs: number; notedUpTo: number } | null = null;

  constructor(options: JournalInspectorOptions) {
    this.#options = options;
    this.#rounds = new IdleRounds({ isIdle: options.isIdle, clock: options.clock, firstMs: FIRST_MS, step: () => this.#step() });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
    this.#booksCheck?.close();
    this.#booksCheck = null;
  }

  #step(): 'more' | number {
    const { journal, log } = this.#options;
    if (journal.distrust() !== null) return BETWEEN_ROUNDS_MS;
    if (this.#booksCheck !== null) return this.#compare(this.#booksCheck);
    const round = (this.#round ??= this.#resume());
    const inspected = journal.inspect(round.upToEntryNumber);
    if (!inspected.ok) {
      log.error('jnl.inspection.failed', { code: inspected.error.code, detail: inspected.error.detail });
      return BETWEEN_ROUNDS_MS;
    }
    round.upToEntryNumber = inspected.value.upToEntryNumber;
    if (inspected.value.isEnd) return this.#end(round);
    if (round.upToEntryNumber - round.notedUpTo >= ENTRIES_PER_NOTE) this.#note(round);
    return 'more';
  }

  #resume(): { upToEntryNumber: number; readonly beganAtUtcMs: number; notedUpTo: number } {
    const { journal } = this.#options;
    const text = journal.fact(FACT);
    const noted = text === undefined || text === '' ? null : factSchema.parse(JSON.parse(text));
    const upToEntryNumber = noted?.upToEntryNumber ?? 0;
    return { upToEntryNumber, notedUpTo: upToEntryNumber, beganAtUtcMs: noted?.beganAtUtcMs ?? journal.nowUtcMs() };
  }

  #note(round: { readonly upToEntryNumber: number; readonly beganAtUtcMs: number; notedUpTo: number }): void {
    const { upToEntryNumber, beganAtUtcMs } = round;
    if (this.#options.journal.commit({ facts: { [FACT]: JSON.stringify({ upToEntryNumber, beganAtUtcMs }) } }).ok) round.notedUpTo = upToEntryNumber;
  }

  #end({ upToEntryNumber, beganAtUtcMs }: { readonly upToEntryNumber: number; readonly beganAtUtcMs: number }): 'more' {
    this.#options.journal.commit({ entries: [entry('journal.inspected', { entryCount: upToEntryNumber, beganAtUtcMs })], facts: { [FACT]: '' } });
    this.#round = null;
    this.#booksCheck = this.#options.journal.beginBooksCheck();
    return 'more';
  }

  /** Counts, queue, items in doubt, receipts and sessions against what the chain tells of them. */
  #compare(check: BooksCheck): 'more' | number {
    const { journal, log } = this.#options;
    const step = check.step();
    if (step.kind === 'more') return 'more';
    this.#booksCheck = null;
    if (step.kind === 'equal') journal.commit({ entries: [entry('books.compared', { entryCount: step.entryCount })] });
    else if (step.kind === 'givenUp') log.warn('jnl.books.notCompared', { detail: step.detail });
    else log.error('jnl.books.different', { code: 'JNL_BOOKS_DIFFER', table: step.difference.table, problem: step.difference.problem });
    return BETWEEN_ROUNDS_MS;
  }
}
