import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Result } from '../../foundation/outcome.ts';
import type { Journal, PurgeRun } from '../../journal/journal.ts';
import { adoptPolicy, type OfferedPolicy } from './adopt-policy.ts';
import { IdleRounds } from './idle-rounds.ts';

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

/** Looks for the bank's retention policy and purges what it no longer keeps, outside the money path: in short steps while nobody is served. */
export class JournalKeeper {
  readonly #options: JournalKeeperOptions;
  readonly #rounds: IdleRounds;
  #run: PurgeRun | null = null;
  #problem: string | null = null;

  constructor(options: JournalKeeperOptions) {
    this.#options = options;
    this.#rounds = new IdleRounds({ isIdle: options.isIdle, clock: options.clock, firstMs: FIRST_MS, step: () => this.#step() });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** Why the policy that the configuration names is not in force; null: it is, or there is none. */
  get policyProblem(): string | null {
    return this.#problem;
  }

  /** A step of the purge takes some tens of milliseconds. */
  #step(): 'more' | number {
    this.#run ??= this.#begin();
    if (this.#run === null) return EVERY_MS;
    const step = this.#run.step();
    if (step.ok && !step.value.isDone) return 'more';
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
