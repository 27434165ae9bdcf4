import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { Id003State } from '../../id003-family/codec.ts';
import type { PayoutRegisters, PayoutTold } from '../../life/payout-count.ts';
import { levelDifference } from '../../life/payout-count.ts';

/** Events of the extension that last until the host's ACK. [id003 §9] */
const ACKNOWLEDGED: readonly Id003State['state'][] = ['payValid', 'returnToBox', 'returnPayOutNote', 'returnError'];
const RETURNS: readonly Id003State['state'][] = ['returnToBox', 'returnPayOutNote', 'returnError'];
const POWERED_UP: readonly Id003State['state'][] = ['powerUp', 'powerUpBillInAcceptor', 'powerUpBillInStacker', 'initialize'];
const STOPPED: Readonly<Partial<Record<Id003State['state'], ErrorCode>>> = { recyclerError: 'CDM_JAMMED', jamInAcceptor: 'CDM_JAMMED', jamInStacker: 'CDM_JAMMED', failure: 'CDM_FAILURE', stackerOpen: 'CDM_JAMMED' };
const STILL: readonly Id003State['state'][] = ['idling', 'disabled', 'collected', ...(Object.keys(STOPPED) as Id003State['state'][]), 'stackerFull'];

export function needsAcknowledgement(state: Id003State): boolean {
  return ACKNOWLEDGED.includes(state.state);
}

/** What keeps a payout from being all that left its box: a note that came back, or one that stuck. */
export function isSetback(state: Id003State): boolean {
  return RETURNS.includes(state.state) || STOPPED[state.state] !== undefined;
}

export function isMoving(state: Id003State): boolean {
  return !STILL.includes(state.state);
}

/** What the states of one payout or collection said, from its begin. */
export class PayoutWatch {
  #payValidCount = 0;
  #wasReturned = false;
  #wasCollected = false;
  #isCut = false;
  #stoppedBy: ErrorCode | null = null;
  #previous: Id003State['state'] | null = null;

  see(state: Id003State): void {
    const isChange = state.state !== this.#previous;
    this.#previous = state.state;
    if (state.state === 'payValid' && isChange) this.#payValidCount++;
    if (RETURNS.includes(state.state)) this.#wasReturned = true;
    if (state.state === 'collected') this.#wasCollected = true;
    if (POWERED_UP.includes(state.state)) this.#isCut = true;
    this.#stoppedBy ??= STOPPED[state.state] ?? null;
  }

  /** States were missed that the payout may have ended by. */
  cut(): void {
    this.#isCut = true;
  }

  /**
   * What it allows, held against the counts. PAY VALID and the returns last until they are acknowledged, so none can be missed while the device has power: what left the box and did not
   * come back went out.
   */
  told({ kind, before, after, isLineSure }: { readonly kind: 'pay' | 'toBox'; readonly before: PayoutRegisters; readonly after: PayoutRegisters; readonly isLineSure: boolean }): PayoutTold {
    const stoppedBy = this.#stoppedBy;
    if (kind === 'toBox') return { presentedMinor: this.#wasCollected && !this.#isCut && stoppedBy === null ? [0] : [], stoppedBy };
    const picked = levelDifference(before.levels, after.levels);
    const [note] = picked;
    if (note === undefined || picked.length !== 1 || note.noteCount < 0) return { presentedMinor: [], stoppedBy };
    if (!this.#isCut && stoppedBy === null && !this.#wasReturned) return { presentedMinor: [sumOfNotesMinor(picked)], stoppedBy: null };
    const least = isLineSure ? Math.min(this.#payValidCount, note.noteCount) : 0;
    const most = isLineSure && !this.#isCut && stoppedBy === null ? least : note.noteCount;
    return { presentedMinor: [...new Set([least, most])].map((count) => count * note.denominationMinor), stoppedBy: stoppedBy ?? (this.#wasReturned ? 'CDM_ITEMS_LEFT' : null) };
  }
}

/** Of a payout nothing was seen. */
export function cutWatch(): PayoutWatch {
  const watch = new PayoutWatch();
  watch.cut();
  return watch;
}
