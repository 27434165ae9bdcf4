import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { JournalUnreadable } from './journal-unreadable.ts';
import type { JournalError } from './journal.ts';
import { isDistrusted, readingError } from './sqlite-errors.ts';

const CLOSED: JournalError = { code: 'JNL_UNWRITABLE', detail: 'the journal was closed' };

/**
 * Whether the connection may still be believed. After a failed write or sync the system may have dropped from memory what it never wrote, and say "written"
 * the next time; after a damaged page nobody knows what else is. So the first such error is the last word of this connection: each later write is refused
 * with it, until a new life of the core opens the file and makes durable what it finds.
 */
export class Trust {
  readonly #path: string;
  readonly #listeners = new Set<(error: JournalError) => void>();
  #error: JournalError | null = null;
  #isClosed = false;

  /** @param path  of the journal, `:memory:` for none */
  constructor(path: string) {
    this.#path = path;
  }

  /** Why nothing is written any more; null: all is well. */
  get error(): JournalError | null {
    return this.#error ?? (this.#isClosed ? CLOSED : null);
  }

  /** In good order: what a device says after that is not written, and found open by the next life. */
  close(): void {
    this.#isClosed = true;
  }

  /** Told of each error of the world, whether the connection is still trusted after it or not. */
  onTrouble(listener: (error: JournalError) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(error: JournalError): void {
    if (this.#error === null && isDistrusted(error)) {
      this.#error = error;
      const code = DAMAGE_CODES.find((one) => one === error.code);
      if (code !== undefined) markDamaged(this.#path, { code, detail: error.detail });
    }
    for (const listener of [...this.#listeners]) listener(error);
  }

  /** The questions of a reader: what SQLite cannot read any more ends the trust. */
  guard<Questions extends object>(questions: Questions): Questions {
    const guarded = Object.entries(questions).map(([name, ask]: [string, unknown]) => [name, typeof ask === 'function' ? this.#guarded(ask as (...input: readonly unknown[]) => unknown) : ask]);
    return Object.fromEntries(guarded) as Questions;
  }

  #guarded(ask: (...input: readonly unknown[]) => unknown) {
    return (...input: readonly unknown[]): unknown => {
      try {
        return ask(...input);
      } catch (thrown) {
        const error = thrown instanceof z.ZodError ? { code: 'JNL_BOOKS_DIFFER' as const, detail: 'a book has a row that no entry makes' } : readingErrorOf(thrown);
        if (error === undefined) throw thrown;
        this.note(error);
        throw new JournalUnreadable(error);
      }
    };
  }
}

function readingErrorOf(thrown: unknown): JournalError | undefined {
  return thrown instanceof Database.SqliteError || thrown instanceof JournalUnreadable ? readingError(thrown) : undefined;
}

/** Of the file itself: it stays so over a restart. */
const DAMAGE_CODES = ['JNL_PAGE_DAMAGED', 'JNL_BOOKS_DIFFER', 'JNL_CORRUPT'] as const;
/** `code` is new: a mark without it tells of a page. */
const damageSchema = z.strictObject({ form: z.literal(1), file: z.number(), code: z.enum(DAMAGE_CODES).default('JNL_PAGE_DAMAGED'), detail: z.string() });
type Damage = Pick<z.infer<typeof damageSchema>, 'code' | 'detail'>;

export function damagePath(journalPath: string): string {
  return join(dirname(journalPath), 'journal.damaged');
}

function writeDamage(journalPath: string, file: string, { code, detail }: Damage): void {
  writeFileSync(damagePath(journalPath), JSON.stringify({ form: 1, file: statSync(file).ino, code, detail: detail.slice(0, 300) }), { mode: 0o600, flush: true });
}

/** Beside the file, so that the next start does not go on with it, however large it is and wherever the page lies. A file put in its place is another one. */
function markDamaged(journalPath: string, { code, detail }: Damage): void {
  if (journalPath === ':memory:') return;
  try {
    writeDamage(journalPath, journalPath, { code, detail });
  } catch {
    // A disk that takes no mark takes no entry, either; then the start itself meets the damage.
  }
}

/** Of a file that was put in place of a journal, or goes on without the end of one, and whose chain does not say so yet: numbers would be given a second time. */
const UNTOLD = 'it was restored, or went on without its end, and that was cut off before the chain says what it lacks: do it again';

/**
 * Only who says `tellsLoss` opens it, until `forgetDamage`. Durable before the file gets its name.
 * @param file  that is to lie at `journalPath`
 * @throws the file system's error
 */
export function holdBack(journalPath: string, file: string): void {
  writeDamage(journalPath, file, { code: 'JNL_CORRUPT', detail: UNTOLD });
}

export function isHeldBack(damage: JournalError | undefined): boolean {
  return damage?.detail === UNTOLD;
}

/** @returns what was found in this very file at some time of an earlier life; undefined: nothing */
export function readDamage(journalPath: string): JournalError | undefined {
  if (!existsSync(damagePath(journalPath)) || !existsSync(journalPath)) return undefined;
  try {
    const { file, code, detail } = damageSchema.parse(JSON.parse(readFileSync(damagePath(journalPath), 'utf8')));
    return file === statSync(journalPath).ino ? { code, detail } : undefined;
  } catch {
    return { code: 'JNL_PAGE_DAMAGED', detail: 'a page was found damaged; the note about it cannot be read' };
  }
}

/** After the file was made whole, or another was put in its place. */
export function forgetDamage(journalPath: string): void {
  rmSync(damagePath(journalPath), { force: true });
}
