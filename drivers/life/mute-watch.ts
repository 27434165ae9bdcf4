/** A device between two things, or a revision's own state, passes; longer it is out of service and says so with no code that is known. */
const MUTE_MS_MAX = 10_000;

/** Since when the answers of a device say nothing of it: no rest, no note, no fault. */
export class MuteWatch {
  #sinceMs: number | null = null;

  /** @param isMute  of the answer of now. @returns whether it has been so for too long */
  take(isMute: boolean, nowMs: number): boolean {
    this.#sinceMs = isMute ? (this.#sinceMs ?? nowMs) : null;
    return this.#sinceMs !== null && nowMs - this.#sinceMs > MUTE_MS_MAX;
  }
}
