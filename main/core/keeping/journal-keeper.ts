import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Result } from '../../foundation/outcome.ts';
import type { Journal, PurgeRun } from '../../journal/journal.ts';
import { adoptPolicy, type OfferedPolicy } from './adopt-policy.ts';

/** Reads the policy that the configuration names. null: it names none. @error why it cannot be read */
export type PolicySource = () => Result<OfferedPolicy, string> | null;

export interface JournalKeeperOptions {
  readonly journal: Journal;
  readonly terminalId: string;
  readonly readPolicy: PolicySource;
  /** Nobody stands in front: only then a step of the purge is taken. */
  readonly isIdle: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** After the start of the core nothing presses: devices, link and recovery come first. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 6 * 3_600_000;
const BUSY_RETRY_MS = 30_000;
/** Between two steps the core does its other work; a step takes some tens of milliseconds. */
const STEP_PAUSE_MS = 250;

/** Looks for the bank's retention policy and purges what it no longer keeps, outside the money path: in short steps while nobody is served. */
export class JournalKeeper {
  readonly #options: JournalKeeperOptions;
  #timer: TimerHandle | null = null;
  #run: PurgeRun | null = null;
  #isStopped = false;
  #problem: string | null = null;

  constructor(options: JournalKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(FIRST_MS);
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  /** Why the policy that the configuration names is not in force; null: it is, or there is none. */
  get policyProblem(): string | null {
    return this.#problem;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#schedule(this.#work()), delayMs);
  }

  /** @returns when to look again, ms */
  #work(): number {
    if (!this.#options.isIdle()) return BUSY_RETRY_MS;
    this.#run ??= this.#begin();
    if (this.#run === null) return EVERY_MS;
    const step = this.#run.step();
    if (step.ok && !step.value.isDone) return STEP_PAUSE_MS;
    this.#run = null;
    return EVERY_MS;
  }

  #begin(): PurgeRun | null {
    const { journal, terminalId, readPolicy, log } = this.#options;
    const offered = readPolicy();
    const adopted = offered === null || !offered.ok ? offered : adoptPolicy(journal, offered.value, terminalId);
    const problem = adopted === null || adopted.ok ? null : adopted.error;
    if (problem !== null && problem !== this.#problem) log.error('jnl.policy.refused', { detail: problem });
    this.#problem = problem;
    return journal.beginPurge();
  }
}
