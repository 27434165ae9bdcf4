/**
 * All kinds disabled, and a second byte that is normally 00: no acceptance sets it. Settings are lost with the power and by RESET, so where it still stands neither came since a payout
 * began. [id003 §5: C0, 80, and what is at defaults after RESET or power-up]
 */
const WHOLE = [0xff, 0xa5] as const;
const BROKEN = [0xff, 0x00] as const;

export interface WholeMarkParts {
  /** SET DENOMINATION. @returns whether it was echoed */
  readonly set: (data: readonly [number, number]) => Promise<boolean>;
  /** What it is set to. null: not answered */
  readonly read: () => Promise<Buffer | null>;
}

/**
 * Tells a later process, in a register of the device that nothing keeps over a power cut, that the payout went on from its begin without one, without RESET, and without a note that came
 * back or stuck: those are the things it could no longer see.
 */
export class WholeMark {
  readonly #parts: WholeMarkParts;
  #isBroken = false;

  constructor(parts: WholeMarkParts) {
    this.#parts = parts;
  }

  /** Before the order. Where it is not taken, a later process proves nothing. */
  async put(): Promise<void> {
    this.#isBroken = false;
    await this.#parts.set(WHOLE);
  }

  /** @returns whether it is gone */
  async break(): Promise<boolean> {
    this.#isBroken ||= await this.#parts.set(BROKEN);
    return this.#isBroken;
  }

  async stands(): Promise<boolean> {
    return (await this.#parts.read())?.equals(Buffer.from(WHOLE)) === true;
  }
}
