import type { PowerUpPosition } from '../interfaces/cash-acceptor.ts';
import type { NoteOrder } from '../life/note-cycle.ts';
import type { PollState, PollStateName } from './codec.ts';

/** What a change of the device's state means for notes. Facts come in the order in which they are to be told. */
export type CycleFact =
  | { readonly fact: 'noteEntering' }
  | { readonly fact: 'noteEscrowed'; readonly noteId: string; readonly billType: number }
  | { readonly fact: 'noteRejected'; readonly noteId: string | null; readonly reason: number }
  /** `isEvent`: the device told it with 81/82 and waits for the acknowledgement; otherwise it follows from the states. */
  | { readonly fact: 'noteStacked' | 'noteReturned'; readonly noteId: string | null; readonly billType: number; readonly isEvent: boolean }
  /** The same 81/82 again, because its acknowledgement did not arrive. */
  | { readonly fact: 'repeated' }
  /** The device is at rest and never said where the note went. */
  | { readonly fact: 'noteLost'; readonly noteId: string }
  | { readonly fact: 'typeMismatch'; readonly escrowedBillType: number; readonly toldBillType: number }
  | { readonly fact: 'poweredUp'; readonly position: PowerUpPosition; readonly isUnheard: boolean }
  | { readonly fact: 'boxRemoved' | 'boxInserted' | 'cheatSuspected' };

interface OpenCycle {
  readonly noteId: string;
  readonly billType: number;
  order: NoteOrder | null;
  wasReturning: boolean;
  /** It jammed, or the box was out: hands or the RESET may have moved it anywhere; or it was being stacked against the order: only what is seen of it afterwards counts. */
  wasAdrift: boolean;
  /** Where a power-up found it; null while the device kept its power, and when it stood still with a fault since. */
  foundAt: PowerUpPosition | null;
}

interface ToldEvent {
  readonly state: 'billStacked' | 'billReturned';
  readonly billType: number;
}

/**
 * Keys each credit on one escrow cycle: from 80 to the 81, 82 or 1C that ends it. Pure; fed with every state that POLL tells.
 * Rules of [ccnet §13, §15]; the numbers in the comments are theirs.
 */
export class EscrowCycle {
  readonly #makeNoteId: () => string;
  #open: OpenCycle | null = null;
  /**
   * The last event told, until a new note begins. Stricter than §15.1, which forgets it at any other state: a reply overtaken by our time-out can
   * bring the same 81 after the 14 that followed it, and without our STACK no other note can have been stacked.
   */
  #told: ToldEvent | null = null;
  #isCheatTold = false;
  #previous: PollStateName | null = null;
  #isBoxOut = false;
  /**
   * A unit whose first word is 13 or 19 began anew while nobody listened (power, cassette out and back): whoever enabled it is gone, and so are the mask and
   * perhaps an event that it had to tell. [ccnet §10, §14; that both are lost together is unverified]
   */
  #isUnheard = true;

  constructor(makeNoteId: () => string) {
    this.#makeNoteId = makeNoteId;
  }

  /** The note whose end is not known yet. It outlives a lost line: the first states afterwards tell what became of it. */
  get open(): { readonly noteId: string; readonly billType: number; readonly order: NoteOrder | null } | null {
    return this.#open;
  }

