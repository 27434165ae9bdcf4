import type { DeviceOutcome } from '../../main/foundation/outcome.ts';

/** More than this wait only where nobody reads the answers. */
const JOBS_MAX = 32;

/** Work that waits for the owner of the line, in order. Whoever waits is settled exactly once. */
export class LineJobs {
  #waiting: { readonly perform: () => Promise<void>; readonly drop: () => void }[] = [];

  /** @param notRun  what the caller gets when it was never begun */
  run<T>(job: () => Promise<DeviceOutcome<T>>, notRun: () => DeviceOutcome<never>): Promise<DeviceOutcome<T>> {
    if (this.#waiting.length >= JOBS_MAX) return Promise.resolve(notRun());
    return new Promise((settle) => {
      this.#waiting.push({ perform: async () => settle(await job()), drop: () => settle(notRun()) });
    });
  }

  /** Those that wait now; what comes meanwhile waits for the next time. */
  async performAll(): Promise<void> {
    for (let left = this.#waiting.length; left > 0; left--) await this.#waiting.shift()?.perform();
  }

  drop(): void {
    for (const { drop } of this.#waiting.splice(0)) drop();
  }
}
