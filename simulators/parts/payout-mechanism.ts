import type { SimulatorEnvironment } from '../simulator.ts';
import type { Note, NotePlace, ValidatorNotes } from './validator-notes.ts';

/** Milliseconds at time factor 1. */
const PICK_MS = 900;
const TO_BOX_MS = 700;
const TAKE_MS = 1_000;
/** Nobody takes the note: it is drawn in again, to the cash box. */
const BEZEL_MS = 15_000;

export type PayoutKind = 'pay' | 'toBox';
export type PayoutEnding = 'done' | 'halted' | 'timeOut';

interface Job {
  readonly kind: PayoutKind;
  readonly requestedMinor: number;
  readonly queue: Note[];
  current: Note | null;
  /** Out with the customer, or moved to the cash box, by kind of job. */
  doneMinor: number;
  isHalted: boolean;
}

/** A job that power or a reset cut off, as the unit remembers it. */
export interface CutPayout {
  readonly kind: PayoutKind;
  readonly requestedMinor: number;
  readonly doneMinor: number;
}

export interface PayoutMechanismParts {
  readonly environment: SimulatorEnvironment;
  readonly notes: ValidatorNotes;
  /** null: only by the hand `takePaidNote`. */
  readonly takesPaidAfterMs: number | null;
  /** Between taking an order and the first motor; it looks at rest. @default 0 */
  readonly thinksMs?: number;
  readonly place: (note: Note, place: NotePlace) => void;
  readonly travel: (delayMs: number, arrive: () => void) => void;
  readonly meet: (moment: string, goOn: () => void) => void;
  readonly isPowered: () => boolean;
  /** A motor that failed moves no further note. */
  readonly isFailed: () => boolean;
  readonly onPaid: (note: Note) => void;
  readonly onBoxed: (note: Note) => void;
  readonly onEnd: (ending: PayoutEnding, job: CutPayout) => void;
}

/** Notes on their way out of the units: one at a time to the bezel, or to the cash box. It knows notes and motors; what is said about them is the protocol's. */
export class PayoutMechanism {
  readonly #parts: PayoutMechanismParts;
  #job: Job | null = null;

  constructor(parts: PayoutMechanismParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#job !== null;
  }

  get kind(): PayoutKind | null {
    return this.#job?.kind ?? null;
  }

  get doneMinor(): number {
    return this.#job?.doneMinor ?? 0;
  }

  /** Waits for the customer's hand. */
  get inBezel(): Note | null {
    return this.#parts.notes.in('bezel')[0] ?? null;
  }

  begin(kind: PayoutKind, notes: readonly Note[], requestedMinor: number): void {
    const start = () => {
      this.#job = { kind, requestedMinor, queue: [...notes], current: null, doneMinor: 0, isHalted: false };
      this.#next();
    };
    if (this.#parts.thinksMs === undefined) start();
    else this.#parts.travel(this.#parts.thinksMs, start);
  }

  halt(): void {
    if (this.#job !== null) this.#job.isHalted = true;
  }

  /** Power is back, or RESET came: the job is over, what it had in the path is in the path. null: none ran. */
  cut(): CutPayout | null {
    const job = this.#job;
    this.#job = null;
    if (job === null) return null;
    const { current } = job;
    // Sensors and permanent memory: a note that stood in the bezel and is gone was taken.
    if (current?.place === 'customer') this.#count(job, current);
    if (current?.place === 'bezel') this.#parts.place(current, 'transport');
    return { kind: job.kind, requestedMinor: job.requestedMinor, doneMinor: job.doneMinor };
  }

  /** The customer's hand. @returns whether there was a note */
  take(): boolean {
    const note = this.inBezel;
    if (note === null) return false;
    this.#parts.place(note, 'customer');
    const job = this.#job;
    if (job?.current !== note || !this.#parts.isPowered()) return true;
    this.#count(job, note);
    this.#parts.meet('paidOut', () => {
      if (!this.#parts.isFailed()) this.#next();
    });
    return true;
  }

  #next(): void {
    const job = this.#job;
    if (job === null) return;
    const note = job.isHalted ? undefined : job.queue.shift();
    if (note === undefined) return this.#end(job.isHalted ? 'halted' : 'done');
    job.current = note;
    this.#parts.place(note, 'transport');
    this.#parts.meet('picked', () => this.#parts.travel(PICK_MS, () => (job.kind === 'pay' ? this.#present(note) : this.#box(note, () => this.#next()))));
  }

  #present(note: Note): void {
    const { environment, takesPaidAfterMs, place, meet, travel } = this.#parts;
    place(note, 'bezel');
    // A hand needs no power.
    if (takesPaidAfterMs !== null) environment.clock.setTimeout(() => {
      if (this.inBezel === note) this.take();
    }, takesPaidAfterMs * environment.timeFactor);
    meet('atExit', () => travel(BEZEL_MS, () => {
      if (this.inBezel !== note) return;
      place(note, 'transport');
      this.#box(note, () => this.#end('timeOut'));
    }));
  }

  #box(note: Note, goOn: () => void): void {
    this.#parts.travel(TO_BOX_MS, () => {
      this.#parts.place(note, 'box');
      if (this.#job !== null) {
        this.#job.current = null;
        if (this.#job.kind === 'toBox') this.#job.doneMinor += note.denominationMinor;
      }
      this.#parts.onBoxed(note);
      this.#parts.meet('boxed', goOn);
    });
  }

  #count(job: Job, note: Note): void {
    job.current = null;
    job.doneMinor += note.denominationMinor;
    this.#parts.onPaid(note);
  }

  #end(ending: PayoutEnding): void {
    const job = this.#job;
    if (job === null) return;
    this.#job = null;
    this.#parts.onEnd(ending, { kind: job.kind, requestedMinor: job.requestedMinor, doneMinor: job.doneMinor });
  }
}

export const PAID_NOTE_TAKEN_MS: number = TAKE_MS;

/** Notes of `stock` that make exactly this sum, the larger ones first; null: none do. */
export function notesWorth(stock: readonly Note[], amountMinor: number): readonly Note[] | null {
  const kinds = [...new Set(stock.map((note) => note.denominationMinor))].sort((a, b) => b - a);
  const search = (index: number, restMinor: number): readonly Note[] | null => {
    if (restMinor === 0) return [];
    const denominationMinor = kinds[index];
    if (denominationMinor === undefined) return null;
    const own = stock.filter((note) => note.denominationMinor === denominationMinor);
    for (let count = Math.min(own.length, Math.floor(restMinor / denominationMinor)); count >= 0; count--) {
      const rest = search(index + 1, restMinor - count * denominationMinor);
      if (rest !== null) return [...own.slice(own.length - count), ...rest];
    }
    return null;
  };
  return search(0, amountMinor);
}
