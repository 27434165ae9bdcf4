import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { SUSPENSE_ASKED_MAX } from '../../contracts/host-operations.ts';
import type { Journal, JournalEntry, SuspenseRow } from '../../journal/journal.ts';
import type { HostGateway } from '../host/host-gateway.ts';
import { BY_BANK, decisionBatch } from './bank-decisions.ts';
import { endsToAsk, heardFacts, tellsOfLoss } from './ends-unheard.ts';
import { reportOf } from './suspense-messages.ts';
import { toldState, type ToldState } from './told-state.ts';

export interface SuspenseReporterOptions {
  readonly journal: Journal;
  readonly gateway: Pick<HostGateway, 'draft' | 'ask'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Something was heard that the technician's page shows. */
  readonly onDecided: () => void;
}

const NOBODY = { operationId: null, sessionId: null, language: 'ru' } as const;
const CHECK_MS = 60_000;
/** After the transaction that opened an item, so that it is told while the money path is done with it. */
const SOON_MS = 1_000;
const ASK_EVERY_MS = 3_600_000;
/** In one round; what is left waits for the next. */
const REPORTS_MAX = 20;
/** In one round, with those that look for odd decisions: a bank all of whose words are odd is not asked without end. Enough to find each odd one on a page. */
const INQUIRIES_MAX = 100;
/** An item that a person ended is asked about as long after its end: the bank keeps its duplicate keys for 45 days. [host-messages §5.7] */
const ASKED_AFTER_END_MS = 45 * 24 * 3_600_000;

/** Tells the bank of each suspense item once, by a must-deliver message of its own, and asks what it decided: at sign-on, hourly, when the technician looks. [issue 3] */
export class SuspenseReporter {
  readonly #options: SuspenseReporterOptions;
  #timer: TimerHandle | null = null;
  #soon: TimerHandle | null = null;
  #isStopped = false;
  #isAsking = false;
  #inquiriesLeft = 0;
  /** First item of the page that the last round did not come to the end of: the next one begins there, or items behind odd or many others would never be asked about. */
  #askNextFrom: string | null = null;
  #nextAskMs: number;

  constructor(options: SuspenseReporterOptions) {
    this.#options = options;
    this.#nextAskMs = options.clock.monotonicMs() + ASK_EVERY_MS;
    options.journal.onCommitted((_entries, batch) => {
      if ((batch.suspense ?? []).length > 0) this.#reportSoon();
      if ((batch.messageMoves ?? []).some(({ messageId }) => tellsOfLoss(options.journal, messageId))) this.#askOfLoss();
    });
  }

