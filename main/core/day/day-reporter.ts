import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { HostRequestBody } from '../../contracts/host-operations.ts';
import { OPERATIONS } from '../../contracts/operations.ts';
import { entry, type Journal, type JournalEntry } from '../../journal/journal.ts';
import { lossesOf } from '../../journal/lost-end.ts';
import type { HostGateway } from '../host/host-gateway.ts';
import { findOpenMessage } from '../host/open-messages.ts';
import { lossToTell, toldFacts } from '../suspense/ends-unheard.ts';
import { detailedDays, detailPages } from './day-detail.ts';
import { dayTotals } from './day-totals.ts';

export interface DayReporterOptions {
  readonly journal: Journal;
  readonly gateway: Pick<HostGateway, 'draft'>;
  readonly clock: Clock;
  readonly log: Log;
}

const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;
const CHECK_MS = 60_000;
/** Operations that ran over the cut-over get as long to be answered for. [host-messages §5.6] */
const GRACE_MS = 10 * 60_000;
const SEAL_EVERY_MS = 3_600_000;
const FIRST_SEAL_MS = 5 * 60_000;
/** Older days without totals are a matter for the bank's own lists. */
const DAYS_LOOKED_AT = 8;
const UNITS_MAX = 32;

/** After the cut-over tells the bank the day's totals, where it differs each operation, and at intervals the newest seal of the journal, by must-deliver messages. */
export class DayReporter {
  readonly #options: DayReporterOptions;
  #timer: TimerHandle | null = null;
  #isStopped = false;
  #nextSealMs: number;
  /** Monotonic times at which this life first saw that a day is over. */
  readonly #overSinceMs = new Map<string, number>();

  constructor(options: DayReporterOptions) {
    this.#options = options;
    this.#nextSealMs = options.clock.monotonicMs() + FIRST_SEAL_MS;
  }

  start(): void {
    this.#tellLoss();
    this.#checkLater();
  }

  #checkLater(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#tellLoss();
      this.#reportDays();
      this.#reportDetails();
      this.#reportSeal();
      this.#checkLater();
    }, CHECK_MS);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #reportDays(): void {
    const { journal } = this.#options;
    const marks = journal.entries({ kinds: ['businessDay.began'], newestFirst: true, limit: DAYS_LOOKED_AT }) as readonly JournalEntry<'businessDay.began'>[];
    if (marks.length < 2) return;
    const sent = new Set((journal.entries({ kinds: ['day.totalsSent'], newestFirst: true, limit: 2 * DAYS_LOOKED_AT }) as readonly JournalEntry<'day.totalsSent'>[]).map(({ data }) => data.day));
    for (let index = marks.length - 1; index >= 1; index--) {
      const { day } = marks[index]!.data;
      if (!sent.has(day)) this.#reportDay(day, this.#isGraceOver(day, marks[index - 1]!.atUtcMs));
    }
  }

  /** Stamps do not follow a clock back that was ahead at a start: by them alone the grace would last as much longer. */
  #isGraceOver(day: string, cutOverUtcMs: number): boolean {
    const { journal, clock } = this.#options;
    const sinceMs = this.#overSinceMs.get(day) ?? clock.monotonicMs();
    this.#overSinceMs.set(day, sinceMs);
    return journal.nowUtcMs() - cutOverUtcMs >= GRACE_MS || clock.monotonicMs() - sinceMs >= GRACE_MS;
  }

  #reportDay(day: string, isGraceOver: boolean): void {
    const { journal, gateway, log } = this.#options;
    const totals = dayTotals(journal, day);
    if (totals === null || (!isGraceOver && totals.differences.some(({ kind }) => kind === 'waiting' || kind === 'open'))) return;
    const body: HostRequestBody<'recon.totals'> = {
      day, operations: totals.operations.map((total) => ({ ...total })), units: totals.units.slice(0, UNITS_MAX).map(({ unitId, movedMinor, countedMinor }) => ({ unitId, movedMinor, countedMinor })), isExplained: totals.isExplained, seal: this.#newestSeal(),
    };
    const message = gateway.draft('recon.totals', body, NOBODY);
    const written = journal.commit({ entries: [entry('day.totalsSent', { day, messageId: message.messageId }, { operationId: message.operationId })], messages: [message] });
    if (!written.ok) log.warn('day.totals.notWritten', { code: written.error.code });
  }

  /** Where the bank's sums are others: which operations it has booked otherwise, only it can say. */
  #reportDetails(): void {
    const { journal, gateway, log } = this.#options;
    const answers = journal.entries({ kinds: ['day.reconciled'], newestFirst: true, limit: DAYS_LOOKED_AT }) as readonly JournalEntry<'day.reconciled'>[];
    const different = answers.filter(({ data }) => data.result === 'different');
    if (different.length === 0) return;
    const asked = detailedDays(journal);
    for (const { data: { day, bank } } of different.filter(({ data }) => !asked.has(data.day))) {
      const pages = detailPages(journal, day, OPERATIONS.filter((operation) => bank.some((booked) => booked.operation === operation)));
      const messages = pages.map((page, position) => gateway.draft('recon.detail', page, NOBODY, position));
      const entries = messages.map(({ messageId, operationId }, index) => entry('day.detailSent', { day, operation: pages[index]!.operation, messageId }, { operationId }));
      const written = journal.commit({ entries, messages });
      if (!written.ok) log.warn('day.detail.notWritten', { code: written.error.code });
    }
  }

  /** One seal waits at most: a newer one says all that it said, also that one which waits for a person. */
  #reportSeal(): void {
    const { journal, gateway, clock, log } = this.#options;
    if (clock.monotonicMs() < this.#nextSealMs) return;
    this.#nextSealMs = clock.monotonicMs() + SEAL_EVERY_MS;
    const seal = this.#newestSeal();
    if (seal === null || seal.upToEntryNumber <= heldUpTo(journal) || findOpenMessage(journal, ({ operation, state }) => operation === 'journal.seal' && state !== 'parked') !== undefined) return;
    const written = journal.commit({ messages: [gateway.draft('journal.seal', { seal }, NOBODY)] });
    if (!written.ok) log.warn('day.seal.notWritten', { code: written.error.code });
  }

  /** At once, whatever else waits: until then the bank holds seals of what is lost against this journal, and nobody here knows how it ended items there. */
  #tellLoss(): void {
    const { journal, gateway, log } = this.#options;
    const loss = lossToTell(journal);
    if (loss === undefined) return;
    const seal = this.#newestSeal();
    if (seal === null) return;
    const message = gateway.draft('journal.seal', { seal }, NOBODY);
    const written = journal.commit({ messages: [message], facts: toldFacts(loss.entryNumber, message.messageId) });
    if (!written.ok) log.warn('day.seal.notWritten', { code: written.error.code });
  }

  #newestSeal(): HostRequestBody<'journal.seal'>['seal'] | null {
    const { journal } = this.#options;
    const seal = journal.newestSeal();
    return seal === null ? null : { journalId: journal.journalId, ...seal, loss: lossOf(journal) };
  }
}

