import type { PowerUpPosition } from '../interfaces/cash-acceptor.ts';

/** What one answer of an acceptor says about notes, in the order in which it happened. Each protocol turns its states and events into these. */
export type NoteReport =
  | { readonly report: 'entering' }
  /** As long as the note waits for a decision. `noteType` is the device's own number. */
  | { readonly report: 'escrow'; readonly noteType: number }
  | { readonly report: 'stacking' }
  /** It lies in the box by a state that is no credit and can be missed. */
  | { readonly report: 'stored' }
  | { readonly report: 'returning' }
  | { readonly report: 'rejected'; readonly reason: number }
  /** Told by the device itself. `noteType` null: it did not say which note. */
  | { readonly report: 'stacked' | 'returned'; readonly noteType: number | null; /** brought in by a power-up: perhaps the one that was credited before it had arrived */ readonly isByPowerUp?: boolean }
  /** No note under way any more. */
  | { readonly report: 'atRest' }
  /** After a jam or a failure of its own nobody can say where a note stopped. */
  | { readonly report: 'stopped' }
  /** `isUnheard`: the device did not say it. */
  | { readonly report: 'poweredUp'; readonly position: PowerUpPosition; readonly isUnheard?: boolean }
  | { readonly report: 'initialising' }
  | { readonly report: 'boxOut' | 'boxIn' | 'cheated' };

/** What a report means. Facts come in the order in which they are to be told. */
export type NoteFact =
  | { readonly fact: 'noteEntering' }
  | { readonly fact: 'noteEscrowed'; readonly noteId: string; readonly noteType: number }
  | { readonly fact: 'noteRejected'; readonly noteId: string | null; readonly reason: number }
  /** `isEvent`: the device waits for the acknowledgement; otherwise it follows from its states. */
  | { readonly fact: 'noteStacked' | 'noteReturned'; readonly noteId: string | null; readonly noteType: number | null; readonly isEvent: boolean; readonly isByPowerUp?: boolean }
  /** The same event again, because its acknowledgement did not arrive. */
  | { readonly fact: 'repeated' }
  /** The device is at rest and never said where the note went. */
  | { readonly fact: 'noteLost'; readonly noteId: string }
  | { readonly fact: 'typeMismatch'; readonly escrowedType: number; readonly toldType: number }
  | { readonly fact: 'poweredUp'; readonly position: PowerUpPosition; readonly isUnheard: boolean }
  | { readonly fact: 'boxRemoved' | 'boxInserted' | 'cheatSuspected' };

export type NoteOrder = 'stack' | 'return';

interface OpenNote {
  readonly noteId: string;
  readonly noteType: number;
  order: NoteOrder | null;
  wasReturning: boolean;
  wasStopped: boolean;
  /** It jammed, or the box was out: hands or a reset may have moved it anywhere; or it was being stacked against the order: only what is seen of it afterwards counts. */
  wasAdrift: boolean;
  /** Where a power-up found it; null while the device kept its power, and when it stood still with a fault since. */
  foundAt: PowerUpPosition | null;
}

/** Said beside where a note is, by some devices in each answer: what is said before and after it is the same state. */
const BESIDE: readonly NoteReport['report'][] = ['boxIn', 'boxOut', 'cheated'];

export interface NoteCycleOptions {
  readonly makeNoteId: () => string;
  /**
   * What it means that a device which kept its power rests after an order to stack and never told an event: `returned` where the event stays until it is
   * acknowledged (no event, no note in the box), `unknown` where an event can be lost.
   */
  readonly restAfterStack: 'returned' | 'unknown';
}

/**
 * Keys each credit on one escrow cycle: from escrow to the event or state that ends it. Pure; fed with every report. The same for all protocols that hold one
 * note in escrow; CCNET has its own, with the rules of its sheet.
 */
export class NoteCycle {
  readonly #options: NoteCycleOptions;
  #open: OpenNote | null = null;
  /** The last end that was told, until a new note begins. `noteType` null: it did not say which note. */
  #told: { readonly end: 'stacked' | 'returned'; readonly noteType: number | null } | null = null;
  /** A new note passes the mouth or finds the device at rest first; an escrow without either is an old answer. */
  #mayBegin = true;
  /** With the position of a power-up. */
  #previous: string | null = null;
  #isBoxOut = false;
  #isCheatTold = false;

  constructor(options: NoteCycleOptions) {
    this.#options = options;
  }

  /** The note whose end is not known yet. It outlives a lost line: the first reports afterwards tell what became of it. */
  get open(): { readonly noteId: string; readonly noteType: number; readonly order: NoteOrder | null } | null {
    return this.#open;
  }

