import type { ErrorCode } from '../../foundation/error-catalogue.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { JournalErrorCode } from '../../journal/journal.ts';

/** What keeps the whole terminal out of service, or from all that moves money, or what only a person can clear up, and is put right by a person; the screens have the remedy in words for each. */
export const TROUBLE_CODES = [
  'JNL_UNWRITABLE', 'JNL_DISK_FULL', 'JNL_READ_ONLY', 'JNL_DISK_FAILED', 'JNL_HELD', 'JNL_NEWER', 'JNL_MISSING', 'JNL_CORRUPT', 'JNL_PAGE_DAMAGED', 'JNL_BOOKS_DIFFER', 'JNL_FOREIGN', 'JNL_KEY_MISSING', 'JNL_KEY_WRONG', 'JNL_NAMES_CHANGED',
  'TRM_CLOCK_WRONG', 'HST_QUEUE_LIMIT', 'HST_ANSWER_CONFLICT', 'HST_SEAL_REFUSED', 'HST_PROVIDER_ODD', 'SIU_ON_BATTERY', 'SIU_BATTERY_LOW', 'SIU_DOOR_OPEN', 'SIU_TAMPERED', 'TRM_NOTES_OPEN', 'TRM_COINS_OPEN', 'TRM_COUNTS_DIFFER',
] as const satisfies readonly (JournalErrorCode | ErrorCode)[];
export type TroubleCode = (typeof TROUBLE_CODES)[number];

export interface Trouble {
  readonly code: TroubleCode;
  /** For a technician; no personal data. */
  readonly detail: string;
  /** By the wall clock, which may be the trouble itself. */
  readonly sinceUtcMs: number;
}

type Source = 'journal' | 'clock' | 'queue' | 'conflict' | 'seal' | 'catalogue' | 'power' | 'door' | 'tamper' | 'notes' | 'coins' | 'counts';

/** The troubles of now: one a source, the newest word of it. Kept where a journal cannot be, so that the screen can say why there is none. */
export class Troubles {
  readonly #clock: Clock;
  readonly #bySource = new Map<Source, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly Trouble[] {
    return [...this.#bySource.values()];
  }

  /** @param found  null: the source is well */
  set(source: Source, found: { readonly code: TroubleCode; readonly detail: string } | null): void {
    if (found === null) {
      this.#bySource.delete(source);
      return;
    }
    const before = this.#bySource.get(source);
    const sinceUtcMs = before?.code === found.code ? before.sinceUtcMs : this.#clock.nowUtcMs();
    this.#bySource.set(source, { code: found.code, detail: found.detail, sinceUtcMs });
  }
}
