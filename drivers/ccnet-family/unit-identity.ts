import type { StatusBoard } from '../interfaces/status-board.ts';
import { decodeIdentification, type PollState } from './codec.ts';
import { isPoweredUp } from './poll-states.ts';
import type { CcnetRequests } from './requests.ts';

/** Who answers: after a lost line or power it may be another unit, and what that one says of its path and box is about no note of the unit before. */
export class UnitIdentity {
  readonly #requests: CcnetRequests;
  readonly #board: StatusBoard;
  readonly #onReplaced: () => void;
  #serialNumber: string | null = null;
  #isAsked = false;
  #isPoweredUp = false;

  constructor(options: { readonly requests: CcnetRequests; readonly board: StatusBoard; readonly onReplaced: () => void }) {
    this.#requests = options.requests;
    this.#board = options.board;
    this.#onReplaced = options.onReplaced;
  }

  lineLost(): void {
    this.#isAsked = false;
  }

  /** One that was powered up may be another, too: hands can be faster than a line is given up. */
  observe(state: PollState): void {
    const wasPoweredUp = this.#isPoweredUp;
    this.#isPoweredUp = isPoweredUp(state);
    if (this.#isPoweredUp && !wasPoweredUp) this.#isAsked = false;
  }

  /** Since the line was there and the unit was powered, whether or not the unit answered. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  async ask(): Promise<void> {
    const identification = decodeIdentification((await this.#requests.read({ command: 'identification' })) ?? new Uint8Array());
    this.#isAsked = true;
    if (identification === null) return;
    const { partNumber, serialNumber } = identification;
    if (this.#serialNumber !== null && serialNumber !== this.#serialNumber) this.#onReplaced();
    this.#serialNumber = serialNumber;
    // The part number names the firmware family ("SM-RU1353"); CCNET has no other version for a validator. [ccnet §10]
    this.#board.update({ model: partNumber, firmware: partNumber, serialNumber });
  }
}