  /** What an earlier life left untold is told now. */
  start(): void {
    this.#reportSoon();
    this.#checkLater();
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of [this.#timer, this.#soon]) if (timer !== null) this.#options.clock.clearTimeout(timer);
  }

  /** Asks about every item that the bank knows and may still decide on. Silence changes nothing: the next round asks again. */
  async ask(): Promise<void> {
    const { clock } = this.#options;
    if (this.#isAsking || this.#isStopped) return;
    this.#isAsking = true;
    const loss = endsToAsk(this.#options.journal);
    // Nobody ends an item before, so what was not answered is asked again with the next look.
    this.#nextAskMs = clock.monotonicMs() + (loss === null ? ASK_EVERY_MS : 0);
    try {
      this.#inquiriesLeft = INQUIRIES_MAX;
      const undecided = this.#undecided().map(({ suspenseId }) => suspenseId);
      const first = Math.max(0, undecided.findIndex((suspenseId) => suspenseId === this.#askNextFrom));
      const asked = [...undecided.slice(first), ...undecided.slice(0, first)];
      for (let from = 0; from < asked.length; from += SUSPENSE_ASKED_MAX) {
        this.#askNextFrom = asked[from] ?? null;
        if (!(await this.#askAbout(asked.slice(from, from + SUSPENSE_ASKED_MAX)))) return;
      }
      this.#askNextFrom = null;
      if (loss !== null) this.#noteHeard(loss);
    } finally {
      this.#isAsking = false;
    }
  }

  /**
   * An answer that is not believed may hold one odd decision among good ones: each half is asked for by itself, so that it holds back no other.
   * @returns false: enough for this round, or the bank does not answer now
   */
  async #askAbout(suspenseIds: readonly string[]): Promise<boolean> {
    const { journal, gateway, log } = this.#options;
    if (this.#inquiriesLeft === 0) return false;
    this.#inquiriesLeft -= 1;
    const outcome = await gateway.ask('suspense.status', { suspenseIds: [...suspenseIds] }, NOBODY);
    if (this.#isStopped) return false;
    if (outcome.kind === 'failed') {
      if (outcome.failure.code !== 'HST_MALFORMED') return false;
      if (suspenseIds.length === 1) {
        log.error('suspense.decision.notBelieved', { code: outcome.failure.code, suspenseId: suspenseIds[0] });
        return true;
      }
      const half = Math.ceil(suspenseIds.length / 2);
      return (await this.#askAbout(suspenseIds.slice(0, half))) && (await this.#askAbout(suspenseIds.slice(half)));
    }
    if (outcome.answer.outcome !== 'approved') return false;
    const batch = decisionBatch(journal, outcome.answer.body.decisions, outcome.messageId);
    if (batch === null) return true;
    const written = journal.commit(batch);
    if (!written.ok) log.warn('suspense.decision.notWritten', { code: written.error.code });
    else this.#options.onDecided();
    return true;
  }

  /** The bank has heard that this journal lost its end: how items were ended in it, it knows now. */
  #askOfLoss(): void {
    const { journal, clock } = this.#options;
    if (this.#isStopped || endsToAsk(journal) === null) return;
    // Where a round is running, the next look begins another.
    this.#nextAskMs = clock.monotonicMs();
    clock.setTimeout(() => void this.ask(), SOON_MS);
  }

  #noteHeard(lossEntryNumber: number): void {
    const { journal, clock, log, onDecided } = this.#options;
    const written = journal.commit({ facts: heardFacts(lossEntryNumber) });
    if (!written.ok) return log.warn('suspense.decision.notWritten', { code: written.error.code });
    this.#nextAskMs = clock.monotonicMs() + ASK_EVERY_MS;
    onDecided();
  }

  #checkLater(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#report();
      if (this.#options.clock.monotonicMs() >= this.#nextAskMs) void this.ask();
      this.#checkLater();
    }, CHECK_MS);
  }

  #reportSoon(): void {
    if (this.#isStopped || this.#soon !== null) return;
    this.#soon = this.#options.clock.setTimeout(() => {
      this.#soon = null;
      this.#report();
    }, SOON_MS);
  }

  #report(): void {
    const { journal, gateway, log } = this.#options;
    for (const item of journal.suspense({ isTold: false }).slice(0, REPORTS_MAX)) {
      const written = journal.commit(reportOf({ journal, gateway }, item));
      if (written.ok) continue;
      log.warn('suspense.report.notWritten', { code: written.error.code });
      return;
    }
  }

  /** Told items that are open, oldest first; then those that a person ended, in case the bank sees it another way. */
  #undecided(): readonly SuspenseRow[] {
    const { journal } = this.#options;
    const told = journal.suspense({ isTold: true });
    const sinceUtcMs = journal.nowUtcMs() - ASKED_AFTER_END_MS;
    const ended = told.filter((item) => item.state !== 'open' && (endMessage(journal, item)?.atUtcMs ?? item.openedAtUtcMs) >= sinceUtcMs && !journal.suspenseDecisions({ suspenseId: item.suspenseId, limit: 1 }).some(({ result }) => result !== 'otherSum'));
    return [...told.filter((item) => item.state === 'open'), ...ended].filter((item) => toldState(journal, item) === 'told');
  }
}

/** How far the bank knows that a person here ended an item. `no`: ended by software that did not tell. */
export function endToldState(journal: Pick<Journal, 'message' | 'operationEntries' | 'suspense'>, suspenseId: string): ToldState {
  const [item] = journal.suspense({ suspenseId });
  const told = item === undefined ? undefined : endMessage(journal, item);
  return toldState(journal, { toldMessageId: told?.data.messageId ?? null });
}

/** Where the bank is told how a person ended an item, in the transaction of its end; in one chain with its report. undefined: it was not. */
function endMessage(journal: Pick<Journal, 'message' | 'operationEntries'>, { toldMessageId }: Pick<SuspenseRow, 'toldMessageId'>): JournalEntry<'message.staged'> | undefined {
  if (toldMessageId === null) return undefined;
  const chain = journal.operationEntries(journal.message(toldMessageId)?.operationId ?? toldMessageId, ['message.staged']) as readonly JournalEntry<'message.staged'>[];
  return chain.find(({ data }) => data.operation === 'suspense.settlement');
}

/** True where the bank ended it. */
export const isByBank = (settled: { readonly by: string }): boolean => settled.by === BY_BANK;