  /** Journaled by the core before: from now on the note may move. */
  order(order: NoteOrder): void {
    if (this.#open !== null) this.#open.order = order;
  }

  /** The line is gone: the device may do anything unseen, and only what it tells afterwards counts. */
  lineLost(): void {
    this.#stop();
  }

  /** Another device stands in the place of the one that had the note: what it tells says nothing of that one. */
  replaced(): readonly NoteFact[] {
    const noteId = this.#open?.noteId;
    this.#open = null;
    this.#told = null;
    return noteId === undefined ? [] : [{ fact: 'noteLost', noteId }];
  }

  take(report: NoteReport): readonly NoteFact[] {
    const facts: NoteFact[] = [];
    const said = report.report === 'poweredUp' ? `${report.report} ${report.position}` : report.report;
    const isChange = said !== this.#previous;
    if (!BESIDE.includes(report.report)) this.#previous = said;
    switch (report.report) {
      case 'entering':
        this.#isCheatTold = false;
        if (!isChange) break;
        this.#endUnseen(facts);
        this.#told = null;
        this.#mayBegin = true;
        facts.push({ fact: 'noteEntering' });
        break;
      case 'escrow':
        this.#takeEscrow(report.noteType, facts);
        break;
      case 'returning':
        if (this.#open !== null) this.#open.wasReturning = true;
        break;
      case 'stored':
        // The credit comes too, or was lost: without it nobody says that the note went back.
        this.#stop();
        break;
      case 'stopped':
        this.#stop();
        this.#setAdrift();
        if (this.#open !== null) this.#open.foundAt = null;
        break;
      case 'rejected':
        if (!isChange) break;
        facts.push({ fact: 'noteRejected', noteId: this.#open?.noteId ?? null, reason: report.reason });
        this.#open = null;
        break;
      case 'stacked':
      case 'returned':
        this.#takeEvent(report, facts);
        break;
      case 'atRest':
        this.#isCheatTold = false;
        this.#mayBegin = true;
        this.#endAtRest(facts);
        break;
      case 'poweredUp':
        if (isChange) this.#takePowerUp(report, facts);
        break;
      case 'boxOut':
        this.#stop();
        this.#setAdrift();
        if (!this.#isBoxOut) facts.push({ fact: 'boxRemoved' });
        this.#isBoxOut = true;
        break;
      case 'boxIn':
        if (this.#isBoxOut) facts.push({ fact: 'boxInserted' });
        this.#isBoxOut = false;
        break;
      case 'cheated':
        if (!this.#isCheatTold) facts.push({ fact: 'cheatSuspected' });
        this.#isCheatTold = true;
        break;
      case 'initialising':
        // By itself, with a note under way: it moves the note as after a power cut, and does not say where.
        this.#stop();
        break;
      case 'stacking':
        if (this.#open?.order !== 'stack') this.#setAdrift();
        break;
    }
    return facts;
  }

  #setAdrift(): void {
    if (this.#open !== null) Object.assign(this.#open, { wasAdrift: true, wasReturning: false });
  }

  #stop(): void {
    if (this.#open !== null) this.#open.wasStopped = true;
  }

  #takeEscrow(noteType: number, facts: NoteFact[]): void {
    // The same note as long as nothing began a new cycle: escrow persists, also over an order that did not arrive.
    if (this.#open !== null && this.#open.noteType === noteType) return;
    if (this.#open === null && !this.#mayBegin) return;
    this.#endUnseen(facts);
    this.#told = null;
    this.#open = { noteId: this.#options.makeNoteId(), noteType, order: null, wasReturning: false, wasStopped: false, wasAdrift: false, foundAt: null };
    facts.push({ fact: 'noteEscrowed', noteId: this.#open.noteId, noteType });
  }

  #takeEvent({ report: end, noteType, isByPowerUp = false }: Extract<NoteReport, { report: 'stacked' | 'returned' }>, facts: NoteFact[]): void {
    const open = this.#open;
    // Another kind of note is another note, whatever was missed between the two.
    const told = this.#told;
    if (open === null && told?.end === end && (noteType === null || told.noteType === null || noteType === told.noteType)) {
      facts.push({ fact: 'repeated' });
      return;
    }
    this.#open = null;
    this.#told = { end, noteType: noteType ?? open?.noteType ?? null };
    this.#mayBegin = false;
    if (open !== null && noteType !== null && noteType !== open.noteType) facts.push({ fact: 'typeMismatch', escrowedType: open.noteType, toldType: noteType });
    facts.push({ fact: end === 'stacked' ? 'noteStacked' : 'noteReturned', noteId: open?.noteId ?? null, noteType: noteType ?? open?.noteType ?? null, isEvent: true, ...(isByPowerUp ? { isByPowerUp } : {}) });
  }

  #takePowerUp({ position, isUnheard = false }: Extract<NoteReport, { report: 'poweredUp' }>, facts: NoteFact[]): void {
    if (this.#open !== null) this.#open.foundAt = position;
    // A note behind the gate is not the one that was told from the box.
    if (position === 'inStackerPath' && this.#open === null) this.#told = null;
    this.#mayBegin = true;
    facts.push({ fact: 'poweredUp', position, isUnheard });
  }

  /** A new note begins although the end of the last one was never told. */
  #endUnseen(facts: NoteFact[]): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const isReturned = open.wasReturning || (open.order !== 'stack' && !open.wasAdrift) || (this.#options.restAfterStack === 'returned' && open.foundAt === null && !open.wasStopped);
    if (isReturned) facts.push({ fact: 'noteReturned', noteId: open.noteId, noteType: open.noteType, isEvent: false });
    else facts.push({ fact: 'noteLost', noteId: open.noteId });
  }

  #endAtRest(facts: NoteFact[]): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const { noteId, noteType } = open;
    if (open.foundAt === 'inStackerPath') {
      // The device stacks it while it initialises, and need not tell it again.
      this.#told = { end: 'stacked', noteType };
      facts.push({ fact: 'noteStacked', noteId, noteType, isEvent: false });
      return;
    }
    const isKept = open.foundAt === null && !open.wasStopped;
    // Without the order to stack the device cannot have stacked it, unless something went wrong with it.
    const isReturned = open.foundAt === 'inHead' || open.wasReturning || (open.order !== 'stack' && open.foundAt === null && !open.wasAdrift) || (isKept && this.#options.restAfterStack === 'returned');
    if (isReturned) facts.push({ fact: 'noteReturned', noteId, noteType, isEvent: false });
    else facts.push({ fact: 'noteLost', noteId });
  }
}
