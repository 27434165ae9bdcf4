import type { Clock, TimerHandle } from '../../main/foundation/clock.ts';
import type { Result } from '../../main/foundation/outcome.ts';
import type { TransportError } from './transport.ts';

/** First wait before a lost port is opened again; doubled each time up to the longest. */
const REOPEN_MS_MIN = 500;
const REOPEN_MS_MAX = 8_000;
/** Commands that may wait for the line; reaching it means that the caller does not wait for answers. */
const JOBS_MAX = 16;

/** What a driver does with its line. None of these may throw. */
export interface LineWork {
  open(): Promise<Result<void, TransportError>>;
  close(): Promise<void>;
  /** Makes the device usable after opening or on `bringUpAgain`; false: it is not answering, the port is closed and tried again later. */
  bringUp(): Promise<boolean>;
  /** Asked every `pollIntervalMs` when no command runs; false: the line is lost. */
  poll(): Promise<boolean>;
  /** The port could not be opened, or an open line is gone. */
  onDown(reason: TransportError): void;
}

interface Job {
  readonly perform: () => Promise<void>;
  readonly abandon: () => void;
}

/**
 * The one owner of a line: opens it, brings the device up, runs one command or poll at a time, and opens it again with growing waits when it was
 * lost. Commands that never got their turn are settled as not run.
 */
export class LineOwner {
  readonly #clock: Clock;
  readonly #work: LineWork;
  readonly #pollIntervalMs: number;
  readonly #jobs: Job[] = [];
  #life: Promise<void> | undefined;
  #isStopping = false;
  #isUp = false;
  #isLost = false;
  #mustBringUp = false;
  #wake: () => void = () => {};

  constructor(options: { readonly clock: Clock; readonly work: LineWork; readonly pollIntervalMs: number }) {
    this.#clock = options.clock;
    this.#work = options.work;
    this.#pollIntervalMs = options.pollIntervalMs;
  }

  start(): void {
    if (this.#life !== undefined) return;
    this.#isStopping = false;
    this.#life = this.#live();
  }

  /** Ends after the command that runs now; the link must settle it when its port is closed. */
  async stop(): Promise<void> {
    if (this.#life === undefined) return;
    this.#isStopping = true;
    this.#wake();
    await this.#work.close();
    await this.#life;
    this.#life = undefined;
  }

  /** The link saw its port close. */
  lineLost(): void {
    this.#isLost = true;
    this.#wake();
  }

  /** The device is initialised from scratch after what runs now, or the port is tried at once when it was waiting. */
  bringUpAgain(): void {
    this.#mustBringUp = true;
    this.#wake();
  }

  /** @returns what the job gave, or undefined when it was never begun: nothing was sent for it */
  run<T>(job: () => Promise<T>): Promise<T | undefined> {
    if (!this.#isUp || this.#isLost || this.#isStopping || this.#jobs.length >= JOBS_MAX) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#jobs.push({ perform: async () => resolve(await job()), abandon: () => resolve(undefined) });
      this.#wake();
    });
  }

  async #live(): Promise<void> {
    let reopenMs = REOPEN_MS_MIN;
    while (!this.#isStopping) {
      this.#isLost = false;
      const opened = await this.#work.open();
      if (this.#isStopping) {
        // It opened after it was told to close.
        if (opened.ok) await this.#work.close();
        break;
      }
      if (opened.ok) {
        const wasUp = await this.#serve();
        if (wasUp) reopenMs = REOPEN_MS_MIN;
        this.#abandonJobs();
        await this.#work.close();
        if (this.#isStopping) break;
        this.#work.onDown({ code: 'LNK_LOST', detail: 'the device is not answering or its port closed' });
      } else {
        this.#work.onDown(opened.error);
      }
      this.#mustBringUp = false;
      await this.#pause(reopenMs, () => this.#mustBringUp);
      reopenMs = Math.min(reopenMs * 2, REOPEN_MS_MAX);
    }
    this.#abandonJobs();
  }

  /** Until the line is lost or the owner stops. @returns whether the device was usable at all */
  async #serve(): Promise<boolean> {
    let wasUp = false;
    this.#mustBringUp = true;
    while (!this.#isStopping && !this.#isLost) {
      if (this.#mustBringUp) {
        this.#mustBringUp = false;
        if (!(await this.#work.bringUp())) break;
        this.#isUp = true;
        wasUp = true;
        continue;
      }
      const job = this.#jobs.shift();
      if (job !== undefined) {
        await job.perform();
        continue;
      }
      await this.#pause(this.#pollIntervalMs, () => this.#jobs.length > 0 || this.#mustBringUp || this.#isLost);
      if (this.#jobs.length > 0 || this.#mustBringUp || this.#isLost || this.#isStopping) continue;
      if (!(await this.#work.poll())) break;
    }
    this.#isUp = false;
    return wasUp;
  }

  #abandonJobs(): void {
    this.#isUp = false;
    for (const job of this.#jobs.splice(0)) job.abandon();
  }

  async #pause(delayMs: number, isOver: () => boolean): Promise<void> {
    if (this.#isStopping || isOver()) return;
    let timer: TimerHandle;
    await new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, delayMs);
      this.#wake = () => {
        if (this.#isStopping || isOver()) resolve();
      };
    });
    this.#clock.clearTimeout(timer);
    this.#wake = () => {};
  }
}