  /** Journaled by the core before: from now on the note may move. */
  order(order: NoteOrder): void {
    if (this.#open !== null) this.#open.order = order;
  }

  /** Another unit stands in the place of the one that had the note: what it tells says nothing of that one. */
  replaced(): readonly CycleFact[] {
    const noteId = this.#open?.noteId;
    this.#open = null;
    this.#told = null;
    return noteId === undefined ? [] : [{ fact: 'noteLost', noteId }];
  }

  take(state: PollState): readonly CycleFact[] {
    const facts: CycleFact[] = [];
    const isChange = state.state !== this.#previous;
    if (this.#isBoxOut && PROVES_BOX.has(state.state)) {
      this.#isBoxOut = false;
      facts.push({ fact: 'boxInserted' });
    }
    this.#takeNoteState(state, isChange, facts);
    if (this.#isUnheard && !SAYS_NOTHING_OF_BEFORE.has(state.state)) {
      this.#isUnheard = false;
      if (state.state === 'initialize' || state.state === 'unitDisabled') facts.push({ fact: 'poweredUp', position: 'none', isUnheard: true });
    }
    if (isChange) this.#takeDeviceState(state, facts);
    this.#previous = state.state;
    return facts;
  }

  #takeNoteState(state: PollState, isChange: boolean, facts: CycleFact[]): void {
    switch (state.state) {
      case 'accepting':
        if (!isChange) return;
        this.#endUnseen(facts);
        this.#told = null;
        facts.push({ fact: 'noteEntering' });
        return;
      case 'escrowPosition':
        this.#takeEscrow(state.billType, facts);
        return;
      case 'stacking':
        this.#told = null;
        if (this.#open?.order !== 'stack') this.#setAdrift();
        return;
      case 'returning':
        if (this.#open !== null) this.#open.wasReturning = true;
        return;
      case 'billStacked':
      case 'billReturned':
        this.#takeEvent(state.state, state.billType, facts);
        return;
      case 'rejecting':
        if (!isChange) return;
        facts.push({ fact: 'noteRejected', noteId: this.#open?.noteId ?? null, reason: state.reason });
        // §15.6: after STACK too, the note was moved back. It ends here.
        this.#open = null;
        return;
      case 'validatorJammed':
      case 'dropCassetteJammed':
      case 'billToBillJam':
      case 'failure':
        this.#setAdrift();
        if (this.#open !== null) this.#open.foundAt = null;
        return;
      case 'idling':
      case 'unitDisabled':
        this.#endAtRest(facts);
        return;
      default:
        return;
    }
  }

  #setAdrift(): void {
    if (this.#open !== null) Object.assign(this.#open, { wasAdrift: true, wasReturning: false });
  }

  #takeDeviceState(state: PollState, facts: CycleFact[]): void {
    switch (state.state) {
      case 'powerUp':
      case 'powerUpBillInValidator':
      case 'powerUpBillInStacker': {
        const position = POSITIONS[state.state];
        if (this.#open !== null) this.#open.foundAt = position;
        // A note behind the gate is not the one that was told from the box.
        if (position === 'inStackerPath' && this.#open === null) this.#told = null;
        facts.push({ fact: 'poweredUp', position, isUnheard: false });
        return;
      }
      case 'dropCassetteOutOfPosition':
        this.#setAdrift();
        if (!this.#isBoxOut) facts.push({ fact: 'boxRemoved' });
        this.#isBoxOut = true;
        return;
      case 'cheated':
        // 45 may be broken by an event and go on; it is told once per note.
        if (!this.#isCheatTold) facts.push({ fact: 'cheatSuspected' });
        this.#isCheatTold = true;
        return;
      case 'accepting':
      case 'idling':
      case 'unitDisabled':
        this.#isCheatTold = false;
        return;
      default:
        return;
    }
  }

  #takeEscrow(billType: number, facts: CycleFact[]): void {
    // The same note as long as no other state began a new cycle: 80 persists, also over a STACK that did not arrive.
    if (this.#open !== null && this.#open.billType === billType) return;
    this.#endUnseen(facts);
    this.#told = null;
    this.#open = { noteId: this.#makeNoteId(), billType, order: null, wasReturning: false, wasAdrift: false, foundAt: null };
    facts.push({ fact: 'noteEscrowed', noteId: this.#open.noteId, billType });
  }

  #takeEvent(state: ToldEvent['state'], billType: number, facts: CycleFact[]): void {
    if (this.#open === null && this.#told?.state === state && this.#told.billType === billType) {
      facts.push({ fact: 'repeated' }); // §15.1
      return;
    }
    const open = this.#open;
    this.#open = null;
    this.#told = { state, billType };
    // §15.3: the told type is the one that lies in the box.
    if (open !== null && open.billType !== billType) facts.push({ fact: 'typeMismatch', escrowedBillType: open.billType, toldBillType: billType });
    facts.push({ fact: state === 'billStacked' ? 'noteStacked' : 'noteReturned', noteId: open?.noteId ?? null, billType, isEvent: true });
  }

  /** A new note begins although the end of the last one was never told. */
  #endUnseen(facts: CycleFact[]): void {
    if (this.#open === null) return;
    if ((this.#open.order === 'stack' || this.#open.wasAdrift) && !this.#open.wasReturning) facts.push({ fact: 'noteLost', noteId: this.#open.noteId });
    else facts.push({ fact: 'noteReturned', noteId: this.#open.noteId, billType: this.#open.billType, isEvent: false });
    this.#open = null;
  }

  /** 14 or 19 with a note still open: it ended without an event. */
  #endAtRest(facts: CycleFact[]): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const { noteId, billType } = open;
    if (open.foundAt === 'inStackerPath') {
      // §13: 12, and the initialisation is over: it was stacked, whether an 81 came or not. The device need not tell it again.
      this.#told = { state: 'billStacked', billType };
      facts.push({ fact: 'noteStacked', noteId, billType, isEvent: false });
    } else if (open.foundAt === 'inHead' || open.wasReturning || (open.order !== 'stack' && open.foundAt === null && !open.wasAdrift)) {
      // §12: some firmware skips 82. Without STACK the device cannot have stacked it, the escrow mask sees to that; but a RESET after a jam can. [ccnet §15.8]
      facts.push({ fact: 'noteReturned', noteId, billType, isEvent: false });
    } else {
      facts.push({ fact: 'noteLost', noteId }); // §13: 10 with STACK sent; §15.4
    }
  }
}

const POSITIONS = { powerUp: 'none', powerUpBillInValidator: 'inHead', powerUpBillInStacker: 'inStackerPath' } as const satisfies Record<string, PowerUpPosition>;

/** Not every state after 42 says that the cassette is back: faults of the head and the end of a note can be told in between. [ccnet §14] */
const PROVES_BOX: ReadonlySet<PollStateName> = new Set(['powerUp', 'powerUpBillInValidator', 'powerUpBillInStacker', 'initialize', 'idling', 'unitDisabled', 'accepting', 'escrowPosition', 'dropCassetteFull']);

/** Faults and pauses, which stand over whatever was before them. */
const SAYS_NOTHING_OF_BEFORE: ReadonlySet<PollStateName> = new Set(['dropCassetteFull', 'dropCassetteOutOfPosition', 'validatorJammed', 'dropCassetteJammed', 'cheated', 'pause', 'failure', 'billToBillJam', 'deviceBusy', 'unknown']);