/** The newest loss. Where the bank held no seal since the one before it, it was never told of that one, and what came of it is lost as well. null: nothing was lost */
function lossOf(journal: Pick<Journal, 'entries'>): NonNullable<HostRequestBody<'journal.seal'>['seal']['loss']> | null {
  const losses = lossesOf(journal);
  const [newest] = losses;
  if (newest === undefined) return null;
  const wasHeard = (loss: JournalEntry, next: JournalEntry) => (journal.entries({ kinds: ['seal.held'], fromEntryNumber: loss.entryNumber, limit: 1 })[0]?.entryNumber ?? next.entryNumber) < next.entryNumber;
  const heard = losses.findIndex((loss, index) => index > 0 && wasHeard(loss, losses[index - 1]!));
  const untold = heard < 0 ? losses : losses.slice(0, heard);
  return { afterEntryNumber: Math.min(...untold.map(({ data }) => data.forkedAfter ?? data.entryCount)), entryHash: newest.hash };
}

/** Entry up to which the bank holds a seal; 0: none. */
export function heldUpTo(journal: Pick<Journal, 'entries'>): number {
  const held = journal.entries({ kinds: ['seal.held'], newestFirst: true, limit: 1 })[0] as JournalEntry<'seal.held'> | undefined;
  return held?.data.upToEntryNumber ?? 0;
}

/** What the bank said to the totals of a day. @param day  undefined: the newest day that it answered */
export function reconciliationOf(journal: Pick<Journal, 'entries'>, day?: string): (JournalEntry<'day.reconciled'>['data'] & { readonly atUtcMs: number }) | null {
  const answers = journal.entries({ kinds: ['day.reconciled'], newestFirst: true, limit: day === undefined ? 1 : 400 }) as readonly JournalEntry<'day.reconciled'>[];
  const found = answers.find(({ data }) => day === undefined || data.day === day);
  return found === undefined ? null : { ...found.data, atUtcMs: found.atUtcMs };
}
